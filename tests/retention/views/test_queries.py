"""Every page of both apps: how many questions it asks the database, and that more rows do not mean more questions."""

import sys
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from cachetools import TTLCache
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles import access, emergency, handover, lifecycle, recertification
from casefiles.access import Ability
from casefiles.models import (
    AccessNote,
    AuthorityFacts,
    Dossier,
    EmergencyAccess,
    HandOver,
    ImportRun,
    Job,
    NoteFacts,
    Organisation,
    PartyFacts,
    Role,
    SavedView,
    Substitution,
    Team,
    User,
)
from casefiles.urls import urlpatterns as casefiles_urls
from casefiles.vault import keys
from config import context
from retention import clockbars, holds, selecting, sweeping, transparency
from retention.guard import judgement
from retention.models import DestructionList, HoldFacts, Receipt, RequestFacts
from retention.receipts import certifying
from retention.rights import register
from retention.rights.register import Received
from retention.timing import today
from retention.urls import urlpatterns as retention_urls
from tests.casework import knows_why, says, signed_in
from tests.organisation import Organisation as Founded
from tests.organisation import carry_out
from tests.retention.test_rules import changed, drafted
from tests.selectionlist import SELECTION_LIST

MOST, MOST_KEYS = 9, 2  # questions about case files, and statements to the vault, on one page
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
FEW = 3

# Addresses that change something, or give a file or a fragment: no pages.
NO_PAGES = {
    *("logout", "session-end-others", "session-shortcuts", "session-left", "session-alive", "save-view", "remove-view"),
    *("choose-columns", "references-csv"),
    *("add-entry", "download", "import-upload", "import-pick", "import-progress", "import-start", "import-discard"),
    *(
        "hold-review",
        "hold-progress",
        "loading",
        "request-extend",
        "request-decide",
        "request-contest",
        "rule-step",
        "rule-progress",
    ),
    *("receipt-verifier", "transparency-audit", "transparency-audit-start"),
    *("slip-letter", "slip-over", "list-certificate", "receipt-certificate", "certificate-progress", "certificate-pdf"),
    *("report-csv", "report-pdf", "list-csv"),
    *("import-problems", "list-decide", "list-progress", "receipt-bundle", "invite-again", "deactivate"),
    *("list-retry", "list-pause", "list-go-on", "quarantine"),
    *("transfer-step", "transfer-progress", "transfer-package"),
    *("withdraw-access", "confirm-team", "confirm-teams", "substitute", "end-substitution", "hand-over-progress"),
    *("emergency-find", "emergency-open", "emergency-stop", "mark-sensitive", "share-screen", "reason"),
    *("keys-rotate", "keys-progress"),
    *("log-csv", "log-html", "printed"),
}
OF_A_DOSSIER = (
    "dossier",
    "dossier-access",
    "give-access",
    "who-looked",
    "dossier-dates",
    "reveal",
    "close-dossier",
    "documents",
    "parties",
    "add-party",
)
OF_RETENTION = (
    "transfer",
    "selection",
    "end-review",
    "list",
    "receipt",
    "hold",
    "new-hold",
    "request",
    "new-request",
    "questions",
    "stays-open",
    "overdue",
    "escalation",
    "rule",
    "schedule",
    "transparency",
    "clock",
    "overview",
    "certificate",
    "slip",
    "question",
    "report",
)
RULED = "jeugdhulp"
Pages = dict[tuple[str, str], tuple[User, str]]


class House:
    """An organisation in which every page has something to show; `grows` makes there be more of it."""

    def __init__(self, organisation: Founded) -> None:
        self.organisation, self.fenna = organisation, organisation.fenna
        self.dossier = organisation.opens("JD-1")
        self.kept = organisation.keeps("JD-1994-0001")
        Dossier.objects.filter(pk=self.kept.pk).update(last_change_on=date(2024, 1, 8))
        self.youth = self.dossier.party_set.get(role="youth")
        self.number = 0
        self.held: list[UUID] = []
        drafted(organisation, changed(RULED))

    def grows(self, count: int) -> None:
        """Add so many rows of everything that a page lists, an executed list, and as many dossiers to review."""
        for _row in range(count):
            self.number += 1
            self._more_in_the_dossier()
            self._more_people()
            held = self.organisation.opens(f"JD-2020-{self.number:04}", kind="toegang")
            self.held.append(held.pk)
            self._more_of_the_case_load()
            SavedView.objects.create(user=self.fenna, name=f"view {self.number}", query="status=open")
            job = Job.objects.create(kind="import", state="done", started_by=self.organisation.koen)
            self.run = ImportRun.objects.create(job=job, package_name="package", dry_run=True)
        for number in range(self.number):
            review_on = today() + timedelta(days=9 + number)
            placed = holds.place(
                self.held, "claim", owner=self.fenna, review_on=review_on, facts=HoldFacts(text="Advocaat belde.")
            )
            received = Received("inspect", "youth_act", "self", today(), RequestFacts(requester="Petra Dam"))
            self.request = register.receive(received, self.held, by=self.fenna)
        self.hold = placed.hold
        self._list(count, f"JD-1995-{self.number}")
        carry_out(self.organisation.starts(self.reviewed))
        self.executed, self.receipt = self.reviewed, Receipt.objects.filter(type="destroyed").latest("leaf_id")
        self.selection = selecting.take_in(SELECTION_LIST, by=self.organisation.samira)
        self.certificate = certifying.request(self.executed, None, by=self.organisation.koen)
        certifying.carry_out(self.certificate.job_id)
        self._list(count * self.number // count, f"JD-1996-{self.number}")

    def _more_of_the_case_load(self) -> None:
        colleague, now = User.objects.latest("pk"), timezone.now()
        values = {"starts_at": now, "ends_at": now, "reason": "leave", "arranged_by": self.fenna}
        Substitution.objects.create(absent=self.fenna, substitute=colleague, **values)
        access.grant(colleague, Ability.READ, self.dossier, until=None, reason="works", by=self.fenna)
        AccessNote.objects.create(dossier=self.dossier, written_by=self.fenna, facts=NoteFacts("Colleague", "Helps."))
        plea = emergency.Plea(EmergencyAccess.Reason.CRISIS, "Melding in de nacht.")
        newcomer = User.objects.enrol(f"night-{self.number}", f"Night {self.number}", Role.CASE_WORKER)
        self.emergency = emergency.use(self.dossier.reference, plea, by=newcomer)
        Organisation.objects.update_or_create(pk=1, defaults={"name": "Waterkant", "recertify_months": 1})
        recertification.shorten()
        led = handover.case_load(self.fenna).values_list("pk", flat=True)
        self.hand_over = handover.begin(self.fenna, colleague, led, HandOver.Reason.LEAVES, by=self.fenna)

    def _more_people(self) -> None:
        team = Team.objects.named(f"Team {self.number}")
        user = User.objects.enrol(f"colleague-{self.number}", f"Colleague {self.number}", Role.CASE_WORKER)
        for each in (team, self.organisation.noord):
            each.add(user)

    def _more_in_the_dossier(self) -> None:
        self.entry = says(self.dossier, self.fenna)
        lifecycle.add_document(self.dossier, BytesIO(b"x"), f"{self.number}.txt", "report", by=self.fenna)
        new = lifecycle.NewParty("parent", PartyFacts(given_names="Petra", surname=f"Dam {self.number}"))
        self.parent = lifecycle.add_party(self.dossier, new, by=self.fenna)
        given = lifecycle.GivenAuthority(self.parent, self.youth, AuthorityFacts("court order", date(2020, 1, 1)))
        self.authority = lifecycle.record_authority(self.dossier, given, by=self.fenna)

    def _list(self, count: int, reference: str) -> None:
        for number in range(count):
            self.organisation.keeps(f"{reference}-{number}", documents=1)
        sweeping.sweep()
        self.reviewed = DestructionList.objects.filter(state="review").latest("pk")

    def pages(self) -> Pages:
        """Return every page with who reads it and its address."""
        found: Pages = {("dossier", "samira"): (self.organisation.samira, self._url("dossier", self.dossier.pk))}
        for who, name, arguments in self._addresses():
            reader = getattr(self.organisation, who)
            found[name, who] = (reader, self._url(name, *arguments))
        return found

    def _url(self, name: str, *arguments: object) -> str:
        app = "retention" if name.startswith(OF_RETENTION) else "casefiles"
        return reverse(f"{app}:{name}", args=arguments)

    def _addresses(self) -> list[tuple[str, str, tuple[object, ...]]]:
        dossier, entry, listed = self.dossier.pk, self.entry.pk, self.reviewed
        everywhere = ("session", "case-load", "own-reading", "password", "help", "dossiers", "new-dossier", "search")
        everywhere += ("schedule",)
        found: list[tuple[str, str, tuple[object, ...]]] = [("fenna", name, ()) for name in everywhere]
        found += [("fenna", name, (dossier,)) for name in (*OF_A_DOSSIER, "record-authority")]
        found += [("fenna", name, (dossier, entry)) for name in ("change-entry", "entry-versions")]
        found += [("fenna", "reopen-dossier", (self.kept.pk,)), ("fenna", "change-party", (dossier, self.parent.pk))]
        found += [("fenna", "change-authority", (dossier, self.authority.pk)), ("koen", "imports", ())]
        found += [("koen", "import", (self.run.pk,)), ("samira", "dossiers", ())]
        found += [("koen", name, ()) for name in ("people", "invite", "new-team", "organisation", "keys")]
        found += [
            ("samira", "access-log", ()),
            ("samira", "patterns", ()),
            ("samira", "emergency", ()),
            ("joost", "emergency", ()),
        ]
        found += [("samira", "emergency-use", (self.emergency.pk,))]
        found += [("fenna", "hand-over", (self.fenna.pk,)), ("fenna", "hand-over-result", (self.hand_over.pk,))]
        found += [("koen", "person", (self.fenna.pk,)), ("koen", "team", (self.organisation.noord.pk,))]
        for who in ("fenna", "samira"):
            found += [(who, "holds", ()), (who, "new-hold", ()), (who, "hold", (self.hold.pk,))]
            found += [(who, "questions", ())]
            found += [(who, "requests", ()), (who, "new-request", ()), (who, "request", (self.request.pk,))]
        found += [("samira", "overdue", ()), ("joost", "overdue", ()), ("koen", "escalation", ())]
        found += [("fenna", "stays-open", (dossier,)), ("joost", "list-several", (listed.name,))]
        found += [("samira", "list-compose", ())]
        found += [("koen", "hold-lift", (self.hold.pk,))]
        for who in ("joost", "samira", "koen", "tineke", "pim"):
            found += [(who, "lists", ()), (who, "list", (listed.name,)), (who, "receipts", ())]
            found += [(who, "list-print", (listed.name,)), (who, "end-reviews", ())]
            found += [(who, "receipt", (self.receipt.pk,)), (who, "rules", ()), (who, "rule", (RULED,))]
            found += [(who, "rule-compare", (RULED,))]
        lists: list[tuple[str, tuple[object, ...]]] = [
            ("selection-lists", ()),
            ("selection-list", (self.selection.pk,)),
        ]
        found += [(who, name, at) for who in ("samira", "pim") for name, at in lists]
        found += [("pim", "certificates", ()), ("pim", "certificate", (self.certificate.number,))]
        found += [("samira", "question", ()), ("pim", "report", ()), ("fenna", "slip", (dossier,))]
        found += [("pim", "transparency", ()), ("koen", "transparency", ())]
        found += [("joost", "list-item", (listed.name, listed.items.latest("pk").pk))]
        found += [("fenna", "clock", (dossier,)), ("samira", "clock", (dossier,))]
        found += [("samira", "transfers", ()), ("samira", "transfer", (dossier,))]
        found += [(who, "overview", ()) for who in ("samira", "pim")]
        found += [("samira", "rule-edit", (RULED,)), ("pim", "rule-dossiers", (RULED,))]
        return [*found, ("koen", "list", (self.executed.name,))]


def asked(reader: User, address: str) -> tuple[int, int]:
    """Return how many questions a page asks of the case files and of the vault, when no key is at hand."""
    client = signed_in(reader)
    knows_why(client)
    assert client.get(address).status_code == 200, address
    keys.forget()
    # asked once in some seconds, and not by the page that is counted here
    for seldom in (
        context._operator,
        emergency._number_to_review,
        recertification.number_waiting,
        transparency._alarms,
    ):
        seldom.cache.clear()
    context._operator()
    emergency.number_to_review(reader)
    transparency.count_alarms(reader)
    recertification.number_waiting(reader)
    judgement.forget()
    judgement.standing()
    with CaptureQueriesContext(connections["default"]) as cases, CaptureQueriesContext(connections["vault"]) as vault:
        client.get(address)
    return sum(not query["sql"].startswith(CONTROL) for query in cases), len(vault)


@pytest.fixture
def house(organisation: Founded, monkeypatch: pytest.MonkeyPatch) -> House:
    # for a second a page's rules are not asked again: on a slow machine that second is over before the page is
    monkeypatch.setattr(clockbars, "_rules", TTLCache(maxsize=2, ttl=3600))
    house = House(organisation)
    house.grows(FEW)
    return house


def test_no_page_asks_much_and_twice_the_rows_ask_no_more(house: House) -> None:
    few = {name: asked(*page) for name, page in house.pages().items()}
    house.grows(FEW)
    many = {name: asked(*page) for name, page in house.pages().items()}
    for (name, who), (cases, vault) in sorted(many.items()):
        sys.stdout.write(f"{name:20} {who:8} {cases:3} {vault:3}\n")  # shown by pytest -rP
    assert {name: count for name, count in many.items() if count[0] > MOST or count[1] > MOST_KEYS} == {}
    assert {name: (few[name], count) for name, count in many.items() if count[0] > few[name][0]} == {}
    assert {name: (few[name], count) for name, count in many.items() if count[1] > few[name][1]} == {}


def test_every_address_is_measured_or_known_to_be_no_page(house: House) -> None:
    names = {str(pattern.name) for pattern in [*casefiles_urls, *retention_urls]}
    # these redirect, follow from a form, or are there before anybody is
    needing_more = {
        "login",
        "give-access-to-many",
        "list-start",
        "list-conclude",
        "list-take-back",
        "end-review",
        "setup",
        "invitation",
        "published-schedule",
    }
    assert names - NO_PAGES - needing_more == {name for name, _who in house.pages()}
