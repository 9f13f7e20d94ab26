"""What the pages about retention rules show: the rule in force per category, its versions, and what a change does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casefiles.charts import Chart, Series
from casefiles.dates import full_day
from retention import ahead, timing, wording
from retention.impact import Compared, Impact, assess
from retention.models import Category, DestructionList, RuleChange, RuleVersion
from retention.rules import open_change
from retention.states import LIVING, ListState


@dataclass(frozen=True, slots=True)
class Ruled:
    """A category with the rule in force today (None: there is none), its open change and a version still to come."""

    category: Category
    version: RuleVersion | None
    change: RuleChange | None
    coming: RuleVersion | None
    dossiers: int
    versions: Sequence[Any] = ()

    @property
    def sentence(self) -> list[wording.Part]:
        """The rule in one sentence."""
        return wording.sentence(self.version.rule, str(self.category)) if self.version else []


def overview() -> list[Ruled]:
    """Return every category with what holds for it, in four statements."""
    today = timing.today()
    in_force = {version.category_id: version for version in RuleVersion.objects.in_force(today)}
    changes = {change.category_id: change for change in RuleChange.objects.filter(state__in=RuleChange.OPEN)}
    later = RuleVersion.objects.filter(Q(valid_from__gt=today) | Q(change__works_ahead=True, change__switched_at=None))
    coming = {version.category_id: version for version in later.order_by("version")}
    living = Count("clocks", filter=Q(clocks__state__in=LIVING))
    return [
        Ruled(each, in_force.get(each.pk), changes.get(each.pk), coming.get(each.pk), each.living)
        for each in Category.objects.annotate(living=living).order_by("code")
    ]


def ruled(code: str) -> Ruled | None:
    """Return one category with what holds for it and all its versions, in three statements; None without one."""
    living = Count("clocks", filter=Q(clocks__state__in=LIVING))
    category = Category.objects.annotate(living=living).filter(code=code).first()
    if category is None:
        return None
    found = versions(category)
    in_force = next((version for version in found if version.holds), None)
    coming = found[0] if found and found[0] is not in_force else None
    return Ruled(category, in_force, open_change(category), coming, category.living, found)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of consequences: what, now, then; None where it does not apply. `good` is a wanted fall."""

    label: str
    now: int | None
    then: int
    good: bool = False

    @property
    def difference(self) -> int:
        """How many more, or fewer below zero."""
        return self.then - (self.now or 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """The consequences of a change for its page: the numbers as rows and as a chart; `waiting` are not worked out."""

    impact: Impact
    rows: Sequence[Row]
    chart: Chart
    waiting: int


def preview(change: RuleChange, now: RuleVersion) -> Preview | None:
    """Work the consequences of a change out, against the version in force. None while none of it is worked out."""
    waiting = ahead.missing(change).count() if change.works_ahead else 0
    impact = assess(Compared.of(change, now.rule))
    if waiting and not impact.total:
        return None
    return Preview(impact, _rows(impact, change), _chart(impact, change, now), waiting)


def _rows(impact: Impact, change: RuleChange) -> list[Row]:
    day = full_day(change.rule.valid_from)
    return [
        Row(_("Dossiers under this rule"), impact.total, impact.total),
        Row(_("Term ends within 12 months"), *impact.within_year),
        Row(_("Past their date on %s") % day, *impact.past),
        Row(_("Without a date"), *impact.without_date),
        Row(_("Later than now"), None, impact.later),
        Row(_("Earlier than now"), None, impact.earlier, good=impact.earlier == 0),
        Row(_("Newly past their date"), None, impact.newly_due, good=impact.newly_due == 0),
        Row(_("Leaving a destruction list"), None, impact.leaving, good=impact.leaving == 0),
    ]


def _chart(impact: Impact, change: RuleChange, now: RuleVersion) -> Chart:
    years = impact.years
    columns = [f"’{year % 100:02}" for year, _was, _becomes in years]
    columns[0], columns[-1] = f"≤{columns[0]}", f"≥{columns[-1]}"
    moved = impact.earlier + impact.later
    return Chart(
        title=_("Last days per year"),
        conclusion=ngettext("%d dossier gets another date.", "%d dossiers get another date.", moved) % moved,
        corner=_("Year"),
        columns=columns,
        series=[
            Series(_("Now (version %d)") % now.version, "0", [was for _year, was, _becomes in years]),
            Series(_("Then (version %d)") % change.rule.version, "1", [becomes for _year, _was, becomes in years]),
        ],
        beside=True,
    )


def versions(category: Category) -> list[Any]:
    """Return the published versions of a category with who published them, the newest first; one `holds` today."""
    in_force = RuleVersion.objects.in_force(timing.today()).filter(pk=OuterRef("pk"))
    found = RuleVersion.objects.filter(category=category).annotate(holds=Exists(in_force))
    return list(found.select_related("change__author", "change__approver").order_by("-version"))


def succeeding(chosen: DestructionList) -> dict[str, Any]:
    """Return what a list's page says of a version that will end the one under which it was composed."""
    if chosen.state not in (ListState.REVIEW, ListState.COOLING_OFF) or not getattr(chosen, "succeeded", True):
        return {}
    later = RuleVersion.objects.filter(category=chosen.category_id, version__gt=chosen.rule.version)
    return {"successor": later.order_by("version").first()}
