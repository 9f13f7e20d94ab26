"""What the databases themselves keep true, whoever asks: cascades, append-only logs, and what each login may do."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from psycopg import errors

from casefiles import journal
from casefiles.models import (
    AccessEvent,
    Dossier,
    Entry,
    Job,
    Role,
    Team,
    User,
)
from config import env
from config.databases import STORES
from retention import inventory, sequencer
from retention.destruction.verification import OUTLIVE, bound_tables
from retention.models import (
    Certificate,
    CertificatePdf,
    Clock,
    DestructionList,
    ListItem,
    Receipt,
    RuleVersion,
)
from tests.casefiles.fullness import full_dossier
from tests.conftest import as_superuser
from tests.organisation import Organisation
from tests.stores import TABLES, login

LOGINS: tuple[env.Role, ...] = ("owner", "web", "worker", "sweep")
APPEND_ONLY = (
    "casefiles_accessevent",
    "retention_ledgerleaf",
    "retention_ledgernode",
    "retention_checkpoint",
    "retention_receipt",
    "retention_inventory",
    "retention_certificatepdf",
    "retention_ruleversion",
)
# 'c' cascades, 'n' sets null
FOREIGN_KEYS = """
    SELECT f.conrelid::regclass::text, a.attname, f.confrelid::regclass::text, f.confdeltype::text
    FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)
    WHERE f.contype = 'f'
"""
CHILD = "CREATE TABLE made_by_a_test ({} uuid REFERENCES casefiles_dossier ON DELETE CASCADE)"


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with login("owner") as connected:
        return connected.execute(statement, values or None).fetchall()


@pytest.fixture
def child(stores: None, request: pytest.FixtureRequest) -> Iterator[str]:
    """A table that a later version might add, with the dossier in a column of the name that the test asks for."""
    with login("owner") as owner:
        owner.execute(CHILD.format(request.param))
    yield request.param
    with login("owner") as owner:
        owner.execute("DROP TABLE made_by_a_test")


@pytest.mark.usefixtures("stores")
def test_every_table_bound_to_a_dossier_goes_with_it_or_is_declared_to_outlive_it() -> None:
    to_dossier = {(table, column): act for table, column, to, act in rows(FOREIGN_KEYS) if to == "casefiles_dossier"}
    bound = [found for found in bound_tables() if found != ("casefiles_dossier", "id")]
    assert len(bound) >= 9
    assert {found: to_dossier.get(found) for found in bound} == {
        found: "n" if found == ("retention_clock", "dossier_id") else "c" for found in bound
    }
    named = rows(
        "SELECT relname FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid "
        "WHERE attname = 'dossier_id' AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    assert {table for (table,) in named} == {table for table, _ in bound} | OUTLIVE


@pytest.mark.usefixtures("stores")
def test_whatever_points_to_a_child_of_a_dossier_goes_with_that_child() -> None:
    children = {table for table, _ in bound_tables()} - {"casefiles_dossier"}
    pointing = {(table, column): act for table, column, to, act in rows(FOREIGN_KEYS) if to in children}
    assert ("casefiles_entryversion", "entry_id") in pointing
    assert set(pointing.values()) == {"c"}


@pytest.mark.parametrize("child", ["dossier_id", "about"], indirect=True)
def test_one_statement_of_the_worker_deletes_a_dossier_with_every_child_also_of_a_table_made_later(
    child: str, organisation: Organisation
) -> None:
    dossier = full_dossier(organisation)
    with login("worker") as worker:
        worker.execute(f"INSERT INTO made_by_a_test ({child}) VALUES (%s)", [dossier.pk])
        before = {found: count(worker, *found, dossier) for found in bound_tables()}
        assert ("made_by_a_test", child) in before
        empty = {table for (table, _), found in before.items() if not found}
        assert empty == set(), "a table that the test dossier does not fill"
        worker.execute("DELETE FROM casefiles_dossier WHERE id = %s", [dossier.pk])
        assert {found: count(worker, *found, dossier) for found in before} == dict.fromkeys(before, 0)
    assert Clock.objects.get().dossier_id is None
    assert AccessEvent.objects.filter(dossier_id=dossier.pk).exists()


def count(connected: psycopg.Connection[Any], table: str, column: str, dossier: Dossier) -> int:
    row = connected.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [dossier.pk]).fetchone()
    assert row
    return int(row[0])


def test_a_dossier_that_is_not_claimed_cannot_be_deleted_by_anyone(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001")
    with login("worker") as worker, pytest.raises(errors.CheckViolation, match="clock_without_dossier_was_destroyed"):
        worker.execute("DELETE FROM casefiles_dossier WHERE id = %s", [dossier.pk])
    assert Entry.objects.filter(dossier=dossier).exists()


def test_a_clock_is_not_destroyed_while_its_dossier_is_there(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    with pytest.raises(IntegrityError, match="destroyed_clock_has_no_dossier"):
        Clock.objects.update(state="destroyed")


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("role", LOGINS)
def test_no_login_changes_or_removes_a_line_of_a_log(role: env.Role) -> None:
    write_a_line_of_every_log()
    with login(role) as connected:
        for table in APPEND_ONLY:
            before = rows(f"SELECT t::text FROM {table} t")
            assert before, table
            column = first_column(table)
            for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
                with pytest.raises(errors.InsufficientPrivilege):
                    connected.execute(change)
            assert rows(f"SELECT t::text FROM {table} t") == before


@pytest.mark.usefixtures("stores")
def test_no_process_empties_a_log() -> None:
    for role in ("web", "worker", "sweep"):  # an owner can drop his own table as well; no process logs in as he
        with login(role) as connected:
            for table in APPEND_ONLY:
                with pytest.raises(errors.InsufficientPrivilege):
                    connected.execute(f"TRUNCATE {table} CASCADE")


def first_column(table: str) -> str:
    return str(rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1", table)[0][0])


def write_a_certificate() -> None:
    rule = RuleVersion.objects.get(category="jeugdhulp", version=1)
    named = {"name": "VL-2026-001", "category_id": "jeugdhulp", "team": Team.objects.named("Noord"), "rule": rule}
    asked = {"number": "VV-2026-0001", "requested_by": User.objects.enrol("koen", "Koen", Role.ADMINISTRATOR)}
    chosen, job = DestructionList.objects.create(**named), Job.objects.create(kind="certificate")
    certificate = Certificate.objects.create(destruction_list=chosen, job=job, **asked)
    CertificatePdf.objects.create(certificate=certificate, language="nl", content=b"%PDF")


def write_a_line_of_every_log() -> None:
    journal.record(AccessEvent.Action.READ, None)
    with transaction.atomic():
        (leaf,) = sequencer.append([b"{}"])
        Receipt.objects.create(type=Receipt.Type.DESTROYED, dossier_id=uuid4(), leaf=leaf)
        write_a_certificate()
    inventory.take()


@pytest.mark.usefixtures("stores")
def test_a_month_of_the_access_log_cannot_be_changed_behind_its_parents_back() -> None:
    journal.record(AccessEvent.Action.READ, None)
    ((month,),) = rows("SELECT DISTINCT tableoid::regclass::text FROM casefiles_accessevent")
    assert month != "casefiles_accessevent_rest"
    for role in LOGINS:
        for change in (f"UPDATE {month} SET ground = 'x'", f"DELETE FROM {month}"):
            with login(role) as connected, pytest.raises(errors.InsufficientPrivilege):
                connected.execute(change)


@pytest.mark.usefixtures("stores")
def test_even_the_superuser_is_refused_to_change_the_access_log() -> None:
    journal.record(AccessEvent.Action.READ, None)
    with as_superuser("casefiles") as superuser, pytest.raises(errors.InsufficientPrivilege, match="append-only"):
        superuser.execute("DELETE FROM casefiles_accessevent")


@pytest.mark.usefixtures("stores")
def test_no_login_is_superuser_or_passes_by_row_level_security_or_is_a_member_of_another() -> None:
    able = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
    found = dict(rows(f"SELECT rolname, {able} FROM pg_roles WHERE rolname LIKE 'gv%'"))
    assert found == dict.fromkeys((f"gv_{role}" for role in LOGINS), False)
    assert rows("SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text LIKE 'gv%'") == []


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("role", ["web", "worker", "sweep"])
@pytest.mark.parametrize("table", ["guardian_userobjectpermission", "guardian_groupobjectpermission"])
def test_nobody_writes_a_generic_grant_which_would_outlive_its_dossier(role: env.Role, table: str) -> None:
    with login(role) as connected:
        for statement in (f"INSERT INTO {table} DEFAULT VALUES", f"UPDATE {table} SET object_pk = '1'"):
            with pytest.raises(errors.InsufficientPrivilege):
                connected.execute(statement)


@pytest.mark.usefixtures("stores")
def test_the_sweep_reads_every_table_and_writes_nothing_but_its_verdict() -> None:
    writable = set()
    for store in STORES:
        with login("sweep", store) as sweep:
            for (table,) in sweep.execute(TABLES).fetchall():
                sweep.execute(f'SELECT * FROM "{table}" LIMIT 1')
                columns = sweep.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                    "AND has_column_privilege(attrelid, attnum, 'UPDATE')",
                    [table],
                ).fetchall()
                writable |= {(table, column) for (column,) in columns}
                may = sweep.execute("SELECT has_table_privilege(%s, 'INSERT, DELETE, TRUNCATE')", [table]).fetchone()
                assert may == (False,), table
    assert writable == {("retention_listitem", c) for c in ("step", "facts", "failure", "tries", "retry_at")}


def test_the_sweep_writes_its_verdict_with_its_own_login(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001")
    organisation.lists_due()
    with login("sweep") as sweep:
        sweep.execute("UPDATE retention_listitem SET step = 'verified', tries = 1")
        with pytest.raises(errors.InsufficientPrivilege):
            sweep.execute("UPDATE retention_listitem SET due_on = '2000-01-01'")
        with pytest.raises(errors.InsufficientPrivilege):
            sweep.execute("DELETE FROM casefiles_dossier")
    assert ListItem.objects.get().step == "verified"


@pytest.mark.usefixtures("stores")
def test_only_the_search_tokens_are_kept_out_of_the_write_ahead_log() -> None:
    unlogged = rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'")
    assert unlogged == [("casefiles_searchtoken",)]


@pytest.mark.usefixtures("stores")
def test_the_access_log_has_a_partition_for_this_month_and_the_next_two() -> None:
    months = rows("SELECT to_char(now() + make_interval(months => n), 'YYYY_MM') FROM generate_series(0, 2) n")
    partitions = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")}
    assert {f"casefiles_accessevent_{month}" for (month,) in months} < partitions


@pytest.mark.usefixtures("stores")
def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert connection.vendor == "postgresql"
