"""A demonstration stays on its own machine: no address but 127.0.0.1, and no real mail server.

Its password is printed and shown on the login page, so nobody else may reach it. Three doors ask this module:
`check --database` and every `migrate` (a system check), gunicorn before it listens (`--config python:config.guarding`
takes `on_starting`), and `up`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
HARMLESS_MAIL = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
}


class Exposed(Exception):
    """The demonstration would be reachable by others, or would send mail; the message says what to change."""


def refusals(hosts: Iterable[str], mail: str) -> list[str]:
    """Return why a demonstration may not run with these addresses to listen on (or names) and this mail backend."""
    found = [
        _("The demonstration listens on 127.0.0.1 only, not on %s: its password is shown to everyone.") % host
        for host in hosts
        if host not in LOOPBACK
    ]
    if mail not in HARMLESS_MAIL:
        found.append(_("The demonstration sends no mail: set no mail server, or start with an empty organisation."))
    return found


def demonstrating() -> bool:
    """Tell whether the database holds the demonstration; False while it has no tables yet."""
    from casefiles.models import Organisation

    try:
        return Organisation.objects.filter(demonstration=True).exists()
    except DatabaseError:
        return False


def guard(hosts: Iterable[str]) -> None:
    """Raise Exposed when this is a demonstration that would listen on another address than this machine's own."""
    if demonstrating() and (found := refusals(hosts, settings.EMAIL_BACKEND)):
        raise Exposed("\n".join(found))


def on_starting(server: Any) -> None:
    """Stop gunicorn before it listens (its hook; `server` is its arbiter). A socket file counts as an address."""
    import django

    django.setup()
    try:
        guard(_host(address) for address in server.cfg.address)
    finally:
        connections.close_all()  # the workers are forked from here


def _host(address: str | tuple[Any, ...]) -> str:
    return address if isinstance(address, str) else str(address[0])


@checks.register(checks.Tags.database)
def check_demonstration(
    app_configs: Sequence[Any] | None = None, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Report a demonstration whose host names or mail server reach beyond this machine."""
    if not databases or "default" not in databases or not demonstrating():
        return []
    found = refusals(settings.ALLOWED_HOSTS, settings.EMAIL_BACKEND)
    return [checks.Error(text, id=f"config.E{number:03}") for number, text in enumerate(found, start=1)]
