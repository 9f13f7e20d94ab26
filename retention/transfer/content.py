"""What an archive receives: the whole dossier as JSON that reads without our software, and its documents."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils import timezone

from casefiles import storage
from casefiles.models import Authority, Document, Dossier, Entry, EntryVersion, Party
from casefiles.models.organisation import operator_name
from retention import timing
from retention.transfer.bag import Bag, safe


def write(dossier: Dossier, receiver: str, sink: IO[bytes]) -> Iterator[int]:
    """Write a dossier's package into `sink`, yielding how many of its files are done after each.

    Raises KeyShredded when the dossier is being destroyed, and FileNotFoundError when the store lost a document.
    """
    bag = Bag(sink, safe(dossier.reference))
    for name, value in _described(dossier):
        bag.add(f"{name}.json", [json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()])
    for number, document in enumerate(_documents(dossier), start=1):
        path = f"documents/{number:04}-{safe(document.facts.filename)}"
        bag.add(path, storage.read(dossier.pk, document.storage_key))
        yield number
    bag.close(_info(dossier, receiver))


def count(dossier: Dossier) -> int:
    """Return how many documents a package has."""
    return _documents(dossier).count()


def _documents(dossier: Dossier) -> QuerySet[Document]:
    return Document.objects.filter(dossier=dossier, stored=True).order_by("created_on", "pk")


def _described(dossier: Dossier) -> Iterator[tuple[str, Any]]:
    version = timing.rule_in_force(dossier.kind)
    yield (
        "dossier",
        {
            "reference": dossier.reference,
            "kind": dossier.kind,
            "team": dossier.team.name,
            "opened_on": dossier.opened_on,
            "closed_on": dossier.closed_on,
            "last_change_on": dossier.last_change_on,
            "end_of_measure_on": dossier.end_of_measure_on,
            "imported_from": dossier.source,
            "circumstances": asdict(dossier.facts.circumstances),
            "rule": f"{version.category_id} v{version.version}",
            "ground": version.rule.ground,
        },
    )
    yield (
        "people",
        [_row(party, "id", "role") for party in Party.objects.filter(dossier=dossier).order_by("role", "pk")],
    )
    authorities = Authority.objects.filter(dossier=dossier).order_by("pk")
    yield "authority", [_row(authority, "id", "adult_id", "child_id") for authority in authorities]
    codes = ("id", "version", "occurred_on", "kind", "source", "substantive")
    entries = Entry.objects.filter(dossier=dossier).order_by("occurred_on", "pk")
    yield "entries", [_row(entry, *codes, "treatment_secret", "written_at") for entry in entries]
    versions = EntryVersion.objects.filter(dossier=dossier).order_by("entry", "version")
    yield "earlier-versions", [_row(each, "entry_id", *codes[1:], "replaced_at") for each in versions]
    of_document = ("id", "category", "created_on", "size", "treatment_secret")
    numbered = enumerate(_documents(dossier), start=1)
    yield "documents", [{"number": number, **_row(document, *of_document)} for number, document in numbered]


def _row(row: Any, *codes: str) -> dict[str, Any]:
    return {code: getattr(row, code) for code in codes} | asdict(row.facts)


def _info(dossier: Dossier, receiver: str) -> Iterator[tuple[str, str]]:
    yield "Source-Organization", safe(operator_name())
    yield "Bagging-Date", timezone.localdate().isoformat()
    yield "External-Identifier", dossier.reference
    yield "Internal-Sender-Description", f"Case file {dossier.reference}, transferred to {safe(receiver)}"
    yield "Bag-Software-Agent", f"Goed Vertrouwen {settings.SOFTWARE_VERSION}"
    yield "Random", secrets.token_hex(32)  # so that nobody can guess the content from the checksum in the log
