"""The side navigation is a registry: each app puts its own pages in it, and a role sees only what it may use."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casefiles.models import Role, User

EVERYONE = frozenset(Role)


class Section(TextChoices):
    """The headings of the side navigation, in their order on the screen."""

    WORK = "work", _("Work")
    RETENTION = "retention", _("Retention")
    DESTRUCTION = "destruction", _("Destruction")
    OVERSIGHT = "oversight", _("Oversight")
    MANAGEMENT = "management", _("Management")


@dataclass(frozen=True, slots=True)
class Item:
    """One page in the navigation: a lazily translated label, a lucide icon and the roles that may use it.

    `count` is asked once a page, by one cheap query, and gives the number behind the label (None: no number);
    `urgent` colours that number.
    """

    section: Section
    label: str | Promise
    icon: str
    url_name: str
    roles: frozenset[Role]
    count: Callable[[User], int | None] | None = None
    urgent: bool = False


_items: list[Item] = []


def register(item: Item) -> None:
    """Add a page to the navigation; call it from an AppConfig's ready(). The same page twice counts once."""
    if item not in _items:
        _items.append(item)


def items_for(user: User) -> list[Item]:
    """Return the pages that the person's role may use, by section and then in the order of registration."""
    order = list(Section)
    return sorted((item for item in _items if user.role in item.roles), key=lambda item: order.index(item.section))


def first_page(user: User) -> str | None:
    """Return the name of the address where the person starts work, or None when there is no page for the role."""
    return next((item.url_name for item in items_for(user)), None)
