"""kill -9 of a rotation at every boundary of its steps: no living dossier is ever without a key that opens."""

import os
import subprocess
import sys
from uuid import UUID

import pytest

from casefiles import rotation
from casefiles.models import Job, Party
from casefiles.vault import keys
from casefiles.vault.models import DossierKey, KeyEpoch
from config import env
from tests.organisation import Organisation

DOSSIERS = 12

# Runs in a process of its own: `step` of the rotation is replaced by one that kills the process at its moment.
DOOMED = """
import os, signal, sys
import django
django.setup()
from casefiles import rotation
from casefiles.vault import epochs
epochs.BATCH = 5
number, moment = int(sys.argv[1]), sys.argv[2]
def bombed(step):
    def doing():
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        for done in step():
            if moment == "inside":
                os.kill(os.getpid(), signal.SIGKILL)
            yield done
        os.kill(os.getpid(), signal.SIGKILL)
    return doing
rotation.STEPS = tuple(bombed(s) if n == number else s for n, s in enumerate(rotation.STEPS))
rotation.carry_out(rotation.ask(None).pk)
"""
BOUNDARIES = [
    pytest.param(number, moment, id=f"{moment} {step.__name__}")
    for number, step in enumerate(rotation.STEPS)
    for moment in ("before", "inside", "after")
]


@pytest.mark.real
@pytest.mark.parametrize(("number", "moment"), BOUNDARIES)
def test_a_rotation_survives_kill_9(number: int, moment: str, organisation: Organisation) -> None:
    ids = organisation.keeps_many(DOSSIERS)
    opened = keys.open_many(ids)
    killed = subprocess.run(
        [sys.executable, "-c", DOOMED, str(number), moment],
        cwd=env.REPOSITORY,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )
    assert killed.returncode == -9
    check_all_open(ids, opened)
    Job.objects.update(state=Job.State.WAITING)
    rotation.resume()
    check_all_open(ids, opened)
    assert list(KeyEpoch.objects.order_by("number").values_list("number", "state")) == [
        (1, "destroyed"),
        (2, "current"),
    ]
    assert set(DossierKey.objects.values_list("epoch_id", flat=True)) == {2}


def check_all_open(ids: list[UUID], opened: dict[UUID, bytes]) -> None:
    keys.forget()
    assert keys.open_many(ids) == opened
    assert all(party.facts.surname for party in Party.objects.filter(dossier__in=ids))
