"""package.json: what the old system says about the package that it wrote."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated

import msgspec

from casefiles.intake.files import Content, Source
from casefiles.intake.unreadable import PackageUnreadable, Reason

NAME = "package.json"
FORMAT = "dossier-package/1"
EARLIEST_YEAR = 1850

# In all of these a newline, a quotation mark and a delimiter are one byte that means nothing else, so that a
# file can be cut into lines before it is decoded. utf-8-sig is utf-8: a byte order mark is tolerated in both.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
}
DELIMITERS = (",", ";", "\t", "|")
_DATE_FORMAT = re.compile(r"%[Ymd][-./ ]?%[Ymd][-./ ]?%[Ymd]")
_LIMIT = 1 << 20  # bytes: a larger package.json is not one


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the package writes its dates, and the day on which it was exported."""

    date_format: str
    exported_on: date

    def parse(self, text: str) -> date | None:
        """Read a date exactly as the package writes them; None when there is no such date from 1850 on."""
        return _day(text, self.date_format)


@lru_cache(maxsize=1024)  # a row is judged, read again and compared: each date is asked for some four times
def _day(text: str, date_format: str) -> date | None:
    try:
        day = datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a calendar date has no zone
    except ValueError:
        return None
    # strptime forgives missing zeros and foreign digits; writing the date again does not.
    return day if day.year >= EARLIEST_YEAR and day.strftime(date_format) == text else None


class Manifest(msgspec.Struct, frozen=True):
    """The fields of package.json. `dossiers`, the promised number, may be left out."""

    format: str
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
    exported_on: date
    encoding: str
    delimiter: str
    date_format: str
    dossiers: int | None = None

    @property
    def codec(self) -> str:
        """Python's name of the encoding."""
        return ENCODINGS[self.encoding.lower()]

    @property
    def calendar(self) -> Calendar:
        """The reader of this package's dates."""
        return Calendar(self.date_format, self.exported_on)


def read_manifest(source: Source, today: date) -> Manifest:
    """Read and check package.json; raise PackageUnreadable when it does not describe a readable package."""
    content = _content(source.file(NAME))
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackageUnreadable(Reason.MANIFEST_INVALID, what=str(error)) from None
    _check_dialect(manifest)
    if manifest.exported_on > today:
        raise PackageUnreadable(Reason.EXPORTED_IN_FUTURE)
    return manifest


def _content(file: Content) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LIMIT + 1)
    except OSError:
        raise PackageUnreadable(Reason.FILE_UNREADABLE, file=NAME) from None
    if len(content) > _LIMIT:
        raise PackageUnreadable(Reason.MANIFEST_INVALID, what=f"> {_LIMIT} bytes")
    return content.removeprefix(b"\xef\xbb\xbf")


def _check_dialect(manifest: Manifest) -> None:
    if manifest.format != FORMAT:
        raise PackageUnreadable(Reason.FORMAT_UNKNOWN, known=FORMAT)
    if manifest.encoding.lower() not in ENCODINGS:
        raise PackageUnreadable(Reason.ENCODING_UNSUPPORTED, known=", ".join(ENCODINGS))
    if manifest.delimiter not in DELIMITERS:
        raise PackageUnreadable(Reason.DELIMITER_UNSUPPORTED)
    parts = set(re.findall("%.", manifest.date_format))
    if not _DATE_FORMAT.fullmatch(manifest.date_format) or parts != {"%Y", "%m", "%d"}:
        raise PackageUnreadable(Reason.DATE_FORMAT_UNSUPPORTED)
