"""What the table is tried on: a dossier in every situation, what an address needs for it, and everyone who asks."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.utils import timezone

from casefiles import access, emergency, handover, lifecycle, signs, standing_in
from casefiles.access import Ability
from casefiles.models import (
    Authority,
    AuthorityFacts,
    Document,
    Dossier,
    DossierUserGrant,
    EmergencyAccess,
    Entry,
    HandOver,
    ImportRun,
    Invitation,
    Job,
    Party,
    PartyFacts,
    SavedView,
    Substitution,
    User,
)
from retention import holds, selecting, sweeping
from retention.models import DestructionList, Hold, Receipt, RequestFacts, RightsRequest
from retention.receipts import certifying
from retention.rights.register import Received, receive
from tests.casework import says
from tests.organisation import Organisation, carry_out
from tests.selectionlist import SELECTION_LIST

WHO = {
    "case worker": "fenna",
    "lead of the team": "joost",
    "lead of another team": "amina",
    "privacy officer": "samira",
    "administrator": "koen",
    "data protection officer": "tineke",
    "auditor": "pim",
    "nobody": "nobody",
}
# The case worker leads the dossier in all cases but two: the team alone has it, or somebody in another team.
CASES = ("own", "team", "other", "closed", "held", "destroying", "destroyed")
MONTH = timedelta(days=30)


class World:
    """An organisation with a dossier for each case; `arguments` has what an address needs for one."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        signs.show(signs.Part.WORKER)
        signs.show(signs.Part.BEAT)
        self.members: dict[str, User | None] = {who: getattr(organisation, name, None) for who, name in WHO.items()}
        self.arguments = {"destroyed": self._destroyed()}
        dossiers = {case: organisation.opens(f"JD-{case}") for case in CASES[:-1]}
        self.arguments |= {case: self._filled(dossier) for case, dossier in dossiers.items()}
        self._granted(dossiers)
        lifecycle.close(dossiers["closed"], timezone.localdate(), by=organisation.fenna)
        review_on = timezone.localdate() + MONTH
        self.hold = holds.place([dossiers["held"].pk], "claim", owner=organisation.joost, review_on=review_on).hold
        Hold.objects.update(job=Job.objects.create(kind="hold", state="done", total=1, done=1))
        Dossier.objects.filter(pk=dossiers["destroying"].pk).update(status=Dossier.Status.DESTROYING)
        organisation.keeps("JD-1996-0002", documents=1)
        sweeping.sweep()
        self.listed = DestructionList.objects.get(state="review")
        self.others = self._others()
        self.forms = self._forms()

    def sample(self, page: str) -> dict[str, Any]:
        """Return what an address needs that is not about one dossier: by its name, or by how its name begins."""
        begins = (name for name in sorted(self.others, key=len, reverse=True) if page.startswith(name))
        return self.others[next(begins, page)]

    def _destroyed(self) -> dict[str, Any]:
        dossier = self.organisation.keeps("JD-1996-0001", documents=1)
        arguments = _arguments(dossier) | {"authority": uuid4()}
        carry_out(self.organisation.starts(self.organisation.lists_due()))
        return arguments

    def _filled(self, dossier: Dossier) -> dict[str, Any]:
        says(dossier, by=self.organisation.fenna)
        lifecycle.add_document(dossier, BytesIO(b"verslag"), "v.txt", "report", by=self.organisation.fenna)
        parent = lifecycle.NewParty("parent", PartyFacts(given_names="Petra", surname="Dam"))
        adult = lifecycle.add_party(dossier, parent, by=self.organisation.fenna)
        facts = AuthorityFacts("court order", date(2020, 1, 1))
        given = lifecycle.GivenAuthority(adult, Party.objects.get(dossier=dossier, role="youth"), facts)
        lifecycle.record_authority(dossier, given, by=self.organisation.fenna)
        return _arguments(dossier) | {"authority": Authority.objects.get(dossier=dossier).pk}

    def _granted(self, dossiers: dict[str, Dossier]) -> None:
        until = timezone.now() + MONTH
        for case, to in (("team", self.organisation.noord), ("other", self.organisation.amina)):
            DossierUserGrant.objects.filter(content_object=dossiers[case]).delete()
            access.grant(to, Ability.READ, dossiers[case], until=until, reason="asked", by=None)
        Dossier.objects.filter(pk=dossiers["other"].pk).update(team=self.organisation.oost)

    def _others(self) -> dict[str, dict[str, Any]]:
        """Return what addresses need that are not about one dossier, by the name or the beginning of the name."""
        organisation, receipt = self.organisation, Receipt.objects.filter(type="destroyed").get()
        job = Job.objects.create(kind="import", state="done", started_by=organisation.koen)
        run = ImportRun.objects.create(job=job, package_name="package", dry_run=True)
        certificate = certifying.request(
            DestructionList.objects.get(items__dossier_id=receipt.dossier_id), None, by=organisation.samira
        )
        saved = SavedView.objects.create(user=organisation.fenna, name="open", query="status=open")
        token = Invitation.objects.invite(organisation.fenna)
        return {
            "casefiles:invitation": {"token": token},
            "casefiles:person": {"pk": organisation.fenna.pk},
            "casefiles:invite-again": {"pk": organisation.fenna.pk},
            "casefiles:deactivate": {"pk": organisation.fenna.pk},
            "casefiles:team": {"pk": organisation.noord.pk},
            "casefiles:remove-view": {"pk": saved.pk},
            "casefiles:import": {"pk": run.pk},
            "casefiles:emergency-": {"pk": self._emergency().pk},
            "casefiles:end-substitution": {"pk": self._away().pk},
            "casefiles:hand-over": {"giver": organisation.fenna.pk},
            "casefiles:hand-over-": {"pk": self._handed_over().pk},
            "retention:list": {"name": self.listed.name, "pk": self.listed.items.get().pk},
            "retention:hold": {"pk": self.hold.pk},
            "retention:request": {"pk": self._asked(organisation).pk},
            "retention:end-review": {"pk": uuid4()},
            "retention:rule": {"code": "jeugdhulp"},
            "retention:selection": {"pk": selecting.take_in(SELECTION_LIST, by=organisation.samira).pk},
            "retention:receipt": {"pk": receipt.pk},
            "retention:certificate": {"number": certificate.number, "language": "nl"},
        }

    def _forms(self) -> dict[str, dict[str, str]]:
        """Return what a browser would send to an address that answers an empty form before it asks who sends it."""
        plea = {"reference": "JD-EMERGENCY", "reason": "crisis", "text": "Het kan niet wachten."}
        return {
            "casefiles:emergency-find": {"reference": "JD-EMERGENCY"},
            "casefiles:emergency-open": plea,
            "casefiles:emergency-use": {"verdict": "justified"},
            "casefiles:withdraw-access": {"of": f"person-{self.organisation.joost.pk}"},
            "casefiles:mark-sensitive": {"ask_reason": "on"},
        }

    def _emergency(self) -> EmergencyAccess:
        self.organisation.opens("JD-EMERGENCY")
        plea = emergency.Plea(EmergencyAccess.Reason.CRISIS, "Het kan niet wachten.")
        return emergency.use("JD-EMERGENCY", plea, by=self.organisation.amina)

    def _away(self) -> Substitution:
        """Fenna is away next month, and Amina stands in: today that gives her nothing."""
        fenna, amina, first = self.organisation.fenna, self.organisation.amina, timezone.now() + MONTH
        window = standing_in.Window(fenna, amina, first, first + MONTH, Substitution.Reason.LEAVE)
        return standing_in.arrange(window, by=fenna)

    def _handed_over(self) -> HandOver:
        given = self.organisation.opens("JD-given")
        fenna, amina = self.organisation.fenna, self.organisation.amina
        return handover.begin(fenna, amina, [given.pk], HandOver.Reason.CASE_LOAD, by=fenna)

    def _asked(self, organisation: Organisation) -> RightsRequest:
        words = RequestFacts(requester="Noor Vermeulen", text="Ik wil mijn dossier lezen.")
        received = Received("inspect", "youth_act", "self", timezone.localdate(), words)
        return receive(received, [self.arguments["own"]["pk"]], by=organisation.fenna)


def _arguments(dossier: Dossier) -> dict[str, Any]:
    return {
        "pk": dossier.pk,
        "entry": Entry.objects.get(dossier=dossier).pk,
        "document": Document.objects.get(dossier=dossier).pk,
        "party": Party.objects.filter(dossier=dossier).earliest("pk").pk,
    }
