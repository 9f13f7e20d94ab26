"""The access log: who reads which part of it, what stands out in it, its export in plain words, and its own end."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from casefiles import accesslog, journal, logterm, patterns, unusual
from casefiles.access import Ability
from casefiles.accesslog import Asked, Cursor
from casefiles.models import AccessEvent, Dossier, Organisation, UnusualDay, User
from casefiles.navigation import items_for
from casefiles.patterns import Period
from casefiles.sql import Sql, rows
from casefiles.urls import urlpatterns
from tests.casework import BSN, address, may, noor, says, signed_in
from tests.organisation import Organisation as House
from tests.stores import login

Action = AccessEvent.Action
NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def last_days(days: int = 3) -> Period:
    return Period(timezone.now() - timedelta(days=days), timezone.now() + timedelta(minutes=1))


@pytest.fixture
def dossier(organisation: House) -> Dossier:
    """Fenna leads the dossier of Noor Vermeulen; Amina contributes and looked at it."""
    found = noor(organisation)
    may(organisation.amina, Ability.CONTRIBUTE, found)
    signed_in(organisation.amina).get(address("dossier", found))
    return found


def test_every_line_says_from_where_and_by_what_right(organisation: House, dossier: Dossier) -> None:
    line = AccessEvent.objects.get(actor_id=organisation.amina.pk, action="read")
    assert (line.basis, line.ground, line.address) == ("team", "timeline", "127.0.0.1")
    signed_in(organisation.samira).get(address("dossier", dossier))
    assert AccessEvent.objects.get(actor_id=organisation.samira.pk).basis == "role"


def test_an_address_that_is_none_costs_no_line(organisation: House, dossier: Dossier) -> None:
    client = signed_in(organisation.amina)
    client.get(address("dossier", dossier), REMOTE_ADDR="unix:")
    assert AccessEvent.objects.filter(actor_id=organisation.amina.pk, address=None).count() == 1


def test_pages_follow_each_other_without_a_gap_or_a_double(organisation: House, dossier: Dossier) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        journal.record_many(Action.READ, organisation.joost, [uuid4() for _ in range(120)])
    asked, seen, after = Asked(actor_id=organisation.joost.pk), [], None
    for _page in range(3):
        page = accesslog.page(asked, after)
        seen += [line.id for line in page.lines]
        after = Cursor.parse(str(page.older)) if page.older else None
    assert (len(seen), len(set(seen)), after) == (120, 120, None)
    for nonsense in ("", "x", "1~x", "99999999999999999999999~" + str(uuid4())):
        assert Cursor.parse(nonsense) is None


def test_everyone_reads_their_own_lines_and_officers_all_by_filters(organisation: House, dossier: Dossier) -> None:
    own = signed_in(organisation.amina).get("/reading/").content.decode()
    assert "JD-1" in own
    assert "Fenna" not in own
    for who in ("fenna", "joost", "koen", "pim"):
        assert signed_in(getattr(organisation, who)).get("/access-log/").status_code == 403
        assert signed_in(getattr(organisation, who)).get("/access-log/patterns/").status_code == 403
    client = signed_in(organisation.tineke)
    page = client.get("/access-log/", {"reference": "jd-1", "person": organisation.amina.pk}).content.decode()
    assert "Amina Bakkali" in page
    assert "Vermeulen" not in page
    assert "Opened a dossier" not in page.partition("<tbody")[2]
    assert "There is no dossier with this reference" in client.get("/access-log/?reference=X").content.decode()
    assert AccessEvent.objects.filter(actor_id=organisation.tineke.pk, ground="access log").count() == 2


def test_what_stands_out_is_found(organisation: House, dossier: Dossier) -> None:
    User.objects.filter(pk=organisation.joost.pk).update(name="Joost Vermeulen")
    organisation.joost.refresh_from_db()
    with time_machine.travel(NIGHT):
        journal.record(Action.READ, organisation.joost, dossier.pk, basis="whole_team")
    journal.record_many(Action.READ, organisation.amina, [uuid4() for _ in range(60)], basis="team")
    period = Period(NIGHT - timedelta(days=400), NIGHT + timedelta(days=400))
    assert [(line.name, line.dossier_id) for line in patterns.same_surname(period)] == [("Joost Vermeulen", dossier.pk)]
    assert [line.name for line in patterns.many_dossiers(period)] == ["Amina Bakkali"]
    people = patterns.of_people(period)
    assert [line.name for line in people.unrelated] == ["Joost Vermeulen"]
    assert "Joost Vermeulen" in [line.name for line in people.odd_hours]
    assert people.refused == []
    assert patterns.same_surname(Period(NIGHT + timedelta(days=1), NIGHT + timedelta(days=2))) == []


def test_what_stands_out_is_counted_each_night_and_read_by_the_page(organisation: House, dossier: Dossier) -> None:
    User.objects.filter(pk=organisation.joost.pk).update(name="Joost Vermeulen")
    organisation.joost.refresh_from_db()
    for hours in (0, 24):
        with time_machine.travel(NIGHT + timedelta(hours=hours)):
            journal.record(Action.READ, organisation.joost, dossier.pk, basis="whole_team")
    gone = organisation.opens("JD-2", surname="Vermeulen")
    with time_machine.travel(NIGHT):
        journal.record(Action.READ, organisation.joost, gone.pk, basis="team")
    Dossier.objects.filter(pk=gone.pk).update(status=Dossier.Status.DESTROYING)
    day = NIGHT.date()
    assert unusual.count(day + timedelta(days=1)) == 100
    assert unusual.count(day + timedelta(days=1)) == 0  # a second time, or by a second worker
    assert unusual.count(day + timedelta(days=2)) == 1
    found = unusual.read(day, day + timedelta(days=2))
    assert [(line.name, line.count, line.dossier_id) for line in found.lines[unusual.Pattern.SURNAME]] == [
        ("Joost Vermeulen", 2, dossier.pk)
    ]
    assert [line.count for line in found.lines[unusual.Pattern.UNRELATED]] == [2]
    assert found.missing == 1
    with time_machine.travel(NIGHT + timedelta(days=2)):
        page = signed_in(organisation.samira).get("/access-log/patterns/").content.decode()
    assert "Joost Vermeulen" in page
    assert "JD-1" in page
    assert "28 days of this period are not counted yet" not in page
    assert "Noor" not in page
    assert unusual.count(day + timedelta(days=300)) == 100
    assert not UnusualDay.objects.exists()  # no longer than the page shows it


def test_the_index_behind_the_surnames_is_asked_by_officers_alone(organisation: House, dossier: Dossier) -> None:
    ask = Sql("SELECT count(*) FROM casefiles_same_surname(%s::bigint[], %s::bigint[], %s, %s)")
    values = ([organisation.amina.pk], [1], timezone.now() - timedelta(days=1), timezone.now())
    with login("web") as web:
        web.execute("SELECT set_config('gv.principal', %s, false)", [str(organisation.fenna.pk)])
        assert web.execute(ask.text, values).fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT casefiles_drop_log_before('2000-01-01')")
        web.rollback()


@pytest.mark.parametrize(("kind", "separator"), [("csv", ";"), ("html", "<td>")])
def test_the_young_person_reads_it_in_plain_dutch(
    organisation: House, dossier: Dossier, kind: str, separator: str
) -> None:
    client = signed_in(organisation.fenna)
    client.cookies["django_language"] = "nl"
    answer = client.get(address(f"log-{kind}", dossier))
    page = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert "Amina Bakkali" in page
    assert "keek in je dossier" in page
    assert "Deze persoon werkt met jou." in page
    assert separator in page
    assert AccessEvent.objects.filter(action="export", dossier_id=dossier.pk).count() == 1
    nothing = client.get(address(f"log-{kind}", dossier), {"since": "2020-01-01", "until": "2020-02-01"})
    assert "Amina" not in nothing.content.decode()
    assert signed_in(organisation.amina).get(address(f"log-{kind}", dossier)).status_code == 403
    assert signed_in(organisation.joost).get(address(f"log-{kind}", dossier)).status_code == 404


def test_who_prints_is_in_the_log(organisation: House, dossier: Dossier) -> None:
    assert signed_in(organisation.amina).post(address("printed", dossier)).status_code == 204
    assert AccessEvent.objects.get(action="print").actor_id == organisation.amina.pk
    assert signed_in(organisation.joost).post(address("printed", dossier)).status_code == 404


def months() -> set[str]:
    statement = (
        "SELECT right(inhrelid::regclass::text, 7) FROM pg_inherits WHERE inhparent = 'casefiles_accessevent'::regclass"
    )
    return {name for (name,) in rows(Sql(statement))}


@pytest.mark.usefixtures("stores")
def test_months_past_their_term_go_whole_and_younger_ones_never() -> None:
    today = timezone.localdate()
    old, young = date(today.year - 7, 3, 1), date(today.year - 4, 3, 1)
    for first in (old, young):
        rows(Sql("SELECT casefiles_make_month(%s)", (first,)))
        with time_machine.travel(datetime(first.year, 3, 5, 12, tzinfo=UTC)):
            journal.record(Action.READ, None)
    Organisation.objects.create(name="Waterkant", access_log_years=6)
    assert logterm.retire(today) == [f"{old:%Y_%m}"]
    assert logterm.retire(today) == []
    assert f"{young:%Y_%m}" in months()
    assert [line.occurred_at.year for line in AccessEvent.objects.filter(action="read")] == [young.year]
    line = AccessEvent.objects.get(action="destroy", ground="access log")
    assert line.detail == {"months": [f"{old:%Y_%m}"], "years": 6}
    # whoever asks for less than five years does not get it
    assert rows(Sql("SELECT casefiles_drop_log_before(%s)", (today,))) == [([],)]
    with login("worker") as worker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(f"DROP TABLE casefiles_accessevent_{young:%Y_%m}")
    with login("owner") as owner:
        owner.execute(f"DROP TABLE casefiles_accessevent_{young:%Y_%m}")


def test_metadata_roles_see_no_name_and_no_text_on_any_page_of_theirs(organisation: House, dossier: Dossier) -> None:
    says(dossier, organisation.fenna, "Geheim gesprek.")
    routes = [str(pattern.pattern) for pattern in urlpatterns]
    of_one = [route for route in routes if route.startswith("dossiers/<uuid:pk>/") and route.count("<") == 1]
    assert len(of_one) > 12
    words = [b"Noor V", b"Vermeulen", b"Petra", b"Geheim", BSN.encode()]
    for who in ("samira", "koen", "tineke", "pim"):
        user = getattr(organisation, who)
        client = signed_in(user)
        addresses = [f"/{route.replace('<uuid:pk>', str(dossier.pk))}" for route in of_one]
        addresses += [reverse(item.url_name) for item in items_for(user)]
        for each in addresses:
            page = client.get(each)
            assert page.status_code in {200, 302, 403, 404, 405}, each
            assert not [word for word in words if word in page.content], (who, each)
        assert client.post("/search/", {"q": "Vermeulen"}).content.count(b"Vermeulen") <= 1  # what was typed
