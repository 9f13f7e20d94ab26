"""The words that an import package may use: every coded column is a closed list.

Coded values are kept in the clear and decide on retention, so free text is never taken for one. The lists say
what a package may hold; the models say what the product stores.
"""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of a dossier: it decides which retention rule applies."""

    JEUGDHULP = "jeugdhulp"
    TOEGANG = "toegang"
    OTS = "ots"
    VOOGDIJ = "voogdij"
    JEUGDRECLASSERING = "jeugdreclassering"
    VEILIG_THUIS = "veilig-thuis"
    JGZ = "jgz"
    LEERPLICHT = "leerplicht"
    KLACHT = "klacht"


class Status(StrEnum):
    """Whether the work on a dossier goes on."""

    OPEN = "open"
    CLOSED = "closed"


class Role(StrEnum):
    """Who a party is to the dossier."""

    YOUTH = "youth"
    PARENT = "parent"
    GUARDIAN = "guardian"
    SIBLING = "sibling"


class EntryKind(StrEnum):
    """What sort of entry it is."""

    CONTACT = "contact"
    REPORT = "report"
    DECISION = "decision"
    CONSULTATION = "consultation"
    OBSERVATION = "observation"
    ADMINISTRATIVE = "administrative"


class EntrySource(StrEnum):
    """What an entry rests on: a fact, a professional's opinion or somebody's statement."""

    FACT = "fact"
    OPINION = "opinion"
    STATEMENT = "statement"


class Category(StrEnum):
    """What sort of document it is: some have a retention period of their own."""

    LETTER = "letter"
    PLAN = "plan"
    REPORT = "report"
    CORRESPONDENCE = "correspondence"
    DECISION = "decision"
    VIDEO_COPY = "video-copy"


class YesNo(StrEnum):
    """A yes or a no that was really answered."""

    YES = "yes"
    NO = "no"
