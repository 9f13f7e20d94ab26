"""What the law says about requests of young people and parents: deadlines, remedies, grounds. Pure: no clock, no I/O.

The sources are in each docstring; dutch-youth-records.md §2 gathers them. It guides a person and is no legal advice.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

REMEDY = timedelta(weeks=6)  # petition (UAVG 35) or objection (UAVG 34 with Awb 6:7)


class Kind(StrEnum):
    """What is asked (AVG 15-22; JW 7.3.8-7.3.10; WMO 5.3.1, 5.3.5)."""

    INSPECT = "inspect"
    COPY = "copy"
    RECTIFY = "rectify"
    OWN_STATEMENT = "own_statement"
    DESTROY = "destroy"
    RESTRICT = "restrict"
    OBJECT = "object"
    PORTABILITY = "portability"
    THIRD_PARTY = "third_party"


class Regime(StrEnum):
    """Under which law the dossier is kept."""

    YOUTH_ACT = "youth_act"
    GDPR = "gdpr"
    WMO = "wmo"
    VEILIG_THUIS = "veilig_thuis"


class Ground(StrEnum):
    """Why a request is refused. For destruction only the first two exist (JW 7.3.9, WMO 5.3.5)."""

    OTHER_INTEREST = "other_interest"
    LAW = "law"
    OTHER_PRIVACY = "other_privacy"
    UNFOUNDED = "unfounded"


OF_DESTRUCTION = frozenset({Ground.OTHER_INTEREST, Ground.LAW})


@dataclass(frozen=True, slots=True)
class Term:
    """How long an answer may take, and by how much that may be extended; `longest` is the last day in all."""

    deadline: date
    longest: date


def term(regime: str, kind: str, received_on: date) -> Term:
    """Return when a request must be answered.

    One month, and two more when it is complex, told within the first (AVG 12(3); so too JW 7.3.9 and 7.3.10, where
    "three months" is outdated). Three months for destruction under WMO 5.3.5. Four weeks for telling about data of
    third parties, to be extended by two weeks at a time (WMO 5.3.1).
    """
    if kind == Kind.THIRD_PARTY:
        deadline = received_on + timedelta(weeks=4)
        return Term(deadline, deadline + timedelta(weeks=2))
    if kind == Kind.DESTROY and regime in (Regime.WMO, Regime.VEILIG_THUIS):
        deadline = received_on + relativedelta(months=3)
        return Term(deadline, deadline)
    return Term(received_on + relativedelta(months=1), received_on + relativedelta(months=3))


def remedy_until(decided_on: date) -> date:
    """Return the last day on which the requester may go to court or object: six weeks after the decision."""
    return decided_on + REMEDY


# A ground that only says that the retention period has not passed: it refuses nothing (Rb Noord-Holland 2021:4235).
_TERM_ALONE = re.compile(
    r"\b(20|twintig|twenty)[\s-]*(jaar|jaren|jr|year|years)\b|bewaartermijn|bewaarplicht|retention (period|term)"
    r"|7\.3\.8",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"\b(de|het|een|van|is|op|in|nog|niet|om|dat|volgens|wegens|omdat|moet|moeten|wij|worden|bewaard|bewaren|lid|art|"
    r"artikel|jeugdwet|jw|wet|geldt|voorbij|verstreken|termijn|wettelijke|the|of|a|an|not|has|passed|article|act|law|"
    r"youth|is|must|be|kept|keep|we|because|under|statutory|file|dossier|period|term|\d+)\b|\W",
    re.IGNORECASE,
)


def is_term_alone(text: str) -> bool:
    """Tell whether a ground says no more than that the retention period has not passed.

    A destruction request that is valid breaks that period: the 20 years of JW 7.3.8 are no ground to refuse.
    """
    left = _FILLERS.sub("", _TERM_ALONE.sub("", text))
    return bool(_TERM_ALONE.search(text)) and not left
