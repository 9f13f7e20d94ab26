"""The documents that the demonstration makes are what their names say."""

import io
import struct
import zipfile
import zlib
from random import Random
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from retention.demonstration import documents

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LATIN = st.text(st.sampled_from("abcdefgëéïöABC (){}\\<>&'%€ ."), min_size=1, max_size=400)
TEXTS = st.lists(LATIN.filter(str.strip), min_size=1, max_size=12)


def words(text: str) -> str:
    return "".join(text.split())


@given(LATIN.filter(str.strip), TEXTS)
def test_a_pdf_says_what_was_written(title: str, paragraphs: list[str]) -> None:
    reader = PdfReader(io.BytesIO(documents.pdf(title, paragraphs)), strict=True)
    said = "".join(page.extract_text() for page in reader.pages)
    assert words(said) == words(title + "".join(paragraphs))


def test_a_long_pdf_has_more_pages() -> None:
    reader = PdfReader(io.BytesIO(documents.pdf("Verslag", ["Een alinea van een regel of twee. " * 5] * 60)))
    assert len(reader.pages) > 2
    assert reader.metadata is not None
    assert reader.metadata.title == "Verslag"


@given(LATIN, TEXTS)
def test_a_word_document_holds_the_title_and_every_paragraph(title: str, paragraphs: list[str]) -> None:
    with zipfile.ZipFile(io.BytesIO(documents.docx(title, paragraphs))) as archive:
        assert archive.testzip() is None
        body = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 - our own document
    assert [p.findtext(f".//{WORD}t") for p in body.iter(f"{WORD}p")] == [title, *paragraphs]


def test_a_drawing_is_a_whole_png_with_as_many_pixels_as_it_says() -> None:
    data = documents.png(Random(1))  # noqa: S311 - a drawing
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert data[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + body))
        chunks[kind] = body
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    pixels = zlib.decompress(chunks[b"IDAT"])
    assert len(pixels) == height * (width + 1)
    assert max(pixels) < len(chunks[b"PLTE"]) // 3


def test_no_two_drawings_are_alike() -> None:
    assert len({documents.png(Random(seed)) for seed in range(8)}) == 8  # noqa: S311 - drawings


def test_a_text_is_wrapped_and_begins_with_its_title() -> None:
    lines = documents.text("Bericht", ["woord " * 60]).decode().splitlines()
    assert lines[0] == "Bericht"
    assert max(map(len, lines)) <= documents.LINE_CHARACTERS
