"""The audit says that a whole log is whole, and finds each thing that somebody could do to it beneath the product."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from casefiles.models import AccessEvent, Dossier, Job
from retention import inventory, log_rotation, mirror, sequencer
from retention.auditing import run
from retention.auditing.findings import words
from retention.ledger.__main__ import main as outside
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.checkpoint import sign_checkpoint
from retention.ledger.keys import LogKey
from retention.ledger.tree import appended, leaf_hash, root
from retention.ledger.whole import WholeTree
from retention.models import Inventory, LedgerAudit
from retention.receipts.facts import tombstone
from retention.receipts.keys import log_key, log_verifiers
from tests.conftest import as_superuser
from tests.organisation import Organisation, carry_out


def audit() -> LedgerAudit:
    run.ask(None)
    done = run.resume()
    assert done is not None
    return done


def codes() -> set[str]:
    found = audit().findings
    assert all(words(finding) != finding["code"] for finding in found), "each has its words"
    return {finding["code"] for finding in found}


def beneath(statement: str, *values: object) -> None:
    """Do to the database what no login of the product may."""
    with as_superuser("casefiles") as superuser:
        superuser.execute("SET session_replication_role = replica")  # no triggers
        superuser.execute(statement, values or None)  # type: ignore[arg-type] # psycopg wants a literal


@pytest.fixture
def log(organisation: Organisation) -> Organisation:
    """Three dossiers listed, two of them destroyed, a key rotated, one more inventory: in 300 more leaves."""
    organisation.keeps_many(2)
    organisation.opens("JD-2026-0001")
    inventory.take()
    carry_out(organisation.starts(organisation.lists_due()))
    log_rotation.rotate(by=organisation.koen)
    with transaction.atomic():
        sequencer.append([b'{"type":"other","n":%d}' % number for number in range(300)])
    inventory.take()
    mirror.publish()
    return organisation


def test_a_log_without_a_leaf_is_whole(stores: None) -> None:
    assert (audit().findings, audit().size) == ([], 0)


def test_a_whole_log_is_whole_also_when_the_mirror_is_behind(log: Organisation) -> None:
    done = audit()
    assert (done.findings, done.inventories, done.pending, done.size) == ([], 2, 0, 306)
    job = Job.objects.get(pk=done.job_id)
    assert (job.done, job.state) == (306, Job.State.DONE)
    with transaction.atomic():
        sequencer.append([b"{}"] * 3)
    assert audit().findings == []


def rewrite_leaf() -> None:
    beneath("UPDATE retention_ledgerleaf SET body = %s WHERE index = 3", b"{}")


def rewrite_node() -> None:
    beneath("UPDATE retention_ledgernode SET hash = %s WHERE level = 1 AND index = 2", bytes(32))


def drop_leaf() -> None:
    beneath("DELETE FROM retention_ledgerleaf WHERE index = 300")


def resign_head() -> None:
    head = Head(settings.LEDGER_ORIGIN, 305, bytes(32))
    note = str(sign_checkpoint(head, log_key()))
    beneath("UPDATE retention_checkpoint SET note = %s WHERE size = 305", note)


def foreign_head() -> None:
    head = Head(settings.LEDGER_ORIGIN, 305, bytes(32))
    note = str(sign_checkpoint(head, LogKey.generate(settings.LEDGER_ORIGIN)))
    beneath("UPDATE retention_checkpoint SET note = %s WHERE size = 305", note)


def spoil_entries() -> None:
    (settings.MIRROR_DIR / "tile" / "entries" / "000").unlink()


def spoil_tile() -> None:
    (settings.MIRROR_DIR / "tile" / "0" / "000").write_bytes(bytes(32 * 256))


def spoil_checkpoint() -> None:
    (settings.MIRROR_DIR / "checkpoint").write_text("nothing")


def other_head_in_mirror() -> None:
    head = Head(settings.LEDGER_ORIGIN, 306, bytes(32))
    (settings.MIRROR_DIR / "checkpoint").write_text(str(sign_checkpoint(head, log_key())))


def forge_inventory() -> None:
    beneath("UPDATE retention_inventory SET tombstones = %s", bytes(64))


def lose_dossier() -> None:
    """A dossier disappears without destruction: quietly deleted."""
    beneath("DELETE FROM casefiles_dossier WHERE reference = 'JD-2026-0001'")


def bring_back() -> None:
    """A destroyed dossier is here again, as after a restore of an old backup."""
    gone = next(event.dossier_id for event in AccessEvent.objects.filter(action="destroy"))
    beneath(
        "INSERT INTO casefiles_dossier SELECT (jsonb_populate_record(d, jsonb_build_object('id', %s::text, "
        "'reference', 'JD-BACK'))).* FROM casefiles_dossier d LIMIT 1",
        str(gone),
    )


WRONGS: dict[Callable[[], None], set[str]] = {
    rewrite_leaf: {"leaf_differs", "node_differs", "head_differs", "tile_differs"},
    rewrite_node: {"node_differs"},
    drop_leaf: {"leaf_missing"},
    resign_head: {"head_differs", "inconsistent"},
    foreign_head: {"head_false"},
    spoil_entries: {"entries_unreadable"},
    spoil_tile: {"tile_differs"},
    spoil_checkpoint: {"mirror_missing"},
    other_head_in_mirror: {"mirror_head"},
    forge_inventory: {"inventory_root"},
    lose_dossier: {"no_receipt"},
    bring_back: {"came_back"},
}


def test_each_thing_that_could_be_done_to_the_log_is_found(log: Organisation) -> None:
    """One after another on logs of their own would take minutes: what is wrong is told apart by its code."""
    for wrong, expected in WRONGS.items():
        with kept_whole():
            wrong()
            assert expected <= codes(), wrong.__name__
        assert codes() == set(), f"after {wrong.__name__}"


class kept_whole:  # noqa: N801 - used as a word
    """Puts tables and mirror back as they were."""

    TABLES = ("retention_ledgerleaf", "retention_ledgernode", "retention_checkpoint", "retention_inventory",
              "casefiles_dossier")  # fmt: skip

    def __enter__(self) -> None:
        for table in self.TABLES:
            beneath(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        self.files = {path: path.read_bytes() for path in settings.MIRROR_DIR.rglob("*") if path.is_file()}

    def __exit__(self, *_problem: object) -> None:
        for table in self.TABLES:
            beneath(f"DELETE FROM {table}")
            beneath(f"INSERT INTO {table} SELECT * FROM kept_{table}")
            beneath(f"DROP TABLE kept_{table}")
        for path, content in self.files.items():
            path.write_bytes(content)


def test_a_dossier_under_destruction_is_pending_and_no_finding(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    inventory.take()
    chosen = organisation.starts(organisation.lists_due())
    from retention.destruction import run as destruction

    while destruction._advance(chosen.pk):
        pass
    assert not Dossier.objects.exists()
    done = audit()
    assert (done.findings, done.pending) == ([], 1)
    carry_out(chosen)
    done = audit()
    assert (done.findings, done.pending) == ([], 0)


def test_an_inventory_states_the_root_over_what_is_there_once_a_month(organisation: Organisation) -> None:
    organisation.keeps_many(3)
    taken = inventory.take_monthly()
    assert taken
    assert inventory.take_monthly() is None
    stated = json.loads(bytes(taken.leaf.body))
    leaves = inventory.split(bytes(taken.tombstones))
    assert leaves == sorted(leaves)
    assert stated["root"] == root(3, appended(0, [leaf_hash(leaf) for leaf in leaves], {})).hex()
    assert (stated["type"], stated["dossiers"], stated["prev"]) == ("inventory", "1-9", None)
    assert json.loads(bytes(inventory.take().leaf.body))["prev"] == taken.leaf_id
    assert Inventory.objects.count() == 2


@pytest.mark.parametrize("size", [0, 1, 2, 5, 8, 13])
def test_a_whole_tree_has_the_nodes_that_appending_makes(size: int) -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(size)]
    assert dict(WholeTree(b"".join(hashes))) == appended(0, hashes, {})


def test_the_command_tells_and_fails_when_something_is_wrong(log: Organisation) -> None:
    out = StringIO()
    call_command("audit", "--as", "pim", stdout=out)
    assert "306" in out.getvalue()
    rewrite_node()
    with pytest.raises(CommandError):
        call_command("audit", stdout=out)
    with pytest.raises(CommandError):
        call_command("audit", "--as", "fenna")
    assert AccessEvent.objects.filter(ground="audit", outcome="refused").count() == 1


def test_an_outsider_audits_a_copy_with_the_inventories_lists_and_finds_what_went_without_a_receipt(
    log: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("export_inventory", tmp_path / "lists", user="fenna")
    call_command("export_inventory", tmp_path / "lists", user="pim", stdout=StringIO())
    assert AccessEvent.objects.filter(action="export", ground="inventory").count() == 1
    first, last = sorted((tmp_path / "lists").iterdir())
    copy = Path(shutil.copytree(settings.MIRROR_DIR, tmp_path / "copy"))
    keys = [word for key in log_verifiers() for word in ("--log-key", str(key))]

    def audited(*more: str) -> tuple[int, str]:
        status = outside(["audit", str(copy), *keys, "--language", "en", *more])
        return status, capsys.readouterr().out

    lists = ("--inventory", str(first), "--inventory", str(last))
    assert audited(*lists) == (
        0,
        "whole: 306 leaves, every tile and the signed head agree; 2 lists of inventories fit\n",
    )
    assert outside(["audit", str(copy), "--log-key", LogKey.generate(settings.LEDGER_ORIGIN).vkey]) == 2
    gone = first.read_bytes()
    first.write_bytes(gone[32:])
    assert "list 1 is of no inventory that this log states\n" in audited(*lists)[1]
    first.write_bytes(gone)
    tile = copy / "tile" / "0" / "000"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    status, said = audited()
    assert (status, said.splitlines()[0]) == (1, "tile/0/000 is missing or is not what the leaves make")
    (copy / "tile" / "entries" / "000").unlink()
    assert audited()[0] == 2


def test_an_outsider_sees_a_dossier_that_went_between_two_inventories_without_a_receipt(
    organisation: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = organisation.opens("JD-2026-0001")
    organisation.opens("JD-2026-0002")
    inventory.take()
    beneath("DELETE FROM casefiles_dossier WHERE id = %s", lost.pk)
    inventory.take()
    mirror.publish()
    call_command("export_inventory", tmp_path, user="pim", stdout=StringIO())
    lists = [word for path in sorted(tmp_path.iterdir()) for word in ("--inventory", str(path))]
    assert outside(["audit", str(settings.MIRROR_DIR), "--log-key", log_key().vkey, "--language", "en", *lists]) == 1
    assert f"dossier {tombstone(lost.pk).hex()} disappeared" in capsys.readouterr().out
