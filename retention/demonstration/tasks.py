"""The worker's part: the dossiers come in while the people can already log in."""

from celery import shared_task

from retention.demonstration import load


@shared_task
def load_dossiers() -> None:
    """Load what is not there yet; a lost or doubled bell changes nothing."""
    load.load()
