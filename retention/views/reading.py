"""Finding what a page is about: what a person may not see does not exist for them."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from casefiles.views.session import person
from retention import overview
from retention.models import DestructionList


def readable(request: HttpRequest, name: str) -> DestructionList:
    """Return the list of this name. Raises Http404 when there is none that the person may see."""
    return get_object_or_404(overview.visible_to(person(request)), name=name)
