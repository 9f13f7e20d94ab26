"""destroy LIST --as USER: start the execution of an approved list and follow it until it is done."""

import math
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from casefiles.jobs import Bar, watch
from casefiles.models import User
from retention import lists, standstill, tasks
from retention.destruction import brakes, steering
from retention.management.acting import acting_user, named_list
from retention.models import DestructionList, Execution, ListItem
from retention.states import ENDED, IN_FLIGHT, ListState

RING_AGAIN_SECONDS = 15


class Command(BaseCommand):
    """The work is done by a worker; this command only rings, watches, and starts a worker when none answers."""

    help = "Start the destruction of an approved list, by the worker, and follow it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("list")
        parser.add_argument("--as", dest="user", required=True, help="who starts it")
        parser.add_argument("--retry", action="store_true", help="try the dossiers that were set apart again now")
        parser.add_argument("--pause", action="store_true", help="claim no other dossier until somebody goes on")
        parser.add_argument("--go-on", action="store_true", help="end the pause, or let pass what the list stopped for")
        parser.add_argument("--no-wait", action="store_true", help="ring the worker and return")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, follow and report. Exit code 1 when a dossier could not be destroyed."""
        user, chosen = acting_user(options["user"]), named_list(options["list"])
        try:
            self._steer(chosen, user, options)
        except lists.NotAllowed as error:
            raise CommandError(str(error)) from None
        if options["pause"]:
            return
        if options["no_wait"]:
            tasks.destroy_list.delay(chosen.pk)
            return
        with _a_worker():
            self._follow(chosen)
        self._report(chosen)

    def _steer(self, chosen: DestructionList, user: User, options: dict[str, Any]) -> None:
        """Carry out what was asked. Raises lists.NotAllowed."""
        if options["pause"]:
            steering.pause(chosen, by=user)
            return self._say_why(chosen)
        lists.start(chosen, by=user)
        if options["go_on"]:
            steering.go_on(chosen, _halt(chosen), by=user)
        if options["retry"]:
            steering.again(chosen, by=user)
        return None

    def _say_why(self, chosen: DestructionList) -> None:
        stands = _standstill(chosen)
        if stands:
            self.stdout.write(f"{chosen.name}: {stands.what} {stands.next}")

    def _follow(self, chosen: DestructionList) -> None:
        items = ListItem.objects.filter(destruction_list=chosen)
        rung = -math.inf

        def read() -> tuple[Bar, bool]:
            nonlocal rung
            if time.monotonic() - rung > RING_AGAIN_SECONDS:
                tasks.destroy_list.delay(chosen.pk)
                rung = time.monotonic()
            chosen.refresh_from_db(fields=["state"])
            stuck = items.exclude(failure="").exclude(step__in=ENDED).count()
            over = chosen.state == ListState.DONE or _only(stuck, items) or _at_rest(chosen, items)
            return Bar(items.filter(step__in=ENDED).count(), items.count(), stuck), over

        watch(_("dossiers"), read)

    def _report(self, chosen: DestructionList) -> None:
        items = ListItem.objects.filter(destruction_list=chosen)
        steps = {str(step): items.filter(step=step).count() for step in ENDED}
        self.stdout.write(
            _("%(list)s: %(destroyed)d destroyed with a receipt, %(left_out)d left out, %(exempted)d exempted.")
            % {"list": chosen.name, **steps}
        )
        self._say_why(chosen)
        failed = items.exclude(failure="")
        for item in failed.order_by("pk"):
            self.stdout.write(_("dossier %(id)s: %(reason)s") % {"id": item.dossier_id, "reason": item.failure})
        if failed.exclude(step__in=ENDED).exists():
            raise CommandError(_("Not everything is destroyed: it is tried again by itself, or now with --retry."))


def _standstill(chosen: DestructionList) -> standstill.Standstill | None:
    execution = Execution.objects.select_related("halted_by").filter(pk=chosen.pk).first()
    return standstill.of(execution, brakes.quiet_until()) if chosen.state == ListState.EXECUTING else None


def _halt(chosen: DestructionList) -> str:
    """Return for what a list stands still; the person who goes on read it in the terminal."""
    return Execution.objects.filter(pk=chosen.pk).values_list("halt", flat=True).first() or ""


def _at_rest(chosen: DestructionList, items: Any) -> bool:
    """Tell whether a list stands still and nothing is under way any more."""
    return _standstill(chosen) is not None and not items.filter(step__in=IN_FLIGHT, failure="").exists()


def _only(stuck: int, items: Any) -> bool:
    """Tell whether all that is unfinished was set apart."""
    return stuck > 0 and stuck == items.exclude(step__in=ENDED).count()


@contextmanager
def _a_worker() -> Iterator[None]:
    """Use the running worker, or run one for as long as this takes."""
    try:
        answering = current_app.control.ping(timeout=2.0)
    except OperationalError:
        raise CommandError(_("The message broker does not answer. Start `up`, or check REDIS_URL.")) from None
    if answering:
        yield
        return
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "WARNING",
    ]
    worker = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)  # noqa: S603 - our own worker
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=60)
