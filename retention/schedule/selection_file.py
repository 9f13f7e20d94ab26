"""Reading the selection list as the VNG publishes it: JSON, strictly."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import msgspec

from retention.schedule.period import Period
from retention.schedule.selection import Appraisal, ProcessTerm, Result, SelectionList


class SelectionListError(ValueError):
    """This file is no selection list; the message names the place."""


class _Process(msgspec.Struct):
    nummer: int
    jaar: int
    procesobject: str = ""


class _Row(msgspec.Struct):
    proces_type: int
    nummer: int
    naam: str
    waardering: Appraisal
    procestermijn: ProcessTerm
    bewaartermijn: str | None
    generiek_resultaat: int | None = None
    omschrijving: str = ""
    toelichting: str = ""
    herkomst: str = ""


class _Model(msgspec.Struct):
    model: str
    pk: int
    fields: msgspec.Raw


Raw = Annotated[list[_Model], msgspec.Meta(min_length=1)]


def read(content: bytes) -> SelectionList:
    """Read the published file: JSON, one object per process and per result. SelectionListError names what is wrong."""
    try:
        found = msgspec.json.decode(content, type=Raw)
        processes = {
            m.pk: msgspec.json.decode(m.fields, type=_Process) for m in found if m.model.endswith("procestype")
        }
        rows = {m.pk: msgspec.json.decode(m.fields, type=_Row) for m in found if m.model.endswith("resultaat")}
        results = [_result(row, rows, processes) for row in rows.values()]
    except (
        ValueError,
        KeyError,
    ) as fault:  # a KeyError names a row that is not there
        raise SelectionListError(str(fault)) from fault
    _check(results, {process.jaar for process in processes.values()})
    ordered = sorted(results, key=lambda result: [int(part) for part in result.number.split(".")])
    return SelectionList(next(iter(processes.values())).jaar, tuple(ordered))


_Fields = TypeVar("_Fields")


def _those(found: list[_Model], model: str, kind: type[_Fields]) -> dict[int, _Fields]:
    return {each.pk: msgspec.json.decode(each.fields, type=kind) for each in found if each.model.endswith(model)}


def _check(results: Sequence[Result], years: set[int]) -> None:
    if not results or len(years) != 1:
        raise SelectionListError("there are no results of one year in it")
    if len({result.number for result in results}) < len(results):
        raise SelectionListError("a number is there twice")


def _result(row: _Row, rows: dict[int, _Row], processes: dict[int, _Process]) -> Result:
    process = processes[row.proces_type]
    generic = () if row.generiek_resultaat is None else (rows[row.generiek_resultaat].nummer,)
    if row.waardering is Appraisal.DESTROY and row.bewaartermijn is None:
        raise ValueError(f"result {row.nummer} of process {process.nummer} is destroyed, and has no period")
    return Result(
        number=".".join(str(part) for part in (process.nummer, *generic, row.nummer)),
        name=row.naam.strip(),
        description=row.omschrijving.strip(),
        explanation=row.toelichting.strip(),
        source=" ".join(row.herkomst.split()),
        appraisal=row.waardering,
        process_term=row.procestermijn,
        term=Period(row.bewaartermijn) if row.bewaartermijn else None,
        object=process.procesobject,
    )
