"""Progress is a number in the database: one worker at a time moves it, it never runs back, and it survives a death."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from casefiles import jobs
from casefiles.jobs import Bar
from casefiles.models import Job


def made(**values: object) -> Job:
    return Job.objects.create(kind="import", **values)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_bar_is_full_exactly_when_all_is_done(done: int, total: int) -> None:
    percent = Bar(done, total).percent
    assert 0 <= percent <= 100
    assert (percent == 100) == (total > 0 and done >= total)


@pytest.mark.usefixtures("stores")
class TestTaking:
    def test_a_job_is_taken_by_one(self) -> None:
        job = made()
        assert jobs.take(job.pk) is not None
        assert jobs.take(job.pk) is None

    def test_a_job_that_is_over_is_not_taken_again(self) -> None:
        for state in ("done", "failed"):
            assert jobs.take(made(state=state).pk) is None

    def test_a_job_that_stands_still_is_taken_over_and_its_old_worker_notices(self) -> None:
        job = made()
        slow = jobs.take(job.pk)
        assert slow is not None
        Job.objects.filter(pk=job.pk).update(moved_at=timezone.now() - jobs.STALE - timedelta(seconds=1))
        assert jobs.take(job.pk) is not None
        with pytest.raises(jobs.TakenOver):
            slow.finish()

    def test_a_bar_never_runs_back_when_the_work_is_walked_through_again(self) -> None:
        job = made(done=7, total=10)
        progress = jobs.take(job.pk)
        assert progress is not None
        progress.advance()
        progress.expect(10)
        assert Job.objects.get(pk=job.pk).done == 7

    def test_a_released_job_waits_with_its_reason(self) -> None:
        job = made()
        progress = jobs.take(job.pk)
        assert progress is not None
        progress.release("import_running")
        job.refresh_from_db()
        assert (job.state, job.problem) == ("waiting", "import_running")
        assert jobs.take(job.pk) is not None


def test_the_terminal_shows_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    states = iter([(Bar(1, 3), False), (Bar(3, 3), True)])
    jobs.POLL_SECONDS, before = 0.0, jobs.POLL_SECONDS
    try:
        jobs.watch("dossiers", lambda: next(states))
    finally:
        jobs.POLL_SECONDS = before
    assert next(states, None) is None
