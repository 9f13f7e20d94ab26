"""Rules, clocks, holds, destruction lists, receipts and the log that proves them."""

from retention.models.attention import Escalation, Reminder, StaysOpen, StaysOpenFacts
from retention.models.category import Category, RuleVersion
from retention.models.certificate import Certificate, CertificatePdf
from retention.models.clock import Clock, ClockSweep
from retention.models.clock_change import ClockChange
from retention.models.destruction_list import (
    Approval,
    DestructionList,
    ItemRemark,
    ListItem,
    ListRemark,
    ListWords,
    RemarkFacts,
)
from retention.models.end_review import EndReview
from retention.models.execution import Execution, TimeSeen
from retention.models.guard import Quarantine, Verdict, WayOut
from retention.models.hold import (
    Hold,
    HoldCover,
    HoldCriterion,
    HoldFacts,
    HoldMissed,
    HoldNote,
    HoldText,
)
from retention.models.ledger import Checkpoint, Inventory, LedgerAudit, LedgerLeaf, LedgerNode
from retention.models.list_mark import ListMark
from retention.models.receipt import Receipt
from retention.models.rights import RequestDossier, RequestFacts, RightsRequest
from retention.models.rulechange import ClockAhead, RuleChange
from retention.models.selection import SelectionFile
from retention.models.slip_offer import SlipOffer
from retention.models.transfer import Transfer

__all__ = [
    "Approval",
    "Category",
    "Certificate",
    "CertificatePdf",
    "Checkpoint",
    "Clock",
    "ClockAhead",
    "ClockChange",
    "ClockSweep",
    "DestructionList",
    "EndReview",
    "Escalation",
    "Execution",
    "Hold",
    "HoldCover",
    "HoldCriterion",
    "HoldFacts",
    "HoldMissed",
    "HoldNote",
    "HoldText",
    "Inventory",
    "ItemRemark",
    "LedgerAudit",
    "LedgerLeaf",
    "LedgerNode",
    "ListItem",
    "ListMark",
    "ListRemark",
    "ListWords",
    "Quarantine",
    "Receipt",
    "RemarkFacts",
    "Reminder",
    "RequestDossier",
    "RequestFacts",
    "RightsRequest",
    "RuleChange",
    "RuleVersion",
    "SelectionFile",
    "SlipOffer",
    "StaysOpen",
    "StaysOpenFacts",
    "TimeSeen",
    "Transfer",
    "Verdict",
    "WayOut",
]  # fmt: skip
