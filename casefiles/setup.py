"""The first minutes of an installation without people: who seizes the set-up page owns it, so it asks for a code.

The code is derived from the installation's secret key, and so is the same in every process and stored nowhere. It is
one-time because setting up is: once there is a person, the page is gone.
"""

import base64
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from casefiles import journal
from casefiles.models import AccessEvent, Invitation, Organisation, Role, User

GROUP = 4
LETTERS = 16


class AlreadySetUp(Exception):
    """This installation has been set up: log in, or ask an administrator for a link."""


@dataclass(frozen=True, slots=True)
class Founding:
    """The organisation and its first two administrators; the first chooses a password on the spot."""

    organisation: str
    name: str
    username: str
    password: str
    second_name: str
    second_username: str


def is_needed() -> bool:
    """Tell whether nobody works here yet."""
    return not User.objects.exists()


def code() -> str:
    """Return the set-up code, 80 bits in groups of four such as "K7QD-2MXA-…", which `up --empty` prints."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"goed-vertrouwen/set-up", "sha256")
    letters = base64.b32encode(digest).decode()[:LETTERS]
    return "-".join(letters[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def is_code(typed: str) -> bool:
    """Tell whether this is the code, however it is spaced and cased."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return hmac.compare_digest(letters.encode(), code().replace("-", "").encode())


def found(founding: Founding) -> str:
    """Make the organisation and its administrators; return the token of the second one's one-time link.

    Raises AlreadySetUp: of two people who send the form at the same moment one is first.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('casefiles.setup'))")
        if not is_needed():
            raise AlreadySetUp
        Organisation.objects.update_or_create(pk=1, defaults={"name": founding.organisation})
        first = User.objects.enrol(founding.username, founding.name, Role.ADMINISTRATOR, founding.password)
        second = User.objects.enrol(founding.second_username, founding.second_name, Role.ADMINISTRATOR)
        journal.record(AccessEvent.Action.GRANT, None, ground="set up", people=[first.pk, second.pk])
        return Invitation.objects.invite(second)
