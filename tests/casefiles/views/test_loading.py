"""The demonstration's load: every page tells how far it is, also before anybody is logged in, and stops when done."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casefiles.demonstration import KIND
from casefiles.models import Job
from config import context
from tests.casework import signed_in
from tests.organisation import Organisation


@pytest.fixture
def job(organisation: Organisation, settings: Any) -> Job:
    settings.DEMONSTRATION = True
    return Job.objects.create(kind=KIND, state=Job.State.RUNNING, total=400, done=100)


def page(client: Client, name: str) -> str:
    context._loading.cache.clear()
    return client.get(reverse(name)).content.decode()


def test_every_page_says_how_far_the_load_is_until_it_is_done(organisation: Organisation, job: Job) -> None:
    for client, name in ((Client(), "casefiles:login"), (signed_in(organisation.fenna), "casefiles:dossiers")):
        shown = page(client, name)
        assert 'aria-valuenow="25"' in shown
        assert reverse("casefiles:loading") in shown
    assert "on their way" in page(signed_in(organisation.fenna), "casefiles:dossiers")
    Job.objects.update(state=Job.State.DONE, done=400)
    assert "gv-loading" not in page(Client(), "casefiles:login")
    assert "hx-get" not in Client().get(reverse("casefiles:loading")).content.decode()


def test_a_load_that_broke_off_says_so_and_does_not_ask_again(organisation: Organisation, job: Job) -> None:
    Job.objects.update(state=Job.State.FAILED)
    shown = page(signed_in(organisation.fenna), "casefiles:dossiers")
    assert "loading stopped" in shown
    assert reverse("casefiles:loading") not in shown


def test_outside_a_demonstration_there_is_no_such_page(organisation: Organisation, settings: Any) -> None:
    settings.DEMONSTRATION = False
    assert Client().get(reverse("casefiles:loading")).status_code == 404
