"""certificate_key [--rotate]: show the keys under certificates, or make the next one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from retention.receipts import signing_keys


class Command(BaseCommand):
    """Show or rotate the key under certificates."""

    help = "Show the fingerprints of the keys under certificates; --rotate makes a new key and destroys the old one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--rotate", action="store_true", help="make the next key, destroy the one before")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every certificate that is ours, the newest last."""
        if options["rotate"]:
            signing_keys.rotate()
            self.stdout.write(_("There is a new key. What the old one signed stays verifiable; it signs no more."))
        signing_keys.current()
        for fingerprint, certificate in signing_keys.known().items():
            self.stdout.write(f"{fingerprint.hex()}  {certificate.subject.rfc4514_string()}")
