"""The clocks of many dossiers are those that timing.recompute would start."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles.bulk import Arrival, bring_in
from casefiles.models import Dossier, Party, PartyFacts, Team
from retention.models import Clock
from retention.timing import recompute
from tests.organisation import Organisation

DAYS = st.dates(date(1996, 1, 1), date(2026, 1, 1))


@st.composite
def lives(draw: st.DrawFn) -> tuple[str, date, date, date | None, list[date | None]]:
    opened, changed = sorted((draw(DAYS), draw(DAYS)))
    closed = draw(st.none() | st.just(changed))
    births = draw(st.lists(st.none() | DAYS, min_size=0, max_size=2))
    return draw(st.sampled_from(Dossier.Kind.values)), opened, changed, closed, births


def arriving(life: tuple[str, date, date, date | None, list[date | None]], number: int, team: Team) -> Arrival:
    kind, opened, changed, closed, births = life
    dossier = Dossier(
        reference=f"JD-{number}", kind=kind, team=team, opened_on=opened, last_change_on=changed, closed_on=closed
    )
    people = [Party(dossier=dossier, role="youth", facts=PartyFacts(birth_date=birth)) for birth in births]
    return Arrival(dossier, Dossier.Status.CLOSED if closed else Dossier.Status.OPEN, {Party: people})


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lives(), min_size=1, max_size=8))
def test_clocks_started_at_once_are_those_started_one_by_one(
    organisation: Organisation, chosen: list[tuple[str, date, date, date | None, list[date | None]]]
) -> None:
    before = Dossier.objects.count()
    arrivals = [arriving(life, before + n, organisation.noord) for n, life in enumerate(chosen)]
    bring_in(arrivals, ground="test")
    for arrival in arrivals:
        clock = Clock.objects.get(dossier=arrival.dossier)
        seen = (clock.state, clock.starts_on, clock.category_id)
        clock.delete()
        recompute(arrival.dossier)
        again = Clock.objects.get(dossier=arrival.dossier)
        assert seen == (again.state, again.starts_on, again.category_id)
