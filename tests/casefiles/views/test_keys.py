"""The page of the root keys: an administrator sees the epochs and replaces the root key; nobody else may."""

from typing import Any

import pytest
from django.test import Client

from casefiles import rotation, tasks
from casefiles.models import AccessEvent, Job
from casefiles.vault import drill
from casefiles.vault.models import KeyEpoch
from tests.organisation import Organisation


@pytest.fixture(autouse=True)
def bell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No worker listens: what was rung for is carried out by the test itself."""
    rung: list[str] = []
    monkeypatch.setattr("casefiles.tasks.resume_rotation.delay", lambda: rung.append("rotation"))
    return rung


def as_(organisation: Organisation, name: str) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(organisation, name))
    return client


def test_an_administrator_replaces_the_root_key_and_sees_the_evidence(
    organisation: Organisation, bell: list[str], django_assert_max_num_queries: Any
) -> None:
    organisation.keeps_many(2)
    koen = as_(organisation, "koen")
    assert koen.post("/keys/rotate/").status_code == koen.post("/keys/rotate/").status_code == 302
    assert Job.objects.filter(kind=rotation.KIND).count() == 1
    assert bell
    waiting = koen.get("/keys/").content.decode()
    assert "progressbar" in waiting
    assert "/keys/rotate/" not in waiting
    tasks.resume_rotation()
    with django_assert_max_num_queries(9):
        page = koen.get("/keys/").content.decode()
    assert "file of epoch 1 overwritten and unlinked" in page
    assert koen.get("/keys/progress/").headers["HX-Refresh"] == "true"


def test_the_page_warns_until_there_is_an_escrow(organisation: Organisation) -> None:
    koen = as_(organisation, "koen")
    assert "There is no escrow" in koen.get("/keys/").content.decode()
    drill.make(2, 3)
    assert "There is no escrow" not in koen.get("/keys/").content.decode()


def test_a_rotation_that_had_to_stop_says_what_to_do(organisation: Organisation) -> None:
    job = rotation.ask(None)
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, problem=rotation.KEY_STAYS_SHUT)
    page = as_(organisation, "koen").get("/keys/").content.decode()
    assert "The root key was not replaced" in page
    assert "restore the newest backup of the vault" in page


@pytest.mark.parametrize("name", ["fenna", "joost", "samira", "tineke", "pim"])
def test_nobody_else_sees_or_replaces_a_root_key_and_the_refusal_is_logged(
    name: str, organisation: Organisation
) -> None:
    client = as_(organisation, name)
    for answer in (client.get("/keys/"), client.get("/keys/progress/"), client.post("/keys/rotate/")):
        assert answer.status_code == 403
    assert AccessEvent.objects.filter(outcome="refused", actor_id=getattr(organisation, name).pk).count() == 3
    assert not Job.objects.exists()
    assert not KeyEpoch.objects.filter(number=2).exists()
