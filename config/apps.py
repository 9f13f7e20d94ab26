"""Registers the Celery application in every process, so that a task can be published from each."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HouseConfig(AppConfig):
    """The app that holds `up` and the services."""

    name = "config"

    def ready(self) -> None:
        """Make our Celery application the current one."""
        from casefiles.models import Role
        from casefiles.navigation import Item, Section, register
        from config import (
            beating,  # noqa: F401 - the worker's signs of life
            guarding,  # noqa: F401 - registers its system check
        )
        from config.celery import app

        app.set_default()
        administrators = frozenset({Role.ADMINISTRATOR})
        register(Item(Section.MANAGEMENT, _("Health"), "circle-check", "health", administrators))
