"""What is kept: one model and its queryset a file."""

from casefiles.models.access_event import AccessEvent
from casefiles.models.authority import Authority, AuthorityFacts
from casefiles.models.destroyed_reference import DestroyedReference
from casefiles.models.document import Document, DocumentFacts
from casefiles.models.dossier import Dossier, DossierFacts
from casefiles.models.entry import Entry, EntryFacts, EntryVersion
from casefiles.models.grant import DossierGroupGrant, DossierUserGrant, TeamGroupGrant, TeamUserGrant
from casefiles.models.invitation import Invitation, LoginFailure
from casefiles.models.job import ImportRun, Job
from casefiles.models.organisation import Organisation
from casefiles.models.party import Party, PartyFacts
from casefiles.models.saved_view import SavedView
from casefiles.models.search_token import SearchToken
from casefiles.models.team import Team
from casefiles.models.user import Role, User

__all__ = [
    "AccessEvent",
    "Authority",
    "AuthorityFacts",
    "DestroyedReference",
    "Document",
    "DocumentFacts",
    "Dossier",
    "DossierFacts",
    "DossierGroupGrant",
    "DossierUserGrant",
    "Entry",
    "EntryFacts",
    "EntryVersion",
    "ImportRun",
    "Invitation",
    "Job",
    "LoginFailure",
    "Organisation",
    "Party",
    "PartyFacts",
    "Role",
    "SavedView",
    "SearchToken",
    "Team",
    "TeamGroupGrant",
    "TeamUserGrant",
    "User",
]
