"""A dossier that fills every table bound to dossiers: what a table made later must be added to."""

from django.utils import timezone

from casefiles.models import (
    AccessNote,
    Authority,
    AuthorityFacts,
    Dossier,
    EmergencyAccess,
    EmergencyFacts,
    Entry,
    EntryFacts,
    EntryVersion,
    HandOver,
    Job,
    NoteFacts,
    Party,
    UnusualDay,
)
from retention import ahead, holds
from retention.models import (
    Clock,
    EndReview,
    Hold,
    HoldFacts,
    ItemRemark,
    ListItem,
    Reminder,
    RequestFacts,
    SlipOffer,
    StaysOpen,
    StaysOpenFacts,
    Transfer,
)
from retention.models.destruction_list import RemarkFacts
from retention.rights import register
from retention.rights.register import Received
from retention.schedule import Trigger
from retention.timing import rule_in_force, today
from tests.organisation import Organisation
from tests.retention.test_rules import changed, drafted
from tests.stores import login


def full_dossier(organisation: Organisation) -> Dossier:
    """A dossier with at least one row in every table that is bound to dossiers, ready to be deleted."""
    dossier = organisation.keeps("JD-1996-0001", documents=1)
    adult = Party.objects.create(dossier=dossier, role="parent", facts=Party.objects.get().facts)
    Authority.objects.create(
        dossier=dossier, adult=adult, child=Party.objects.get(role="youth"), facts=AuthorityFacts()
    )
    written = EntryFacts(text="Eerder.", author="Fenna")
    EntryVersion.objects.create(dossier=dossier, entry=Entry.objects.get(), version=0, facts=written)
    organisation.lists_due()
    remark = RemarkFacts(text="Kan weg.", author="Joost")
    ItemRemark.objects.create(dossier=dossier, item=ListItem.objects.get(), facts=remark)
    with_access_rows(organisation, dossier)
    why = HoldFacts(text="Advocaat belde.")
    holds.place([dossier.pk], Hold.Reason.CLAIM, owner=organisation.samira, review_on=today(), facts=why)
    received = Received("inspect", "youth_act", "self", today(), RequestFacts(requester="Petra Dam"))
    register.receive(received, [dossier.pk], by=organisation.samira)
    StaysOpen.objects.create(
        dossier=dossier, reason="other", until=today(), answered_by=organisation.fenna, facts=StaysOpenFacts()
    )
    Reminder.objects.create(to=organisation.fenna, kind="held", step=0, dossier=dossier, made_on=today())
    with login("worker") as worker:
        worker.execute(
            "INSERT INTO casefiles_dossiergroupgrant (dossier_id, group_id, permission_id, until, reason) "
            "SELECT dossier_id, (SELECT min(id) FROM auth_group), permission_id, until, reason "
            "FROM casefiles_dossierusergrant"
        )
    change = drafted(organisation, changed(trigger=Trigger.CLOSURE))
    assert change.job
    ahead.work(change.job.pk)
    SlipOffer.objects.create(dossier=dossier, outcome="offered", recorded_by=organisation.fenna)
    decided = {"due_on": today(), "rule": rule_in_force(dossier.kind), "decided_by": organisation.joost}
    EndReview.objects.create(dossier=dossier, decision="destroy", reason="no_interest", **decided)
    job = Job.objects.create(kind="transfer", started_by=organisation.koen)
    Transfer.objects.create(dossier=dossier, job=job, receiver="Stadsarchief", asked_by=organisation.koen)
    Clock.objects.update(state="destroying")
    return dossier


def with_access_rows(organisation: Organisation, dossier: Dossier) -> None:
    """An explained grant, a use of emergency access, a look at one's own surname and a hand-over."""
    fenna, joost = organisation.fenna, organisation.joost
    AccessNote.objects.create(dossier=dossier, written_by=fenna, facts=NoteFacts(about="Joost", text="Neemt waar."))
    used = EmergencyFacts(text="Melding in de nacht.")
    EmergencyAccess.objects.create(dossier=dossier, used_by=joost, reason="crisis", until=timezone.now(), facts=used)
    UnusualDay.objects.create(
        pattern="surname", day=today(), actor_id=1, count=1, newest=timezone.now(), dossier=dossier
    )
    job = Job.objects.create(kind="handover", started_by=joost)
    HandOver.objects.create(job=job, giver=fenna, taker=joost, reason="leaves").items.create(dossier=dossier)
