"""A BagIt package (RFC 8493, version 1.0) as a zip that is written while it is made: nothing plain reaches a disk.

The library `bagit` makes bags in folders, which would lay the whole file out in plain on the disk; the tests let it
judge ours.
"""

import hashlib
from collections.abc import Iterable
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class Bag:
    """A bag being written: `add` each payload file, then `close` it with its checksums (SHA-512) and `bag-info.txt`."""

    def __init__(self, sink: IO[bytes], name: str) -> None:
        self._zip = ZipFile(sink, "w", ZIP_STORED)
        self._name = name
        self._payload: dict[str, str] = {}
        self._octets = 0

    def add(self, path: str, chunks: Iterable[bytes]) -> None:
        """Add a payload file below `data/`; a path has no line breaks (see `safe`)."""
        self._payload[f"data/{path}"] = self._write(f"data/{path}", chunks, counted=True)

    def close(self, info: Iterable[tuple[str, str]]) -> None:
        """Write the tag files; `info` are the labels and values of `bag-info.txt`, each on one line."""
        oxum = ("Payload-Oxum", f"{self._octets}.{len(self._payload)}")
        tags = {
            "bagit.txt": _DECLARATION,
            "bag-info.txt": "".join(f"{label}: {value}\n" for label, value in (*info, oxum)).encode(),
            "manifest-sha512.txt": _listed(self._payload),
        }
        digests = {path: self._write(path, [content]) for path, content in tags.items()}
        self._write("tagmanifest-sha512.txt", [_listed(digests)])
        self._zip.close()

    def _write(self, path: str, chunks: Iterable[bytes], *, counted: bool = False) -> str:
        digest = hashlib.sha512()
        entry = ZipInfo(f"{self._name}/{path}")  # its date is fixed: 1 January 1980
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                self._octets += len(chunk) if counted else 0
        return digest.hexdigest()


def safe(name: str) -> str:
    """Return a file name that is one path segment on one line, and the same in a manifest (no `%`) on any system."""
    kept = "".join(c if c.isprintable() and c not in '/\\%:*?"<>|' else "_" for c in name)
    return kept.strip(" .")[:120] or "document"


def _listed(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in digests.items()).encode()
