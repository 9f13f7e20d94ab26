"""How the product is: what strangers may know, what administrators see, and mail once for each alarm."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from casefiles import signs
from casefiles.models import AccessEvent, Alarm
from casefiles.vault import keys
from config import alarms, beating, health
from tests.organisation import Organisation


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    health.summary.cache_clear()
    monkeypatch.setattr(beating, "_shown", float("-inf"))


def both_live() -> None:
    signs.show(signs.Part.WORKER)
    signs.show(signs.Part.BEAT)


def test_a_stranger_learns_which_parts_work_and_nothing_more(organisation: Organisation) -> None:
    keys.current_epoch()
    both_live()
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": dict.fromkeys(health.PARTS, "ok")}


def test_a_dead_worker_and_a_lost_root_key_are_not_ok(
    organisation: Organisation, settings: Any, tmp_path: Path
) -> None:
    keys.current_epoch()
    both_live()
    signs.LastSeen.objects.filter(part="worker").update(at=timezone.now() - timedelta(minutes=5))
    settings.KEYS_DIR = tmp_path
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert {code for code, state in answer.json()["parts"].items() if state != "ok"} == {"worker", "vault"}
    health.summary.cache_clear()
    assert Client().get("/healthz?part=database&part=beat").status_code == 200
    assert Client().get("/healthz?part=nothing").status_code == 503


def test_an_administrator_sees_every_part_and_nobody_else_does(organisation: Organisation) -> None:
    both_live()
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(organisation.koen)
    page = client.get("/health/").content.decode()
    assert "last seen on" in page
    assert page.count("gv-badge--ok") == len(health.PARTS)
    client.force_login(organisation.samira)
    assert client.get("/health/").status_code == 403
    assert AccessEvent.objects.filter(outcome="refused", actor_id=organisation.samira.pk).exists()


def test_an_alarm_is_mailed_once_and_its_end_too(organisation: Organisation) -> None:
    organisation.koen.email = "koen@example.org"
    organisation.koen.save(update_fields=["email"])
    signs.show(signs.Part.WORKER)
    beating.show(signs.Part.WORKER)  # beat is silent: the worker looks
    assert Alarm.objects.get().part == "beat"
    assert mail.outbox == []
    Alarm.objects.update(since=timezone.now() - timedelta(minutes=4))
    alarms.look()
    alarms.look()
    assert [message.to for message in mail.outbox] == [["koen@example.org"]]
    signs.show(signs.Part.BEAT)
    alarms.look()
    alarms.look()
    assert len(mail.outbox) == 2
    assert not Alarm.objects.exists()
    assert "Beat" not in mail.outbox[0].body
