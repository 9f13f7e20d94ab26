"""The web process's own login to the database, lent to Django's connection for as long as a request takes."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, connections

from config.databases import address


class WebLogin(AbstractContextManager["WebLogin"]):
    """While entered, this process asks the main database as gv_web; it connects when first entered."""

    def __init__(self) -> None:
        self._lent: Any = None
        self._own: Any = None

    def __enter__(self) -> "WebLogin":
        connection.ensure_connection()
        self._own = connection.connection
        if self._lent is None or self._lent.connection.closed:
            web = address("web", "casefiles")
            self._lent = connections.create_connection("default")
            self._lent.settings_dict = self._lent.settings_dict | {"USER": web.user, "PASSWORD": web.password}
            self._lent.connect()
        connections["default"].connection = self._lent.connection
        return self

    def __exit__(self, *_problem: object) -> None:
        connections["default"].connection = self._own

    def close(self) -> None:
        """Log out."""
        if self._lent is not None:
            self._lent.close()
