import string
from dataclasses import replace
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.schedule import (
    Action,
    Bound,
    Category,
    Combine,
    Condition,
    Facts,
    Language,
    Named,
    Part,
    Period,
    Rounding,
    Rule,
    Text,
    Trigger,
    derive,
    explain,
    load,
)

from .building import BIRTH, CHANGE, CLOSURE, line, rule
from .strategies import facts, rules

CLOSED = Facts(
    opened_on=date(1995, 2, 6),
    last_change_on=date(1995, 6, 28),
    is_closed=True,
    closed_on=date(1995, 7, 3),
)
OPEN = replace(CLOSED, is_closed=False, closed_on=None)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Category]:
    return {category.code: category for category in load()}


def told(category: Category, known: Facts, language: Language = "nl") -> tuple[str, ...]:
    return explain(derive(category.rules[0], known), category.name, language)


def test_a_care_file_is_explained_in_dutch(shipped: dict[str, Category]) -> None:
    assert told(shipped["jeugdhulp"], CLOSED) == (
        "Regel: Jeugdhulpdossier, versie 1, geldig vanaf 1 januari 2020. Grond: Jeugdwet art. 7.3.8 lid 3.",
        "Geopend op 6 februari 1995, laatste inhoudelijke wijziging op 28 juni 1995, gesloten op 3 juli 1995.",
        "Laatste inhoudelijke wijziging 28 juni 1995 + 20 jaar = 28 juni 2015 (Jeugdwet art. 7.3.8 lid 3).",
        "Bewaren tot en met 28 juni 2015. Daarna vernietigen, na beoordeling door twee medewerkers.",
        "Toelichting: De wet zegt erbij: of zoveel langer als goede jeugdhulp vraagt. "
        "Daarvoor is een vernietigingsstop met reden en datum van herbeoordeling.",
        "Elke nieuwe inhoudelijke wijziging start deze termijn opnieuw.",
        "Een vernietigingsstop verschuift deze datum niet; zolang die geldt, wordt er niet vernietigd.",
    )


def test_a_care_file_is_explained_in_english(shipped: dict[str, Category]) -> None:
    assert told(shipped["jeugdhulp"], CLOSED, "en") == (
        "Rule: Care file, version 1, valid from 1 January 2020. Ground: Jeugdwet art. 7.3.8 lid 3.",
        "Opened on 6 February 1995, last substantive change on 28 June 1995, closed on 3 July 1995.",
        "Last substantive change 28 June 1995 + 20 years = 28 June 2015 (Jeugdwet art. 7.3.8 lid 3).",
        "Keep up to and including 28 June 2015. Then destroy, after review by two members of staff.",
        "Note: The law adds: or as much longer as good care requires. "
        "For that there is a hold, with a reason and a review date.",
        "Every new substantive change starts this term again.",
        "A hold does not move this date; as long as it stands, nothing is destroyed.",
    )


def test_the_loser_is_told_why_it_lost(shipped: dict[str, Category]) -> None:
    sentences = told(shipped["jgz"], CLOSED)
    assert (
        "Laatste inhoudelijke wijziging 28 juni 1995 + 20 jaar = 28 juni 2015 "
        "(Burgerlijk Wetboek art. 7:454 lid 3). Deze datum geldt niet, want een latere datum gaat voor."
    ) in sentences
    assert (
        "Sluiting van het dossier 3 juli 1995 + 20 jaar = 3 juli 2015 (Selectielijst gemeenten 2020, 8.1.12)."
    ) in sentences


def test_an_earlier_date_is_the_reason_under_earliest_of(shipped: dict[str, Category]) -> None:
    jgz = shipped["jgz"]
    earliest = msgspec.structs.replace(jgz.rules[0], combine=Combine.EARLIEST_OF)
    sentences = told(msgspec.structs.replace(jgz, rules=(earliest,)), CLOSED, "en")
    [lost] = [sentence for sentence in sentences if "does not govern" in sentence]
    assert lost.startswith("Closure of the dossier 3 July 1995 + 20 years = 3 July 2015")
    assert lost.endswith("This date does not govern, because an earlier one takes precedence.")


def test_what_has_not_happened_yet_is_told(shipped: dict[str, Category]) -> None:
    sentences = told(shipped["jgz"], OPEN)
    assert sentences[1].endswith("laatste inhoudelijke wijziging op 28 juni 1995, nog niet gesloten.")
    assert (
        "Sluiting van het dossier + 20 jaar (Selectielijst gemeenten 2020, 8.1.12): dit is nog niet gebeurd."
    ) in sentences
    assert "De bewaartermijn loopt nog niet. Die begint bij: sluiting van het dossier." in sentences
    [pending] = [sentence for sentence in sentences if "telt pas mee" in sentence]
    assert pending.startswith("Laatste inhoudelijke wijziging 28 juni 1995 + 20 jaar = 28 juni 2015")


def test_a_missing_birth_date_is_asked_of_the_case_worker(shipped: dict[str, Category]) -> None:
    sentences = told(shipped["leerplicht"], CLOSED)
    assert "Er is nog geen datum, want dit ontbreekt: een geboortedatum. Er wordt niets geschat." in sentences
    assert "Vraag aan de medewerker: wat is de geboortedatum van elke jeugdige hierin?" in sentences
    assert not any("Bewaren tot" in sentence for sentence in sentences)


def test_a_missing_closing_date_is_asked_of_the_case_worker(shipped: dict[str, Category]) -> None:
    sentences = told(shipped["klacht"], replace(OPEN, is_closed=True), "en")
    assert sentences[1].endswith("closed, but without a closing date.")
    assert "Question to the case worker: on which day was this dossier closed?" in sentences


def test_guidance_is_shown_as_not_applied(shipped: dict[str, Category]) -> None:
    assert (
        "Niet toegepast totdat de privacy officer het bevestigt (richtlijn): "
        "geboorte van de jongste jeugdige + 48 jaar "
        "(rijksoverheid.nl, ten hoogste tot 30 jaar na de meerderjarigheid)."
    ) in told(shipped["ots"], CLOSED)


def test_an_open_dossier_with_a_date_is_told_that_it_is_not_listed(shipped: dict[str, Category]) -> None:
    remark = "Zolang het dossier open is, komt het niet op een vernietigingslijst."
    assert remark in told(shipped["jeugdhulp"], OPEN)
    assert remark not in told(shipped["jeugdhulp"], CLOSED)


def test_a_birth_date_is_told_only_where_the_term_counts_from_it(shipped: dict[str, Category]) -> None:
    known = replace(CLOSED, birth_date=date(1983, 4, 17))
    tells = {code for code, kind in shipped.items() if "17 april 1983" in " ".join(told(kind, known))}
    from_birth = {"bcg", "leerplichtontheffing", "kwalificatieplicht", "rvdk-civiel", "rvdk-straf"}
    assert tells == {"leerplicht"} | from_birth


def test_the_end_of_a_measure_is_among_the_facts(shipped: dict[str, Category]) -> None:
    known = replace(CLOSED, end_of_measure_on=date(1995, 6, 30))
    assert "einde van de maatregel op 30 juni 1995" in told(shipped["ots"], known)[1]


def test_what_is_kept_is_told_without_a_date(shipped: dict[str, Category]) -> None:
    keeping = Rule(
        category="jgz",
        version=3,
        valid_from=date(2020, 1, 1),
        valid_to=date(2029, 12, 31),
        action=Action.KEEP,
        citation="SL 19.1.18",
    )
    sentences = explain(derive(keeping, CLOSED), Text(nl="Verklaring", en="Certificate"), "en")
    assert sentences == (
        "Rule: Certificate, version 3, valid from 1 January 2020 up to and including 31 December 2029. "
        "Ground: SL 19.1.18.",
        "Opened on 6 February 1995, last substantive change on 28 June 1995, closed on 3 July 1995.",
        "This dossier is kept permanently. It is not destroyed.",
    )


@pytest.mark.parametrize(
    ("term", "nl", "en"),
    [
        ("P1Y", "1 jaar", "1 year"),
        ("P1Y6M", "1 jaar en 6 maanden", "1 year and 6 months"),
        ("P1M1D", "1 maand en 1 dag", "1 month and 1 day"),
        ("P42D", "42 dagen", "42 days"),
        ("P1W", "1 week", "1 week"),
        ("P4W", "4 weken", "4 weeks"),
    ],
)
def test_a_term_is_spelled_out(shipped: dict[str, Category], term: str, nl: str, en: str) -> None:
    kind = shipped["klacht"]
    line = msgspec.structs.replace(kind.rules[0].lines[0], term=Period(term))
    changed = msgspec.structs.replace(kind, rules=(msgspec.structs.replace(kind.rules[0], lines=(line,)),))
    assert f"3 juli 1995 + {nl} = " in told(changed, CLOSED)[2]
    assert f"3 July 1995 + {en} = " in told(changed, CLOSED, "en")[2]


@given(rules(), facts(), st.sampled_from(["nl", "en"]))
def test_every_derivation_is_told_in_whole_sentences(rule: Rule, known: Facts, language: Language) -> None:
    found = derive(rule, known)
    sentences = explain(found, Text(nl="Soort", en="Kind"), language)
    assert len(sentences) >= 3
    for sentence in sentences:
        assert sentence[0] in string.ascii_uppercase
    for candidate in found.candidates:
        assert any(candidate.line.citation in sentence for sentence in sentences)


@given(facts(), st.sampled_from(["nl", "en"]))
def test_what_would_move_the_date_is_told_for_each_trigger_that_has_happened(known: Facts, language: Language) -> None:
    words = {"nl": "start deze termijn opnieuw", "en": "starts this term again"}[language]
    for category in load():
        found = derive(category.rules[0], known)
        happened = {c.line.trigger for c in found.candidates if c.starts_on}
        restarts = any(words in sentence for sentence in explain(found, category.name, language))
        assert restarts == (Trigger.LAST_SUBSTANTIVE_CHANGE in happened)


def told_of(rule: Rule, known: Facts, language: Language = "nl") -> tuple[str, ...]:
    return explain(derive(rule, known), Text(nl="Soort", en="Kind"), language)


def test_bounds_rounding_and_delay_are_part_of_the_sum() -> None:
    most = msgspec.structs.replace(line(CLOSURE, "P10Y"), bound=Bound.MAXIMUM)
    delayed = msgspec.structs.replace(line(CLOSURE, "P1Y"), delay=Period("P6M"))
    rounded = msgspec.structs.replace(rule(delayed, most), rounding=Rounding.YEAR_END)
    sentences = told_of(rounded, CLOSED)
    assert (
        "Sluiting van het dossier 3 juli 1995 + 6 maanden procestermijn, dus vanaf 3 januari 1996 + 1 jaar, afgerond "
        "naar het einde van het jaar = 31 december 1997 (closure P1Y)."
    ) in sentences
    [lost] = [sentence for sentence in sentences if sentence.startswith("Ten hoogste")]
    assert "+ 10 jaar = 3 juli 2005" in lost
    assert lost.endswith("want een eerdere datum gaat voor.")


def test_a_line_that_does_not_apply_says_for_whom_it_is() -> None:
    flag = Named(code="vermoeden", nl="vermoeden van mishandeling", en="abuse suspected")
    span = {"since": date(2015, 1, 1), "before": date(2020, 1, 1)}
    only = msgspec.structs.replace(
        line(BIRTH, "P39Y"), when=Condition(kinds=("jgz",), flag=flag, flagged=False, **span)
    )
    [told_why] = [s for s in told_of(rule(line(CHANGE, "P20Y"), only), CLOSED, "en") if "does not apply" in s]
    assert told_why.endswith(
        "only for the kind jgz and dossiers opened from 1 January 2015 and before 1 January 2020 and dossiers for "
        "which this does not hold: abuse suspected."
    )


def test_an_event_that_the_rule_names_is_told_by_its_name() -> None:
    gone = Named(code="risico-weg", nl="het risico is weg", en="the risk is gone")
    event = msgspec.structs.replace(line(CLOSURE, "P1Y"), trigger=Trigger.NAMED_EVENT, event=gone)
    assert "Vraag aan de medewerker: op welke dag was dit: het risico is weg?" in told_of(rule(event), CLOSED)
    assert "The retention period has not started. It starts with: the risk is gone." in told_of(rule(event), OPEN, "en")


def test_other_record_types_and_parts_of_the_file_are_told() -> None:
    video = Part(code="video", name=Text(nl="Video", en="Video"), covers=("video",),
                 lines=(line(Trigger.OWN_CREATION, "P4W"),))  # fmt: skip
    whole = msgspec.structs.replace(rule(line(CHANGE, "P20Y")), parts=(video,))
    shorter = (Text(nl="Klachtdossier", en="Complaint file"), derive(rule(line(CHANGE, "P5Y")), CLOSED))
    sentences = explain(derive(whole, CLOSED), Text(nl="Soort", en="Kind"), "en", [shorter])
    assert (
        "Complaint file applies in this dossier too; the longest term takes precedence. "
        "Keep up to and including 28 June 2000. Then destroy, after review by two members of staff."
    ) in sentences
    assert (
        "Video in this dossier has a term of its own. Date of the item itself + 4 weeks (own_creation P4W)."
    ) in sentences


def test_what_a_person_reviews_or_an_archive_takes_over_is_not_told_as_destroyed() -> None:
    for action, words in (
        (Action.REVIEW, "reviews what is to become of it"),
        (Action.TRANSFER, "transfer to an archive"),
    ):
        spared = msgspec.structs.replace(rule(line(CHANGE, "P20Y")), action=action)
        [said] = [sentence for sentence in told_of(spared, CLOSED, "en") if sentence.startswith("Keep up to")]
        assert words in said
        assert "destroy" not in said
