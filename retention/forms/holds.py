"""The forms of holds: what is held and why, a new review date, and lifting."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casefiles.forms.days import DayField
from casefiles.models import Dossier, Team, User
from retention import holds, timing
from retention.holds import who
from retention.models import Hold, HoldCriterion, HoldFacts

MOST_NAMED = 200  # a longer list is a class: say what its dossiers have in common
LONGEST_REVIEW = timedelta(days=2 * 366)
DOSSIERS, CLASS = "dossiers", "class"
TEXT_LENGTH = 2000


class ReviewDayField(DayField):
    """A day after today on which somebody decides again; at most two years ahead, or it would be forgotten."""

    def __init__(self, **options: Any) -> None:
        super().__init__(future=True, **options)

    def validate(self, value: date | None) -> None:
        """Refuse a day that is over, or too far away."""
        super().validate(value)
        if value is not None and value <= timing.today():
            raise ValidationError(_("The review date must lie in the future."), code="passed")
        if value is not None and value > timing.today() + LONGEST_REVIEW:
            raise ValidationError(_("Choose a date within two years: then it is looked at again."), code="far")


def named_dossiers(form: forms.Form, user: User, reason: str) -> list[UUID]:
    """Return the dossiers whose numbers were typed in the field `references`; what is wrong is added to the form.

    What the person may not hold for this reason is not there, as far as the form says.
    """
    wanted = {word.upper() for word in re.split(r"[\s,;]+", form.cleaned_data.get("references", "")) if word}
    if not wanted:
        form.add_error("references", _("Fill in the number of a dossier, for example JD-2024-0183."))
    elif len(wanted) > MOST_NAMED:
        form.add_error("references", _("These are more than 200 dossiers. Hold a class, or split the list."))
    else:
        return _found(form, wanted, who.holdable(user, reason))
    return []


def _found(form: forms.Form, wanted: set[str], mine: QuerySet[Dossier]) -> list[UUID]:
    found = dict(mine.filter(reference__in=wanted).values_list("reference", "pk"))
    if unknown := sorted(wanted - set(found)):
        words = ngettext(
            "There is no dossier %(unknown)s that you may hold for this reason.",
            "There are no dossiers %(unknown)s that you may hold for this reason.",
            len(unknown),
        )
        form.add_error("references", words % {"unknown": ", ".join(unknown[:5])})
    return list(found.values())


class HoldForm(forms.Form):
    """A new hold. Only who may hold a class is asked for one; others name dossiers."""

    use_required_attribute = False

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *Hold.Reason.choices],
        error_messages={"required": _("Choose the reason of the hold.")},
    )
    scope = forms.ChoiceField(
        label=_("What is held?"),
        choices=[
            (DOSSIERS, _("Dossiers that I name")),
            (CLASS, _("A class of dossiers, those that come later included")),
        ],
        widget=forms.RadioSelect,
        initial=DOSSIERS,
        error_messages={"required": _("Choose what is held.")},
    )
    references = forms.CharField(
        label=_("Dossiers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("The numbers of the dossiers, one on a line."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of dossier"), required=False, choices=[("", _("All kinds")), *Dossier.Kind.choices]
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), label=_("Team"), required=False, empty_label=_("All teams")
    )
    opened_from = DayField(label=_("Opened from"), required=False)
    opened_until = DayField(label=_("Opened until"), required=False, future=True)
    review_on = ReviewDayField(label=_("Review again on"))
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=200,
        help_text=_("The letter, case number or decision that the hold rests on."),
    )
    text = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept sealed, and readable only for who may read the dossier. Of a class: write no names."),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        self.user = user
        options.setdefault("initial", {}).setdefault("once", uuid4())
        super().__init__(*args, **options)
        if not holds.may_hold_classes(user):
            for name in ("scope", "kind", "team", "opened_from", "opened_until"):
                del self.fields[name]

    @property
    def by_class(self) -> bool:
        """Whether a class is held."""
        return bool(self.cleaned_data.get("scope") == CLASS)

    def clean(self) -> dict[str, Any]:
        """Check what is held, in the way that was chosen."""
        if self.by_class:
            self._check_class()
        else:
            self.cleaned_data["dossiers"] = named_dossiers(self, self.user, self.cleaned_data.get("reason", ""))
        return self.cleaned_data

    def _check_class(self) -> None:
        first, last = self.cleaned_data.get("opened_from"), self.cleaned_data.get("opened_until")
        if first and last and last < first:
            self.add_error("opened_until", _("This day lies before the first day."))
        if self.cleaned_data.get("reason") == Hold.Reason.GOOD_CARE:
            self.add_error("reason", _("Good care is decided for a dossier by its own professionals, not for a class."))
        if not self.criterion.narrows:
            self.add_error("kind", _("Say at least one thing about the dossiers that you mean."))

    @property
    def criterion(self) -> HoldCriterion:
        """The class that was described, not saved."""
        given = self.cleaned_data
        return HoldCriterion(
            kind=given.get("kind", ""),
            team=given.get("team"),
            opened_from=given.get("opened_from"),
            opened_until=given.get("opened_until"),
        )

    @property
    def ground(self) -> holds.Ground:
        """Why the hold stands."""
        given = self.cleaned_data
        facts = HoldFacts(text=given["text"], evidence=given["evidence"], author=self.user.name)
        return holds.Ground(given["reason"], given["review_on"], facts, given["once"] or uuid4())

    @property
    def dossiers(self) -> QuerySet[Dossier]:
        """The dossiers that it means now."""
        if self.by_class:
            return holds.showing.meant_by(self.criterion)
        named: Iterable[UUID] = self.cleaned_data["dossiers"]
        return Dossier.objects.filter(pk__in=named)


class ReviewForm(forms.Form):
    """The hold is still needed, until a new date."""

    use_required_attribute = False

    review_on = ReviewDayField(label=_("Review again on"))
