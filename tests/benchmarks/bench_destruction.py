"""Destruction end to end beside plain SQL, in one run: `python -m tests.benchmarks.bench_destruction --dossiers 2000`.

Prints JSON: dossiers a second for the product (claim, intent, keys, files, rows, sweep, receipt), for SQL DELETE with
the database's cascade in batches of 100, and for Django's own .delete(), each on as many dossiers of 15 child rows.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from tests.benchmarks.installation import installation

BATCH = 100
ENTRIES = 12


def arrival(number: int, documents: int, team: Any) -> Any:
    """Return one closed dossier, due for years, with three people, twelve entries and some documents."""
    from datetime import date

    from casefiles import storage
    from casefiles.bulk import Arrival, Incoming
    from casefiles.models import Document, DocumentFacts, Dossier, Entry, EntryFacts, Party, PartyFacts

    day = date(1999, 5, 6)
    dates = {"opened_on": day, "closed_on": day, "last_change_on": day}
    dossier = Dossier(reference=f"B-{number}", kind="jeugdhulp", team=team, **dates)
    person = PartyFacts(given_names="Julia", surname="Luinenburg")
    people = [Party(dossier=dossier, role="youth", facts=person) for _ in range(3)]
    codes = {"occurred_on": day, "kind": "contact", "source": "fact", "substantive": True}
    text = EntryFacts(text="Gesprek op school over de planning. " * 5, author="Fenna de Wit")
    entries = [Entry(dossier=dossier, facts=text, **codes) for _ in range(ENTRIES)]
    name = DocumentFacts(title="verslag", filename="verslag.txt")
    kept = [storage.new_key(dossier.pk) for _ in range(documents)]
    files = [Document(dossier=dossier, storage_key=k, category="report", created_on=day, facts=name) for k in kept]
    rows = {Party: people, Entry: entries}
    return Arrival(
        dossier, Dossier.Status.CLOSED, rows, [Incoming(file, lambda: BytesIO(b"verslag " * 500)) for file in files]
    )


def made(count: int, first: int, documents: int) -> list[Any]:
    """Bring in that many dossiers, 500 at a time; return their ids."""
    from casefiles.bulk import bring_in
    from casefiles.models import Team

    team = Team.objects.named("Team Noord")
    ids = []
    for start in range(first, first + count, 500):
        arrivals = [arrival(n, documents, team) for n in range(start, min(start + 500, first + count))]
        bring_in(arrivals, ground="bench")
        ids += [each.dossier.pk for each in arrivals]
    return ids


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds that an act takes."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def by_the_product() -> float:
    """Sweep, approve as two people, and carry the list out in this process; only the carrying out is timed."""
    from casefiles.models import Role, Team, User
    from retention import lists, sweeping
    from retention.models import DestructionList, Receipt
    from tests.organisation import carry_out

    lead = User.objects.enrol("lead", "Joost Terpstra", Role.TEAM_LEAD)
    Team.objects.named("Team Noord").add(lead)
    officer = User.objects.enrol("officer", "Samira El Fassi", Role.PRIVACY_OFFICER)
    sweeping.sweep()
    chosen = DestructionList.objects.get()
    lists.approve(chosen, by=lead)
    lists.approve(chosen, by=officer)
    lists.start(chosen, by=officer)
    seconds = timed(lambda: carry_out(chosen))
    expected = chosen.items.count()
    if Receipt.objects.filter(type="destroyed").count() != expected:
        raise SystemExit("not every dossier has its receipt")
    return seconds


def by_sql(ids: list[Any]) -> None:
    """Delete in batches with the database's own cascade; the clock goes first, as nothing keeps it."""
    from django.db import connection

    with connection.cursor() as cursor:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            cursor.execute("DELETE FROM retention_clock WHERE dossier_id = ANY(%s)", [batch])
            cursor.execute("DELETE FROM casefiles_dossier WHERE id = ANY(%s)", [batch])


def by_django(ids: list[Any]) -> None:
    """Delete one by one through the models, as most products do: children first, each by its own query."""
    from django.db import transaction

    from casefiles.models import Document, Dossier, Entry, Party, SearchToken
    from retention.models import Clock

    for dossier_id in ids:
        with transaction.atomic():
            for model in (SearchToken, Entry, Party, Document):
                for row in model.objects.filter(dossier_id=dossier_id):
                    row.delete()
            Clock.objects.get(dossier_id=dossier_id).delete()
            Dossier.objects.get(pk=dossier_id).delete()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dossiers", type=int, default=2000)
    options.add_argument("--documents", type=int, default=0)
    chosen = options.parse_args()
    count = chosen.dossiers
    with installation("destruction"):
        made(count, 0, chosen.documents)
        product = by_the_product()
        sql_ids, django_count = made(count, count, 0), min(count, 300)
        sql = timed(lambda: by_sql(sql_ids))
        django_ids = made(django_count, 2 * count, 0)
        django = timed(lambda: by_django(django_ids))
    rates = {"product": count / product, "sql": count / sql, "django": django_count / django}
    result = {name: round(rate) for name, rate in rates.items()}
    result |= {"dossiers": count, "documents": chosen.documents, "percent_of_sql": round(100 * sql / product)}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
