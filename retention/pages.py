"""Our pages in the side navigation."""

from django.utils.translation import gettext_lazy as _

from casefiles.access import METADATA_ROLES
from casefiles.navigation import EVERYONE, Item, Section, register
from retention import overview, transparency
from retention.attention import overdue
from retention.holds import who
from retention.lists import OFFICERS


def connect() -> None:
    """Register them; call it from AppConfig.ready()."""
    readers, waiting = frozenset(overview.READERS), overview.count_waiting
    overseers = frozenset(METADATA_ROLES)
    register(Item(Section.RETENTION, _("Overview"), "gauge", "retention:overview", overseers))
    register(Item(Section.RETENTION, _("Retention rules"), "scale", "retention:rules", readers))
    register(Item(Section.RETENTION, _("Retention schedule"), "book-open-text", "retention:schedule", EVERYONE))
    words, section = _("Destruction lists"), Section.DESTRUCTION
    holders = frozenset(who.READERS)
    register(Item(Section.WORK, _("Questions"), "circle-help", "retention:questions", EVERYONE))
    overseers = frozenset(overdue.READERS)
    register(Item(Section.RETENTION, _("Past their date"), "clock-alert", "retention:overdue", overseers))
    register(Item(Section.RETENTION, _("Holds"), "hand", "retention:holds", holders))
    register(Item(Section.RETENTION, _("Requests"), "mail-question-mark", "retention:requests", holders))
    register(Item(section, words, "list-x", "retention:lists", readers, count=waiting, urgent=True))
    register(Item(section, _("Reviews"), "clipboard-check", "retention:end-reviews", readers))
    register(Item(section, _("Receipts"), "badge-check", "retention:receipts", readers))
    register(Item(section, _("Certificates"), "file-badge", "retention:certificates", readers))
    register(Item(section, _("Is my file gone?"), "circle-help", "retention:question", frozenset(METADATA_ROLES)))
    register(Item(Section.OVERSIGHT, _("Destruction report"), "chart-column", "retention:report", readers))
    overseers, alarms = frozenset(transparency.READERS), transparency.count_alarms
    register(Item(Section.DESTRUCTION, _("Transfers"), "archive", "retention:transfers", frozenset(OFFICERS)))
    words, section = _("Transparency log"), Section.OVERSIGHT
    register(Item(section, words, "git-compare", "retention:transparency", overseers, count=alarms, urgent=True))
