"""Nothing personal is ever written in plain: canaries go in by every door and are then looked for underneath.

Searched: a dump of both databases, every file of the data directory (PostgreSQL's own files and write-ahead log
included), Redis, the temporary folder, and everything that the commands printed.
"""

import base64
import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import redis

from casefiles import lifecycle
from casefiles.models import Dossier, PartyFacts
from config import env
from config.databases import redis_url
from retention import tasks
from retention.models import DestructionList
from retention.states import ListState
from tests.conftest import as_superuser
from tests.faults.scan import words_in, words_in_databases, words_in_folder
from tests.organisation import Organisation
from tests.workers import until, worker

CANARIES = {
    "surname": "Kanariestein",
    "given_names": "Zilverveder",
    "address": "Vogelkooisteeg 17",
    "postcode": "9871ZQ",
    "city": "Veerkrachtdorp",
    "phone": "0612349871",
    "email": "kanarie@zilverveer.example",
    "bsn": "999990019",
    "birth_date": "2011-07-23",
    "text": "De kanarie zong vanochtend niet meer",
    "title": "Vliegverslag van de kanarie",
    "content": "In dit document fluit de kanarie zijn geheim",
    "author": "Vogelaar Pietersma",
}


def write_csv(folder: Path, name: str, row: dict[str, str]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    (folder / name).write_text(text.getvalue(), encoding="utf-8")


def package(folder: Path) -> Path:
    """A package of one closed dossier, long past its date, in which every field is a canary."""
    (folder / "documents").mkdir(parents=True)
    manifest = {"format": "dossier-package/1", "source": "aviary", "exported_on": "2026-01-05", "encoding": "utf-8"}
    manifest |= {"delimiter": ",", "date_format": "%Y-%m-%d", "dossiers": 1}
    (folder / "package.json").write_text(json.dumps(manifest))
    reference = {"reference": "JD-1999-0001"}
    dates = {"opened_on": "1998-02-03", "closed_on": "1999-04-05", "last_change_on": "1999-04-05"}
    rest = {"team": "Team Noord", "case_worker": "fenna", "end_of_measure_on": ""}
    write_csv(folder, "dossiers.csv", reference | {"kind": "jeugdhulp", "status": "closed"} | dates | rest)
    person = {name: CANARIES[name] for name in ("given_names", "surname", "birth_date", "bsn", "address", "postcode")}
    person |= {name: CANARIES[name] for name in ("city", "phone", "email")}
    flags = {"role": "youth", "prefix": "", "authority": "", "secret_address": "no"}
    write_csv(folder, "parties.csv", reference | flags | person)
    entry = {"occurred_on": "1999-01-02", "kind": "contact", "author": CANARIES["author"], "source": "fact"}
    write_csv(folder, "entries.csv", reference | entry | {"substantive": "yes", "text": CANARIES["text"]})
    document = {"path": "documents/vlucht.txt", "title": CANARIES["title"], "created_on": "1999-01-02"}
    write_csv(folder, "documents.csv", reference | document | {"category": "report"})
    (folder / "documents" / "vlucht.txt").write_text(CANARIES["content"] * 20_000)
    return folder


def by_every_other_door(organisation: Organisation) -> Dossier:
    """Open, write, edit and upload through the functions that the pages use."""
    facts = {name: CANARIES[name] for name in ("given_names", "surname", "bsn", "address", "postcode", "city")}
    person = PartyFacts(birth_date=date(2011, 7, 23), phone=CANARIES["phone"], email=CANARIES["email"], **facts)
    new = lifecycle.NewDossier("JD-2020-0001", "jeugdhulp", organisation.noord, date(2020, 1, 6), (("youth", person),))
    dossier = lifecycle.open_dossier(new, by=organisation.fenna)
    entry = lifecycle.NewEntry(date(2020, 2, 1), "contact", "fact", substantive=True, text=CANARIES["text"])
    lifecycle.add_entry(dossier, entry, by=organisation.fenna)
    content = BytesIO(CANARIES["content"].encode() * 100_000)
    lifecycle.add_document(dossier, content, f"{CANARIES['title']}.txt", "report", by=organisation.fenna)
    return dossier


def what_redis_holds() -> bytes:
    client = redis.Redis(unix_socket_path=redis_url().removeprefix("redis+socket://"))
    return b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())


@pytest.mark.real
def test_no_canary_is_found_in_any_store(organisation: Organisation, tmp_path: Path, monkeypatch: Any) -> None:
    since = time.time() - 1  # what was written last before there was a canary holds none
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    by_every_other_door(organisation)
    command = [sys.executable, "manage.py", "import_package", str(package(tmp_path / "package"))]
    printed = subprocess.run(command, cwd=env.REPOSITORY, env=os.environ, capture_output=True, check=True)
    assert Dossier.objects.count() == 2
    chosen = organisation.starts(organisation.lists_due())
    with as_superuser("casefiles") as connection:
        connection.execute("CHECKPOINT")  # what is in memory only is put on disk, so that it is looked at too
    check(printed.stdout + printed.stderr, temporary, since)
    with worker(tmp_path / "worker.log"):
        tasks.destroy_list.delay(chosen.pk)
        held = what_redis_holds()
        until(
            lambda: DestructionList.objects.get().state == ListState.DONE, "the list is done", tmp_path / "worker.log"
        )
    check(held + what_redis_holds() + (tmp_path / "worker.log").read_bytes(), temporary, since)


def check(printed: bytes, temporary: Path, since: float) -> None:
    words = CANARIES.values()
    assert words_in_databases(words) == set()
    assert words_in_folder(env.data_dir(), words, since) == set()
    assert words_in_folder(temporary, words) == set()
    assert words_in(printed, words) == set()


def test_the_search_finds_a_word_however_it_is_written(tmp_path: Path) -> None:
    """The search itself can fail: each spelling is planted once and found."""
    word = CANARIES["surname"]
    plants = {
        "utf-8": word.encode(),
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": word.encode().hex().encode(),
        "HEX": word.encode().hex().upper().encode(),
        **{f"base64+{n}": base64.b64encode(b"x" * n + word.encode() + b"y" * (3 - n)) for n in range(3)},
    }
    for how, planted in plants.items():
        (tmp_path / "file").write_bytes(b"before" + planted + b"after")
        assert f"file: {word} ({how})" in words_in_folder(tmp_path, [word]), how


def test_a_plain_value_in_a_table_is_found(organisation: Organisation) -> None:
    word = "Proefwoordenaar"  # no canary: what stands in the write-ahead log stays there for a while
    organisation.fenna.name = word
    organisation.fenna.save(update_fields=["name"])
    assert f"casefiles: {word} (utf-8)" in words_in_databases([word])
