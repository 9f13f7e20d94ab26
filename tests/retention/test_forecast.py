"""What is to come, counted by the database as it is derived for each dossier by itself."""

from collections import Counter
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from casefiles import emergency
from casefiles.models import Dossier, EmergencyAccess
from retention import clockbars, dashboard, forecast, rules, sweeping
from retention.models import Clock, ListItem
from retention.timing import derivation_of, today
from tests.casework import signed_in
from tests.organisation import Organisation
from tests.retention.test_rights import asks
from tests.retention.test_rules import changed, drafted


def test_a_forecast_counts_every_dossier_in_the_month_of_its_last_day(organisation: Organisation) -> None:
    ends = [today() + timedelta(days=days) for days in (-1, 0, 29, 31, 200, 364, 1200, 3000, 4200)]
    for number, end in enumerate(ends):
        organisation.keeps(f"JD-1-{number}", changed=end - relativedelta(years=20))
    organisation.keeps("TD-1", kind="toegang", changed=today() - relativedelta(years=19))
    Clock.objects.filter(dossier__reference="JD-1-4").update(held=1)
    clockbars._rules.clear()
    found = forecast.forecast()
    dues = [due for each in Dossier.objects.all() if (due := derivation_of(each).due_on)]
    to_come = [due for due in dues if due >= today()]
    assert found.overdue == len([due for due in dues if due < today()]) == 1
    assert found.near == len([due for due in to_come if due <= today() + forecast.NEAR])
    by_month = Counter(due.replace(day=1) for due in to_come)
    assert [(month, sum(fates.values())) for month, fates in found.months()] == [
        (month, by_month[month]) for month, _fates in found.months()
    ]
    by_year = Counter(due.year for due in to_come)
    assert [sum(fates.values()) for _year, fates in found.years()] == [
        by_year[today().year + n] for n in range(forecast.YEARS)
    ]
    assert sum(fates["held"] for _month, fates in found.months()) == 1
    assert set(found.by_category()) == {"jeugdhulp", "toegang"}


def test_the_dashboard_shows_what_is_over_and_what_waits_to_those_who_oversee(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    organisation.keeps("JD-1996-0002")
    sweeping.sweep()
    ListItem.objects.filter(dossier_id=dossier.pk).update(step="left_out")
    change = drafted(organisation, changed())
    rules.propose(change, by=organisation.samira)
    clockbars._rules.clear()
    assert [late.reference for late in dashboard.late()] == ["JD-1996-0001"]
    asked = asks(organisation, organisation.opens("JD-3"), received_on=today() - timedelta(days=27))
    plea = emergency.Plea(EmergencyAccess.Reason.CRISIS, "De ouder staat aan de balie.")
    emergency.use("JD-3", plea, by=organisation.amina)
    page = signed_in(organisation.samira).get("/overview/").content.decode()
    assert asked.name in page
    assert "1 to answer within a week" in page
    assert "Review emergency access to JD-3" in page
    page = signed_in(organisation.koen).get("/overview/").content.decode()
    assert "emergency access to" not in page  # the privacy officer reviews it
    assert "JD-1996-0001" in page
    assert "JD-1996-0002" not in page
    assert "Approval of rule jeugdhulp" in page
    assert "Approval of rule" not in signed_in(organisation.samira).get("/overview/").content.decode()
    for who in (organisation.fenna, organisation.joost):
        assert signed_in(who).get("/overview/").status_code == 404
