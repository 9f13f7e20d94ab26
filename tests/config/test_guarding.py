"""The demonstration refuses to be reached by others and to send mail."""

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core import checks
from hypothesis import given
from hypothesis import strategies as st

from casefiles.models import Organisation
from config import guarding

CONSOLE = "django.core.mail.backends.console.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@given(st.lists(st.text(min_size=1)))
def test_any_address_but_this_machines_own_is_refused(hosts: list[str]) -> None:
    strange = [host for host in hosts if host not in guarding.LOOPBACK]
    assert len(guarding.refusals(hosts, CONSOLE)) == len(strange)


def test_a_real_mail_server_is_refused() -> None:
    assert guarding.refusals(["127.0.0.1"], CONSOLE) == []
    assert len(guarding.refusals(["127.0.0.1"], SMTP)) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "/run/gv.sock", ""])  # noqa: S104 - refused here
def test_a_demonstration_does_not_start_on_another_address(stores: None, host: str) -> None:
    Organisation.objects.create(name="Jeugdhulp Waterkant", demonstration=True)
    guarding.guard(["127.0.0.1"])
    with pytest.raises(guarding.Exposed):
        guarding.guard(["127.0.0.1", host])


def test_a_real_organisation_may_listen_where_it_likes(stores: None) -> None:
    Organisation.objects.create(name="Jeugdhulp Waterkant")
    guarding.guard(["0.0.0.0"])  # noqa: S104 - a name, nothing listens


def test_gunicorn_is_stopped_by_the_addresses_that_it_was_given(stores: None) -> None:
    def server(*addresses: Any) -> Any:
        return SimpleNamespace(cfg=SimpleNamespace(address=list(addresses)))

    Organisation.objects.create(name="Jeugdhulp Waterkant", demonstration=True)
    guarding.on_starting(server(("127.0.0.1", 8000)))
    for address in (("0.0.0.0", 8000), "/run/gv.sock"):  # noqa: S104 - refused here
        with pytest.raises(guarding.Exposed):
            guarding.on_starting(server(("127.0.0.1", 8000), address))


@pytest.mark.real
def test_gunicorn_itself_asks_before_it_listens(stores: None) -> None:
    Organisation.objects.create(name="Jeugdhulp Waterkant", demonstration=True)
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--config=python:config.guarding"]
    done = subprocess.run(
        [*command, "--bind=0.0.0.0:0", "--no-control-socket"],
        cwd=live_settings.BASE_DIR, env=os.environ | {"PROCESS_ROLE": "web", "LANGUAGE": "en"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "127.0.0.1 only" in done.stdout + done.stderr
    assert "Listening at" not in done.stderr


def test_the_system_check_speaks_of_a_demonstration_only(stores: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.EMAIL_BACKEND = ["127.0.0.1", "dossiers.example.org"], SMTP
    assert guarding.check_demonstration(databases=["default"]) == []
    Organisation.objects.create(name="Jeugdhulp Waterkant", demonstration=True)
    assert [found.id for found in guarding.check_demonstration(databases=["default"])] == ["config.E001", "config.E002"]
    assert guarding.check_demonstration(databases=None) == []


def test_the_check_runs_with_the_database_checks() -> None:
    assert guarding.check_demonstration in checks.registry.registry.registered_checks
