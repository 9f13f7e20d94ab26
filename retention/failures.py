"""Why a dossier was not destroyed, in plain words: the codes are the database's, the words the reader's."""

from django.utils.translation import gettext as _

MOVED = (
    "held",
    "not_due",
    "reopened",
    "not_to_destroy",
    "rule_changed",
    "date_changed",
    "too_early",
    "not_approved_twice",
)


def left_out(code: str) -> str:
    """Say why the claim left a dossier out."""
    return {
        "held": _("A hold covers it."),
        "not_due": _("Its term has not passed: something changed since it was put on the list."),
        "reopened": _("It was opened again."),
        "not_to_destroy": _("By its rule a person looks at it, or an archive takes it over, before anything else."),
        "rule_changed": _("Another version of the rule is in force now."),
        "date_changed": _("Its due date is no longer the one that was approved."),
        "too_early": _("Its due date has not passed."),
        "cancelled": _("The destruction was cancelled before it was claimed."),
        "not_approved_twice": _("It does not have two valid approvals by different people."),
    }.get(code, _("It could not be taken along."))


def set_apart(code: str) -> str:
    """Say at which step a destruction stopped, and what a person can check."""
    step = code.partition(":")[0]
    return {
        "intended": _("Its intent could not be written to the log. Nothing was destroyed yet."),
        "published": _("Its intent could not be published outside the database. Check the mirror folder."),
        "shredded": _("Its key is not gone from the vault. Check the vault database."),
        "erased": _("A stored file could not be erased. Check the permissions and locks of the document store."),
        "deleted": _("Its rows could not be deleted. Check the database."),
        "left over": _("The check found something left in a store. It is destroyed again from the keys on."),
        "destroyed": _("Everything is gone, but the receipt could not be written yet."),
    }.get(step, _("A step could not be finished."))
