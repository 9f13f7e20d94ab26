"""An organisation for tests: named people, and dossiers made through the product's own doors."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any
from uuid import UUID

from django.utils import timezone

from casefiles import lifecycle, storage
from casefiles.bulk import Arrival, Incoming, bring_in
from casefiles.models import Document, DocumentFacts, Dossier, Entry, EntryFacts, Party, PartyFacts, Role, Team, User
from retention import lists, sweeping
from retention.destruction import run, verification
from retention.models import DestructionList
from retention.timing import recompute

PASSWORD = "een heel lang wachtwoord"
LONG_AGO = date(1996, 3, 1)


@dataclass(frozen=True)
class Organisation:
    """Two teams; Fenna works in Noord under lead Joost, Amina leads Oost; Samira, Koen, Tineke, Pim oversee."""

    noord: Team
    oost: Team
    fenna: User
    joost: User
    amina: User
    samira: User
    koen: User
    tineke: User
    pim: User

    @classmethod
    def founded(cls) -> "Organisation":
        noord, oost = Team.objects.named("Team Noord"), Team.objects.named("Team Oost")
        people = {
            "fenna": ("Fenna de Wit", Role.CASE_WORKER, noord),
            "joost": ("Joost Terpstra", Role.TEAM_LEAD, noord),
            "amina": ("Amina Bakkali", Role.TEAM_LEAD, oost),
            "samira": ("Samira El Fassi", Role.PRIVACY_OFFICER, None),
            "koen": ("Koen Verbeek", Role.ADMINISTRATOR, None),
            "tineke": ("Tineke Groen", Role.DATA_PROTECTION_OFFICER, None),
            "pim": ("Pim Schouten", Role.AUDITOR, None),
        }
        users: dict[str, User] = {}
        for username, (name, role, team) in people.items():
            users[username] = User.objects.enrol(username, name, role, PASSWORD)
            if team:
                team.add(users[username])
        return cls(noord=noord, oost=oost, **users)

    def opens(self, reference: str, kind: str = "jeugdhulp", **person: Any) -> Dossier:
        """Fenna opens a dossier about one young person."""
        facts = {"given_names": "Julia", "surname": "Luinenburg", "birth_date": date(2008, 3, 7)} | person
        new = lifecycle.NewDossier(reference, kind, self.noord, date(2020, 1, 6), (("youth", PartyFacts(**facts)),))
        return lifecycle.open_dossier(new, by=self.fenna)

    def keeps(
        self, reference: str, *, changed: date = LONG_AGO, kind: str = "jeugdhulp", documents: int = 0
    ) -> Dossier:
        """A dossier that was closed on the day of its last change, with one entry and some documents."""
        dossier = self.opens(reference, kind)
        for number in range(documents):
            lifecycle.add_document(
                dossier, BytesIO(b"verslag %d" % number), f"verslag {number}.txt", "report", by=self.fenna
            )
        entry = lifecycle.NewEntry(changed, "contact", "fact", substantive=True, text="Gesprek op school.")
        lifecycle.add_entry(dossier, entry, by=self.fenna)
        Dossier.objects.filter(pk=dossier.pk).update(opened_on=changed, last_change_on=changed)
        lifecycle.close(dossier, changed, by=self.fenna)
        dossier.refresh_from_db()
        recompute(dossier)
        return dossier

    def keeps_many(self, count: int, documents: int = 0) -> list[UUID]:
        """That many closed dossiers, long past their date, brought in at once."""
        arrivals = [self._arrival(f"JD-1996-{n:04}", documents) for n in range(count)]
        bring_in(arrivals, ground="test")
        return [arrival.dossier.pk for arrival in arrivals]

    def _arrival(self, reference: str, documents: int) -> Arrival:
        dates = {"opened_on": LONG_AGO, "closed_on": LONG_AGO, "last_change_on": LONG_AGO}
        dossier = Dossier(reference=reference, kind="jeugdhulp", team=self.noord, **dates)
        youth = Party(dossier=dossier, role="youth", facts=PartyFacts(given_names="Julia", surname="Luinenburg"))
        written = EntryFacts(text="Gesprek op school.", author=self.fenna.name)
        codes = {"kind": "contact", "source": "fact", "substantive": True}
        entry = Entry(dossier=dossier, occurred_on=LONG_AGO, facts=written, **codes)
        files = [Incoming(self._report(dossier, n), partial(BytesIO, b"verslag %d" % n)) for n in range(documents)]
        return Arrival(dossier, Dossier.Status.CLOSED, {Party: [youth], Entry: [entry]}, files)

    def _report(self, dossier: Dossier, number: int) -> Document:
        facts = DocumentFacts(title=f"verslag {number}", filename=f"verslag {number}.txt")
        key = storage.new_key(dossier.pk)
        return Document(dossier=dossier, storage_key=key, category="report", created_on=LONG_AGO, facts=facts)

    def lists_due(self) -> DestructionList:
        """The nightly sweep composes the list of what is due."""
        sweeping.sweep()
        return DestructionList.objects.get()

    def approves(self, chosen: DestructionList) -> DestructionList:
        """Both stages approve, and the cooling-off period is over."""
        lists.approve(chosen, by=self.joost)
        lists.approve(chosen, by=self.samira)
        DestructionList.objects.filter(pk=chosen.pk).update(cooling_off_until=timezone.now())
        chosen.refresh_from_db()
        return chosen

    def starts(self, chosen: DestructionList) -> DestructionList:
        """The administrator starts the execution."""
        return lists.start(self.approves(chosen), by=self.koen)


def carry_out(chosen: DestructionList) -> None:
    """Do what the worker's two tasks do, in this process, until nothing more can be done now."""
    moving = True
    while moving:
        run.run(chosen.pk)
        passed, failed = verification.verify(chosen.pk)
        for item in failed:
            run.mark_failed(item)
        moving = bool(passed)
    run.run(chosen.pk)
