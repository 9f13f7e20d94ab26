"""Entries: adding them, and changing them so that no earlier text is lost."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.access import Ability, require
from casefiles.lifecycle.fencing import Stale, fence, substantive_change
from casefiles.models import AccessEvent, Dossier, Entry, EntryFacts, EntryVersion, User
from casefiles.signals import dossier_changed


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is needed to add an entry. The same `id` twice (a double click) is one entry."""

    occurred_on: date
    kind: str
    source: str
    substantive: bool
    text: str
    title: str = ""
    discussed_with: str = ""
    treatment_secret: bool = False
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class EntryChange:
    """A change of an entry. `substantive` speaks of the change: a correction of spelling leaves the clock alone.

    `treatment_secret` None leaves that as it is; only who treats may set or end it.
    """

    occurred_on: date
    kind: str
    source: str
    substantive: bool
    text: str
    title: str = ""
    discussed_with: str = ""
    treatment_secret: bool | None = None


def add_entry(dossier: Dossier, new: NewEntry, *, by: User) -> Entry:
    """Add an entry; a substantive one moves the last substantive change, and with it the clock (JW 7.3.8(3)).

    Raises Refused and NotWritable.
    """
    require(by, Ability.TREAT if new.treatment_secret else Ability.CONTRIBUTE, dossier)
    with transaction.atomic():
        locked = fence(dossier.pk)
        written = Entry.objects.filter(pk=new.id, dossier=locked).first()
        if written is not None:
            return written
        facts = EntryFacts(text=new.text, author=by.name, title=new.title, discussed_with=new.discussed_with)
        entry = Entry.objects.create(
            id=new.id,
            dossier=locked,
            occurred_on=new.occurred_on,
            kind=new.kind,
            source=new.source,
            substantive=new.substantive,
            treatment_secret=new.treatment_secret,
            facts=facts,
        )
        journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground="entry", substantive=new.substantive)
        _tell(locked, by, substantive=new.substantive)
    return entry


def change_entry(entry: Entry, change: EntryChange, *, seen: int, by: User) -> Entry:
    """Change an entry and keep what it said before as an EntryVersion. `seen` is the version the person had open.

    An entry that was substantive stays so: a change never takes a restart of the retention period back.
    Raises Refused, NotWritable, and Stale when somebody else changed the entry after `seen`.
    """
    secret = entry.treatment_secret or change.treatment_secret is not None
    require(by, Ability.TREAT if secret else Ability.CONTRIBUTE, entry.dossier)
    with transaction.atomic():
        locked = fence(entry.dossier_id)
        current = Entry.objects.get(pk=entry.pk)
        if current.version != seen or current.treatment_secret != entry.treatment_secret:
            raise Stale(_("Somebody else changed this entry after you opened it."))
        _keep(current)
        changed = _rewrite(current, change, by)
        journal.record(AccessEvent.Action.CHANGE, by, locked.pk, ground="entry version", changed=changed)
        _tell(locked, by, substantive=change.substantive)
    return current


def _tell(dossier: Dossier, by: User, *, substantive: bool) -> None:
    """Let the clock follow: a rule may count from the newest item, whatever it is."""
    if substantive:
        substantive_change(dossier, by)
    else:
        dossier_changed.send(Dossier, dossier=dossier, by=by)


def _keep(entry: Entry) -> None:
    """Keep an entry as it is now, all of it: a date or a source that is changed is part of what was written."""
    EntryVersion.objects.create(
        dossier_id=entry.dossier_id,
        entry=entry,
        version=entry.version,
        occurred_on=entry.occurred_on,
        kind=entry.kind,
        source=entry.source,
        substantive=entry.substantive,
        facts=entry.facts,
    )


def _rewrite(entry: Entry, change: EntryChange, by: User) -> dict[str, list[str]]:
    """Write the new version in the entry's row; return the codes that differ as [before, after], for the log."""
    before = {"kind": entry.kind, "source": entry.source, "occurred_on": entry.occurred_on.isoformat()}
    entry.kind, entry.source, entry.occurred_on = change.kind, change.source, change.occurred_on
    entry.substantive = entry.substantive or change.substantive
    if change.treatment_secret is not None:
        entry.treatment_secret = change.treatment_secret
    entry.version += 1
    said = {"text": change.text, "title": change.title, "discussed_with": change.discussed_with}
    entry.facts = replace(entry.facts, **said, editor=by.name)
    entry.save(update_fields=["kind", "source", "occurred_on", "substantive", "treatment_secret", "version", "facts"])
    after = {"kind": entry.kind, "source": entry.source, "occurred_on": entry.occurred_on.isoformat()}
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
