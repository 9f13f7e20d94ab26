"""A person at a screen: every page they look at is judged, in both widths, in their language."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize

from tests.chromium import overflow, violations
from tests.journeys.words import foreign

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
LANGUAGES = ("nl", "en")
JUDGED: set[str] = set()  # the pages that axe-core saw in this session


@dataclass
class Visit:
    """One person's browser, and what was wrong with the pages that they saw."""

    page: Page
    username: str
    language: str
    wrong: list[str] = field(default_factory=list)

    def looks_at(self, name: str, *, menus: bool = False) -> None:
        """Judge the page as it is now, wide and narrow; with `menus` also each menu, opened."""
        try:
            self._looks(name, menus)
        except Error as error:
            if "navigation" not in str(error):
                raise
            self._looks(name, menus)  # a page of running work went on to its end meanwhile: that one is judged

    def _looks(self, name: str, menus: bool) -> None:
        self.page.wait_for_load_state()
        self.page.evaluate("document.querySelectorAll('.gv-why').forEach(part => { part.open = true; })")
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            self._judge(f"{name}-{size['width']}-{self.language}")
            if menus:
                self._opens_menus(f"{name}-menu-{size['width']}-{self.language}")
        self.wrong += [f"{name}: {each}" for each in foreign(self.page, self.language)]

    def _judge(self, name: str) -> None:
        if by := overflow(self.page):
            self.wrong.append(f"{name}: {by} pixels too wide")
        if name not in JUDGED:  # another person's same page in the same language has the same structure
            JUDGED.add(name)
            self.wrong += [f"{name}: {each}" for each in violations(self.page)]
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def _opens_menus(self, name: str) -> None:
        """Open one menu after the other; what it covers is not judged: it is behind the menu for people too."""
        for menu in self.page.locator("details.gv-menu > summary:visible").all():
            known = f"{menu.inner_text()}-{self.username}-{name.split('-menu-')[1]}"
            if known in JUDGED:  # the menus in the header are the same on every page
                continue
            JUDGED.add(known)
            menu.click()
            self.wrong += [f"{name}: {each}" for each in violations(self.page, "details[open].gv-menu")]
            if by := overflow(self.page):
                self.wrong.append(f"{name}: {by} pixels too wide")
            menu.click()

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
    context = browser.new_context(viewport=WIDE, base_url=address, bypass_csp=True)
    context.set_default_timeout(20_000)
    said: list[str] = []
    try:
        person = Visit(context.new_page(), username, language)
        person.page.on("pageerror", lambda error: said.append(f"script: {error}"))
        yield person
    finally:
        context.close()
    if wrong := sorted({*person.wrong, *said}):
        pytest.fail("\n".join(wrong), pytrace=False)
