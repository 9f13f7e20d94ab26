"""Every address × everyone × every case, beside the table in access.md that a privacy officer can read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework import signed_in
from tests.matrix.table import ANY, TABLE, Section, addresses, sections
from tests.matrix.world import CASES, World
from tests.organisation import Organisation
from tests.stores import everything

OF_A_DOSSIER = "dossiers/<uuid:pk>/"
# What a refusal may write: its line in the log, and when somebody was last seen.
MAY_MOVE = {"casefiles.casefiles_accessevent", "casefiles.django_session", "casefiles.casefiles_loginfailure"}


@dataclass(frozen=True)
class Door:
    """One address for one case, with what it needs filled in."""

    page: str
    case: str
    address: str


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
            yield Door(page, case, reverse(page, kwargs={name: world.arguments[case][name] for name in names}))
    else:
        known = world.sample(page) if names else {}
        yield Door(page, ANY, reverse(page, kwargs={name: known[name] for name in names}))


def test_every_address_stands_in_the_table_once() -> None:
    listed = [page for section in sections(TABLE.read_text()) for page in section.pages]
    twice = {page for page in listed if listed.count(page) > 1}
    known = addresses()
    lines = [f"- `{page}` — /{known[page]}" for page in known if page not in listed]
    assert not lines, (
        "These addresses are missing in tests/matrix/access.md. Put each under the section whose table says who may "
        "open it (or write a new section), and what it needs beside a dossier in World._others:\n" + "\n".join(lines)
    )
    assert not twice and not set(listed) - set(known), "twice, or no address any more"


def test_the_table_knows_everyone_and_every_case() -> None:
    for section in sections(TABLE.read_text()):
        cases = {case for _who, case in section.answers}
        assert cases in ({ANY}, set(CASES)), section.title
        assert len(section.answers) == 8 * len(cases), section.title


def test_everyone_gets_at_every_address_what_the_table_says_and_a_refused_form_changes_nothing(
    organisation: Organisation,
) -> None:
    world, wrong, asked = World(organisation), [], 0
    clients = {who: signed_in(user) if user else Client() for who, user in world.members.items()}
    for client in clients.values():
        client.raise_request_exception = False  # a page that fails is an answer of its own
    expected = {page: section for section in sections(TABLE.read_text()) for page in section.pages}
    known = {page: pattern for page, pattern in addresses().items() if page in expected}
    shut: list[tuple[str, Door]] = []
    for page, pattern in known.items():
        for door in doors(world, page, pattern):
            for who, client in clients.items():
                said, wanted = _asked(client.get(door.address)), expected[page].answers[who, door.case]
                asked += 1
                if said not in (wanted, "form"):
                    wrong.append(f"{page} ({door.case}), {who}: {said}, the table says {wanted}")
                if wanted != "yes":
                    shut.append((who, door))
    before = everything()
    for who, door in shut:
        said, wanted = _asked(clients[who].post(door.address)), expected[door.page].answers[who, door.case]
        asked += 1
        if said not in (wanted, "no", "hidden", "form"):
            wrong.append(f"POST to {door.page} ({door.case}), {who}: {said}, the table says {wanted}")
    after = everything()
    changed = [name for name in before if name not in MAY_MOVE and before[name] != after[name]]
    assert not wrong, f"{len(wrong)} of {asked} answers are not those of tests/matrix/access.md:\n" + "\n".join(wrong)
    assert changed == [], "a form that was refused changed this"
    assert asked > 2500


def _asked(response: Any) -> str:
    if response.status_code == 405:
        return "form"
    return answer(response.status_code, response.headers.get("Location", ""))
