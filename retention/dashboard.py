"""What the privacy dashboard shows: what is over or near, what stops destruction, and what waits for the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles import emergency
from casefiles.charts import Chart, Series
from casefiles.models import Dossier, Role, User
from casefiles.sql import Sql, rows
from retention import clockbars, overview, timing
from retention.forecast import DESTROYED, HELD, LOOKED_AT, Forecast
from retention.holds import who
from retention.lists import OFFICERS
from retention.models import Category, Hold, ListItem, RightsRequest, RuleChange
from retention.rights import register
from retention.rules import State
from retention.states import ENDED, LIVING

MOST = 1000
SHOWN = 5
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Late:
    """A closed dossier past its date that stands on no list."""

    reference: str
    due_on: date
    held: bool
    days: int


_LATE = """
    FROM retention_clock clock JOIN casefiles_dossier dossier ON dossier.id = clock.dossier_id
    WHERE clock.state = ANY(%s) AND dossier.status = %s AND {passed}
        AND NOT EXISTS (SELECT 1 FROM retention_listitem item
                        WHERE item.dossier_id = clock.dossier_id AND NOT (item.step = ANY(%s)))
"""


def late() -> list[Late]:
    """Return the closed dossiers past their date on no list, the longest over first, capped."""
    today = timing.today()
    due, passed = clockbars.due(), clockbars.passed(today)
    text = f"""
        SELECT dossier.reference, {due.text} AS due_on, clock.held > 0 {_LATE.format(passed=passed.text)}
        ORDER BY due_on LIMIT {MOST + 1}
    """
    states, ended = [str(state) for state in LIVING], [str(step) for step in ENDED]
    params = (*due.params, states, str(Dossier.Status.CLOSED), *passed.params, ended)
    found = rows(Sql(text, params))
    return [Late(reference, due_on, held, (today - due_on).days) for reference, due_on, held in found]


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that waits for the reader, by its name: a rule change ("rule"), a destruction list ("list"), or a use
    of emergency access to be reviewed ("emergency").
    """

    what: str
    name: str
    about: str


def awaited(user: User) -> list[Awaited]:
    """Return what waits for this person's approval or decision, in one statement."""
    changes = RuleChange.objects.filter(state=State.PROPOSED).exclude(author=user)
    lists = overview.waiting_for(user)
    asked = changes.values_list(Value("rule"), "category_id", "author__name")
    found: list[QuerySet[Any, Any]] = [lists.values_list(Value("list"), "name", "category_id")]
    if user.role == Role.PRIVACY_OFFICER:
        uses = emergency.to_review().order_by()
        found.append(uses.values_list(Value("emergency"), Cast("pk", CharField()), "dossier__reference"))
    return [Awaited(*row) for row in asked.union(*found, all=True)] if user.role in OFFICERS else []


@dataclass(frozen=True, slots=True)
class Requests:
    """The undecided requests that the reader may know of, the first to be answered in front."""

    open: Sequence[RightsRequest]
    soon: int

    @property
    def first(self) -> Sequence[RightsRequest]:
        """Those for the card."""
        return self.open[:SHOWN]


def requests(user: User) -> Requests:
    """Return what is asked by data subjects and not decided yet; `soon` are due within a week, or over."""
    undecided = register.seen_by(user).filter(decision="").defer("facts")
    found = sorted(undecided, key=lambda request: (request.deadline, request.name))
    return Requests(found, sum(request.deadline <= timing.today() + SOON for request in found))


def on_lists() -> int:
    """Count the dossiers that stand on a list and are not destroyed yet."""
    return ListItem.objects.exclude(step__in=ENDED).count()


def holds(user: User) -> QuerySet[Hold]:
    """Return the standing holds, the first to be reviewed in front."""
    standing = who.seen_by(user).filter(lifted_at=None)
    covered = Count("covers", filter=Q(covers__lifted_at=None), distinct=True)
    return standing.annotate(covered_now=covered).order_by("review_on", "pk")


def months(found: Forecast) -> Chart:
    """Draw the coming twelve months."""
    counted = found.months()
    total = sum(sum(fates.values()) for _month, fates in counted)
    words = ngettext("%d dossier ends in the coming 12 months.", "%d dossiers end in the coming 12 months.", total)
    columns = [date_format(month, "M") for month, _fates in counted]
    return _chart(_("Terms that end, the coming 12 months"), words % total, _("Month"), columns, counted)


def years(found: Forecast) -> Chart:
    """Draw the coming ten years."""
    counted = found.years()
    total = sum(sum(fates.values()) for _year, fates in counted)
    words = ngettext("%d dossier ends in the coming 10 years.", "%d dossiers end in the coming 10 years.", total)
    columns = [str(year.year) for year, _fates in counted]
    return _chart(_("Terms that end, the coming 10 years"), words % total, _("Year"), columns, counted)


def _chart(title: str, conclusion: str, corner: str, columns: list[str], counted: Sequence[tuple[date, Any]]) -> Chart:
    looks = (("1", DESTROYED, _("Destroy")), ("2", LOOKED_AT, _("Review or transfer")), ("3", HELD, _("Hold")))
    series = [Series(label, look, [fates[fate] for _start, fates in counted]) for look, fate, label in looks]
    return Chart(title, conclusion, corner, columns, series)


def categories(found: Forecast) -> list[tuple[str, int, int]]:
    """Return the kinds of dossiers with how many of them end within a year and within ten."""
    names = {each.pk: str(each) for each in Category.objects.filter(pk__in=found.by_category())}
    return [(names[code], year, ten) for code, (year, ten) in found.by_category().items()]
