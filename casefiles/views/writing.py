"""What every form on a dossier page does with what was typed: save it once, or show it again with what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from casefiles.lifecycle import NotWritable
from casefiles.models import Dossier
from casefiles.views.opened import show


@dataclass(frozen=True, slots=True)
class Writing:
    """A form on one tab of a dossier: where it is shown, and where one goes when it is saved."""

    request: HttpRequest
    dossier: Dossier
    tab: str
    after: str
    context: dict[str, Any] = field(default_factory=dict)

    def show(self, form: Form, status: int = 200, **more: Any) -> HttpResponse:
        """Show the form with all that was typed in it."""
        return show(self.request, self.dossier, self.tab, {**self.context, "form": form, **more}, status=status)

    def save(self, form: Form, write: Callable[[], object], said: str) -> HttpResponse:
        """Write what is valid and go on; 422 for what is not, 409 when the dossier cannot be changed now.

        Lets lifecycle.Stale pass: who changes something shows both versions.
        """
        if not form.is_valid():
            return self.show(form, status=422 if form.is_bound else 200)
        try:
            write()
        except NotWritable as problem:
            form.add_error(None, str(problem))
            return self.show(form, status=409)
        messages.success(self.request, said)
        return redirect(self.after, pk=self.dossier.pk)


def newest(typed: QueryDict, version: int) -> QueryDict:
    """Return what was typed as a change of the version that is stored now: saving again is a person's own decision."""
    mine = typed.copy()
    mine["version"] = str(version)
    return mine
