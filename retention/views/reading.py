"""Finding what a page is about: what a person may not see does not exist for them."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from casefiles.views.session import person
from retention import overview
from retention.models import DestructionList, ListRemark, RuleVersion


def readable(request: HttpRequest, name: str) -> DestructionList:
    """Return the list of this name, with `remarked`: whether it was ever taken back, and `succeeded`: whether its rule
    has a later version. Raises Http404 when there is none that the person may see.
    """
    later = RuleVersion.objects.filter(category=OuterRef("category"), version__gt=OuterRef("rule__version"))
    lists = overview.visible_to(person(request)).annotate(
        remarked=Exists(ListRemark.objects.filter(destruction_list=OuterRef("pk"))), succeeded=Exists(later)
    )
    return get_object_or_404(lists, name=name)
