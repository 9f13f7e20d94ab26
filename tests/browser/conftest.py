"""A real Chromium against the product's own pages: a server in this process, on the same real stores as every test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page

from tests.organisation import PASSWORD, Organisation

Opening = Callable[..., AbstractContextManager[Page]]


class SilentHandler(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: opens pages in a real Chromium")


@pytest.fixture
def address(organisation: Organisation, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a running house with the tests' organisation in it."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.STATIC_ROOT = tmp_path
    server = ThreadedWSGIServer(("127.0.0.1", 0), SilentHandler)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def opening(chromium: Browser, address: str) -> Opening:
    """Give a function that opens a page in a browser of its own: opening(width, language, **context)."""

    @contextmanager
    def open_page(width: int = 1440, language: str = "nl", **context: Any) -> Iterator[Page]:
        visitor = chromium.new_context(viewport={"width": width, "height": 900}, base_url=address, **context)
        visitor.add_cookies([{"name": "django_language", "value": language, "url": address}])
        try:
            yield visitor.new_page()
        finally:
            visitor.close()

    return open_page


def log_in(page: Page, username: str = "fenna") -> None:
    """Log in by the page, as a person does."""
    page.goto("/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
