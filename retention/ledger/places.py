"""Where a bundle or a copy of the log is read from: a folder, or an address that any static web server answers."""

from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

_SECONDS = 30.0
_NOT_THERE = (404, 410)


class Place(Protocol):
    """Files by their relative names, with slashes."""

    def read(self, name: str, most: int) -> bytes:
        """Return the first `most` bytes of a file. Raises OSError, of which FileNotFoundError: there is none."""


@dataclass(frozen=True, slots=True)
class Local:
    """A folder on this machine."""

    folder: Path

    def read(self, name: str, most: int) -> bytes:
        """See Place."""
        path = self.folder / name
        if not path.is_file():  # to open a pipe would be to wait for ever
            raise FileNotFoundError(name)
        with path.open("rb") as file:
            return file.read(most)


@dataclass(frozen=True, slots=True)
class Web:
    """A folder as a web server publishes it; `address` is its http or https URL."""

    address: str

    def read(self, name: str, most: int) -> bytes:
        """See Place."""
        return fetched(f"{self.address.rstrip('/')}/{quote(name)}", most)


def is_address(text: str) -> bool:
    """Tell whether a reader gave an address in place of a path."""
    return text.startswith(("http://", "https://"))


def place(where: Path | str) -> Place:
    """Return the folder, or the address, that a reader gave."""
    text = str(where)
    return Web(text) if isinstance(where, str) and is_address(text) else Local(Path(where))


def fetched(address: str, most: int) -> bytes:
    """Return the first `most` bytes of what stands at an address. Raises OSError as Place.read does.

    Nothing of it is trusted, neither the server nor its certificate: what is read is checked by its own signatures.
    """
    try:
        with urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - http or https: `is_address` let nothing else in
            data: bytes = answer.read(most)
    except HTTPError as error:
        error.close()
        raise (FileNotFoundError if error.code in _NOT_THERE else OSError)(address) from error
    except (HTTPException, ValueError) as error:
        raise OSError(address) from error
    return data
