"""Every address × everyone × every case, beside the table in access.md that a privacy officer can read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from casefiles.models import User
from casefiles.views import errors
from tests.casework import signed_in
from tests.matrix.table import ANY, TABLE, addresses, sections
from tests.matrix.world import CASES, World
from tests.organisation import Organisation
from tests.stores import everything

OF_A_DOSSIER = ("dossiers/<uuid:pk>/", "clocks/<uuid:pk>/", "questions/<uuid:pk>/")
# What a refusal may write: its line in the log, and when somebody was last seen.
MAY_MOVE = {"casefiles.casefiles_accessevent", "casefiles.django_session", "casefiles.casefiles_loginfailure"}


@dataclass(frozen=True)
class Door:
    """One address for one case, with what it needs filled in; `form` is what a browser would send there."""

    page: str
    case: str
    address: str
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Try:
    """One person at one door, and what the table says of it."""

    who: str
    door: Door
    wanted: str

    @property
    def get(self) -> set[str]:
        """What opening it may answer."""
        return {"yes" if self.wanted == "reads" else self.wanted, "form"}

    @property
    def post(self) -> set[str]:
        """What sending a form there may answer, where the table does not say yes; a good one is never sent back."""
        return {self.wanted, "no", "hidden"} | (set() if self.door.form else {"form"})

    def complaint(self, method: str, said: str) -> str:
        """Say what is wrong."""
        return f"{method} {self.door.page} ({self.door.case}), {self.who}: {said}, the table says {self.wanted}"


def answer(status: int, location: str) -> str:
    """Say in the table's words what an answer means."""
    if status == 404:
        return "hidden"
    if status in (403, 409):  # 409: not your stage
        return "no"
    if status in (301, 302) and location.startswith("/login/"):
        return "login"
    return "yes" if status < 500 else f"fault {status}"


def doors(world: World, page: str, pattern: str) -> Iterator[Door]:
    """Yield every case in which an address can be asked for. Raises KeyError for arguments that are not known."""
    names = re.findall(r"<\w+:(\w+)>", pattern)
    if pattern.startswith(OF_A_DOSSIER):
        for case in CASES:
            arguments = {name: world.arguments[case][name] for name in names}
            yield Door(page, case, reverse(page, kwargs=arguments), world.forms.get(page, {}))
    else:
        known = world.sample(page) if names else {}
        address = reverse(page, kwargs={name: known[name] for name in names})
        yield Door(page, ANY, address, world.forms.get(page, {}))


def test_every_address_stands_in_the_table_once() -> None:
    listed = [page for section in sections(TABLE.read_text()) for page in section.pages]
    twice = {page for page in listed if listed.count(page) > 1}
    known = addresses()
    lines = [f"- `{page}` — /{known[page]}" for page in known if page not in listed]
    assert not lines, (
        "These addresses are missing in tests/matrix/access.md. Put each under the section whose table says who may "
        "open it (or write a new section), and what it needs beside a dossier in World._others:\n" + "\n".join(lines)
    )
    assert not twice
    assert not set(listed) - set(known), "no address any more"


def test_the_table_knows_everyone_and_every_case() -> None:
    for section in sections(TABLE.read_text()):
        cases = {case for _who, case in section.answers} or {ANY}
        assert cases in ({ANY}, set(CASES)), section.title
        assert len(section.answers) == 8 * len(cases), section.title


def test_everyone_gets_at_every_address_what_the_table_says_and_a_refused_form_changes_nothing(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "render", undrawn)
    world = World(organisation)
    table = {page: section.answers for section in sections(TABLE.read_text()) for page in section.pages}
    tries = [
        Try(who, door, table[door.page][who, door.case])
        for page, pattern in addresses().items()
        for door in doors(world, page, pattern)
        for who in world.members
    ]
    clients = {who: browser(user) for who, user in world.members.items()}
    wrong = [
        t.complaint("GET", said) for t in tries if (said := asked(clients[t.who].get(t.door.address))) not in t.get
    ]
    shut = [t for t in tries if t.wanted != "yes"]
    before = everything()
    wrong += [
        t.complaint("POST", s)
        for t in shut
        if (s := asked(clients[t.who].post(t.door.address, t.door.form))) not in t.post
    ]
    after = everything()
    assert not wrong, f"{len(wrong)} answers are not those of tests/matrix/access.md:\n" + "\n".join(wrong)
    assert [name for name in before if name not in MAY_MOVE and before[name] != after[name]] == []
    assert len(tries) > 1000


def undrawn(_request: HttpRequest, _template: str, _context: object, status: int) -> HttpResponse:
    """Refuse without drawing the page that says so: it takes half of the time, and has tests of its own."""
    return HttpResponse(status=status)


def browser(user: User | None) -> Client:
    """Somebody's browser; a page that fails is an answer of its own."""
    client = signed_in(user) if user else Client()
    client.raise_request_exception = False
    return client


def asked(response: Any) -> str:
    """Say in the table's words what was answered; "form" for one that was not taken in, or for the other method."""
    if response.status_code in (405, 422):
        return "form"
    return answer(response.status_code, response.headers.get("Location", ""))
