"""`recovery_key`: make the key that can bring lost root keys back, as shares on paper; or drill with them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casefiles.vault import drill, escrow


class Command(BaseCommand):
    """Exit code 0: done. 1: refused, or the drill found an escrow that does not open."""

    help = "Makes the recovery key and prints its shares once; --drill tries the shares; --restore brings keys back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--shares", type=int, default=5, help="how many shares are printed (2-16, default 5)")
        parser.add_argument("--threshold", type=int, default=3, help="how many of them open (default 3)")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--drill", action="store_true", help="type shares; opens every escrow and changes nothing")
        what.add_argument("--restore", action="store_true", help="type shares; puts lost root keys back")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, drill or restore."""
        if options["drill"] or options["restore"]:
            self._try(restore=options["restore"])
        else:
            self._make(options["threshold"], options["shares"])

    def _make(self, threshold: int, count: int) -> None:
        if not 1 < threshold <= count <= 16:
            raise CommandError(_("At least 2 shares must be needed, and of at most 16 shares."))
        try:
            shares = drill.make(threshold, count)
        except escrow.AlreadyMade:
            raise CommandError(
                _("There is a recovery key already. For a new one, first take recovery.pub and the escrow files away.")
            ) from None
        for number, share in enumerate(shares, start=1):
            self.stdout.write(_("Share %(number)d of %(count)d") % {"number": number, "count": count} + f"\n{share}\n")
        self.stdout.write(
            _(
                "These words are shown once and stored nowhere. Write each share on paper, give each to another "
                "person, and try them now with --drill. Any %(threshold)d of them open the escrow."
            )
            % {"threshold": threshold}
        )

    def _try(self, *, restore: bool) -> None:
        found = drill.run(self._typed(), restore=restore)
        for line in found:
            self.stdout.write(f"{line.epoch} {line.verdict.label}")
        if not found or any(line.verdict not in drill.GOOD for line in found):
            raise CommandError(_("Not every root key can be brought back: see above."))

    def _typed(self) -> list[str]:
        self.stderr.write(_("Type or paste one share per line; an empty line ends."))
        return list(iter(lambda: input().strip(), ""))
