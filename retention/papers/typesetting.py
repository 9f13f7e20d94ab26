"""From a sheet to a PDF that keeps (PDF/A-2a) and that everybody can read (PDF/UA-1: tags, title, language).

Typst comes as a wheel without system packages; what it sets is data to it, never markup.
"""

from dataclasses import asdict
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import msgspec
import segno
import typst

from retention.papers.sheet import Sheet

HERE = Path(__file__).parent
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]


def typeset(sheet: Sheet, made_at: datetime) -> bytes:
    """Return the sheet as a PDF; `made_at` is the date in its metadata. The same input gives the same bytes."""
    data = asdict(sheet) | {"qr": drawing(sheet.code.content) if sheet.code else None}
    inputs = {"sheet": msgspec.json.encode(data).decode()}
    pdf = _compiler().compile(
        format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=int(made_at.timestamp())
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one file")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    """One compiler a process: it has read the fonts, and nothing else of the machine."""
    return typst.Compiler(HERE / "sheet.typ", root=HERE, font_paths=[HERE / "fonts"], ignore_system_fonts=True)


def drawing(content: str) -> str:
    """Return a QR code as an SVG drawing, readable from a photocopy (error correction M)."""
    drawn = BytesIO()
    made = segno.make(content, error="m", micro=False)
    made.save(drawn, kind="svg", border=2, dark="#06333a", light="#ffffff", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()
