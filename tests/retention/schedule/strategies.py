"""Rules and facts as hypothesis may think of them, thickest around leap days and the ends of months."""

from datetime import date, timedelta

from hypothesis import strategies as st

from retention.schedule import Action, Combine, Confidence, Facts, Line, Period, Rule, Status, Text, Trigger

SLIPPERY = [
    date(year, month, day)
    for year in (1999, 2000, 2003, 2004, 2023, 2024)
    for month, day in ((1, 29), (1, 30), (1, 31), (2, 28), (3, 1), (3, 31), (4, 30), (12, 31))
] + [date(2000, 2, 29), date(2004, 2, 29), date(2024, 2, 29)]


def days() -> st.SearchStrategy[date]:
    anywhere = st.dates(date(1950, 1, 1), date(2100, 12, 31))
    near = st.builds(lambda day, n: day + timedelta(days=n), st.sampled_from(SLIPPERY), st.integers(-2, 2))
    return st.one_of(near, anywhere)


def texts_of_periods() -> st.SearchStrategy[str]:
    def written(years: int, months: int, days_: int) -> str:
        return "P" + "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days_, "D")) if n)

    counts = st.integers(0, 60)
    calendar = st.builds(written, counts, counts, counts).filter(lambda text: text != "P")
    return st.one_of(calendar, st.integers(1, 60).map("P{}W".format))


def periods() -> st.SearchStrategy[Period]:
    return texts_of_periods().map(Period)


def words() -> st.SearchStrategy[str]:
    letters = st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))
    return st.text(letters, min_size=1, max_size=12).filter(str.strip)


def lines(*confirmed: bool) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        trigger=st.sampled_from(Trigger),
        term=periods(),
        citation=words(),
        status=st.sampled_from(Status),
        confidence=st.sampled_from(Confidence),
        confirmed=st.sampled_from(confirmed),
    )


@st.composite
def destroying_rules(draw: st.DrawFn) -> Rule:
    certain = draw(lines(True))
    others = draw(st.lists(lines(True, False), max_size=3))
    return Rule(
        category="jeugdhulp",
        version=draw(st.integers(1, 99)),
        valid_from=draw(days()),
        lines=tuple(draw(st.permutations([certain, *others]))),
        combine=draw(st.sampled_from(Combine)),
        note=draw(st.none() | st.builds(Text, nl=words(), en=words())),
    )


def rules() -> st.SearchStrategy[Rule]:
    keeping = st.builds(
        Rule,
        category=st.just("jgz"),
        version=st.integers(1, 99),
        valid_from=days(),
        action=st.just(Action.KEEP),
        citation=words(),
    )
    return st.one_of(destroying_rules(), keeping)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    is_closed = draw(st.booleans())
    return Facts(
        opened_on=draw(days()),
        last_change_on=draw(days()),
        is_closed=is_closed,
        closed_on=draw(st.none() | days()) if is_closed else None,
        birth_date=draw(st.none() | days()),
        end_of_measure_on=draw(st.none() | days()),
    )
