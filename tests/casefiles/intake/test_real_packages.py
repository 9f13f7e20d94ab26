"""The two real packages: one that comes in whole, and one that was made dirty on purpose."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from casefiles.intake.vocabulary import Role

from .packages import EXPORTED_ON, take_in

# file, field, code: how often, over all refused dossiers of the legacy package
LEGACY_FAULTS = {
    ("dossiers.csv", "kind", "kind_unknown"): 14,
    ("dossiers.csv", "reference", "reference_duplicate"): 9,
    ("dossiers.csv", "opened_on", "date_impossible"): 9,
    ("dossiers.csv", "closed_on", "closed_before_opened"): 15,
    ("dossiers.csv", "closed_on", "open_with_closing_date"): 5,
    ("dossiers.csv", "last_change_on", "date_in_future"): 8,
    ("dossiers.csv", "last_change_on", "change_before_opening"): 1,
    ("parties.csv", "bsn", "bsn_invalid"): 33,
    ("parties.csv", "surname", "nul_byte"): 25,
    ("entries.csv", "occurred_on", "entry_after_last_change"): 6,
    ("documents.csv", "created_on", "entry_after_last_change"): 2,
    ("documents.csv", "path", "path_outside_package"): 23,
    ("documents.csv", "path", "file_missing"): 14,
    ("documents.csv", "path", "file_empty"): 11,
}


def test_the_clean_package_comes_in_whole(real_packages: Path) -> None:
    found = take_in(real_packages / "clean")
    assert (len(found.received), found.refused, found.orphans) == (60, [], [])
    rows = Counter[str]()
    for received in found.received:
        rows.update(parties=len(received.parties), entries=len(received.entries))
        rows.update(documents=len(received.documents), read=len([*received.parties, *received.entries]))
    assert rows == {"parties": 181, "entries": 455, "documents": 76, "read": 181 + 455}


def test_a_child_that_is_expected_comes_in_with_the_clean_package(real_packages: Path) -> None:
    births = [
        (received.dossier.reference, party.role, str(party.birth_date))
        for received in take_in(real_packages / "clean").received
        for party in received.parties
        if party.birth_date is not None and party.birth_date > EXPORTED_ON
    ]
    assert [(role, birth) for _, role, birth in births] == [(Role.SIBLING, "2027-07-25")]


def test_the_sound_dossiers_of_the_legacy_package_come_in_and_every_fault_of_the_others_is_told(
    real_packages: Path,
) -> None:
    found = take_in(real_packages / "legacy")
    assert (found.package.count, len(found.received), len(found.refused)) == (160, 51, 109)
    assert Counter((p.file, p.field, p.code) for p in found.problems) == LEGACY_FAULTS
    assert Counter((p.file, p.code) for p in found.orphans) == {
        ("parties.csv", "orphan"): 22,
        ("entries.csv", "orphan"): 70,
        ("documents.csv", "orphan"): 10,
    }
    assert sum(len(received.documents) for received in found.received) == 41


def test_the_windows_letters_of_the_legacy_package_are_read_as_they_were_written(real_packages: Path) -> None:
    names = {
        party.given_names or "" for received in take_in(real_packages / "legacy").received for party in received.parties
    }
    assert any("ë" in name for name in names)


def test_no_problem_of_the_legacy_package_repeats_a_personal_value(real_packages: Path) -> None:
    found = take_in(real_packages / "legacy")
    told = [value for p in [*found.problems, *found.orphans] for value in asdict(p).values()]
    assert not any("123456789" in str(value) or "\0" in str(value) for value in told)
    assert len(told) == 6 * (sum(LEGACY_FAULTS.values()) + 102)
