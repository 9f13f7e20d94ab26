"""Counting attempts in the database, so that all web processes count together. The sessions table is the store:
rows that end by themselves and are cleared with the sessions. A key is a keyed digest: the row names nobody.
"""

import hmac
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone


def _row_key(key: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"throttle|{key}".encode(), "sha256").hex()[:40]


def attempt(key: str, *, limit: int) -> int:
    """Count an attempt before it is made, and return the seconds to wait; 0 means go ahead.

    The count starts anew LOGIN_FAILURE_MINUTES after the first attempt. The row is locked while it is counted:
    attempts at the same moment do not slip through together.
    """
    now = timezone.now()
    end = now + timedelta(minutes=settings.LOGIN_FAILURE_MINUTES)
    fresh = {"session_data": Session.objects.encode({"attempts": 0}), "expire_date": end}
    with transaction.atomic():
        row, _ = Session.objects.select_for_update().get_or_create(session_key=_row_key(key), defaults=fresh)
        over = row.expire_date <= now
        count = 1 if over else int(row.get_decoded()["attempts"]) + 1
        row.expire_date = end if over else row.expire_date
        row.session_data = Session.objects.encode({"attempts": count})
        row.save(update_fields=["session_data", "expire_date"])
    return 0 if count <= limit else ceil((row.expire_date - now).total_seconds())


def give_back(key: str) -> None:
    """Take back one attempt, which turned out well; those of others at the same key stay counted."""
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(session_key=_row_key(key)).first()
        if row is not None:
            row.session_data = Session.objects.encode({"attempts": int(row.get_decoded()["attempts"]) - 1})
            row.save(update_fields=["session_data"])


def forget(key: str) -> None:
    """Drop the count, after an attempt that succeeded."""
    Session.objects.filter(session_key=_row_key(key)).delete()
