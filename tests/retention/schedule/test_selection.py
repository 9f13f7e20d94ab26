"""The official selection list of 2020, whole: what it says, what can be derived from it, and what cannot."""

from collections import Counter
from datetime import date

import pytest

from retention.schedule import Facts, Period, Trigger
from retention.schedule.derivation import derive
from retention.schedule.rules import Rule
from retention.schedule.selection import (
    Appraisal,
    Method,
    Problem,
    ProcessTerm,
    Result,
    SelectionList,
    line_of,
    start_of,
)
from retention.schedule.selection_file import SelectionListError, read
from tests.selectionlist import SELECTION_LIST, file_of, result
from tests.shared import shared

day = date.fromisoformat


@pytest.fixture(scope="module")
def official() -> SelectionList:
    return read((shared("data/selectielijst") / "selectielijst_2020.json").read_bytes())


def test_all_346_results_are_read_as_the_list_counts_them(official: SelectionList) -> None:
    results = official.results
    assert (official.year, len(results), len({each.number for each in results})) == (2020, 346, 346)
    assert Counter(each.appraisal for each in results) == {"vernietigen": 255, "blijvend_bewaren": 89, "": 2}
    terms = {"nihil": 200, "bestaansduur_procesobject": 40, "vast_te_leggen_datum": 8, "": 92}
    terms |= {"samengevoegd_met_bewaartermijn": 5, "ingeschatte_bestaansduur_procesobject": 1}
    assert Counter(each.process_term for each in results) == terms
    assert [each.number for each in results if each.appraisal is Appraisal.WITHDRAWN] == ["7.1.20", "19.1.13"]
    born = [each.number for each in results if each.from_birth]
    assert born == ["4.1.7", "5.1.8", "11.1.8", "11.1.9", "12.1.3"]


def test_each_start_is_derived_or_it_is_said_why_not(official: SelectionList) -> None:
    starts = [start_of(each) for each in official.results if each.appraisal is not Appraisal.KEEP]
    told = Counter((start.method, start.problem) for start in starts)
    assert told == {
        (Method.SETTLED, None): 200,
        (Method.OTHER_DATE, None): 8,
        (None, None): 5,  # from a birth date: derived, though by none of the nine methods
        (None, Problem.SEVERAL_WAYS): 40,
        (None, Problem.WITHDRAWN): 2,
        (None, Problem.NO_PROCESS_TERM): 1,
        (None, Problem.NO_ESTIMATE): 1,
    }


def test_every_result_that_ends_becomes_a_line_by_every_method_that_fits(official: SelectionList) -> None:
    used: set[Method | None] = set()
    for each in official.results:
        for method in start_of(each).methods or ((None,) if each.from_birth else ()):
            line = line_of(each, 2020, method, Period("P10Y") if method is Method.PROCESS_TERM else None)
            assert (line.term, line.citation) == (each.term, f"Selectielijst gemeenten 2020, {each.number}")
            used.add(method)
    assert used == {*Method, None}


def _result(process_term: ProcessTerm) -> Result:
    explanation = "De bewaartermijn loopt vanaf de geboortedatum." if process_term is ProcessTerm.MERGED else ""
    term = Period("P5Y")
    return Result("8.1.2", "Verleend", "", explanation, "", Appraisal.DESTROY, process_term, term, "De voorziening")


KNOWN = Facts(
    opened_on=day("2015-01-01"),
    last_change_on=day("2016-01-01"),
    is_closed=True,
    closed_on=day("2016-02-01"),
    birth_date=day("2001-05-05"),
    events={"sl-8-1-2": day("2018-08-08")},
    decisions=(),
    parent_ends=(day("2019-01-01"),),
    related_ends=(day("2017-03-03"), day("2019-09-09")),
)


@pytest.mark.parametrize(
    ("method", "process_term", "due_on"),
    [
        (Method.SETTLED, ProcessTerm.NONE, "2021-02-01"),
        (Method.PROCESS_TERM, ProcessTerm.ESTIMATED_LIFE, "2031-02-01"),
        (Method.PROPERTY, ProcessTerm.DATE_TO_RECORD, "2023-08-08"),
        (Method.OTHER_DATE, ProcessTerm.DATE_TO_RECORD, "2023-08-08"),
        (Method.CASE_OBJECT, ProcessTerm.LIFE_OF_OBJECT, "2023-08-08"),
        (Method.MAIN_CASE, ProcessTerm.LIFE_OF_OBJECT, "2024-01-01"),
        (Method.RELATED_CASE, ProcessTerm.LIFE_OF_OBJECT, "2024-09-09"),
        (Method.DECISION_START, ProcessTerm.LIFE_OF_OBJECT, None),  # no decision is known: asked, not guessed
        (Method.DECISION_EXPIRY, ProcessTerm.LIFE_OF_OBJECT, None),
        (None, ProcessTerm.MERGED, "2006-05-05"),
    ],
)
def test_a_dossier_gets_its_date_by_each_of_the_methods(
    method: Method | None, process_term: ProcessTerm, due_on: str | None
) -> None:
    line = line_of(_result(process_term), 2020, method, Period("P10Y") if method is Method.PROCESS_TERM else None)
    found = derive(Rule(category="toegang", version=1, valid_from=day("2020-01-01"), lines=(line,)), KNOWN)
    assert found.due_on == (day(due_on) if due_on else None)


def test_a_method_that_does_not_fit_the_process_term_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        line_of(_result(ProcessTerm.NONE), 2020, Method.MAIN_CASE)
    with pytest.raises(ValueError, match="does not fit"):
        line_of(_result(ProcessTerm.LIFE_OF_OBJECT), 2020, None)
    with pytest.raises(ValueError, match="an estimate"):
        line_of(_result(ProcessTerm.ESTIMATED_LIFE), 2020, Method.PROCESS_TERM)
    assert line_of(_result(ProcessTerm.NONE), 2020, Method.SETTLED).trigger is Trigger.CLOSURE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[1]",
        file_of(),
        file_of(result(1, 1, None, "nihil")),
        file_of(result(1, 1, "P20", "nihil")),
        file_of(result(1, 1, "P1Y", "moon")),
        file_of(result(1, 1, "P1Y", "nihil"), result(2, 1, "P1Y", "nihil")),
        file_of(result(1, 1, "P1Y", "nihil", generic=99)),
        SELECTION_LIST[:-5],
    ],
)
def test_what_is_no_selection_list_is_refused_whole(content: bytes) -> None:
    with pytest.raises(SelectionListError):
        read(content)
