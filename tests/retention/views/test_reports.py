"""The destruction report: the numbers of the lists, for who may see them, in the browser, as CSV and as PDF."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from casefiles.models import AccessEvent
from retention import holds, lists, timing
from retention.models import Clock, Hold, ListItem
from tests.organisation import Organisation, carry_out
from tests.retention.views.test_certificates import as_user

ADDRESS = "/reports/destruction/"


def test_the_report_says_what_became_of_every_dossier_and_who_approved(organisation: Organisation) -> None:
    ids = organisation.keeps_many(5)
    chosen = organisation.lists_due()
    day = timing.today() + timedelta(days=400)
    lists.exempt(chosen, ["JD-1996-0000"], ListItem.ExemptReason.SIBLING, day, by=organisation.joost)
    started = organisation.starts(chosen)
    holds.place([ids[1]], Hold.Reason.CLAIM, owner=organisation.samira, review_on=day)
    carry_out(started)
    auditor = as_user(organisation.pim)
    with CaptureQueriesContext(connection) as asked:
        page = auditor.get(ADDRESS)
    assert len(asked) < 20, "\n".join(query["sql"][:160] for query in asked)
    shown = page.content.decode()
    for words in (chosen.name, "Joost Terpstra", "Samira El Fassi"):
        assert words in shown
    for words in ("Luinenburg", "JD-1996"):
        assert words not in shown
    rows = list(csv.DictReader(StringIO(auditor.get("/reports/destruction.csv").content.decode("utf-8-sig"))))
    (row,) = rows
    numbers = {name: row[name] for name in ("dossiers", "destroyed", "exempted", "left_out", "failed", "waiting")}
    assert numbers == {
        "dossiers": "5",
        "destroyed": "3",
        "exempted": "1",
        "left_out": "1",
        "failed": "0",
        "waiting": "0",
    }
    assert row["retried"] == "0"
    assert (row["exempted_by_reason"], row["left_out_by_reason"]) == ("sibling 1", "held 1")
    assert row["started_by"] == "Koen Verbeek"
    pdf = auditor.get("/reports/destruction.pdf").content
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert chosen.name in text
    assert AccessEvent.objects.filter(action="download", ground="destruction report").count() == 2


def test_a_period_or_category_without_a_list_says_so_and_a_wrong_one_is_refused(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    chosen = organisation.lists_due()
    client = as_user(organisation.koen)
    today = timezone.localdate()
    assert chosen.name in client.get(f"{ADDRESS}?first={today}&last={today}").content.decode()
    before = today - timedelta(days=9)
    assert chosen.name not in client.get(f"{ADDRESS}?first={before}&last={before}").content.decode()
    assert chosen.name not in client.get(f"{ADDRESS}?first={before}&last={today}&category=ots").content.decode()
    for wrong in (f"first={today}&last={before}", "first=x&last=y", "category=nothing"):
        for ending in ("/", ".csv", ".pdf"):
            assert client.get(f"/reports/destruction{ending}?{wrong}").status_code == 422


def test_a_lead_reads_of_the_own_team_only_and_a_case_worker_nothing(organisation: Organisation) -> None:
    organisation.keeps_many(2)
    chosen = organisation.lists_due()
    assert chosen.name in as_user(organisation.joost).get(ADDRESS).content.decode()
    assert chosen.name not in as_user(organisation.amina).get(ADDRESS).content.decode()
    for ending in ("/", ".csv", ".pdf"):
        assert as_user(organisation.fenna).get(f"/reports/destruction{ending}").status_code == 404
    assert Clock.objects.filter(state="due").count() == 2
