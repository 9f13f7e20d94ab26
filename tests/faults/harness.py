"""One run: a list, a fault at a boundary, the end that the work comes to, and what the stores say of it after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from uuid import UUID

from django.conf import settings
from django.db import connections

from casefiles import storage
from casefiles.models import Document, Dossier, Party
from casefiles.vault import keys
from retention import lists, mirror, sequencer, sweeping
from retention.destruction import brakes
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.note import Note
from retention.ledger.tree import appended, leaf_hash, root
from retention.models import DestructionList, Execution, LedgerLeaf, ListItem
from retention.states import IN_FLIGHT, ItemStep
from tests.faults.boundaries import watched
from tests.faults.faults import Fault
from tests.faults.invariants import check_all_destroyed, check_no_false_receipt
from tests.faults.working import done, work
from tests.organisation import Organisation

AS_IT_WAS = {"held", "not_approved_twice"}


@dataclass(frozen=True, slots=True)
class Case:
    """A list under execution, approved by two people, and its dossiers."""

    chosen: DestructionList
    ids: list[UUID]


def cases(organisation: Organisation, sizes: list[int]) -> list[Case]:
    """Prepare a list of so many dossiers for each run: swept and approved at once, then each on a list of its own."""
    ids = organisation.keeps_many(sum(sizes), documents=1)
    sweeping.sweep()
    whole = organisation.approves(DestructionList.objects.get())
    return [_case(organisation, whole, number, [ids.pop() for _ in range(size)]) for number, size in enumerate(sizes)]


def _case(organisation: Organisation, whole: DestructionList, number: int, ids: list[UUID]) -> Case:
    copied = ("category_id", "team_id", "rule_id", "state", "cooling_off_until")
    chosen = DestructionList.objects.create(
        name=f"VL-TEST-{number:04}", **{name: getattr(whole, name) for name in copied}
    )
    ListItem.objects.filter(dossier_id__in=ids).update(destruction_list=chosen)
    return Case(chosen, ids)


class NotReached(AssertionError):
    """The work never came to this boundary: nothing was tested."""


@contextmanager
def struck(boundary: str, fault: Fault) -> Iterator[None]:
    """Let a fault strike at a boundary, once: mostly the first time that it is passed, in random runs also later."""
    left = fault.random.choice([0, 0, 0, 1]) if len(fault.ids) > brakes.CANARY else 0

    def strike(passed: str) -> None:
        nonlocal left
        if passed != boundary or left < 0:
            return
        left -= 1
        if left < 0:
            fault.strike()

    with watched(strike):
        yield
    if left >= 0 and not fault.elsewhere:  # another process says so by its death
        raise NotReached(boundary)


def one_run(boundary: str, kind: type[Fault], organisation: Organisation, case: Case, random: Random) -> str:
    """Run one list with one fault; return its outcome in words. Raises AssertionError when an invariant is broken."""
    chosen = lists.start(case.chosen, by=organisation.koen)
    fault = kind(organisation, chosen, case.ids, random)
    keys.forget()  # this process made the dossiers; a worker has not opened them
    try:
        with struck(boundary, fault):
            outcome = fault.work()
        outcome = outcome if outcome == "failed" else _how_it_stands(chosen) or outcome
    finally:
        fault.mend()
        connections.close_all()
    check_no_false_receipt(case.ids)
    unfinished = "" if done(chosen.pk) else ", then finished"
    work(chosen.pk)
    return outcome + unfinished + _judge(chosen, case, fault.kept())


def _how_it_stands(chosen: DestructionList) -> str:
    """Say for what a person was asked, if anybody was."""
    halt = Execution.objects.filter(pk=chosen.pk).values_list("halt", flat=True).first()
    apart = ListItem.objects.filter(destruction_list=chosen, step__in=IN_FLIGHT).exclude(failure="").exists()
    return f"stood still ({halt})" if halt else "set apart" if apart else ""


def _judge(chosen: DestructionList, case: Case, kept: set[UUID]) -> str:
    """Read the stores: what a person kept in time stands untouched, everything else is gone with one receipt."""
    assert done(chosen.pk), dict(ListItem.objects.filter(destruction_list=chosen).values_list("step", "failure"))
    left_out = ListItem.objects.filter(destruction_list=chosen, step=ItemStep.LEFT_OUT)
    codes = dict(left_out.values_list("dossier_id", "failure"))
    assert set(codes) == kept, (codes, kept)
    assert set(codes.values()) <= AS_IT_WAS
    check_untouched(kept)
    check_all_destroyed(set(case.ids) - kept)
    return ", one kept" if kept else ""


def check_untouched(kept: set[UUID]) -> None:
    """A dossier that was kept is whole: its rows, its key that opens, and its files."""
    for dossier_id in kept:
        assert Dossier.objects.get(pk=dossier_id).status == Dossier.Status.CLOSED
        assert Party.objects.get(dossier=dossier_id).facts.surname
        stored = Document.objects.filter(dossier=dossier_id).values_list("storage_key", flat=True)
        assert storage.listed(dossier_id) == list(stored)


def check_log() -> int:
    """The log holds every leaf once, and database and mirror agree on its head; return how many leaves."""
    hashes = [leaf_hash(bytes(leaf.body)) for leaf in LedgerLeaf.objects.order_by("index")]
    assert len(hashes) == sequencer.tree_size() == mirror.mirrored_size()
    head = Head.parse(Note.parse((settings.MIRROR_DIR / "checkpoint").read_text()).text)
    assert head.root == root(len(hashes), appended(0, hashes, {}))
    return len(hashes)
