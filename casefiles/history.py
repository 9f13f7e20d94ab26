"""What an entry said before: each version with its codes and its date, and what the next one changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casefiles.dates import full_day
from casefiles.models import Entry, EntryFacts, EntryVersion


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a version changed; `before` and `after` are "" for what was empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an entry: until when it stood (None: it stands), who wrote it, and what it changed.

    `codes` are its kind, date and source in words; empty where an old version was kept without them.
    """

    number: int
    until: datetime | None
    by: str
    codes: tuple[str, ...]
    facts: EntryFacts
    changes: tuple[Change, ...]
    text_changed: bool


def of(entry: Entry) -> list[Edition]:
    """Return every version of an entry, the newest first; each knows what it changed in the one before it."""
    stored: list[Entry | EntryVersion] = [entry, *entry.versions.order_by("-version")]
    editions = [_edition(newer, older) for newer, older in pairwise(stored)]
    return [*editions, _edition(stored[-1], None)]


def _edition(shown: Entry | EntryVersion, before: Entry | EntryVersion | None) -> Edition:
    facts = shown.facts
    return Edition(
        number=shown.version,
        until=shown.replaced_at if isinstance(shown, EntryVersion) else None,
        by=facts.editor or facts.author,
        codes=tuple(words for label, words in _codes(shown) if words),
        facts=facts,
        changes=tuple(_changes(before, shown)) if before else (),
        text_changed=before is not None and before.facts.text != facts.text,
    )


def _codes(shown: Entry | EntryVersion) -> list[tuple[str, str]]:
    """Return what a version says beside its text, with its label; "" for what is not known of an old one."""
    day: date | None = shown.occurred_on
    return [
        (_("Kind"), capfirst(shown.get_kind_display())),
        (_("Date"), full_day(day) if day else ""),
        (_("Source"), capfirst(shown.get_source_display())),
        (_("Retention period"), capfirst(_nature(shown))),
    ]


def _nature(shown: Entry | EntryVersion) -> str:
    if shown.substantive is None:
        return ""
    return _("substantive") if shown.substantive else _("administrative")


def _changes(before: Entry | EntryVersion, after: Entry | EntryVersion) -> Iterator[Change]:
    if before.kind:
        for (label, old), (_label, new) in zip(_codes(before), _codes(after), strict=True):
            if old != new:
                yield Change(label, old, new)
    for label, name in ((_("Subject"), "title"), (_("Discussed with"), "discussed_with")):
        old, new = getattr(before.facts, name), getattr(after.facts, name)
        if old != new:
            yield Change(label, old, new)
