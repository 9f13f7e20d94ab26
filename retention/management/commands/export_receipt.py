"""export_receipt (RECEIPT | --all) DIR: write receipts so that anyone can check them offline."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from retention import offline
from retention.models import Receipt
from retention.receipts import bundle
from retention.receipts.keys import log_key


class Command(BaseCommand):
    """Export receipts."""

    help = "Write a folder per receipt, for `python -m retention.ledger verify` and for outsiders' own software."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("receipt_and_folder", nargs="+", metavar="[RECEIPT] DIR")
        parser.add_argument("--all", action="store_true", help="every `destroyed` receipt")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the folders and print the key to pin."""
        *receipt, folder = options["receipt_and_folder"]
        if len(receipt) != (0 if options["all"] else 1):
            raise CommandError(_("Give one receipt and a folder, or --all and a folder."))
        receipts = Receipt.objects.select_related("leaf")
        if options["all"]:
            chosen = receipts.filter(type__in=Receipt.ENDINGS)
        else:
            chosen = receipts.filter(pk=_identifier(receipt[0]))
            if not chosen:
                raise CommandError(_("There is no receipt with this number."))
        for found in tqdm(chosen.order_by("leaf"), unit=_("receipts"), disable=None):
            bundle.export(found, Path(folder))
        (Path(folder) / offline.NAME).write_bytes(offline.page())
        self.stdout.write(_("%(count)d receipts in %(folder)s.") % {"count": len(chosen), "folder": folder})
        self.stdout.write(_("Verify with: python -m retention.ledger verify %(folder)s --log-key '%(key)s'")
                          % {"folder": folder, "key": log_key().vkey})  # fmt: skip


def _identifier(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise CommandError(_("A receipt's number looks like 123e4567-e89b-12d3-a456-426614174000.")) from None
