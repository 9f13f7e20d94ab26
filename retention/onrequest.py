"""Destruction on request: once it is granted, a dossier's clock runs in a category of its own, due at once.

So everything that reads clocks by their category (lists, forecasts, the claim, receipts) gives the request as the
ground and needs to know no exception. The rule is in retention/catalogue/op-verzoek.toml.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from retention.models import RequestDossier, RightsRequest
from retention.rights.law import Regime

CATEGORY: Final = "op-verzoek"
_EVENTS: Final = {
    Regime.YOUTH_ACT: "verzoek-jeugdwet",
    Regime.WMO: "verzoek-wmo",
    Regime.VEILIG_THUIS: "verzoek-wmo",
    Regime.GDPR: "verzoek-avg",
}

Granted = Mapping[str, date]
"""The day of the first decision that granted destruction, by the event that the rule knows it by."""


def requests() -> QuerySet[RequestDossier]:
    """Return which dossier is to be destroyed by which granted request.

    A request that was granted in part destroys no whole dossier, and is none of them.
    """
    wanted = {"request__kind": RightsRequest.Kind.DESTROY, "request__decision": RightsRequest.Decision.GRANTED}
    return RequestDossier.objects.filter(**wanted)


def granted(dossier_ids: Collection[UUID]) -> dict[UUID, dict[str, date]]:
    """Return what was granted of each of these dossiers that is to be destroyed on request, in one statement."""
    found = requests().filter(dossier__in=dossier_ids).order_by("-request__decided_on")
    days: defaultdict[UUID, dict[str, date]] = defaultdict(dict)
    for dossier_id, regime, day in found.values_list("dossier_id", "request__regime", "request__decided_on"):
        if day is not None:
            days[dossier_id][_EVENTS[Regime(regime)]] = day
    return dict(days)
