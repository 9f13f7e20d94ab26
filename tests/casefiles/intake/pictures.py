"""What an import brought in, as a person could read it: to compare one way of getting there with another."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from casefiles.intake.importer import Outcome, import_package
from casefiles.intake.package import open_package
from casefiles.models import Document, Dossier
from retention.models import Clock
from tests.stores import content

Picture = dict[str, dict[str, Any]]
CLEAR = ("kind", "status", "opened_on", "closed_on", "last_change_on", "end_of_measure_on", "source")


def bring_in(folder: Path, *, dry_run: bool = False) -> Outcome:
    """Import a package as the command does."""
    return import_package(open_package(folder, timezone.localdate()), by=None, dry_run=dry_run)


def picture() -> Picture:
    """Every dossier by its reference, opened: its people, entries, documents, grants and clock, without the random."""
    return {dossier.reference: _of(dossier) for dossier in Dossier.objects.select_related("team")}


def _of(dossier: Dossier) -> dict[str, Any]:
    clock = Clock.objects.get(dossier=dossier)
    return {
        **{name: getattr(dossier, name) for name in CLEAR},
        "team": dossier.team.name,
        "people": _sorted((party.role, asdict(party.facts)) for party in dossier.party_set.all()),
        "entries": _sorted(
            (e.occurred_on, e.kind, e.source, e.substantive, asdict(e.facts)) for e in dossier.entry_set.all()
        ),
        "documents": _sorted(_document(document) for document in dossier.document_set.all()),
        "grants": _sorted(dossier.user_grants.values_list("user__username", "permission__codename", "reason")),
        "team_grants": _sorted(dossier.group_grants.values_list("group__name", "permission__codename", "reason")),
        "clock": (clock.state, clock.category_id, clock.starts_on, clock.held),
    }


def _document(document: Document) -> tuple[Any, ...]:
    digest = hashlib.sha256(content(document)).hexdigest()
    return (asdict(document.facts), document.category, document.created_on, document.stored, document.size, digest)


def _sorted(rows: Any) -> list[Any]:
    return sorted(rows, key=repr)
