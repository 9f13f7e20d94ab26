"""What can go wrong at a boundary. Each strikes once, lets the work end as it may, and is then mended."""

import os
import resource
import signal
from datetime import date, timedelta
from multiprocessing import get_context
from random import Random
from typing import Any
from uuid import UUID

import redis
import time_machine
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connections
from django.utils import timezone

from config.databases import redis_url
from config.services import broker, lifecycle, postgres, processes
from retention import holds
from retention.destruction import run, steering
from retention.models import Approval, DestructionList, Execution, Hold
from tests.faults.working import Elsewhere, until_it_fails, work
from tests.organisation import Organisation

MOMENT = 0.05  # seconds that another gets ahead of us; without a lock it is long done by then


class Fault:
    """Something that goes wrong once. `elsewhere`: in a process of its own, whose connections need not be ours."""

    name = ""
    elsewhere = False

    def __init__(self, organisation: Organisation, chosen: DestructionList, ids: list[UUID], random: Random) -> None:
        self.organisation, self.chosen, self.ids, self.random = organisation, chosen, ids, random

    def strike(self) -> None:
        """Go wrong, at the boundary, in the process that works."""

    def work(self) -> str:
        """Let a worker work until it can do no more; return what became of it."""
        return "failed" if until_it_fails(self.chosen.pk) else "went on"

    def mend(self) -> None:
        """Put the world right again."""

    def kept(self) -> set[UUID]:
        """Return the dossiers that a person kept from destruction in time, or fail when it was too late for one."""
        return set()


class WorkerKilled(Fault):
    """kill -9 of the worker, in a process of its own."""

    name = "worker killed"
    elsewhere = True

    def strike(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def work(self) -> str:
        connections.close_all()  # a child must not share them
        child = get_context("fork").Process(target=work, args=[self.chosen.pk])
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL, child.exitcode
        return "died"


class PostgresKilled(Fault):
    """kill -9 of PostgreSQL, the server and all its children; started again as `up` does."""

    name = "PostgreSQL killed"

    def strike(self) -> None:
        for process in processes.living(postgres.mark()):
            os.kill(process, signal.SIGKILL)
        processes.gone(postgres.mark(), 5)

    def mend(self) -> None:
        lifecycle.ensure()


class RedisKilled(Fault):
    """kill -9 of Redis, with all messages."""

    name = "Redis killed"

    def strike(self) -> None:
        for process in processes.living(str(broker.socket())):
            os.kill(process, signal.SIGKILL)
        processes.gone(str(broker.socket()), 5)

    def mend(self) -> None:
        lifecycle.ensure()


class RedisFlushed(Fault):
    """Every message lost."""

    name = "Redis flushed"

    def strike(self) -> None:
        with redis.Redis(unix_socket_path=redis_url().removeprefix("redis+socket://")) as client:
            client.flushall()


class _Refusing(FileSystemStorage):
    """A document store that deletes nothing."""

    def delete(self, name: str) -> None:
        raise PermissionError(name)


class StorageRefuses(Fault):
    """The document store deletes nothing any more, until somebody has it mended and lets it be tried again."""

    name = "storage refuses"

    def strike(self) -> None:
        storages._storages["documents"] = _Refusing(location=settings.DOCUMENTS_DIR)  # type: ignore[attr-defined]

    def mend(self) -> None:
        storages._storages.pop("documents", None)  # type: ignore[attr-defined] # Django's own cache of stores
        run.retry(self.chosen)


class DiskFull(Fault):
    """The kernel refuses every write to a file of the worker's (RLIMIT_FSIZE, which needs no disk of its own)."""

    name = "disk full"

    def strike(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def mend(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        run.retry(self.chosen)


class _Beside(Fault):
    """Somebody else acts at that very moment, with a connection of their own, and may have to wait for us."""

    def act(self) -> Any:
        """What the other does."""
        raise NotImplementedError

    def strike(self) -> None:
        self.other = Elsewhere(self.act)
        self.other.start()
        self.other.join(MOMENT)

    def mend(self) -> None:
        self.other.join(60)
        assert not self.other.is_alive()


class SecondWorker(_Beside):
    """Another worker on the same list."""

    name = "two workers"

    def act(self) -> bool:
        return until_it_fails(self.chosen.pk)


class HoldPlaced(_Beside):
    """A privacy officer holds one of the dossiers."""

    name = "hold placed"

    def act(self) -> Any:
        self.dossier_id = self.random.choice(self.ids)
        review_on = date.today() + timedelta(days=90)  # noqa: DTZ011 - any day in the future
        return holds.place([self.dossier_id], Hold.Reason.CLAIM, owner=self.organisation.samira, review_on=review_on)

    def kept(self) -> set[UUID]:
        if isinstance(self.other.result, Exception):  # its dossier was gone, with its key, before it was there
            return set()
        covered, late = set(self.other.result.covered), set(self.other.result.too_late)
        assert covered | late == {self.dossier_id}
        return covered


class ApprovalWithdrawn(_Beside):
    """The second approval of one of the dossiers is taken back."""

    name = "approval withdrawn"

    def act(self) -> Any:
        self.dossier_id = self.random.choice(self.ids)
        return Approval.objects.filter(item__dossier_id=self.dossier_id, stage=Approval.Stage.OFFICER).delete()

    def kept(self) -> set[UUID]:
        return set() if isinstance(self.other.result, Exception) else {self.dossier_id}


class ClockMoved(Fault):
    """Somebody sets the clock of the machine wrong, and right again after a person saw that all stands still."""

    name = "clock moved"

    def strike(self) -> None:
        self.wrong = time_machine.travel(timezone.now() + self.random.choice([-1, 2, 30]) * timedelta(days=1))
        self.wrong.start()

    def mend(self) -> None:
        self.wrong.stop()
        steering.go_on(self.chosen, Execution.Halt.CLOCK, by=self.organisation.koen)


FAULTS: tuple[type[Fault], ...] = (
    WorkerKilled,
    PostgresKilled,
    RedisKilled,
    RedisFlushed,
    StorageRefuses,
    DiskFull,
    SecondWorker,
    HoldPlaced,
    ApprovalWithdrawn,
    ClockMoved,
)
