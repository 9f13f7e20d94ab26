"""Search without plaintext: exact values as truncated keyed hashes (a blind index). No trigrams: they leak."""

import hmac
import re
import struct
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from casefiles.models import PartyFacts, SearchToken
from casefiles.vault.keys import SearchKey, search_key, search_keys

Purpose = SearchToken.Purpose

# Tussenvoegsels are written in many ways ("van der", "v.d.", or not at all), so they do not count.
_PREFIXES = re.compile(r"\b(van|von|v|de|den|der|d|ter|ten|te|het|in|op|'t|t)\b")
# Letters that no decomposition takes apart, as people write them without the key for it.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]")  # of any script: names in Arabic are not all the same


def normalise(value: str) -> str:
    """Fold a value to what people mean by it: no diacritics, case, tussenvoegsels or punctuation; ij is y."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
    letters = plain.lower().translate(_LETTERS)
    folded = _PREFIXES.sub(" ", letters.replace("ij", "y"))
    return _NEITHER_LETTER_NOR_DIGIT.sub("", folded) or _NEITHER_LETTER_NOR_DIGIT.sub("", letters)


def token(key: SearchKey, purpose: SearchToken.Purpose, *values: str) -> int:
    """Return the 8-byte token of one value for one purpose, as PostgreSQL's signed bigint."""
    text = "|".join(normalise(value) for value in values)
    digest = hmac.digest(key.key, f"{purpose.name}|{text}".encode(), "sha256")
    return int(struct.unpack(">q", digest[:8])[0])


def _values(person: PartyFacts) -> Iterable[tuple[SearchToken.Purpose, tuple[str, ...]]]:
    if person.bsn:
        yield Purpose.BSN, (person.bsn,)
    if person.birth_date:
        yield Purpose.BIRTH_DATE, (person.birth_date.isoformat(),)
    if normalise(person.surname):  # an unknown surname is no name that many people share
        yield from _by_surname(person)


def _by_surname(person: PartyFacts) -> Iterable[tuple[SearchToken.Purpose, tuple[str, ...]]]:
    initials = "".join(name[0] for name in person.given_names.split())
    yield Purpose.SURNAME, (person.surname,)
    yield Purpose.INITIALS_SURNAME, (initials, person.surname)
    if person.birth_date:
        yield Purpose.SURNAME_BIRTH_DATE, (person.surname, person.birth_date.isoformat())


def tokens(key: SearchKey, people: Iterable[PartyFacts]) -> set[tuple[SearchToken.Purpose, int]]:
    """Return the tokens by which a dossier with these people is found."""
    return {(purpose, token(key, purpose, *values)) for person in people for purpose, values in _values(person)}


def index(dossier_id: UUID, people: Iterable[PartyFacts]) -> None:
    """Write the tokens of a dossier's people, in place of those it had."""
    key = search_key()
    SearchToken.objects.filter(dossier_id=dossier_id).delete()
    SearchToken.objects.bulk_create(
        SearchToken(purpose=purpose, token=value, dossier_id=dossier_id, epoch=key.epoch)
        for purpose, value in tokens(key, people)
    )


def find(purpose: SearchToken.Purpose, *values: str) -> list[UUID]:
    """Return the ids of the dossiers with this exact value; pass them through access.visible_to before use."""
    wanted = [token(key, purpose, *values) for key in search_keys()]
    rows = SearchToken.objects.filter(purpose=purpose, token__in=wanted)
    return list(rows.values_list("dossier_id", flat=True).distinct())
