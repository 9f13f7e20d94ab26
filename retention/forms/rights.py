"""The forms of the register of requests: receiving one, extending its term, and deciding on it."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casefiles.forms.days import DayField
from casefiles.models import User
from retention import timing
from retention.forms.holds import ReviewDayField, named_dossiers
from retention.models import Hold, RequestFacts, RightsRequest
from retention.rights import law
from retention.rights.register import Outcome, Received

Decision, Ground, Kind = RightsRequest.Decision, RightsRequest.Ground, RightsRequest.Kind
REFUSES = (Decision.REFUSED, Decision.PARTLY)


def _text(label: Any, help_text: Any = "", *, rows: int = 3, length: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=length,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class ReceiveForm(forms.Form):
    """A request as it came in."""

    use_required_attribute = False

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("What is asked?"),
        choices=[("", _("Choose a kind")), *Kind.choices],
        error_messages={"required": _("Choose what is asked.")},
    )
    regime = forms.ChoiceField(
        label=_("Under which law is the dossier kept?"),
        choices=[("", _("Choose a law")), *RightsRequest.Regime.choices],
        error_messages={"required": _("Choose the law: the term depends on it.")},
    )
    capacity = forms.ChoiceField(
        label=_("Who asks?"),
        choices=[("", _("Choose who asks")), *RightsRequest.Capacity.choices],
        error_messages={"required": _("Choose who asks.")},
    )
    received_on = DayField(label=_("Received on"))
    references = forms.CharField(
        label=_("Dossiers"),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("The numbers of the dossiers, one on a line."),
        required=False,
    )
    requester = forms.CharField(
        label=_("Name of the requester"),
        required=False,
        max_length=120,
        help_text=_("Kept sealed; only you and who may read the dossier see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=_("How to reach the requester"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = _text(_("What the request says"))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        self.user = user
        options.setdefault("initial", {}).setdefault("once", uuid4())
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """Find the dossiers, and see that what is asked exists under the law that was chosen."""
        given = self.cleaned_data
        given["dossiers"] = named_dossiers(self, self.user, Hold.Reason.RIGHTS_REQUEST)
        if given.get("kind") == Kind.THIRD_PARTY and given.get("regime") not in ("", None, law.Regime.VEILIG_THUIS):
            self.add_error("kind", _("Only Veilig Thuis tells people about data from third parties (Wmo 5.3.1)."))
        return given

    @property
    def received(self) -> Received:
        """The request."""
        given = self.cleaned_data
        facts = RequestFacts(requester=given["requester"], contact=given["contact"], text=given["text"])
        codes = {name: given[name] for name in ("kind", "regime", "capacity", "received_on")}
        return Received(**codes, facts=facts, id=given["once"] or uuid4())


class ExtendForm(forms.Form):
    """A longer term, and the day on which the requester was told."""

    use_required_attribute = False

    until = DayField(label=_("Extend until"), future=True)
    told_on = DayField(label=_("Told the requester on"))


class DecideForm(forms.Form):
    """A decision. A refusal, also in part, has one of the law's grounds and its reasons; "20 years" is none."""

    use_required_attribute = False

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the decision.")},
    )
    decided_on = DayField(label=_("Decided on"))
    ground = forms.ChoiceField(label=_("Ground of the refusal"), required=False, widget=forms.RadioSelect)
    whose_interest = forms.CharField(label=_("Whose interest, or which law"), required=False, max_length=200)
    why = _text(_("Why it weighs heavier"), _("Concrete and of now: a claim that is pending or to be expected counts."))
    evidence = forms.CharField(label=_("Evidence"), required=False, max_length=200)
    scope = forms.CharField(
        label=_("What is refused"),
        required=False,
        max_length=400,
        help_text=_("Refuse no more than the ground asks: name the parts."),
    )
    review_on = ReviewDayField(label=_("Look at the refusal again on"), required=False)

    def __init__(self, request: RightsRequest, *args: Any, **options: Any) -> None:
        self.request = request
        super().__init__(*args, **options)
        destroys = request.kind == Kind.DESTROY
        grounds = [choice for choice in Ground.choices if not destroys or choice[0] in law.OF_DESTRUCTION]
        field = self.fields["ground"]
        if isinstance(field, forms.ChoiceField):
            field.choices = grounds
        if not self.is_bound:
            self.initial.setdefault("decided_on", timing.today())

    def clean_decided_on(self) -> date:
        """Refuse a day before the request."""
        day: date = self.cleaned_data["decided_on"]
        if day < self.request.received_on:
            raise ValidationError(_("The request came in later than this day."), code="early")
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for the whole ground of a refusal, and refuse the one that is none."""
        if self.cleaned_data.get("decision") not in REFUSES:
            return self.cleaned_data
        for name, words in (
            ("ground", _("Choose the ground of the refusal.")),
            ("whose_interest", _("Say whose interest it is, or which law opposes it.")),
            ("why", _("Say why this weighs heavier than the request.")),
            ("scope", _("Say what is refused.")),
            ("review_on", _("Fill in when the refusal is looked at again.")),
        ):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, words)
        for name in ("whose_interest", "why"):
            if law.is_term_alone(self.cleaned_data.get(name) or ""):
                self.add_error(
                    name,
                    _("That the 20 years have not passed is no ground to refuse: a valid request breaks that period. "
                      "Name the interest of another, or another law."),
                )  # fmt: skip
        return self.cleaned_data

    @property
    def outcome(self) -> Outcome:
        """The decision."""
        given = self.cleaned_data
        if given["decision"] not in REFUSES:
            return Outcome(given["decision"], given["decided_on"])
        return Outcome(**{name: given[name] for name in self.fields})
