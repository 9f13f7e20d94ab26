"""The words that an import package may use: every coded column is a closed list, mostly the product's own.

Coded values are kept in the clear and decide on retention, so free text is never taken for one.
"""

from enum import StrEnum

from casefiles.models import Document, Dossier, Entry, Party

Kind = Dossier.Kind
Role = Party.Role
EntryKind = Entry.Kind
EntrySource = Entry.Source
Category = Document.Category


class Status(StrEnum):
    """Whether the work on a dossier goes on: of the product's states the two that last."""

    OPEN = Dossier.Status.OPEN.value
    CLOSED = Dossier.Status.CLOSED.value


class YesNo(StrEnum):
    """A yes or a no that was really answered."""

    YES = "yes"
    NO = "no"
