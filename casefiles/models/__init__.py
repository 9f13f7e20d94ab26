"""What is kept: one model and its queryset a file."""

from casefiles.models.access_event import AccessEvent
from casefiles.models.access_note import AccessNote, NoteFacts
from casefiles.models.authority import Authority, AuthorityFacts
from casefiles.models.destroyed_reference import DestroyedReference
from casefiles.models.document import Document, DocumentFacts
from casefiles.models.dossier import Circumstances, Dossier, DossierFacts
from casefiles.models.emergency import EmergencyAccess, EmergencyFacts
from casefiles.models.entry import Entry, EntryFacts, EntryVersion
from casefiles.models.grant import DossierGroupGrant, DossierUserGrant, TeamGroupGrant, TeamUserGrant
from casefiles.models.handover import HandOver, HandOverItem
from casefiles.models.invitation import Invitation, LoginFailure
from casefiles.models.job import ImportRun, Job
from casefiles.models.last_seen import Alarm, LastSeen
from casefiles.models.organisation import Organisation
from casefiles.models.party import Party, PartyFacts
from casefiles.models.reminder import Reminder
from casefiles.models.saved_view import SavedView
from casefiles.models.search_token import SearchToken
from casefiles.models.seen import Contents, Right
from casefiles.models.substitution import Substitution
from casefiles.models.team import Team
from casefiles.models.unusual import CountedDay, UnusualDay
from casefiles.models.user import Role, User

__all__ = [
    "AccessEvent",
    "AccessNote",
    "Alarm",
    "Authority",
    "AuthorityFacts",
    "Circumstances",
    "Contents",
    "CountedDay",
    "DestroyedReference",
    "Document",
    "DocumentFacts",
    "Dossier",
    "DossierFacts",
    "DossierGroupGrant",
    "DossierUserGrant",
    "EmergencyAccess",
    "EmergencyFacts",
    "Entry",
    "EntryFacts",
    "EntryVersion",
    "HandOver",
    "HandOverItem",
    "ImportRun",
    "Invitation",
    "Job",
    "LastSeen",
    "LoginFailure",
    "NoteFacts",
    "Organisation",
    "Party",
    "PartyFacts",
    "Reminder",
    "Right",
    "Role",
    "SavedView",
    "SearchToken",
    "Substitution",
    "Team",
    "TeamGroupGrant",
    "TeamUserGrant",
    "UnusualDay",
    "User",
]
