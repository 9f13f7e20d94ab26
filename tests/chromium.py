"""Debian's Chromium, and what every browser test asks of a page: axe-core's judgement, and that it fits its window."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUICKLY = "resultTypes: ['violations'], preload: false, elementRef: false"  # the same verdict in less time
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium (CHROMIUM names another); without one the tests are skipped, and fail in CI."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        missing = "no Chromium: apt install chromium, or name one in CHROMIUM"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's own event loop runs in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def violations(page: Page, within: str = "html") -> list[str]:
    """Return what axe-core finds on the page as it is now, with dialogs and menus as they are, or in one part of it."""
    if page.evaluate("!window.axe"):
        page.add_script_tag(path=str(AXE))
    found = page.evaluate(f"axe.run({within!r}, {{runOnly: {STANDARDS}, {QUICKLY}}})")["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
