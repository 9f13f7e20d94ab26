"""What is kept: one model and its queryset a file."""

from casefiles.models.access_event import AccessEvent
from casefiles.models.destroyed_reference import DestroyedReference
from casefiles.models.document import Document, DocumentFacts
from casefiles.models.dossier import Dossier, DossierFacts
from casefiles.models.entry import Entry, EntryFacts
from casefiles.models.grant import DossierGroupGrant, DossierUserGrant, TeamGroupGrant, TeamUserGrant
from casefiles.models.party import Party, PartyFacts
from casefiles.models.search_token import SearchToken
from casefiles.models.team import Team
from casefiles.models.user import Role, User

__all__ = [
    "AccessEvent", "DestroyedReference", "Document", "DocumentFacts", "Dossier", "DossierFacts", "DossierGroupGrant",
    "DossierUserGrant", "Entry", "EntryFacts", "Party", "PartyFacts", "Role", "SearchToken", "Team",
    "TeamGroupGrant", "TeamUserGrant", "User",
]  # fmt: skip
