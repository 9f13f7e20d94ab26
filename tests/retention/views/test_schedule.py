"""The retention schedule as a page, and in public."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casefiles import people
from tests.casework import signed_in
from tests.organisation import Organisation

PUBLIC = "/public/schedule/"


@pytest.mark.parametrize("who", ["fenna", "joost", "samira", "koen", "tineke", "pim"])
def test_everyone_who_works_here_reads_the_whole_schedule(organisation: Organisation, who: str) -> None:
    page = signed_in(getattr(organisation, who))
    page.get(reverse("casefiles:session"))  # the badges are asked once in some seconds
    with CaptureQueriesContext(connection) as queries:
        shown = page.get(reverse("retention:schedule")).content.decode()
    assert len(queries) < 10
    assert "47 categories" in shown
    assert "Last substantive change + 20 years (Jeugdwet art. 7.3.8 lid 3)" in shown
    assert "to be confirmed" in shown
    assert "only for dossiers for which this holds: child abuse is suspected" in shown


def test_the_public_page_does_not_exist_until_the_organisation_publishes_it(organisation: Organisation) -> None:
    assert Client().get(PUBLIC).status_code == 404
    people.change_organisation(people.House("Jeugdhulp Duin", "aanbieder", True), by=organisation.koen)
    reader = Client()
    reader.cookies["django_language"] = "en"
    shown = reader.get(PUBLIC)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Retention schedule of Jeugdhulp Duin" in text
    assert "Jeugdwet art. 7.3.8 lid 3" in text
    # what is not applied is not published, nor is the way to the rest of the house
    assert "birth of the youngest young person + 48 years" not in text
    assert "verwijsindex" not in text
    assert reverse("retention:lists") not in text


def test_only_an_administrator_decides_that_it_is_public(organisation: Organisation) -> None:
    form = {"name": "Jeugdhulp Duin", "kind": "gemeente", "publishes_schedule": "on"}
    assert signed_in(organisation.samira).post(reverse("casefiles:organisation"), form).status_code in (403, 404)
    assert Client().get(PUBLIC).status_code == 404
    assert signed_in(organisation.koen).post(reverse("casefiles:organisation"), form).status_code == 302
    assert Client().get(PUBLIC).status_code == 200
