"""The words for what stands in the selection list, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.schedule.selection import Method, Problem, ProcessTerm
from retention.selecting import Standing

METHODS: dict[Method, str | Promise] = {
    Method.SETTLED: _("when the case is settled"),
    Method.PROCESS_TERM: _("when the case is settled, and an estimated term after it"),
    Method.PROPERTY: _("a date among the case's own data"),
    Method.OTHER_DATE: _("a date that is recorded elsewhere"),
    Method.MAIN_CASE: _("the end of the main case"),
    Method.CASE_OBJECT: _("the end of what the case is about"),
    Method.RELATED_CASE: _("the end of the last related case"),
    Method.DECISION_START: _("the start of the decision"),
    Method.DECISION_EXPIRY: _("the expiry of the decision"),
}

PROCESS_TERMS: dict[ProcessTerm, str | Promise] = {
    ProcessTerm.NONE: _("none: counted from the settlement"),
    ProcessTerm.LIFE_OF_OBJECT: _("as long as what it is about exists"),
    ProcessTerm.ESTIMATED_LIFE: _("as long as what it is about is expected to exist"),
    ProcessTerm.DATE_TO_RECORD: _("until a date to be recorded"),
    ProcessTerm.MERGED: _("merged with the retention period"),
    ProcessTerm.UNSAID: _("not said"),
}

PROBLEMS: dict[Problem, str | Promise] = {
    Problem.WITHDRAWN: _("The list has withdrawn this result."),
    Problem.NO_PROCESS_TERM: _("The list leaves the process term empty: choose from when it counts."),
    Problem.NO_ESTIMATE: _("The list does not say how long the estimated life is: fill it in."),
    Problem.SEVERAL_WAYS: _("The life of an object ends in one of several ways: choose which."),
    Problem.BORN_OF_NOBODY: _("The period is merged with the process term, and the list does not say from when."),
}

# The words, the colour and the icon of a badge.
STANDINGS: dict[Standing, tuple[str | Promise, str, str]] = {
    Standing.AGREES: (_("agrees with our rule"), "ok", "check"),
    Standing.OTHER_START: (_("same term, counted from another event"), "attention", "git-compare"),
    Standing.OTHER_TERM: (_("our rule says something else"), "attention", "git-compare"),
    Standing.DRAFTED: (_("a draft is under way"), "info", "pencil-line"),
    Standing.FREE: (_("no rule of ours"), "", "circle"),
    Standing.WITHDRAWN: (_("withdrawn"), "", "x"),
}
