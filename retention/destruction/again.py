"""Trying again, as a person decides, what a list's destruction set apart."""

from django.utils.translation import gettext as _

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import lists
from retention.destruction import run
from retention.models import DestructionList


def again(destruction_list: DestructionList, *, by: User) -> int:
    """Let the dossiers that were set apart be tried at once; return how many. Raises lists.NotAllowed."""
    if by.role not in lists.OFFICERS or not by.is_active:
        raise lists.NotAllowed(_("Only a privacy officer or an administrator lets a destruction be tried again."))
    journal.record(AccessEvent.Action.START, by, ground=f"{destruction_list.name} again")
    return run.retry(destruction_list)
