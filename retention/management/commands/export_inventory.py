"""export_inventory FOLDER --as USER: hand an auditor the lists of tombstones of all inventories."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casefiles import access, journal
from casefiles.access import METADATA_ROLES, Refused
from casefiles.models import AccessEvent
from retention.management.acting import acting_user
from retention.models import Inventory


class Command(BaseCommand):
    """Write the list of each inventory as `inventory-PLACE`: 32 bytes a dossier, which name nobody."""

    help = "Hand an auditor the lists of tombstones that open the inventories of the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--as", dest="user", required=True, help="who hands them out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files and log that they left."""
        user = acting_user(options["user"])
        try:
            if not user.is_active or user.role not in METADATA_ROLES:
                access.refuse(user, "inventory")
        except Refused as error:
            raise CommandError(str(error)) from None
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        journal.record(AccessEvent.Action.EXPORT, user, ground="inventory")
        for taken in Inventory.objects.order_by("leaf"):
            path = folder / f"inventory-{taken.leaf_id:09}"
            path.write_bytes(bytes(taken.tombstones))
            self.stdout.write(_("%(file)s: %(dossiers)d dossiers") % {"file": path.name, "dossiers": taken.dossiers})
