"""lists: the destruction lists and where they stand."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from retention.models import DestructionList
from retention.states import IN_FLIGHT, ItemStep, ListState


class Command(BaseCommand):
    """Show destruction lists."""

    help = "Show the destruction lists, where each stands and what its dossiers are waiting for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="print the lists as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per list."""
        rows = [_row(found) for found in _counted()]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(
                _("%(list)s  %(state)s  %(category)s  %(team)s  %(dossiers)d dossiers: %(approved)d approved twice, "
                  "%(exempted)d exempted, %(left_out)d left out, %(in_flight)d under way, %(destroyed)d destroyed, "
                  "%(failed)d failed%(until)s") % {**row, "until": _until(row)}
            )  # fmt: skip


def _counted() -> Any:
    both = Q(items__approvals__stage=2)
    return (
        DestructionList.objects.select_related("category", "team")
        .annotate(
            dossiers=Count("items", distinct=True),
            approved=Count("items", filter=both, distinct=True),
            exempted=Count("items", filter=Q(items__step=ItemStep.EXEMPTED), distinct=True),
            left_out=Count("items", filter=Q(items__step=ItemStep.LEFT_OUT), distinct=True),
            in_flight=Count("items", filter=Q(items__step__in=IN_FLIGHT), distinct=True),
            destroyed=Count("items", filter=Q(items__step=ItemStep.DESTROYED), distinct=True),
            failed=Count("items", filter=Q(items__step__in=IN_FLIGHT) & ~Q(items__failure=""), distinct=True),
        )
        .order_by("name")
    )


def _row(found: Any) -> dict[str, Any]:
    counts = ("dossiers", "approved", "exempted", "left_out", "in_flight", "destroyed", "failed")
    until = found.cooling_off_until
    return {
        "list": found.name,
        "state": found.state,
        "category": found.category_id,
        "team": found.team.name,
        "cooling_off_until": timezone.localtime(until).isoformat(timespec="seconds") if until else None,
        **{name: getattr(found, name) for name in counts},
    }


def _until(row: dict[str, Any]) -> str:
    until = str(row["cooling_off_until"])
    return ", " + _("cooling off until %s") % until if row["state"] == ListState.COOLING_OFF else ""
