"""What a package may say is what the product can store."""

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from casefiles.intake import vocabulary
from casefiles.models.dossier import Dossier
from casefiles.models.entry import Entry
from casefiles.models.party import Party


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (vocabulary.Kind, Dossier.Kind),
        (vocabulary.Role, Party.Role),
        (vocabulary.EntryKind, Entry.Kind),
        (vocabulary.EntrySource, Entry.Source),
    ],
)
def test_the_words_of_a_package_are_those_of_the_models(words: type[StrEnum], choices: type[TextChoices]) -> None:
    assert set(words) == set(choices.values)


def test_a_package_knows_only_the_lasting_states_of_a_dossier() -> None:
    assert set(vocabulary.Status) == {Dossier.Status.OPEN.value, Dossier.Status.CLOSED.value}
