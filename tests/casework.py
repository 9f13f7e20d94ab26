"""What the tests of the dossier page share: a dossier with content, and forms as a browser sends them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casefiles import access, lifecycle, reading
from casefiles.access import Ability
from casefiles.models import AccessEvent, Dossier, Entry, PartyFacts, User
from tests.organisation import Organisation

BSN = "999900006"


def signed_in(user: User) -> Client:
    """A browser in which this person is logged in, with the English pages."""
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def knows_why(client: Client) -> Client:
    """A browser that gave its reason for every dossier there is, and is not asked again."""
    session = client.session
    for key in Dossier.objects.values_list("pk", flat=True):
        reading.remember(session, key, "care")
    session.save()
    return client


def noor(organisation: Organisation) -> Dossier:
    """Fenna leads the dossier of Noor Vermeulen, whose parent lives at a secret address."""
    dossier = organisation.opens("JD-1", given_names="Noor", surname="Vermeulen", bsn=BSN)
    parent = PartyFacts(given_names="Petra", surname="Dam", address="Geheimweg 1", city="Elders", secret_address=True)
    lifecycle.add_party(dossier, lifecycle.NewParty("parent", parent), by=organisation.fenna)
    return dossier


def says(dossier: Dossier, by: User, text: str = "Gesprek op school.", *, substantive: bool = True) -> Entry:
    """An entry, made through the product's own door."""
    new = lifecycle.NewEntry(date(2026, 3, 2), "contact", "fact", substantive=substantive, text=text)
    return lifecycle.add_entry(dossier, new, by=by)


def may(user: User, ability: Ability, dossier: Dossier) -> None:
    """The person gets an ability on the dossier for a month."""
    until = timezone.now() + timedelta(days=30)
    access.grant(user, ability, dossier, until=until, reason="asked", by=None)


def entry_form(**changes: Any) -> dict[str, Any]:
    """A new entry as the browser sends it."""
    values = {
        "once": str(uuid4()),
        "text": "Noor vertelt over school.",
        "title": "",
        "kind": "contact",
        "occurred_on": timezone.localdate().isoformat(),
        "source": "statement",
        "substantive": "yes",
        "discussed_with": "",
    }
    return values | changes


def address(name: str, dossier: Dossier, *more: Any) -> str:
    """The address of a page of the dossier."""
    return reverse(f"casefiles:{name}", args=[dossier.pk, *more])


def logged(dossier: Dossier, action: str) -> list[AccessEvent]:
    """The lines of the access log, oldest first."""
    return list(AccessEvent.objects.filter(dossier_id=dossier.pk, action=action).order_by("occurred_at"))
