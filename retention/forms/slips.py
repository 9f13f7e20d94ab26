"""Recording what became of the offer of a copy and a slip."""

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.models import SlipOffer
from retention.receipts.slips import SAID

CHOICES = [(str(outcome), SlipOffer.Outcome(outcome).label) for outcome in SAID]


class OfferForm(forms.Form):
    """Offered, not wanted, or not reached."""

    outcome = forms.ChoiceField(label=_("What came of the offer?"), choices=CHOICES, widget=forms.RadioSelect)
