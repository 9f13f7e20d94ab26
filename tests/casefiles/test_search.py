"""The blind index: what people mean by a name finds it, another value never does, and no token tells its value."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles import search
from casefiles.models import PartyFacts, SearchToken
from casefiles.search import Purpose, normalise, token
from casefiles.vault.keys import SearchKey
from tests.organisation import Organisation

KEY = SearchKey(1, b"k" * 32)
PREFIXES = ("van der", "v.d.", "van den", "de", "den", "ter", "ten", "van het", "van 't", "in 't", "Van De")
names = st.text("abcefgklmnopqrsuwxyz", min_size=3, max_size=12).map(lambda name: f"k{name}")
spoken = st.text(min_size=1, max_size=20)


@given(name=names, prefix=st.sampled_from(PREFIXES))
def test_a_tussenvoegsel_does_not_count_however_it_is_written(name: str, prefix: str) -> None:
    assert normalise(f"{prefix} {name}") == normalise(name) == normalise(f"{name}, {prefix}")


@given(left=names, right=names)
def test_case_hyphens_and_spaces_do_not_count(left: str, right: str) -> None:
    assert len({normalise(f"{left}{mark}{right}".title()) for mark in ("-", " ", " - ", "'", ".")}) == 1


@given(left=names, right=names)
def test_ij_and_y_are_one_letter(left: str, right: str) -> None:
    assert (
        len({normalise(f"{left}{letter}{right}") for letter in ("ij", "y", "IJ", "\N{LATIN SMALL LIGATURE IJ}", "ÿ")})
        == 1
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Zoë", "zoe"),
        ("Sørensen", "sorensen"),
        ("Wałęsa", "walesa"),
        ("Weiß", "weiss"),
        ("Lætitia", "laetitia"),
        ("Œuvre", "oeuvre"),
        ("Đorđević", "dordevic"),
        ("Þórsdóttir", "thorsdottir"),
        ("Şahin", "sahin"),
        ("Núñez", "nunez"),
        ("van der Meijden", "meyden"),
        ("v.d. Meyden", "Meijden"),
        ("El-Fassi", "elfassi"),
        ("De", "de"),
        ("Van", "van"),
        ("123.456.782", "123456782"),
    ],
)
def test_a_name_is_what_people_mean_by_it(written: str, meant: str) -> None:
    assert normalise(written) == normalise(meant)


@given(one=names, two=names)
def test_different_names_stay_different(one: str, two: str) -> None:
    assert (normalise(one) == normalise(two)) == (one == two)


@pytest.mark.parametrize(("one", "two"), [("محمد", "فاطمة"), ("Иванов", "Петров"), ("陈", "王")])
def test_names_in_other_scripts_are_not_all_the_same(one: str, two: str) -> None:
    assert normalise(one) != normalise(two)
    assert normalise(one)


@given(value=spoken)
def test_a_token_differs_per_purpose_and_per_key_and_fits_in_a_bigint(value: str) -> None:
    tokens = {token(KEY, purpose, value) for purpose in Purpose}
    assert len(tokens) == len(Purpose)
    assert not tokens & {token(SearchKey(1, b"x" * 32), purpose, value) for purpose in Purpose}
    assert all(-(2**63) <= found < 2**63 for found in tokens)


@given(one=names, two=names)
def test_values_do_not_run_into_each_other(one: str, two: str) -> None:
    assert token(KEY, Purpose.SURNAME_BIRTH_DATE, one, two) != token(KEY, Purpose.SURNAME_BIRTH_DATE, one + two, "")


def test_a_dossier_is_found_by_each_exact_value_of_each_of_its_people(organisation: Organisation) -> None:
    born = {"birth_date": date(2008, 3, 7), "bsn": "123456782"}
    mine = organisation.opens("JD-2020-0001", given_names="Anna Sophie", prefix="van der", surname="Meijden", **born)
    other = organisation.opens("JD-2020-0002", given_names="Bo", surname="Anders", birth_date=date(2009, 1, 1))
    for purpose, values in (
        (Purpose.BSN, ("123456782",)),
        (Purpose.SURNAME, ("van der Meyden",)),
        (Purpose.SURNAME_BIRTH_DATE, ("Meijden", "2008-03-07")),
        (Purpose.INITIALS_SURNAME, ("AS", "v.d. Meijden")),
        (Purpose.BIRTH_DATE, ("2008-03-07",)),
    ):
        assert search.find(purpose, *values) == [mine.pk], purpose
    for purpose, values in (
        (Purpose.BSN, ("123456783",)),
        (Purpose.SURNAME, ("Meijde",)),
        (Purpose.SURNAME, ("123456782",)),
        (Purpose.SURNAME_BIRTH_DATE, ("Meijden", "2009-01-01")),
        (Purpose.INITIALS_SURNAME, ("A", "Meijden")),
    ):
        assert search.find(purpose, *values) == [], (purpose, values)
    assert search.find(Purpose.SURNAME, "Anders") == [other.pk]


def test_indexing_again_replaces_what_was_there(organisation: Organisation) -> None:
    dossier = organisation.opens("JD-2020-0001", surname="Eerder")
    search.index(dossier.pk, [PartyFacts(surname="Later"), PartyFacts(surname="Later")])
    assert search.find(Purpose.SURNAME, "Eerder") == []
    assert search.find(Purpose.SURNAME, "Later") == [dossier.pk]


def test_people_without_a_surname_are_not_found_as_if_they_had_one_name(organisation: Organisation) -> None:
    nameless = organisation.opens("JD-2020-0001", given_names="Kim", surname="")
    assert search.find(Purpose.SURNAME, "") == []
    assert search.find(Purpose.BIRTH_DATE, "2008-03-07") == [nameless.pk]


def test_the_same_name_in_two_dossiers_finds_both(organisation: Organisation) -> None:
    found = {organisation.opens(f"JD-2020-000{n}").pk for n in (1, 2)}
    assert set(search.find(Purpose.SURNAME, "Luinenburg")) == found
    assert SearchToken.objects.filter(dossier__in=found).count() >= 8
