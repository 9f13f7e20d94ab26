"""A person at a screen: every page they look at is judged, in both widths, in their language."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.chromium import overflow, violations
from tests.journeys.words import foreign

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LANGUAGES = ("nl", "en")


@dataclass
class Visit:
    """One person's browser, and what was wrong with the pages that they saw."""

    page: Page
    username: str
    language: str
    wrong: list[str] = field(default_factory=list)

    def looks_at(self, name: str, *, menu: bool = False) -> None:
        """Judge the page as it is now, wide and narrow; `menu` opens the person's menu as well."""
        self.page.wait_for_load_state()
        for part in ("details.gv-menu--start", ".gv-why"):
            for each in self.page.locator(part).all():
                each.evaluate("part => { part.open = true; }")
        if menu:
            self.page.evaluate("document.querySelector('header details.gv-menu').open = true")
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self._judge(f"{name}-{size['width']}-{self.language}")
        self.wrong += [f"{name}: {each}" for each in foreign(self.page, self.language)]
        self.page.evaluate("document.querySelectorAll('details.gv-menu').forEach(menu => { menu.open = false; })")

    def _judge(self, name: str) -> None:
        if by := overflow(self.page):
            self.wrong.append(f"{name}: {by} pixels too wide")
        self.wrong += [f"{name}: {each}" for each in violations(self.page)]
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def status_of(self, address: str) -> int:
        """Return how the product answers to an address that the person types."""
        answer = self.page.goto(address)
        assert answer
        return answer.status

    def speaks(self, dutch: str, english: str) -> str:
        """Return the words of this person's language."""
        return dutch if self.language == "nl" else english

    def logs_in(self, password: str) -> None:
        """Choose the language on the login page, and log in."""
        self.page.goto("/login/")
        self.page.click(f".gv-login .gv-language button[value={self.language}]")
        self.page.fill("#id_username", self.username)
        self.page.fill("#id_password", password)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(lambda address: "/login/" not in address)

    def logs_out(self) -> None:
        """Log out by the menu."""
        self.page.click("header details.gv-menu > summary")
        self.page.click("header form[action='/logout/'] button")
        self.page.wait_for_url("**/login/**")


@contextmanager
def visit(browser: Browser, address: str, username: str, language: str) -> Iterator[Visit]:
    """Give a person a browser of their own; at its end nothing may have been wrong with any page."""
    context = browser.new_context(viewport=WIDE, base_url=address, bypass_csp=True)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    said: list[str] = []
    try:
        person = Visit(context.new_page(), username, language)
        person.page.on("pageerror", lambda error: said.append(f"script: {error}"))
        yield person
    finally:
        context.close()
    assert person.wrong + said == []
