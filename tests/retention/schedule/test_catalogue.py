from datetime import date
from pathlib import Path

import pytest

from retention.schedule import (
    Action,
    CatalogueError,
    Category,
    Combine,
    Confidence,
    Fact,
    Facts,
    Line,
    Waiting,
    derive,
    load,
)

KINDS = {
    "jeugdhulp": "Jeugdwet art. 7.3.8 lid 3",
    "toegang": "Selectielijst gemeenten 2020, 8.1.2 en 8.3.2",
    "ots": "Jeugdwet art. 7.3.1 lid 1 jo. art. 7.3.8 lid 3",
    "voogdij": "Jeugdwet art. 7.3.1 lid 1 jo. art. 7.3.8 lid 3",
    "jeugdreclassering": "Jeugdwet art. 7.3.1 lid 1 jo. art. 7.3.8 lid 3",
    "veilig-thuis": "Wmo 2015 art. 5.3.4 lid 2",
    "jgz": "Burgerlijk Wetboek art. 7:454 lid 3; Selectielijst gemeenten 2020, 8.1.12",
    "leerplicht": "Selectielijst gemeenten 2020, 12.1.3",
    "klacht": "Selectielijst gemeenten 2020, 13.1",
}

# The 38 rows of the law as it was gathered for this schedule, in its order: where each is shipped.
ROWS = [
    *(["jeugdhulp"], ["ots", "voogdij"], ["jeugdreclassering"], ["bjz"], ["amk"], ["veilig-thuis"], ["toegang"]),
    *(["weigering"], ["aanvraag-afgebroken"], ["plan", "plan-afgebroken"], ["hercontrole"], ["wmo"], ["jgz"]),
    *(["ggz-jeugd"], ["ggz-jeugd"], ["vaccinatie", "bcg"], ["leerplicht", "leerplichtontheffing"]),
    *(["kwalificatieplicht"], ["verwijsindex"], ["verwijsindex-archief"], ["camera-gesloten"], ["camera-gemeente"]),
    *(["vrijheidsbeperking"], ["adoptie"], ["rvdk-civiel"], ["rvdk-straf"], ["rvdk-blijvend"]),
    *(["klacht", "klacht-ombudsman", "klacht-afgebroken"], ["geschil-blijvend"], ["klacht-aanbieder"], ["facturen"]),
    *(["avg-ingewilligd", "avg-geweigerd", "avg-afgebroken"], ["vernietigingsbewijs"], ["toegangslog"], ["datalek"]),
    *(["gezagsregister"], ["toestemming"], ["opname"]),
]
AWAITING = {
    *("weigering", "verwijsindex", "verwijsindex-archief", "klacht-aanbieder", "avg-ingewilligd", "avg-geweigerd"),
    *("avg-afgebroken", "datalek", "toestemming", "opname", "vernietigingsstop"),
}
FOR_EVER = {"rvdk-blijvend", "geschil-blijvend", "vernietigingsbewijs"}

GOOD = """
[[categories]]
code = "klacht"
name = { nl = "Klachtdossier", en = "Complaint file" }

[[categories.rules]]
version = 1
valid_from = 2020-01-01

[[categories.rules.lines]]
trigger = "closure"
term = "P5Y"
citation = "Selectielijst gemeenten 2020, 13.1"
status = "selectielijst"
confidence = "H"
confirmed = true
"""
SECOND_VERSION = GOOD[GOOD.index("[[categories.rules]]") :].replace("version = 1", "version = 2")


def read(folder: Path, text: str, file: str = "kinds.toml") -> tuple[Category, ...]:
    (folder / file).write_text(text, encoding="utf-8")
    return load(folder)


def shipped_lines() -> list[Line]:
    return [line for category in load() for rule in category.rules for line in rule.lines]


def test_every_kind_of_the_import_packages_has_a_cited_rule_today() -> None:
    found = {category.code: category.rule_on(date(2026, 11, 23)) for category in load()}
    assert {code: rule.ground for code, rule in found.items() if rule and code in KINDS} == KINDS


def test_every_row_of_the_law_is_shipped_with_its_citation_and_a_note() -> None:
    shipped = {category.code: category for category in load()}
    assert len(ROWS) == 38
    assert {code for row in ROWS for code in row} | {"op-verzoek", "vernietigingsstop"} == set(shipped)
    for category in shipped.values():
        assert category.rules[0].ground
        assert category.rules[0].note


def test_a_rule_of_which_nothing_is_confirmed_gives_no_date() -> None:
    whole = {category.code: category.rules[0] for category in load()}
    assert {code for code, rule in whole.items() if not rule.applied and rule.action is not Action.KEEP} == AWAITING
    assert {code for code, rule in whole.items() if rule.action is Action.KEEP} == FOR_EVER
    for code in AWAITING:
        known = Facts(opened_on=date(1990, 1, 1), last_change_on=date(1990, 1, 1), is_closed=False)
        assert derive(whole[code], known).outcome == Waiting((Fact.APPLICABLE_LINE,))


def test_no_version_is_in_force_before_the_first_begins() -> None:
    assert all(category.rule_on(date(2014, 12, 31)) is None for category in load())


def test_only_what_was_read_in_the_source_itself_is_applied() -> None:
    for line in shipped_lines():
        assert line.confirmed == (line.confidence is Confidence.HIGH)


def test_the_guidance_of_birth_plus_48_years_ships_without_being_applied() -> None:
    bearers = {c.code: c.rules[0] for c in load() if c.rules[0].applied and c.rules[0].applied != c.rules[0].lines}
    assert {code: [str(line.term) for line in rule.lines if not line.confirmed] for code, rule in bearers.items()} == {
        "ots": ["P48Y"],
        "voogdij": ["P48Y"],
        "ggz-jeugd": ["P39Y"],
    }
    assert bearers["ots"].combine is bearers["voogdij"].combine is Combine.EARLIEST_OF


def test_every_category_has_a_name_of_its_own_in_both_languages() -> None:
    names = [category.name for category in load()]
    assert len({name.nl for name in names}) == len({name.en for name in names}) == len(names)


def test_a_well_formed_file_is_read(tmp_path: Path) -> None:
    [category] = read(tmp_path, GOOD)
    assert (category.code, category.name.en, category.rules[0].version) == ("klacht", "Complaint file", 1)


def test_versions_that_follow_each_other_take_over_on_their_day(tmp_path: Path) -> None:
    ended = GOOD.replace("2020-01-01", "2020-01-01\nvalid_to = 2027-12-31")
    [category] = read(tmp_path, ended + SECOND_VERSION.replace("2020-01-01", "2028-01-01"))
    found = [category.rule_on(day) for day in (date(2027, 12, 31), date(2028, 1, 1))]
    assert [rule.version for rule in found if rule] == [1, 2]


def test_files_that_are_not_toml_by_name_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("not a schedule")
    assert len(read(tmp_path, GOOD)) == 1


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('term = "P5Y"', 'term = "P5Y"\nterms = 5', r"category klacht: rule 1: .*unknown field `terms`"),
        ("version = 1", "version = 1\nround = 1", r"category klacht: rule 1: .*unknown field `round`"),
        ('code = "klacht"', 'code = "klacht"\nkind = 1', r"category klacht: .*unknown field `kind`"),
        ('code = "klacht"', "", r"category \(no code\): .*missing required field `code`"),
        (
            'citation = "Selectielijst gemeenten 2020, 13.1"',
            "",
            "rule 1: .*missing required field `citation`",
        ),
        ('"Selectielijst gemeenten 2020, 13.1"', '" "', r"rule 1: .*matching regex.*lines\[0\]\.citation"),
        ('"closure"', '"full_moon"', r"rule 1: Invalid enum value 'full_moon'.*lines\[0\]\.trigger"),
        ('"P5Y"', '"5 years"', "rule 1: '5 years' is not a period"),
        ("confirmed = true", "", "rule 1: .*missing required field `confirmed`"),
        ("confirmed = true", "confirmed = false", "rule 1: line 1: only what was read .* ships as confirmed"),
        ('confidence = "H"', 'confidence = "M"', "rule 1: line 1: only what was read .* ships as confirmed"),
        ('en = "Complaint file"', 'en = ""', "category klacht: .*matching regex"),
        ("version = 1", 'version = 1\ncategory = "jgz"', "category klacht: .*names another category"),
    ],
)
def test_a_fault_is_named_with_its_file_and_its_entry(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    assert GOOD.count(right) == 1
    with pytest.raises(CatalogueError, match=rf"^kinds\.toml: .*{reason}"):
        read(tmp_path, GOOD.replace(right, wrong))


def test_an_uncertain_line_may_not_pass_for_law(tmp_path: Path) -> None:
    doubtful = GOOD[GOOD.index("[[categories.rules.lines]]") :]
    doubtful = doubtful.replace('"H"', '"L"').replace("confirmed = true", "confirmed = false")
    with pytest.raises(CatalogueError, match=r"kinds\.toml: category klacht: rule 1: line 2: .* ships as guidance"):
        read(tmp_path, GOOD + doubtful)


@pytest.mark.parametrize(
    "second",
    [
        SECOND_VERSION,  # the first has no end
        SECOND_VERSION.replace("2020-01-01", "2019-01-01\nvalid_to = 2020-01-01"),  # one day in common
    ],
)
def test_validities_that_overlap_are_a_fault(tmp_path: Path, second: str) -> None:
    with pytest.raises(CatalogueError, match=r"kinds\.toml: category klacht: versions \d and \d overlap"):
        read(tmp_path, GOOD + second)


def test_a_version_that_is_there_twice_is_a_fault(tmp_path: Path) -> None:
    again = SECOND_VERSION.replace("version = 2", "version = 1")
    with pytest.raises(CatalogueError, match="category klacht: a version is there twice"):
        read(tmp_path, GOOD + again)


def test_a_category_without_a_rule_is_a_fault(tmp_path: Path) -> None:
    bare = GOOD[: GOOD.index("[[categories.rules]]")] + "rules = []\n"
    with pytest.raises(CatalogueError, match="category klacht: it has no rule"):
        read(tmp_path, bare)


def test_a_code_that_two_files_claim_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"^second\.toml: category klacht: this code is there twice"):
        read(tmp_path, GOOD, file="second.toml")


@pytest.mark.parametrize(
    "text",
    ["[[categories]", 'categories = "none"', "kinds = []", "categories = [1]", f"edition = 2020\n{GOOD}"],
)
def test_what_is_no_schedule_is_a_fault_of_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogueError, match=r"^kinds\.toml: "):
        read(tmp_path, text)


def test_bytes_that_are_not_utf8_are_a_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "kinds.toml").write_bytes(GOOD.replace("Klacht", "Klächt").encode("cp1252"))
    with pytest.raises(CatalogueError, match=r"^kinds\.toml: "):
        load(tmp_path)
