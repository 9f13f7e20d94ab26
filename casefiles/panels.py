"""Panels are places in our pages that other apps fill: this app knows nothing of retention, retention fills the clock.

A panel always gets all the subjects of a page at once, so that a list of dossiers costs one query and not one a row.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

Context = Mapping[str, Any]
Contexts = Mapping[Any, Context]
ContextFunction = Callable[[HttpRequest, Sequence[Any]], Contexts]


@dataclass(frozen=True, slots=True)
class Panel:
    """A template, and what it shows per subject: primary key → context. A subject that is absent shows nothing."""

    template: str
    context_function: ContextFunction


@dataclass(frozen=True, slots=True)
class Filled:
    """The panels of one slot, with their contexts for the subjects of one page."""

    panels: Sequence[tuple[str, Contexts]]

    def of(self, subject: Model) -> list[tuple[str, Context]]:
        """Return (template, context) of each panel that has something to show for the subject."""
        return [(template, found[subject.pk]) for template, found in self.panels if subject.pk in found]


_panels: defaultdict[str, list[Panel]] = defaultdict(list)


def register(slot: str, template: str, context_function: ContextFunction) -> None:
    """Fill a slot ("dossier.aside", "dossiers.row", …); call it from an AppConfig's ready().

    `context_function(request, subjects)` answers for all subjects at once with {subject.pk: context}.
    """
    panel = Panel(template, context_function)
    if panel not in _panels[slot]:
        _panels[slot].append(panel)


def fill(request: HttpRequest, slot: str, subjects: Sequence[Model]) -> Filled:
    """Ask every panel of the slot once for all subjects; the template shows them by {% panel filled subject %}."""
    return Filled([(panel.template, panel.context_function(request, subjects)) for panel in _panels.get(slot, [])])
