"""rotate_log_key --as USER: sign the log with a new key from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casefiles.access import Refused
from retention import log_rotation
from retention.management.acting import acting_user


class Command(BaseCommand):
    """Replace the log's signing key. Receipts of before stay verifiable with the old public key."""

    help = "Replace the key that signs the log; for administrators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--as", dest="user", required=True, help="who rotates it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and print the key to publish."""
        try:
            new = log_rotation.rotate(by=acting_user(options["user"]))
        except Refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("The log is signed by a new key from now on. Publish it beside the old ones:"))
        self.stdout.write(new.vkey)
