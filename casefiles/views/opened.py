"""What every page of one dossier needs: the dossier itself, and what stands around its content."""

from typing import Any, cast
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from casefiles import accesslog, journal, naming, panels
from casefiles.access import Ability, Standing, end, stands, with_rights
from casefiles.careteam import care_team
from casefiles.forms.party import REVEAL_REASONS
from casefiles.models import AccessEvent, Document, Dossier
from casefiles.naming import together, young_people
from casefiles.reading import ReasonNeeded, needs_reason
from casefiles.views.session import person

# What is wholly about people: not shown while somebody shares their screen.
PERSONAL = {"parties", "party", "authority", "entry", "versions"}
SLOTS = ("dossier.fact", "dossier.banner", "dossier.aside")


def opened(request: HttpRequest, pk: UUID, *, ask: bool = True) -> Dossier:
    """Return a dossier that the person may read, with its people; what they may not see is a 404, or Ended.

    Raises ReasonNeeded for one that is closed or sensitive, until this session gave a reason (unless not `ask`).
    """
    user = person(request)
    dossiers = with_rights(Dossier.objects.present(), user).select_related("team").prefetch_related("party_set")
    counts = {"all_documents": _documents(), "open_documents": _documents(treatment_secret=False)}
    found: Any = dossiers.annotate(**counts).filter(pk=pk).first()
    theirs = stands(user, found) if found else Standing()
    if Ability.READ not in theirs.abilities:
        if request.method == "POST" and accesslog.had_open(user, pk):
            end(user, pk)  # what they typed while it was theirs is given back
        raise Http404
    found.document_count = found.all_documents if Ability.TREAT in theirs.abilities else found.open_documents
    reads = request.method in {"GET", "HEAD"} or found.ask_reason  # what is typed while it is closed must not be lost
    if ask and reads and needs_reason(request.session, found):
        raise ReasonNeeded(found.pk)
    return cast(Dossier, found)


def _documents(**having: bool) -> Coalesce:
    """Return the number of stored documents that have this."""
    stored = Document.objects.filter(dossier=OuterRef("pk"), stored=True, **having).order_by().values("dossier")
    return Coalesce(Subquery(stored.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def counted(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Add the numbers of entries, stored documents and people; what is under treatment secrecy does not count."""
    return dossiers.annotate(
        entry_count=F("contents__entries"), document_count=F("contents__documents"), party_count=F("contents__people")
    )


def show(request: HttpRequest, dossier: Dossier, tab: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a tab of the dossier page, casefiles/dossier/<tab>.html, and log that it was read."""
    basis = getattr(dossier, "basis", "")
    journal.record(AccessEvent.Action.READ, person(request), dossier.pk, ground=tab, basis=basis)
    youths = young_people(dossier.party_set.all())
    team = care_team(dossier)
    around = {
        "dossier": dossier,
        "tab": tab,
        "name": together(youths),
        "youths": youths,
        "has_bsn": any(youth.bsn for youth in youths),
        "reveal_reasons": REVEAL_REASONS,
        "team": team,
        "lead": next((member for member in team if member.leads), None),
        "sharing": naming.hidden.get(),
        "open": dossier.status == Dossier.Status.OPEN,
        "panels": {slot.partition(".")[2]: panels.fill(request, slot, [dossier]) for slot in SLOTS},
    }
    shown = "shared" if naming.hidden.get() and tab in PERSONAL else tab
    return render(request, f"casefiles/dossier/{shown}.html", around | context, status=status)
