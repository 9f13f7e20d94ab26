"""Why a package as a whole cannot be read: then nothing of it is imported, or nothing more."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Reason(StrEnum):
    """The stable name of the reason, for programs."""

    NOT_A_FOLDER = "not_a_folder"
    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"
    OUTSIDE_PACKAGE = "outside_package"
    MANIFEST_INVALID = "manifest_invalid"
    FORMAT_UNKNOWN = "format_unknown"
    ENCODING_UNSUPPORTED = "encoding_unsupported"
    DELIMITER_UNSUPPORTED = "delimiter_unsupported"
    DATE_FORMAT_UNSUPPORTED = "date_format_unsupported"
    EXPORTED_IN_FUTURE = "exported_in_future"
    HEADER_INVALID = "header_invalid"
    COLUMN_MISSING = "column_missing"
    COLUMN_DUPLICATE = "column_duplicate"
    COLUMN_UNKNOWN = "column_unknown"
    REFERENCE_NOT_FIRST = "reference_not_first"
    RECORD_TOO_LONG = "record_too_long"
    PACKAGE_CHANGED = "package_changed"
    ZIP_DAMAGED = "zip_damaged"
    ZIP_ENCRYPTED = "zip_encrypted"
    ZIP_TOO_LARGE = "zip_too_large"
    ZIP_PATHS = "zip_paths"


_MESSAGES: "dict[Reason, _StrPromise]" = {
    Reason.NOT_A_FOLDER: _("There is no folder there. Give the folder that holds package.json."),
    Reason.FILE_MISSING: _("%(file)s is missing from the package."),
    Reason.FILE_UNREADABLE: _("%(file)s cannot be read. Check its permissions and the disk."),
    Reason.OUTSIDE_PACKAGE: _("%(file)s is a link that leads out of the package. Put the file itself there."),
    Reason.MANIFEST_INVALID: _(
        "package.json is not a description of a package: %(what)s. Let the old system write it again."
    ),
    Reason.FORMAT_UNKNOWN: _('package.json names a format that this version does not know. Use "%(known)s".'),
    Reason.ENCODING_UNSUPPORTED: _("package.json names an unsupported encoding. Use one of %(known)s."),
    Reason.DELIMITER_UNSUPPORTED: _("package.json names an unsupported delimiter. Use , ; | or a tab."),
    Reason.DATE_FORMAT_UNSUPPORTED: _(
        "package.json names an unsupported date format. Use %%Y, %%m and %%d, once each, with - . / or a space between."
    ),
    Reason.EXPORTED_IN_FUTURE: _("package.json says that the package was exported after today. Correct exported_on."),
    Reason.HEADER_INVALID: _("%(file)s has no readable header. Check the delimiter and the encoding in package.json."),
    Reason.COLUMN_MISSING: _("%(file)s lacks the column %(column)s. Check the delimiter in package.json."),
    Reason.COLUMN_DUPLICATE: _("%(file)s has the column %(column)s more than once."),
    Reason.COLUMN_UNKNOWN: _("%(file)s has an unknown column, the %(number)s. from the left. Remove or rename it."),
    Reason.REFERENCE_NOT_FIRST: _("%(file)s does not begin with the column reference. Move it to the front."),
    Reason.RECORD_TOO_LONG: _("%(file)s has a row of more than %(limit)s bytes from line %(line)s on."),
    Reason.PACKAGE_CHANGED: _("%(file)s was changed while the package was being read. Start again."),
    Reason.ZIP_DAMAGED: _("This is not a zip file, or it is damaged. Make the zip again and upload it once more."),
    Reason.ZIP_ENCRYPTED: _("The zip file has a password. Make it without: it is sealed while it is uploaded."),
    Reason.ZIP_TOO_LARGE: _("The zip file unpacks to more than can be taken in at once. Split the package."),
    Reason.ZIP_PATHS: _(
        "The zip file holds paths that lead out of it, or two files with one name. Zip the package's folder itself."
    ),
}


class PackageUnreadable(Exception):
    """The package cannot be read: `code` says why for programs, `message` for people, naming no one."""

    def __init__(self, reason: Reason, **details: str | int) -> None:
        self.code: str = reason
        self.details = details
        self.message = message_of(reason, details)
        super().__init__(self.message)


def message_of(reason: Reason, details: Mapping[str, str | int]) -> str:
    """Say a reason in the language that is active now, with the details that an exception had."""
    return str(_MESSAGES[reason]) % details
