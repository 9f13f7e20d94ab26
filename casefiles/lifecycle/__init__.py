"""What people do to a dossier: open, add, change, close, reopen. One atomic function each: change, log line, signal.

Every writer fences: it locks the dossier's row and checks its state, so that nothing lands in a dossier that is
being destroyed.
"""

from casefiles.lifecycle.authority import GivenAuthority, change_authority, record_authority
from casefiles.lifecycle.circumstances import change_circumstances
from casefiles.lifecycle.closing import close, reopen
from casefiles.lifecycle.documents import Upload, add_document, store_document
from casefiles.lifecycle.entries import EntryChange, NewEntry, add_entry, change_entry
from casefiles.lifecycle.fencing import NotWritable, Stale, fence, substantive_change
from casefiles.lifecycle.opening import NewDossier, discard, fresh_facts, open_dossier, reserve, settle
from casefiles.lifecycle.people import NewParty, add_party, change_party

__all__ = [
    "EntryChange",
    "GivenAuthority",
    "NewDossier",
    "NewEntry",
    "NewParty",
    "NotWritable",
    "Stale",
    "Upload",
    "add_document",
    "add_entry",
    "add_party",
    "change_authority",
    "change_circumstances",
    "change_entry",
    "change_party",
    "close",
    "discard",
    "fence",
    "fresh_facts",
    "open_dossier",
    "record_authority",
    "reopen",
    "reserve",
    "settle",
    "store_document",
    "substantive_change",
]
