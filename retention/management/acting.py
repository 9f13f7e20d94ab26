"""Commands act as a named user: every step is somebody's, and the access log says whose."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from casefiles.models import User
from retention.models import DestructionList


def acting_user(username: str | None) -> User:
    """Return the active user of that name. Raises CommandError that says what to give."""
    user = User.objects.filter(username=username, is_active=True).first() if username else None
    if user is None:
        raise CommandError(_("Give an active user's name with --as."))
    return user


def named_list(name: str) -> DestructionList:
    """Return the destruction list of that name. Raises CommandError."""
    found = DestructionList.objects.select_related("category", "team", "rule").filter(name=name).first()
    if found is None:
        raise CommandError(_("There is no list %s. `lists` shows them all.") % name)
    return found
