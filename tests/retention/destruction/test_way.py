"""From a due dossier to a receipt, step by step."""

from casefiles import storage
from casefiles.models import Dossier
from casefiles.vault import keys
from retention.destruction import run, verification
from retention.models import Clock, Receipt
from retention.states import ListState
from tests.organisation import Organisation


def carry_out(chosen_id: int) -> None:
    """Do what the worker's two tasks do, in this process."""
    for _ in range(20):
        run.run(chosen_id)
        _, failed = verification.verify(chosen_id)
        for item in failed:
            run.mark_failed(item)


def test_an_approved_dossier_is_gone_from_every_store_and_has_one_receipt(organisation: Organisation) -> None:
    dossier = organisation.keeps("JD-1996-0001", documents=2)
    chosen = organisation.starts(organisation.lists_due())
    carry_out(chosen.pk)
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert keys.remaining([dossier.pk]) == set()
    assert storage.listed(dossier.pk) == []
    assert Receipt.objects.filter(dossier_id=dossier.pk, type="destroyed").count() == 1
    chosen.refresh_from_db()
    assert chosen.state == ListState.DONE
    clock = Clock.objects.get()
    assert (clock.state, clock.dossier_id, clock.starts_on[0].isoformat()) == (
        "destroyed",
        None,
        "1996-01-01",
    )
