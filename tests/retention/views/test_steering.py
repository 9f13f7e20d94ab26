"""The hand on a destruction in the browser: pause, go on, and what the page says meanwhile."""

import pytest
from django.test import Client
from django.utils import timezone

from casefiles.models import User
from retention.destruction import brakes, run
from retention.models import DestructionList, Execution
from tests.organisation import Organisation


@pytest.fixture(autouse=True)
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker listens in these tests."""
    monkeypatch.setattr("retention.tasks.destroy_list.delay", lambda _pk: None)


def page(user: User, chosen: DestructionList, part: str = "") -> str:
    return as_user(user).get(f"/lists/{chosen.name}/{part}").content.decode()


def as_user(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def test_a_list_is_paused_and_goes_on_by_hand_and_only_by_an_officer(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    chosen = organisation.starts(organisation.lists_due())
    address = f"/lists/{chosen.name}/"
    assert "/pause/" in page(organisation.koen, chosen)
    assert "/pause/" not in page(organisation.pim, chosen)
    assert as_user(organisation.joost).post(f"{address}pause/").status_code == 409
    assert as_user(organisation.amina).post(f"{address}pause/").status_code == 404  # another team's list
    assert as_user(organisation.koen).get(f"{address}pause/").status_code == 405
    for _click in range(2):
        assert as_user(organisation.koen).post(f"{address}pause/").status_code == 302
    shown = page(organisation.samira, chosen)
    assert "The destruction is paused." in shown
    assert "by Koen Verbeek" in shown
    assert "/go-on/" in shown
    assert "/pause/" not in shown
    stale = as_user(organisation.koen).get(f"{address}progress/?seen=")
    assert stale.headers["HX-Refresh"] == "true"  # another tab, still open from before, shows the page anew
    as_user(organisation.koen).post(f"{address}go-on/", {"seen": "many"})
    assert Execution.objects.get().halt == "paused"
    as_user(organisation.koen).post(f"{address}go-on/", {"seen": "paused"})
    assert Execution.objects.get().halt == ""
    assert "stands still" not in page(organisation.koen, chosen)


def test_the_page_says_of_every_standstill_what_happened_and_what_comes_next(
    organisation: Organisation, settings: object
) -> None:
    organisation.keeps_many(1)
    chosen = organisation.starts(organisation.lists_due())
    brakes.may_run(chosen.pk)
    execution = Execution.objects.filter(pk=chosen.pk)
    for halt, words in {
        "many": "far more than usual",
        "large": "far more documents",
        "young": "changed years later",
        "failing": "one dossier in ten fails",
        "clock": "leapt ahead",
    }.items():
        execution.update(halt=halt, halted_at=timezone.now(), dossiers=400)
        shown = page(organisation.koen, chosen)
        assert words in shown
        assert f'value="{halt}"' in shown
    for trouble, words in {
        "mirror": "mirror folder",
        "restored": "from a backup",
        "database": "did not answer",
    }.items():
        execution.update(halt="", halted_at=None, trouble=trouble, trouble_at=timezone.now())
        assert words in page(organisation.pim, chosen)
    execution.update(trouble="", trouble_at=None)
    settings.QUIET_HOURS = "00:00-23:59"  # type: ignore[attr-defined] # pytest-django's settings
    assert "It goes on by itself at 23:59." in page(organisation.koen, chosen)


def test_a_mirror_that_cannot_be_written_is_said_on_the_page_until_it_can(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation.keeps_many(1)
    chosen = organisation.starts(organisation.lists_due())

    def refuse() -> None:
        raise run.mirror.MirrorUnreachable("OSError")

    with monkeypatch.context() as patched:
        patched.setattr(run.mirror, "publish", refuse)
        with pytest.raises(run.mirror.MirrorUnreachable):
            run.run(chosen.pk)
    assert Execution.objects.get().trouble == "mirror"
    run.run(chosen.pk)
    assert Execution.objects.get().trouble == ""
