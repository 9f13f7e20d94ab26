"""Documents in four formats, written by a few lines each: the demonstration needs no library for them."""

import struct
import textwrap
import zipfile
import zlib
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape

PAGE_LINES = 46
LINE_CHARACTERS = 88


def pdf(title: str, paragraphs: list[str]) -> bytes:
    """Return a PDF 1.4 of A4 pages in Helvetica; text outside Windows-1252 becomes a question mark."""
    lines = [line for p in paragraphs for line in [*textwrap.wrap(p, LINE_CHARACTERS), ""]]
    pages = [lines[n : n + PAGE_LINES] for n in range(0, max(len(lines), 1), PAGE_LINES)]
    first_page = 5
    kids = " ".join(f"{first_page + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (nl-NL) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (" + _pdf_text(title) + b") /Producer (Goed Vertrouwen) >>",
    ]
    for number, page in enumerate(pages):
        content = _pdf_page(title if number == 0 else "", page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (first_page + 2 * number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _pdf_file(objects)


def _pdf_text(text: str) -> bytes:
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf_page(title: str, lines: list[str]) -> bytes:
    heading = b"/F 16 Tf (" + _pdf_text(title) + b") Tj 0 -28 Td\n"
    body = b"\n".join(b"(" + _pdf_text(line) + b") Tj T*" for line in lines)
    return b"BT 60 780 Td 15 TL\n" + heading + b"/F 11 Tf\n" + body + b"\nET"


def _pdf_file(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R /Info 4 0 R >>" % (len(objects) + 1)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s%s\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        start,
    )
    return bytes(out)


WORD_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
WORD_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def docx(title: str, paragraphs: list[str]) -> bytes:
    """Return a Word document (Office Open XML) of a heading and paragraphs."""
    heading = f'<w:p><w:r><w:rPr><w:b/><w:sz w:val="32"/></w:rPr><w:t>{escape(title)}</w:t></w:r></w:p>'
    body = "".join(f"<w:p><w:r><w:t>{escape(paragraph)}</w:t></w:r></w:p>" for paragraph in paragraphs)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{heading}{body}</w:body></w:document>"
    )
    parts = {
        "[Content_Types].xml": WORD_TYPES,
        "_rels/.rels": WORD_RELATIONS,
        "word/document.xml": document,
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # its fixed date keeps equal documents equal
    return out.getvalue()


def text(title: str, paragraphs: list[str]) -> bytes:
    """Return a plain text, wrapped, in UTF-8."""
    return "\n\n".join([title, *(textwrap.fill(p, LINE_CHARACTERS) for p in paragraphs)]).encode() + b"\n"


WIDTH, HEIGHT = 320, 220
SKY, GRASS, SUN, WALL, ROOF, DOOR, TRUNK, LEAVES = range(8)
PALETTES = (
    "bfdff2 7fae5b f2c230 d98f5c a8442f 5a4636 6d4c33 3f7d3a",
    "dfeaf5 a5c26a f5a623 e8d3a8 7a3b2e 2f5d7c 7b5a3c 557d2c",
    "f6e3c5 88a860 ef6f4a c7b8d9 57406b 8c4f2b 5b4028 2f6b52",
)


def png(rng: Random) -> bytes:
    """Return a child's drawing: a house, a sun and some trees, in a palette of eight colours."""
    rows = [bytearray([SKY] * WIDTH) for _ in range(HEIGHT)]
    horizon = rng.randint(140, 165)
    _fill(rows, (0, WIDTH), (horizon, HEIGHT), GRASS)
    _disc(rows, rng.randint(30, 290), rng.randint(30, 50), rng.randint(16, 24), SUN)
    left, width = rng.randint(40, 120), rng.randint(70, 110)
    _fill(rows, (left, left + width), (horizon - 60, horizon + 10), WALL)
    for step in range(width // 2):
        _fill(rows, (left + step, left + width - step), (horizon - 61 - step, horizon - 60 - step), ROOF)
    _fill(rows, (left + width // 2 - 8, left + width // 2 + 8), (horizon - 25, horizon + 10), DOOR)
    for _tree in range(rng.randint(1, 3)):
        x = rng.randint(230, 300)
        _fill(rows, (x - 4, x + 4), (horizon - 30, horizon + 12), TRUNK)
        _disc(rows, x, horizon - 40, rng.randint(16, 24), LEAVES)
    return _png_file(rows, bytes.fromhex(rng.choice(PALETTES).replace(" ", "")))


def _fill(rows: list[bytearray], across: tuple[int, int], down: tuple[int, int], colour: int) -> None:
    left, right = max(across[0], 0), min(across[1], WIDTH)
    for y in range(max(down[0], 0), min(down[1], HEIGHT)):
        rows[y][left:right] = bytes([colour]) * (right - left)


def _disc(rows: list[bytearray], x: int, y: int, radius: int, colour: int) -> None:
    for dy in range(-radius, radius + 1):
        half = int((radius**2 - dy**2) ** 0.5)
        _fill(rows, (x - half, x + half), (y + dy, y + dy + 1), colour)


def _png_file(rows: list[bytearray], palette: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
