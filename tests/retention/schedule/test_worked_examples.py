"""Twenty examples from the law, each date counted by hand on a calendar, beside the date that the engine gives.

| # | category | facts | by hand |
|---|---|---|---|
| 1 | jeugdhulp | last change 29 Feb 2004 | + 20 y = 29 Feb 2024 |
| 2 | ots | last change 14 May 1999, born 2 Mar 1970 | + 20 y = 14 May 2019; birth + 48 y is not confirmed |
| 3 | jeugdreclassering | last change 31 Dec 2003 | + 20 y = 31 Dec 2023 |
| 4 | bjz | newest document 30 Nov 2009 | + 15 y = 30 Nov 2024 |
| 5 | amk | youngest child of the family born 29 Feb 2008 | 18 on 1 Mar 2026 |
| 6 | veilig-thuis | last change 31 Jan 2006 | + 20 y = 31 Jan 2026 |
| 7 | toegang | closed 3 May 1999 | + 20 y = 3 May 2019 |
| 8 | aanvraag-afgebroken | closed 29 Feb 2024 | + 1 y = 28 Feb 2025 |
| 9 | plan-afgebroken | closed 20 Dec 2023 | + 42 days = 31 Jan 2024 |
| 10 | wmo | last change 1 Jul 2010 | + 15 y = 1 Jul 2025 |
| 11 | jgz | last change 24 Nov 2015, closed 1 Dec 2015 | the later: + 20 y = 1 Dec 2035 |
| 12 | ggz-jeugd | last change 5 May 2005 | + 20 y = 5 May 2025 |
| 13 | bcg | born 17 Apr 1990 | + 110 y = 17 Apr 2100 |
| 14 | leerplicht | born 29 Feb 2008 | + 19 y = 28 Feb 2027 |
| 15 | kwalificatieplicht | born 31 Aug 2004 | + 21 y = 31 Aug 2025 |
| 16 | camera-gesloten | recorded 15 Feb 2024, no incident | + 4 weeks = 14 Mar 2024 |
| 17 | camera-gesloten | the same, incident settled 2 Jun 2024 | 2 Jun 2024 |
| 18 | camera-gemeente | recorded 1 Feb 2023 | + 28 days = 1 Mar 2023 |
| 19 | adoptie | arrival 10 Oct 1994 | + 30 y = 10 Oct 2024, then review |
| 20 | rvdk-straf | born 12 Jun 2001 | + 24 y = 12 Jun 2025 |
| 21 | verwijsindex, confirmed | reported 1 Mar 2024, born 1 Jun 2002, risk gone 9 Jan 2025 | the earliest: 9 Jan 2025 |
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import pytest

from retention.schedule import Category, Facts, Language, Rule, derive, explain, load
from retention.schedule.phrases import PHRASES

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Example:
    category: str
    by_hand: date
    known: dict[str, Any] = field(default_factory=dict)
    changed: date = date(1990, 1, 1)
    closed: date | None = date(1990, 1, 1)
    confirmed: bool = False

    @property
    def facts(self) -> Facts:
        closed = {"is_closed": self.closed is not None, "closed_on": self.closed}
        return Facts(opened_on=date(1990, 1, 1), last_change_on=self.changed, **closed, **self.known)


EXAMPLES = [
    Example("jeugdhulp", date(2024, 2, 29), changed=date(2004, 2, 29)),
    Example("ots", date(2019, 5, 14), {"birth_date": date(1970, 3, 2)}, changed=date(1999, 5, 14)),
    Example("jeugdreclassering", date(2023, 12, 31), changed=date(2003, 12, 31)),
    Example("bjz", date(2024, 11, 30), {"created_on": date(2009, 11, 30)}),
    Example("amk", date(2026, 3, 1), {"family_birth_date": date(2008, 2, 29)}),
    Example("veilig-thuis", date(2026, 1, 31), changed=date(2006, 1, 31)),
    Example("toegang", date(2019, 5, 3), closed=date(1999, 5, 3)),
    Example("aanvraag-afgebroken", date(2025, 2, 28), closed=date(2024, 2, 29)),
    Example("plan-afgebroken", date(2024, 1, 31), closed=date(2023, 12, 20)),
    Example("wmo", date(2025, 7, 1), changed=date(2010, 7, 1)),
    Example("jgz", date(2035, 12, 1), changed=date(2015, 11, 24), closed=date(2015, 12, 1)),
    Example("ggz-jeugd", date(2025, 5, 5), changed=date(2005, 5, 5)),
    Example("bcg", date(2100, 4, 17), {"birth_date": date(1990, 4, 17)}),
    Example("leerplicht", date(2027, 2, 28), {"birth_date": date(2008, 2, 29)}),
    Example("kwalificatieplicht", date(2025, 8, 31), {"birth_date": date(2004, 8, 31)}),
    Example("camera-gesloten", date(2024, 3, 14), {"created_on": date(2024, 2, 15), "flags": {"incident": False}}),
    Example(
        "camera-gesloten",
        date(2024, 6, 2),
        {
            "created_on": date(2024, 2, 15),
            "flags": {"incident": True},
            "events": {"incident-afgehandeld": date(2024, 6, 2)},
        },
    ),
    Example("camera-gemeente", date(2023, 3, 1), {"created_on": date(2023, 2, 1)}),
    Example("adoptie", date(2024, 10, 10), {"arrived_on": date(1994, 10, 10)}),
    Example("rvdk-straf", date(2025, 6, 12), {"birth_date": date(2001, 6, 12)}),
    Example(
        "verwijsindex",
        date(2025, 1, 9),
        {
            "created_on": date(2024, 3, 1),
            "birth_date": date(2002, 6, 1),
            "events": {"risico-weg": date(2025, 1, 9)},
        },
        confirmed=True,
    ),
]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Category]:
    return {category.code: category for category in load()}


def rule_of(category: Category, *, confirmed: bool) -> Rule:
    """The shipped rule, with every line confirmed by the privacy officer when the example says so."""
    rule = category.rule_on(TODAY)
    assert rule is not None
    lines = tuple(msgspec.structs.replace(line, confirmed=True) for line in rule.lines)
    return msgspec.structs.replace(rule, lines=lines) if confirmed else rule


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.category)
def test_the_engine_gives_the_date_that_was_counted_by_hand(shipped: dict[str, Category], example: Example) -> None:
    category = shipped[example.category]
    found = derive(rule_of(category, confirmed=example.confirmed), example.facts)
    assert found.due_on == example.by_hand
    languages: tuple[Language, ...] = ("nl", "en")
    for language in languages:
        told = explain(found, category.name, language)
        day = f"{example.by_hand.day} {PHRASES[language].months[example.by_hand.month - 1]} {example.by_hand.year}"
        conclusion = {"nl": f"Bewaren tot en met {day}.", "en": f"Keep up to and including {day}."}[language]
        [sentence] = [sentence for sentence in told if sentence.startswith(conclusion)]
        reviewed = {"nl": "beoordeelt een medewerker", "en": "a member of staff reviews"}[language]
        assert (reviewed in sentence) == (example.category == "adoptie")
        assert found.citation in " ".join(told)
