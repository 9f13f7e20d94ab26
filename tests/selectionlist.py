"""A selection list of three results, in the form of the published file."""

import json

PROCESS = {"model": "selectielijst.procestype", "pk": 8}
PROCESS_FIELDS = {"nummer": 8, "jaar": 2020, "procesobject": "De verstrekte voorziening."}


def result(
    pk: int, number: int, term: str | None, process_term: str, generic: int | None = None, **more: str
) -> object:
    """Return one result of process 8."""
    fields = {"proces_type": 8, "nummer": number, "naam": "Verleend", "generiek_resultaat": generic}
    rest = {"waardering": "vernietigen", "procestermijn": process_term, "bewaartermijn": term}
    return {"model": "selectielijst.resultaat", "pk": pk, "fields": fields | rest}


def file_of(*results: object) -> bytes:
    """Return the bytes of a file with these results."""
    return json.dumps([PROCESS | {"fields": PROCESS_FIELDS}, *results]).encode()


SELECTION_LIST = file_of(
    result(1, 1, "P5Y", "nihil"),
    result(2, 2, "P20Y", "bestaansduur_procesobject", generic=1),
    result(3, 4, "P1Y", "nihil"),
)
