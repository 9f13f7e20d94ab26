"""Each clock keeps what moved it and who; and anyone may ask what would move it, which moves nothing."""

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import translation
from psycopg import errors

from casefiles import lifecycle
from casefiles.access import Ability
from casefiles.models import Dossier
from retention import clockhistory, rules, sweeping
from retention.models import Clock, ClockChange, RuleChange
from retention.schedule import Trigger
from retention.timing import today
from tests.casework import may, says, signed_in
from tests.organisation import LONG_AGO, Organisation
from tests.retention.test_rules import changed, drafted, published
from tests.stores import everything, login


def history_of(dossier: Dossier) -> list[clockhistory.Moment]:
    clock = Clock.objects.get(dossier=dossier)
    return clockhistory.history(dossier, clock, clockhistory.versions_of(clock))


def test_every_change_is_told_with_its_cause_its_author_and_the_date_that_it_gave(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    says(dossier, organisation.fenna)
    lifecycle.close(dossier, today(), by=organisation.fenna)
    with translation.override("en"):
        (told,) = history_of(dossier)  # closing it moved nothing: its rule counts from the last change
        assert (str(told.cause), told.actor) == ("a substantive change", organisation.fenna.name)
    assert told.due_on == today() + relativedelta(years=20)


def test_a_version_that_takes_over_is_in_the_history_with_the_new_date(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    sweeping.sweep()
    Dossier.objects.update(opened_on=LONG_AGO)
    published(organisation, changed(term="P40Y", day=today()), back=True)
    sweeping.sweep()
    with translation.override("en"):
        told = history_of(dossier)
    found = [(str(m.cause), m.actor) for m in told if m.at == today() or "rule" in m.cause]
    assert found == [
        ("a published rule keeps it longer", ""),
        ("version 2 of the rule took over", organisation.koen.name),
    ]
    assert told[0].due_on == LONG_AGO + relativedelta(years=40)


def test_no_statement_moves_a_clock_without_a_line_and_no_process_changes_a_line(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    before = ClockChange.objects.count()
    with login("worker") as worker:
        worker.execute("UPDATE retention_clock SET state = 'kept'")
        worker.execute("UPDATE retention_clock SET state = 'kept'")
        worker.execute("UPDATE retention_clock SET held = 1")
    assert ClockChange.objects.count() == before + 1
    assert ClockChange.objects.latest("pk").cause == "system"
    for role in ("web", "worker", "sweep"):
        for change in ("UPDATE retention_clockchange SET actor = 'x'", "DELETE FROM retention_clockchange"):
            with login(role) as connection, pytest.raises(errors.InsufficientPrivilege):  # type: ignore[arg-type] # a role by name
                connection.execute(change)


def test_supposing_tells_another_date_and_writes_nothing(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001")
    published(organisation, changed(term="P1Y"))
    address = reverse("retention:clock", args=[dossier.pk])
    fenna = signed_in(organisation.fenna)
    fenna.get(address)
    before = {name: rows for name, rows in everything().items() if "retention_clock" in name}
    page = fenna.get(address, {"event": "changed", "version": "2"}).content.decode()
    until = today() + relativedelta(years=1)
    assert f"Then the last day is {until.day} {until:%B} {until.year}" in page
    assert fenna.get(address, {"event": "majority", "version": "1"}).status_code == 200
    assert fenna.get(address, {"event": "flood", "version": "9"}).status_code == 200
    assert before == {name: rows for name, rows in everything().items() if "retention_clock" in name}
    assert Clock.objects.get().state == "running"


def test_who_may_not_see_the_dossier_finds_no_clock_and_who_oversees_is_told_no_names(
    organisation: Organisation,
) -> None:
    dossier = organisation.opens("JD-2020-0001")
    address = reverse("retention:clock", args=[dossier.pk])
    assert signed_in(organisation.amina).get(address).status_code == 404
    page = signed_in(organisation.samira).get(address)
    assert page.status_code == 200
    assert "Luinenburg" not in page.content.decode()
    supposed = signed_in(organisation.samira).get(address, {"event": "changed", "version": "1"}).content.decode()
    assert "Then the last day is" in supposed
    drafted(organisation, changed(term="P1Y"))
    with_draft = signed_in(organisation.samira).get(address, {"event": "closed", "version": "2"}).content.decode()
    assert "draft of version 2" in with_draft
    assert "majority" not in with_draft
    rules.withdraw(RuleChange.objects.get(), by=organisation.samira)
    drafted(organisation, changed(trigger=Trigger.BIRTH))
    refused = signed_in(organisation.samira).get(address, {"event": "nothing", "version": "2"}).content.decode()
    assert "draft of version 2" not in refused  # its answer would tell a birth date
    told = signed_in(organisation.fenna).get(address, {"event": "nothing", "version": "2"}).content.decode()
    assert "Then the last day is 7 March 2023" in told
    may(organisation.amina, Ability.READ, dossier)
    assert signed_in(organisation.amina).get(address).status_code == 200
