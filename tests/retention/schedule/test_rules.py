import hashlib
import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.schedule import (
    Action,
    Combine,
    Confidence,
    Line,
    Part,
    Period,
    Rule,
    Status,
    Text,
    Trigger,
)

from .strategies import rules

CANONICAL = (
    '{"category":"jeugdhulp","lines":[{"citation":"Jeugdwet art. 7.3.8 lid 3","confidence":"H",'
    '"confirmed":true,"status":"statute","term":"P20Y","trigger":"last_substantive_change"}],'
    '"valid_from":"2020-01-01","version":1}'
)


@pytest.fixture
def rule() -> Rule:
    line = Line(
        trigger=Trigger.LAST_SUBSTANTIVE_CHANGE,
        term=Period("P20Y"),
        citation="Jeugdwet art. 7.3.8 lid 3",
        status=Status.STATUTE,
        confidence=Confidence.HIGH,
        confirmed=True,
    )
    return Rule(category="jeugdhulp", version=1, valid_from=date(2020, 1, 1), lines=(line,))


def described(**changes: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(CANONICAL)
    return document | changes


def test_the_hash_covers_exactly_the_canonical_json(rule: Rule) -> None:
    # sorted keys, no white space, and fields at their default left out: receipts depend on these bytes
    assert rule.canonical() == CANONICAL.encode()
    assert rule.digest() == hashlib.sha256(CANONICAL.encode()).hexdigest()


@given(rules())
def test_a_rule_comes_back_from_the_database_as_it_went_in(rule: Rule) -> None:
    assert Rule.from_json(json.loads(json.dumps(rule.to_json()))) == rule


@given(rules(), st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_change_the_hash(rule: Rule, random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = random.sample(sorted(value), len(value))
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list | tuple) else value

    assert Rule.from_json(shuffled(rule.to_json())).digest() == rule.digest()


@given(rules(), rules())
def test_rules_have_the_same_hash_only_when_they_are_equal(one: Rule, other: Rule) -> None:
    assert (one.digest() == other.digest()) == (one == other)


def test_a_changed_term_changes_the_hash(rule: Rule) -> None:
    shorter = msgspec.structs.replace(rule.lines[0], term=Period("P15Y"))
    assert msgspec.structs.replace(rule, lines=(shorter,)).digest() != rule.digest()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"round_up": True}, "unknown field `round_up`"),
        ({"rounding": "week_end"}, "Invalid enum value 'week_end'"),
        ({"version": "1"}, "Expected `int`"),
        ({"version": 0}, "versions count from 1"),
        ({"valid_from": "2020-02-30"}, "Invalid RFC3339"),
        ({"valid_to": "2019-12-31"}, "valid_to lies before valid_from"),
        ({"category": "Jeugd hulp"}, "matching regex"),
        ({"combine": "sum_of"}, "Invalid enum value 'sum_of'"),
        ({"lines": []}, "has a line with its term"),
        ({"citation": "Jeugdwet"}, "its citations are on its lines"),
        ({"action": "keep"}, "no lines"),
        ({"action": "keep", "lines": []}, "a citation of its own"),
        ({"note": {"nl": "alleen Nederlands"}}, "missing required field `en`"),
    ],
)
def test_a_rule_that_may_not_exist_is_not_read(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        Rule.from_json(described(**changes))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("term", "20 years", "is not a period"),
        ("term", 20, "expected a period"),
        ("trigger", "full_moon", "Invalid enum value 'full_moon'"),
        ("citation", "  ", "matching regex"),
        ("confirmed", "yes", "Expected `bool`"),
        ("confidence", "X", "Invalid enum value 'X'"),
    ],
)
def test_a_line_that_may_not_exist_is_not_read(field: str, value: object, reason: str) -> None:
    document = described()
    document["lines"][0][field] = value
    with pytest.raises(msgspec.ValidationError, match=reason):
        Rule.from_json(document)


@pytest.mark.parametrize("field", ["trigger", "term", "citation", "status", "confidence", "confirmed"])
def test_nothing_of_a_line_may_be_left_out(field: str) -> None:
    document = described()
    del document["lines"][0][field]
    with pytest.raises(msgspec.ValidationError, match=f"missing required field `{field}`"):
        Rule.from_json(document)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trigger": "named_event"}, "exactly when an event by name starts it"),
        ({"event": {"code": "overlijden", "nl": "overlijden", "en": "death"}}, "exactly when an event by name"),
        ({"trigger": "fixed_date"}, "exactly when a fixed date starts it"),
        ({"on": "2030-01-01"}, "exactly when a fixed date starts it"),
        ({"trigger": "never"}, "has the term P0D"),
        ({"bound": "minimum"}, "has a line with its term"),
        ({"when": {}}, "says when its line applies"),
        ({"when": {"kind": ["jgz"]}}, "unknown field `kind`"),
    ],
)
def test_a_line_that_contradicts_itself_is_not_read(changes: dict[str, Any], reason: str) -> None:
    document = described()
    document["lines"][0] |= changes
    with pytest.raises(msgspec.ValidationError, match=reason):
        Rule.from_json(document)


def test_what_a_later_release_adds_changes_no_hash_that_stands_on_a_receipt(rule: Rule) -> None:
    assert rule.digest() == "10743eb6418fafec13cb3eb49ac239bfac75517794e234d2de86146538b5e0ee"


def test_a_part_of_a_file_has_a_rule_of_its_own(rule: Rule) -> None:
    own = msgspec.structs.replace(rule.lines[0], trigger=Trigger.OWN_CREATION, term=Period("P4W"))
    video = Part(code="video", name=Text(nl="Video", en="Video"), covers=("video",), lines=(own,))
    whole = msgspec.structs.replace(rule, parts=(video,))
    assert whole.of_part(video).applied == (own,)
    assert whole.of_part(video).category == rule.category
    assert Rule.from_json(whole.to_json()) == whole
    with pytest.raises(ValueError, match="two parts have the same code"):
        msgspec.structs.replace(rule, parts=(video, video))


def test_a_rule_built_in_code_obeys_the_same_law(rule: Rule) -> None:
    with pytest.raises(ValueError, match="has a line with its term"):
        msgspec.structs.replace(rule, lines=())
    with pytest.raises(AttributeError, match="immutable type"):
        rule.version = 2  # type: ignore[misc] # that it is refused is the test


def test_the_ground_names_each_applied_source_once(rule: Rule) -> None:
    [line] = rule.lines
    closure = msgspec.structs.replace(line, trigger=Trigger.CLOSURE, citation="SL 8.1.12")
    guess = msgspec.structs.replace(line, citation="handreiking", confirmed=False)
    wide = msgspec.structs.replace(rule, lines=(line, closure, line, guess), combine=Combine.EARLIEST_OF)
    assert wide.ground == "Jeugdwet art. 7.3.8 lid 3; SL 8.1.12"
    assert wide.applied == (line, closure, line)


def test_a_rule_that_keeps_bears_its_own_ground() -> None:
    keeping = Rule(
        category="jgz",
        version=1,
        valid_from=date(2020, 1, 1),
        action=Action.KEEP,
        citation="SL 19.1.18",
        note=Text(nl="Blijvend bewaren.", en="Keep permanently."),
    )
    assert keeping.ground == "SL 19.1.18"
    assert Rule.from_json(keeping.to_json()) == keeping


def test_validity_includes_its_first_and_its_last_day(rule: Rule) -> None:
    ending = msgspec.structs.replace(rule, valid_to=date(2024, 12, 31))
    assert not ending.in_force(date(2019, 12, 31))
    assert ending.in_force(date(2020, 1, 1))
    assert ending.in_force(date(2024, 12, 31))
    assert not ending.in_force(date(2025, 1, 1))
    assert rule.in_force(date(2999, 1, 1))
