"""The words in which a derivation is explained, by language."""

from typing import Final

from retention.schedule.dutch import DUTCH
from retention.schedule.english import ENGLISH
from retention.schedule.words import Language, Phrases

PHRASES: Final[dict[Language, Phrases]] = {"nl": DUTCH, "en": ENGLISH}
