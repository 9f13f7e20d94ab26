"""The clock on the dossier page: what it says in each state, in both languages."""

from datetime import date

from retention import holds
from retention.models import Hold
from tests.casework import address, knows_why, noor, signed_in
from tests.organisation import LONG_AGO, Organisation


def page_of(organisation: Organisation, dossier: object, language: str = "en") -> str:
    client = knows_why(signed_in(organisation.fenna))
    client.cookies["django_language"] = language
    return client.get(address("dossier", dossier)).content.decode()  # type: ignore[arg-type] # a Dossier


def test_a_closed_dossier_shows_its_due_date_and_why(organisation: Organisation) -> None:
    page = page_of(organisation, organisation.keeps("JD-1", changed=date(2020, 3, 14)))
    assert "14 March 2040" in page
    assert "Jeugdwet art. 7.3.8 lid 3" in page
    assert "Every new substantive change starts this term again." in page


def test_an_explanation_is_in_the_readers_language(organisation: Organisation) -> None:
    page = page_of(organisation, organisation.keeps("JD-1", changed=date(2020, 3, 14)), "nl")
    assert "14 maart 2040" in page
    assert "Elke nieuwe inhoudelijke wijziging start deze termijn opnieuw." in page


def test_a_hold_is_told_on_the_page_and_moves_no_date(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1", changed=date(2020, 3, 14))
    placed = holds.place([dossier.pk], Hold.Reason.COMPLAINT, owner=organisation.samira, review_on=date(2027, 4, 1))
    page = page_of(organisation, dossier)
    assert "Hold on this dossier, to be reviewed on 1 April 2027." in page
    assert "14 March 2040" in page
    holds.lift(placed.hold, by=organisation.koen)
    assert "Hold on this dossier" not in page_of(organisation, dossier)


def test_a_dossier_on_a_destruction_list_says_on_which(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1", changed=LONG_AGO)
    chosen = organisation.lists_due()
    assert f"This dossier is on destruction list {chosen.name}" in page_of(organisation, dossier)


def test_a_missing_fact_gives_no_date_but_a_question(organisation: Organisation) -> None:
    page = page_of(organisation, organisation.opens("JD-1", kind="leerplicht", birth_date=None))
    assert "No date yet" in page
    assert "what is the birth date of each young person here?" in page


def test_an_open_dossier_past_its_date_is_a_question_to_its_people(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-1", kind="leerplicht", birth_date=date(1980, 1, 1))
    assert "This dossier is past its date, and still open." in page_of(organisation, dossier)


def test_no_page_of_the_clock_has_a_style_of_its_own(organisation: Organisation) -> None:
    assert "style=" not in page_of(organisation, noor(organisation))
