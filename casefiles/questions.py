"""What the form with a dossier's dates asks beside its own fields: other apps know which events and flags matter."""

from collections.abc import Callable
from dataclasses import dataclass

from casefiles.models import Dossier

Asked = tuple[tuple[str, str], ...]
"""Codes with the words in which they are asked, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Named events that have a date, and flags that are answered with yes or no."""

    events: Asked = ()
    flags: Asked = ()


_askers: list[Callable[[Dossier], Questions]] = []


def register(asker: Callable[[Dossier], Questions]) -> None:
    """Let an app ask something about a dossier; call it from an AppConfig's ready()."""
    if asker not in _askers:
        _askers.append(asker)


def about(dossier: Dossier) -> Questions:
    """Return all that is asked about a dossier."""
    asked = [asker(dossier) for asker in _askers]
    return Questions(
        events=tuple(dict.fromkeys(pair for each in asked for pair in each.events)),
        flags=tuple(dict.fromkeys(pair for each in asked for pair in each.flags)),
    )
