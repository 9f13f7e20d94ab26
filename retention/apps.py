"""Registers retention and ties it to what happens to dossiers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """How long it is kept, how it ends, and how that is proven."""

    name = "retention"
    verbose_name = _("Retention")

    def ready(self) -> None:
        """Let every change of a dossier move its clock."""
        from django.db.models.signals import post_migrate

        from retention import ahead, bulk, clockbars, dates, holds, leaving, pages, panels, publication, timing
        from retention.transfer import process
        from retention.views import slips, transfers

        timing.connect()
        dates.connect()
        bulk.connect()
        holds.connect()
        leaving.connect()
        ahead.connect()
        clockbars.connect()
        panels.connect()
        slips.connect()
        process.connect()
        transfers.connect()
        pages.connect()
        post_migrate.connect(publication.publish_catalogue, sender=self, dispatch_uid="retention.publication")
