"""How the product is: every part that it needs, asked now. Codes, dates and numbers only; no part of it is personal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

from cachetools import TTLCache, cached
from celery import current_app
from django.db import connections
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casefiles import signs
from casefiles.vault.models import KeyEpoch
from casefiles.vault.roots import provider
from retention import transparency, witnesses

ASKED_AGAIN = 5  # seconds: strangers who ask on and on cost one question
UNPUBLISHED = timedelta(minutes=10)  # the head of the log is published within seconds


@dataclass(frozen=True, slots=True)
class Part:
    """One part: whether it is well, and what there is to say about it to an administrator."""

    code: str
    label: str | Promise
    well: bool
    said: str


def parts() -> list[Part]:
    """Return every part in the order of the page; one that cannot be asked is not well."""
    return [_asked(code, label, ask) for code, (label, ask) in PARTS.items()]


def _asked(code: str, label: str | Promise, ask: Callable[[], tuple[bool, str]]) -> Part:
    try:
        return Part(code, label, *ask())
    except Exception as error:  # noqa: BLE001 - whatever it is: this part is not well, and the others are asked too
        return Part(code, label, False, type(error).__name__)


@cached(TTLCache(1, ASKED_AGAIN), lock=Lock())
def summary() -> dict[str, bool]:
    """Return for each part whether it is well, remembered for some seconds."""
    return {part.code: part.well for part in parts()}


def _database() -> tuple[bool, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        return True, f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _vault() -> tuple[bool, str]:
    current = KeyEpoch.objects.filter(state=KeyEpoch.State.CURRENT).first()
    if current is None:
        return True, _("no root key yet")
    well = provider().open(current.number).fingerprint == current.fingerprint
    made = date_format(timezone.localtime(current.made_at), "j F Y")
    return well, _("root key %(number)d, made on %(day)s") % {"number": current.number, "day": made}


def _broker() -> tuple[bool, str]:
    with current_app.connection_for_write(connect_timeout=2) as connection:
        connection.ensure_connection(max_retries=1, timeout=3)  # opens a channel, which pings
        return True, ""


def _sign(part: signs.Part) -> tuple[bool, str]:
    at = signs.last().get(part)
    if at is None:
        return False, _("never seen")
    seen = date_format(timezone.localtime(at), "j F Y H:i:s")
    return signs.alive(at), _("last seen on %s") % seen


def _mirror() -> tuple[bool, str]:
    head = transparency.head()
    if head is None:
        return True, _("the log is empty")
    there = transparency.mirrored(head[0].size)
    if there.size is None:
        return False, _("the mirror cannot be read")
    late = there.behind > 0 and timezone.now() - head[0].made_at > UNPUBLISHED
    return there.behind >= 0 and not late, _("%(mirror)d of %(log)d leaves") % {
        "mirror": there.size,
        "log": head[0].size,
    }


def _witnesses() -> tuple[bool, str]:
    told = witnesses.brought()
    standings = transparency.standings()
    wrong = bool(told.policy_problem or told.refusals or transparency.contradictions())
    late = sum(one.late for one in standings)
    return not wrong and not late, _("%(late)d of %(all)d are late") % {"late": late, "all": len(standings)}


PARTS: dict[str, tuple[str | Promise, Callable[[], tuple[bool, str]]]] = {
    "database": (gettext_lazy("Database"), _database),
    "vault": (gettext_lazy("Key vault and root key"), _vault),
    "broker": (gettext_lazy("Redis"), _broker),
    "worker": (gettext_lazy("Worker"), lambda: _sign(signs.Part.WORKER)),
    "beat": (gettext_lazy("Beat (the product's alarm clock)"), lambda: _sign(signs.Part.BEAT)),
    "mirror": (gettext_lazy("Mirror of the log"), _mirror),
    "witnesses": (gettext_lazy("Witnesses of the log"), _witnesses),
}
