"""The letter with the subject slip, in plain words (B1): a young person reads it, perhaps in twenty years."""

import json
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from casefiles.models.organisation import operator_name
from retention.ledger.slip import Slip
from retention.papers.sheet import Block, Code, Line, Sheet
from retention.receipts.certificate import language, long_date

QR_WIDTH = 62  # millimetres: some 400 characters, readable from a print


def sheet(slip: Slip, made_at: datetime) -> Sheet:
    """Return the letter as a document. It holds the secret: it is printed, given, and kept nowhere."""
    claim = json.loads(slip.claim)
    text = bytes(slip).decode()
    return Sheet(
        language=language(),
        organisation=operator_name(),
        title=_("Proof letter for your file"),
        subtitle=f"{claim['reference']} · {long_date(made_at)}",
        lead=_("We keep your file until its retention period is over. Then we destroy it. With this letter you can "
               "show later what happened to it."),
        blocks=(
            Block(_("Whose file it is"), _whose(claim)),
            Block(_("What you can do with this letter"), text=_uses()),
            Block(_("Keep this letter safe"), text=_keeping()),
            Block(_("What this letter does not prove"), text=_limits()),
        ),
        code=Code(text, _("QR code with the same text as below"), _beside(), width=QR_WIDTH),
        appendix=(Block(_("The text in the code"), (Line(_("slip.json"), text, code=True),), (_typing(),)),),
        foot=_("Give this letter to nobody whom you do not trust."),
    )  # fmt: skip


def _whose(claim: dict[str, Any]) -> tuple[Line, ...]:
    people = (
        Line(
            person["name"] or "–", long_date(date.fromisoformat(person["birth_date"])) if person["birth_date"] else "–"
        )
        for person in claim["people"]
    )
    return (Line(_("Number of the file"), claim["reference"]), *people)


def _uses() -> tuple[str, ...]:
    return (
        _("When we destroy a file, we write a receipt. There is no name in it. With this letter, and only with this "
          "letter, anyone can see that the receipt is about your file."),
        _("You may ask us for a copy of your file before we destroy it. If you keep that copy, this letter also shows "
          "that a document in it really was in your file."),
        _("Do you want to know whether your file is gone? Ask us, and bring this letter. We give you the receipt. You "
          "can check it yourself, without us and without internet."),
    )  # fmt: skip


def _keeping() -> tuple[str, ...]:
    return (
        _("The code on this page holds a secret. As soon as you have this letter, we destroy the secret on our side. "
          "We cannot make this letter again."),
        _("Whoever has this letter can see which receipt is yours. They cannot read your file with it."),
    )  # fmt: skip


def _limits() -> tuple[str, ...]:
    return (
        _("It does not prove that no copy exists elsewhere, for instance on paper or with another organisation."),
        _("Documents that came into the file after the date of this letter do not belong to it."),
    )


def _beside() -> Block:
    steps = (
        _("1. Ask us for the receipt of your file: a zip file."),
        _("2. Open verify.html, which is in that zip, on a computer. It works without internet."),
        _("3. Drop the zip on the page. Scan this code with a phone and put its text in the field for the slip."),
        _("4. The page says whether the receipt is genuine, and whether it is about your file."),
    )
    return Block(_("How to check it"), text=steps)


def _typing() -> str:
    return _("Does the code not scan any more? Then this text does the same. Every character counts.")
