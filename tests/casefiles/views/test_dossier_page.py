"""The dossier page: who sees what of it, and what is written down when they do."""

from datetime import date

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from casefiles import lifecycle
from casefiles.access import Ability
from casefiles.models import AccessEvent, Dossier
from casefiles.vault import keys
from tests.casework import BSN, address, logged, may, noor, says, signed_in
from tests.organisation import Organisation


def test_the_page_shows_the_young_person_and_what_was_written(organisation: Organisation) -> None:
    dossier = noor(organisation)
    says(dossier, organisation.fenna, "Zij wil huiswerkbegeleiding.")
    page = signed_in(organisation.fenna).get(address("dossier", dossier)).content.decode()
    assert "Noor V." in page
    assert "Zij wil huiswerkbegeleiding." in page
    assert "Retention clock" in page


def test_what_a_person_may_not_see_does_not_exist_on_any_page(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna)
    client = signed_in(organisation.amina)
    names = ("dossier", "documents", "parties", "dossier-access", "reveal", "close-dossier", "reopen-dossier")
    pages = [address(name, dossier) for name in names]
    pages += [address("change-entry", dossier, entry.pk), address("entry-versions", dossier, entry.pk)]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    assert client.post(address("add-entry", dossier), {"text": "x"}).status_code == 404


@pytest.mark.parametrize("person", ["samira", "koen", "tineke", "pim"])
def test_roles_that_work_on_metadata_see_dates_and_counts_but_no_name_and_no_text(
    organisation: Organisation, person: str
) -> None:
    dossier = noor(organisation)
    says(dossier, organisation.fenna, "Zij wil huiswerkbegeleiding.")
    client = signed_in(getattr(organisation, person))
    page = client.get(address("dossier", dossier)).content.decode()
    assert "JD-1" in page
    assert "Retention clock" in page
    assert not [word for word in ("Vermeulen", "Noor V", "huiswerk", "Petra", "2008", BSN) if word in page]
    assert client.get(address("documents", dossier)).status_code == 404
    assert [line.ground for line in logged(dossier, "read")] == ["metadata"]


def test_a_rule_that_counts_from_birth_tells_no_birth_date_to_a_role_on_metadata(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2", kind="leerplicht", birth_date=date(2008, 3, 7))
    assert "7 March 2008" in signed_in(organisation.fenna).get(address("dossier", dossier)).content.decode()
    assert "7 March 2008" not in signed_in(organisation.samira).get(address("dossier", dossier)).content.decode()


def test_every_page_that_is_read_leaves_a_line_in_the_access_log(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    for name in ("dossier", "documents", "parties", "dossier-access"):
        client.get(address(name, dossier))
    lines = logged(dossier, "read")
    assert [line.ground for line in lines] == ["timeline", "documents", "parties", "access"]
    assert {line.actor_name for line in lines} == {"Fenna de Wit"}


def test_the_bsn_is_in_no_page_until_it_is_asked_for_with_a_reason(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    party = dossier.party_set.get(role="youth")
    pages = [address(n, dossier) for n in ("dossier", "documents", "parties", "dossier-access", "reveal")]
    pages.append(address("change-party", dossier, party.pk))
    assert not [page for page in pages if BSN in client.get(page).content.decode()]
    shown = client.post(address("reveal", dossier), {"reason": "referral"})
    assert BSN in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Refresh"] == f"30; url={address('dossier', dossier)}"
    assert [(line.ground, line.basis) for line in logged(dossier, "reveal")] == [("referral", "team")]


def test_the_bsn_is_not_shown_without_a_reason(organisation: Organisation) -> None:
    dossier = noor(organisation)
    answer = signed_in(organisation.fenna).post(address("reveal", dossier), {})
    assert answer.status_code == 422
    assert BSN not in answer.content.decode()
    assert logged(dossier, "read") == []


def test_a_reader_is_offered_nothing_that_a_reader_may_not_do(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna)
    may(organisation.amina, Ability.READ, dossier)
    page = signed_in(organisation.amina).get(address("dossier", dossier)).content.decode()
    forbidden = [
        address("add-entry", dossier),
        address("change-entry", dossier, entry.pk),
        address("close-dossier", dossier),
    ]
    assert not [link for link in forbidden if link in page]
    assert signed_in(organisation.amina).get(address("close-dossier", dossier)).status_code == 403


def test_who_looked_is_told_to_who_leads_and_to_nobody_else(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    signed_in(organisation.amina).get(address("dossier", dossier))
    page = signed_in(organisation.fenna).get(address("who-looked", dossier)).content.decode()
    assert "Who looked, and what they did" in page
    assert page.index("Amina Bakkali") < page.index("Opened a dossier")
    assert signed_in(organisation.amina).get(address("who-looked", dossier)).status_code == 403
    assert signed_in(organisation.joost).get(address("who-looked", dossier)).status_code == 404


def test_the_timeline_shows_what_was_chosen_newest_month_first(organisation: Organisation) -> None:
    dossier = noor(organisation)
    for month in (1, 3, 2):
        new = lifecycle.NewEntry(date(2026, month, 5), "contact", "fact", substantive=False, text=f"maand-{month}")
        lifecycle.add_entry(dossier, new, by=organisation.fenna)
    client = signed_in(organisation.fenna)
    page = client.get(address("dossier", dossier) + "?show=entries").content.decode()
    assert page.index("maand-3") < page.index("maand-2") < page.index("maand-1")
    assert "Dossier opened" not in page
    assert "Dossier opened" in client.get(address("dossier", dossier) + "?show=access").content.decode()
    assert "maand-1" not in client.get(address("dossier", dossier) + "?show=documents").content.decode()


def test_an_older_page_of_the_timeline_continues_where_the_first_one_stopped(organisation: Organisation) -> None:
    dossier = noor(organisation)
    for day in range(1, 31):
        new = lifecycle.NewEntry(date(2026, 1, day), "contact", "fact", substantive=False, text=f"dag-{day:02}.")
        lifecycle.add_entry(dossier, new, by=organisation.fenna)
    client = signed_in(organisation.fenna)
    pages = [client.get(address("dossier", dossier) + f"?show=entries&page={n}").content.decode() for n in (1, 2)]
    shown = [{day for day in range(1, 31) if f"dag-{day:02}." in page} for page in pages]
    assert shown == [set(range(6, 31)), set(range(1, 6))]


@pytest.mark.parametrize("page", ["-1", "0", "x", "99999999999999999999", "²"])
def test_a_page_number_that_is_no_number_is_no_fault(organisation: Organisation, page: str) -> None:
    dossier = noor(organisation)
    assert signed_in(organisation.fenna).get(address("dossier", dossier), {"page": page}).status_code == 200


def test_a_page_with_much_on_it_asks_fewer_than_ten_questions_and_one_key(organisation: Organisation) -> None:
    dossier = noor(organisation)
    for day in range(1, 21):
        says(dossier, organisation.fenna, f"dag {day}")
    client = signed_in(organisation.fenna)
    client.get(address("dossier", dossier))
    keys.forget()
    with CaptureQueriesContext(connections["default"]) as cases, CaptureQueriesContext(connections["vault"]) as vault:
        client.get(address("dossier", dossier))
        asked = sum(not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in cases)
    assert (asked < 10, len(vault)) == (True, 1), [query["sql"][:120] for query in [*cases, *vault]]


def test_an_inactive_colleague_is_no_part_of_the_care_team(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.READ, dossier)
    client = signed_in(organisation.fenna)
    assert "Amina Bakkali" in client.get(address("dossier", dossier)).content.decode()
    organisation.amina.is_active = False
    organisation.amina.save(update_fields=["is_active"])
    assert "Amina Bakkali" not in client.get(address("dossier", dossier)).content.decode()


def test_a_dossier_that_is_being_destroyed_has_no_page(organisation: Organisation) -> None:
    dossier = noor(organisation)
    Dossier.objects.filter(pk=dossier.pk).update(status="destroying")
    assert signed_in(organisation.fenna).get(address("dossier", dossier)).status_code == 404
    assert signed_in(organisation.samira).get(address("dossier", dossier)).status_code == 404
    assert not AccessEvent.objects.filter(dossier_id=dossier.pk, action="read").exists()
