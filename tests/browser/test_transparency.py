"""The page of the log as overseers see it: whole, witnessed, and when somebody rewrote it."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from casefiles.models import AccessEvent, Job
from retention import inventory, mirror, transparency
from retention.auditing import run
from retention.ledger.keys import WitnessKey
from tests.browser.conftest import Opening, log_in
from tests.casework import signed_in
from tests.chromium import overflow, violations
from tests.organisation import Organisation, carry_out
from tests.retention.test_witnesses import append, fork, witness

pytestmark = pytest.mark.browser
ADDRESS = "/transparency/"


@pytest.fixture
def witnessed(organisation: Organisation, tmp_path: Path) -> Path:
    """A log with a receipt, an inventory, an audit, and two witnesses of whom one has never looked."""
    organisation.keeps_many(1)
    inventory.take()
    carry_out(organisation.starts(organisation.lists_due()))
    mirror.publish()
    keys = [WitnessKey(name, name.encode().ljust(32)[:32]) for name in ("fg.example/getuige", "raad.example/getuige")]
    settings.WITNESS_DIR.mkdir(parents=True)
    lines = [f"witness {name} {key.vkey}" for name, key in zip(("fg", "clientenraad"), keys, strict=True)]
    (settings.WITNESS_DIR / "policy").write_text("\n".join([*lines, "quorum fg", ""]))
    path = tmp_path / "w.key"
    path.write_text(keys[0].encoded())
    assert witness(path) == 0
    run.ask(None)
    run.resume()
    return path


def test_overseers_see_how_the_log_stands_and_nobody_else_finds_the_page(
    organisation: Organisation, witnessed: Path
) -> None:
    for user in (organisation.pim, organisation.samira, organisation.koen, organisation.tineke):
        page = signed_in(user).get(ADDRESS).content.decode()
        assert "fg.example/getuige" in page
        assert "missing since" in page
        assert page.count("gv-alert") == 0
    for user in (organisation.fenna, organisation.joost):
        client = signed_in(user)
        for method, address in (("get", ADDRESS), ("get", f"{ADDRESS}audit/"), ("post", f"{ADDRESS}audit/start/")):
            assert getattr(client, method)(address).status_code == 404
    assert signed_in(organisation.pim).get(f"{ADDRESS}audit/start/").status_code == 405


def test_an_audit_is_asked_for_once_however_often_one_clicks(organisation: Organisation, witnessed: Path) -> None:
    client = signed_in(organisation.pim)
    for _click in range(2):
        assert client.post(f"{ADDRESS}audit/start/").status_code == 302
    assert Job.objects.filter(kind=run.KIND, state="waiting", started_by=organisation.pim).count() == 1
    assert "The log is being audited" in client.get(ADDRESS).content.decode()
    run.resume()
    answer = client.get(f"{ADDRESS}audit/")
    assert answer.headers["HX-Refresh"] == "true"
    assert "Pim Schouten" in answer.content.decode()
    assert AccessEvent.objects.filter(ground="audit", actor_id=organisation.pim.pk).count() == 1


def test_a_fork_is_an_alarm_on_every_page_of_every_overseer(
    organisation: Organisation, witnessed: Path, tmp_path: Path
) -> None:
    append()
    assert witness(witnessed) == 0
    assert witness(witnessed, fork(tmp_path / "fork", 4)) == 1
    page = signed_in(organisation.tineke).get(ADDRESS).content.decode()
    assert "The log was rewritten" in page
    assert "refuses the log" in page
    transparency._alarms.cache.clear()
    assert "gv-count" in signed_in(organisation.pim).get("/receipts/").content.decode()


@pytest.mark.parametrize(("width", "language"), [(1440, "nl"), (390, "nl"), (1440, "en")])
def test_the_page_is_accessible_and_fits_its_window(
    opening: Opening, witnessed: Path, width: int, language: str, tmp_path: Path
) -> None:
    with opening(width, language, bypass_csp=True) as page:
        log_in(page, "pim")
        page.goto(ADDRESS)
        expect(page.locator("#witnesses")).to_be_visible()
        page.screenshot(path=tmp_path / "whole.png", full_page=True)
        assert (violations(page), overflow(page)) == ([], 0)
        (settings.MIRROR_DIR / "checkpoint").write_text("nothing")
        append_and_refuse(witnessed, tmp_path)
        run.ask(None)
        run.resume()
        page.reload()
        page.screenshot(path=tmp_path / "wrong.png", full_page=True)
        assert (violations(page), overflow(page)) == ([], 0)


def append_and_refuse(key: Path, folder: Path) -> None:
    """The mirror is gone, and the witness was shown a fork."""
    (settings.MIRROR_DIR / "checkpoint").unlink()
    append()
    assert witness(key) == 0
    assert witness(key, fork(folder / "fork", 4)) == 1
    (settings.MIRROR_DIR / "checkpoint").write_text("nothing")
