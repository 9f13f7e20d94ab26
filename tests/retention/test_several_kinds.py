"""Several kinds of records in one file: the longest of their terms counts, also when a published rule changes which."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.urls import reverse

from casefiles import lifecycle
from casefiles.models import Dossier
from retention import ahead, holds, rules, sweeping, timing
from retention.holds.covering import caught
from retention.models import Clock, ClockChange, Hold, HoldCover, HoldCriterion
from retention.schedule import Trigger
from retention.timing import today
from tests.casework import signed_in
from tests.organisation import Organisation
from tests.retention.test_rules import changed, drafted, published

CLOSED = date(2016, 3, 1)


def holds_also(organisation: Organisation, dossier: Dossier, *also: str) -> None:
    dossier.refresh_from_db()
    assert dossier.facts is not None
    said = dossier.facts.circumstances
    lifecycle.change_circumstances(dossier, said, dossier.end_of_measure_on, also, by=organisation.fenna)
    dossier.refresh_from_db()


def governing(dossier: Dossier) -> str:
    return str(Clock.objects.get(dossier=dossier).category_id)


def test_the_longest_term_governs_and_goes_with_the_record_it_came_with(organisation: Organisation) -> None:
    dossier = organisation.keeps("KD-1", kind="klacht", changed=CLOSED)
    assert timing.derivation_of(dossier).due_on == CLOSED + relativedelta(years=5)
    holds_also(organisation, dossier, "toegang", "klacht")
    assert dossier.also == ["toegang"]
    assert (governing(dossier), timing.derivation_of(dossier).due_on) == ("toegang", CLOSED + relativedelta(years=20))
    change = ClockChange.objects.filter(dossier=dossier).latest("pk")
    assert (change.category, change.cause, change.actor) == ("toegang", "changed", organisation.fenna.name)
    page = signed_in(organisation.samira).get(reverse("retention:clock", args=[dossier.pk])).content.decode()
    assert "Kinds of records in this file" in page
    assert "1 March 2021" in page
    assert "1 March 2036" in page
    sweeping.sweep()
    assert Clock.objects.get(dossier=dossier).state == "running"  # as a complaint alone it would be due
    holds_also(organisation, dossier)
    assert governing(dossier) == "klacht"


def test_a_kind_without_its_date_keeps_the_whole_file_from_falling_due(organisation: Organisation) -> None:
    dossier = organisation.keeps("KD-1", kind="klacht", changed=CLOSED)
    dossier.party_set.all().delete()
    holds_also(organisation, dossier, "leerplicht")
    sweeping.sweep()
    clock = Clock.objects.get(dossier=dossier)
    assert (clock.state, clock.category_id) == ("waiting", "leerplicht")
    page = signed_in(organisation.fenna).get(reverse("retention:questions")).content.decode()
    assert "KD-1" in page


def test_a_published_rule_can_change_which_kind_governs(organisation: Organisation) -> None:
    dossier = organisation.keeps("KD-1", kind="klacht", changed=CLOSED)
    holds_also(organisation, dossier, "toegang")
    before = ClockChange.objects.filter(dossier=dossier).count()
    sweeping.sweep()
    assert ClockChange.objects.filter(dossier=dossier).count() == before  # what does not change is not written
    published(organisation, changed("klacht", term="P30Y", day=today()), back=True)
    sweeping.sweep()
    assert (governing(dossier), timing.derivation_of(dossier).due_on) == ("klacht", CLOSED + relativedelta(years=30))
    change = drafted(organisation, changed("toegang", term="P60Y", trigger=Trigger.BIRTH, day=today()), back=True)
    ahead.work(change.job_id)
    rules.propose(change, by=organisation.samira)
    rules.approve(change, change.digest, by=organisation.koen)
    ahead.switch_due(today())
    assert governing(dossier) == "toegang"  # 60 years after the birth in 2008
    assert ClockChange.objects.filter(dossier=dossier).latest("pk").cause == "rule"


def test_a_hold_on_a_kind_catches_a_file_that_holds_it_beside_another(organisation: Organisation) -> None:
    dossier, other = organisation.keeps("KD-1", kind="klacht"), organisation.keeps("KD-2", kind="klacht")
    holds_also(organisation, dossier, "veilig-thuis")
    ground = holds.Ground(Hold.Reason.HOTSPOT, today() + timedelta(days=90))
    holds.place_by_criterion(HoldCriterion(kind="veilig-thuis"), ground, owner=organisation.samira)
    assert list(HoldCover.objects.values_list("dossier", flat=True)) == [dossier.pk]
    holds_also(organisation, other, "veilig-thuis")
    assert {dossier.pk, other.pk} <= caught([other.pk]) | set(HoldCover.objects.values_list("dossier", flat=True))


def test_what_a_file_also_holds_is_ticked_with_its_dates_and_survives_what_somebody_else_typed(
    organisation: Organisation,
) -> None:
    dossier = organisation.opens("JD-1")
    address = reverse("casefiles:dossier-dates", args=[dossier.pk])
    fenna = signed_in(organisation.fenna)
    assert fenna.post(address, {"version": "0", "also": ["klacht", "veilig-thuis"]}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.also == ["klacht", "veilig-thuis"]
    stale = fenna.post(address, {"version": "0", "also": ["jgz"]})
    assert stale.status_code == 409
    assert "complaint file" in stale.content.decode()
    assert fenna.post(address, {"version": "1", "also": ["jeugdhulp"]}).status_code == 422  # its own kind is no other
