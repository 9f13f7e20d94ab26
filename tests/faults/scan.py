"""Looking underneath: does any byte of a set of places hold a word, in any of the ways that it may be written?"""

import base64
import subprocess
from collections.abc import Iterable
from pathlib import Path

from config.databases import STORES, Store, address
from config.services.binaries import postgresql
from config.services.secrets import credentials


def spellings(word: str) -> dict[str, bytes]:
    """A word in UTF-8, UTF-16, hexadecimal (as a dump prints bytes) and base64 at each of its three offsets."""
    raw = word.encode()
    found = {"utf-8": raw, "utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be")}
    found["hex"] = raw.hex().encode()
    found["HEX"] = raw.hex().upper().encode()
    for offset in range(3):  # the letters that do not depend on what stands before or after
        encoded = base64.b64encode(b"\0" * offset + raw)
        start = -(-offset * 8 // 6) + (1 if offset else 0)
        found[f"base64+{offset}"] = encoded[start : len(encoded) - 4]
    return found


def words_in(content: bytes, words: Iterable[str]) -> set[str]:
    return {f"{word} ({how})" for word in words for how, spelled in spellings(word).items() if spelled in content}


def words_in_folder(folder: Path, words: Iterable[str], since: float = 0) -> set[str]:
    """Search every file below a folder, whatever it is, that was written to after `since` (seconds of the epoch)."""
    words = list(words)
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime >= since:
            found |= {f"{path.name}: {hit}" for hit in words_in(path.read_bytes(), words)}
    return found


def dump(store: Store) -> bytes:
    """A whole dump of one database, unlogged tables included, made with the cluster's superuser."""
    found = address("worker", store)
    command = [str(postgresql("pg_dump")), "--inserts", "-h", found.host, "-U", "postgres", found.database]
    environment = {"PGPASSWORD": credentials().superuser_password}
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


def words_in_databases(words: Iterable[str]) -> set[str]:
    words = list(words)
    return {f"{store}: {hit}" for store in STORES for hit in words_in(dump(store), words)}
