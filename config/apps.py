"""Registers the Celery application in every process, so that a task can be published from each."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The app that holds `up` and the services."""

    name = "config"

    def ready(self) -> None:
        """Make our Celery application the current one."""
        from config import guarding  # noqa: F401 - registers its system check
        from config.celery import app

        app.set_default()
