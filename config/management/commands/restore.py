"""restore DIR: put a backup of the data back, with the newest backup of the vault where there is no vault."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from casefiles.backups import manifest, restoring
from casefiles.backups.manifest import Manifest
from casefiles.vault.backup import NotTheNewest
from casefiles.vault.dumps import BackupFailed
from casefiles.vault.epochs import KeyDoesNotOpen
from casefiles.vault.roots import RootKeyMissing
from config.management.commands.backup import show
from config.services.migration import migrate


class Command(BaseCommand):
    """Exit code 0: restored. 1: it was not, or not wholly; the message says what to do."""

    help = "Puts a backup of the data back. The vault comes from its newest backup, and only where there is none."
    requires_system_checks = []  # the tables may not be there yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", type=Path, help=_("what `backup` made"))
        parser.add_argument("--vault", type=Path, help=_("the newest backup of the vault (default: VAULT_BACKUP_DIR)"))
        parser.add_argument("--replace", action="store_true", help=_("take the place of the dossiers that are here"))

    def handle(self, *args: Any, folder: Path, vault: Path | None, replace: bool, **options: Any) -> None:
        """Check all of it first, then put it back."""
        folder = folder.absolute()
        chosen = _checked(folder, vault, replace=replace)
        try:
            restoring.load(folder, chosen)
        except BackupFailed as error:
            raise CommandError(
                _("It could not be put back: %s. Nothing of that database was changed.") % error
            ) from None
        migrate()  # the rights of the logins, and whatever this version added to the tables
        with tqdm(unit=_("documents"), disable=None) as bar:
            try:
                restored = restoring.finish(folder, lambda done, total: show(bar, done, total))
            except OSError as error:
                raise CommandError(
                    _("Not all documents are back: %s. Mend that and give the same command again.") % error
                ) from None
        self._tell(restored, chosen)

    def _tell(self, restored: restoring.Restored, chosen: Path | None) -> None:
        said = _("Back: %(dossiers)d dossiers, %(documents)d documents.") % {
            "dossiers": restored.dossiers,
            "documents": restored.documents,
        }
        self.stdout.write(said)
        where = _("from its newest backup, each key opened") if chosen else _("as it was here: newer than any backup")
        self.stdout.write(_("The vault: %s.") % where)
        if restored.without_key:
            self.stdout.write(
                ngettext(
                    "%d dossier has no key any more: it was destroyed since this backup and cannot be opened.",
                    "%d dossiers have no key any more: they were destroyed since this backup and cannot be opened.",
                    restored.without_key,
                )
                % restored.without_key
            )
        self.stdout.write(_("Start the product: it compares itself with the log outside the database first."))
        if restored.missing:
            raise CommandError(_("%d documents are neither here nor in the backup.") % restored.missing)


def _checked(folder: Path, vault: Path | None, *, replace: bool) -> Path | None:
    """Return the backup of the vault to put back, None where the vault stays. Raises CommandError."""
    try:
        return restoring.check(_manifest(folder), vault, replace=replace)
    except restoring.InUse:
        said = _("The product runs on this database. Stop it everywhere, then restore.")
    except restoring.NotEmpty:
        said = _("There are dossiers here. If the backup may take their place, add --replace.")
    except NotTheNewest:
        said = _("There is a newer backup of the vault. Give that one with --vault: any data backup, the newest vault.")
    except RootKeyMissing:
        said = _("The root key of this backup of the vault is gone: the vault was rotated since, or KEYS_DIR is not "
                 "here. Give the newest backup, or put the root key back with `recovery_key --restore`.")  # fmt: skip
    except KeyDoesNotOpen as error:
        said = _("A key in the backup of the vault does not open (%s). Nothing was changed.") % error
    except BackupFailed as error:
        said = _("The backup of the vault cannot be read: %s. Nothing was changed.") % error
    raise CommandError(said)


def _manifest(folder: Path) -> Manifest:
    try:
        return manifest.read(folder)
    except manifest.NotWhole as error:
        said = {
            "absent": _("There is no whole backup in %s: it broke off, or lies elsewhere."),
            "newer": _("The backup in %s was made by another version that this one cannot read."),
        }
        words = said.get(str(error), _("The backup in %s is damaged: its dump is not the one that was made."))
        raise CommandError(words % folder) from None
