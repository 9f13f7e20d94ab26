"""Mail that tells that something waits, and nothing more: who, what and about whom stand in the product alone."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.functional import Promise

from casefiles.models import User

log = logging.getLogger(__name__)


def tell(people: Iterable[User], subject: str | Promise, text: str | Promise) -> int:
    """Mail the same words to each, in the organisation's language; return how many the server took.

    Whoever has no address, or whose mail is not taken now, finds it in the product.
    """
    with translation.override(settings.PAGE_LANGUAGE):
        return sum(_sent(person.email, str(subject), str(text)) for person in people if person.email)


def _sent(address: str, subject: str, text: str) -> int:
    try:
        return send_mail(subject, f"{text}\n", None, [address])
    except OSError as error:
        log.warning("a notice could not be mailed: %s", type(error).__name__)
        return 0
