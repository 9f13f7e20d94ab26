"""Signed certificates, whole and changed, and who accepts their signature: poppler's pdfsig, and pyHanko."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from django.test import override_settings

from retention.papers.sheet import Block, Line, Sheet
from retention.papers.typesetting import typeset
from retention.receipts import pades, signing_keys

PLACES = 24


@contextmanager
def own_keys() -> Iterator[None]:
    """Sign with a key that lives as long as the table is made; its certificate asks no database for a name."""
    named = patch.object(signing_keys, "operator_name", lambda: "Jeugdhulp Waterkant")
    with tempfile.TemporaryDirectory() as folder, override_settings(KEYS_DIR=Path(folder)), named:
        yield


def certificate(number: int) -> bytes:
    """A signed document, typeset as certificates are."""
    block = Block("Wat is vernietigd", (Line("Omvang", f"{number} dossiers"),))
    sheet = Sheet("nl", "Jeugdhulp Waterkant", "Verklaring van vernietiging", f"Nummer {number}", "", (block,), "")
    return pades.sign(typeset(sheet, datetime(2026, 11, 24, tzinfo=UTC)), operator="Waterkant", reason="Verklaring")


def changed(pdf: bytes) -> Iterator[bytes]:
    """Yield copies with one bit changed in many places, and one that was cut off and one to which was added.

    The space that a PDF keeps for its signature is passed over: its padding is covered by nothing, and says nothing.
    """
    begin = pdf.index(b"/Contents <") if b"/Contents <" in pdf else len(pdf)
    for part in range(PLACES):
        place = 40 + part * (begin - 80) // PLACES
        yield pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
    yield pdf[:-200]
    yield pdf + b"\n% more"


def pdfsig(pdf: bytes) -> bool:
    """Ask poppler whether there is a signature, it holds, and it covers the whole document."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdfsig", "-nocert", file.name]
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout
    return "Signature is Valid" in said and "Total document signed" in said


def pyhanko(pdf: bytes) -> bool:
    """Ask the library by which the product checks its own."""
    return pades.read(pdf).holds


ALL = {"pdfsig (poppler)": pdfsig, "pyHanko (PyPI)": pyhanko}
