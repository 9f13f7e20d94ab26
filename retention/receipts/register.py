"""The register of receipts: who may see which, and finding one back."""

from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from casefiles.models import Role, User
from retention.models import Category, ListItem, Receipt
from retention.overview import READERS
from retention.states import IN_FLIGHT, ItemStep

FINAL: Final = "final"
NOT_YET: Final = "not_yet"


def _items() -> QuerySet[ListItem]:
    """Return the items by which the dossier of a receipt in the outer query went."""
    return ListItem.objects.filter(dossier_id=OuterRef("dossier_id"), step__in=[*IN_FLIGHT, ItemStep.DESTROYED])


def visible_to(user: User) -> QuerySet[Receipt]:
    """Return the receipts that a person may see, the newest first: a lead those of the own team's lists.

    Each carries `list_name` and `list_category`, the list by which its dossier went.
    """
    receipts = Receipt.objects.select_related("leaf")
    if not user.is_active or user.role not in READERS:
        return receipts.none()
    if user.role == Role.TEAM_LEAD:
        receipts = receipts.filter(Exists(_items().filter(destruction_list__team__group__user=user)))
    return receipts.annotate(
        list_name=Subquery(_items().values("destruction_list__name")[:1]),
        list_category=Subquery(_items().values("destruction_list__category")[:1]),
    ).order_by("-leaf_id")


def chosen(
    receipts: QuerySet[Receipt], *, type: str, category: Category | None, list: str, number: str, **more: Any
) -> QuerySet[Receipt]:
    """Return the receipts that meet what was asked; `number` is the beginning of a receipt's number.

    More: `first` and `last`, the days on which they were made, and `final`, FINAL or NOT_YET.
    """
    receipts = _of_period(receipts, **more)
    if type:
        receipts = receipts.filter(type=type)
    if category:
        receipts = receipts.filter(Exists(_items().filter(destruction_list__category=category)))
    if list:
        receipts = receipts.filter(Exists(_items().filter(destruction_list__name=list)))
    if number:
        receipts = receipts.filter(pk__startswith=number)
    return receipts


def _of_period(receipts: QuerySet[Receipt], first: date | None, last: date | None, final: str) -> QuerySet[Receipt]:
    if first:
        receipts = receipts.filter(made_at__date__gte=first)
    if last:
        receipts = receipts.filter(made_at__date__lte=last)
    if not final:
        return receipts
    finals = Exists(Receipt.objects.filter(dossier_id=OuterRef("dossier_id"), type=Receipt.Type.FINAL))
    return receipts.filter(finals if final == FINAL else ~finals)
