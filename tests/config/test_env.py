"""Environment variables are read into typed values, or refused by name."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import env

LOCALES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
each_example_sets_its_own = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.integers())
@each_example_sets_its_own
def test_every_whole_number_is_read_as_itself(monkeypatch: pytest.MonkeyPatch, value: int) -> None:
    monkeypatch.setenv("COUNT", f" {value} ")
    assert env.number("COUNT", 7) == value


@pytest.mark.parametrize("value", ["seven", "1.5", "0x10", "1 2"])
def test_what_is_no_whole_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("COUNT", value)
    with pytest.raises(env.InvalidSettingError, match="COUNT"):
        env.number("COUNT", 7)


@pytest.mark.parametrize(
    ("value", "meaning"), [("on", True), ("TRUE", True), ("1", True), ("off", False), ("no", False)]
)
def test_a_flag_is_read_in_its_usual_spellings(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    monkeypatch.setenv("SWITCH", value)
    assert env.flag("SWITCH", default=not meaning) is meaning


def test_a_misspelt_flag_is_refused_rather_than_read_as_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCH", "oof")
    with pytest.raises(env.InvalidSettingError, match="SWITCH"):
        env.flag("SWITCH", default=True)


@pytest.mark.parametrize("value", ["", "  "])
def test_empty_means_the_default(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ANYTHING", value)
    assert env.text("ANYTHING", "default") == "default"
    assert env.number("ANYTHING", 3) == 3
    assert env.flag("ANYTHING", default=True) is True


def test_an_unknown_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCESS_ROLE", "postgres")
    with pytest.raises(env.InvalidSettingError, match="PROCESS_ROLE"):
        env.role()


def test_a_process_is_a_worker_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROCESS_ROLE", raising=False)
    assert env.role() == "worker"


def test_the_mirror_lies_beside_the_data_and_never_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/srv/case-files")
    monkeypatch.delenv("MIRROR_DIR", raising=False)
    assert env.mirror_dir() == Path("/srv/case-files-mirror")


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({}, "nl"),
        ({"LANG": "C"}, "nl"),
        ({"LANG": "C.UTF-8"}, "nl"),
        ({"LANG": "POSIX"}, "nl"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "en_US", "LANG": "nl_NL"}, "en"),
        ({"LANGUAGE": "nl:en", "LANG": "en_US"}, "nl"),
        ({"LANGUAGE": "en", "LC_ALL": "nl_NL"}, "en"),
    ],
)
def test_the_language_is_dutch_unless_the_locale_is_english(
    monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert env.language() == language
