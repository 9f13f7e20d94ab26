"""backup DIR: the case files and documents to a folder, and the newest backup of the vault to its own place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from casefiles.backups import making
from casefiles.vault import backup
from casefiles.vault.dumps import BackupFailed
from casefiles.vault.epochs import KeyDoesNotOpen
from casefiles.vault.roots import RootKeyMissing


class Command(BaseCommand):
    """Exit code 0: the backup is whole. 1: it is not; the message says what to do."""

    help = "Backs up case files and documents to a folder, and renews the backup of the vault, apart from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder."""
        parser.add_argument("folder", type=Path, help=_("an empty folder, or one in which a backup broke off"))

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Make it, with a bar over the documents."""
        with tqdm(unit=_("documents"), disable=None) as bar:
            try:
                made = making.make(folder.absolute(), lambda done, total: show(bar, done, total))
            except making.Taken:
                raise CommandError(_("%s is not empty. Give each backup a folder of its own.") % folder) from None
            except (BackupFailed, OSError) as error:
                raise CommandError(
                    _("The backup is not whole: %s. Mend that and give the same command again: it goes on.") % error
                ) from None
            except (KeyDoesNotOpen, RootKeyMissing) as error:
                raise CommandError(
                    _("A dossier's key does not open (%s), so the vault was not backed up. Keep the backup before "
                      "this one, and call whoever keeps the recovery shares.") % error
                ) from None  # fmt: skip
        self.stdout.write(
            _("Whole: %(dossiers)d dossiers, %(documents)d documents in %(folder)s.")
            % {"dossiers": made.dossiers, "documents": made.documents, "folder": folder}
        )
        self.stdout.write(
            _("The newest backup of the vault: %s. Keep it apart; it replaces the older.") % backup.newest()
        )


def show(bar: "tqdm[Any]", done: int, total: int) -> None:
    """Move a bar to `done` of `total`."""
    bar.total = total
    bar.update(done - bar.n)
