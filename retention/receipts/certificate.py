"""A certificate of destruction in words, in the reader's language: the same on the page and on paper."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casefiles.models import Role
from retention import failures
from retention.models import Certificate, ListItem, Receipt, RuleVersion
from retention.papers.sheet import Block, Code, Line, Sheet, Signed, Table
from retention.receipts.certified import Facts, Person
from retention.schedule import Language
from retention.schedule.phrases import PHRASES

QR_FORMAT = "gv-certificate/v1"


def sheet(certificate: Certificate, facts: Facts, receipts: Sequence[Receipt]) -> Sheet:
    """Return a certificate that states `facts` as a document; `receipts` are those it covers, for the appendix."""
    number, category = certificate.number, str(certificate.destruction_list.category)
    return Sheet(
        language=language(),
        organisation=facts.operator,
        title=_("Certificate of destruction"),
        subtitle=_("Number %(number)s · drawn up on %(day)s") % {"number": number, "day": long_date(facts.made_at)},
        lead=_lead(facts, category),
        blocks=(
            Block(_("What was destroyed"), tuple(_what(facts, category))),
            Block(_("In what way"), tuple(_manner(facts))),
            Block(_("On which ground"), tuple(_ground(facts, category, certificate.destruction_list.rule))),
            Block(_("Agreement and execution"), people=tuple(map(_signed, facts.people))),
            Block(_("What this proves, and what not"), text=tuple(_limits(facts))),
        ),
        code=_code(number, facts),
        foot=_("This certificate holds no personal data of young people or parents. Keep it permanently."),
        appendix=(Block(_("Appendix: the receipts"), text=(_appended(),), tables=(_receipts(receipts),)),),
    )


def language() -> Language:
    """Return the language in which is being written."""
    return "nl" if (get_language() or "nl").startswith("nl") else "en"


def long_date(when: date) -> str:
    """Return a date as a formal document has it: 20 August 2026."""
    return date_format(timezone.localtime(when) if isinstance(when, datetime) else when, "j F Y")


def _between(first: str, last: str) -> str:
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _lead(facts: Facts, category: str) -> str:
    values = {
        "n": facts.dossiers,
        "first": long_date(facts.first_on),
        "last": long_date(facts.last_on),
        "category": category,
    }
    if facts.first_on == facts.last_on:
        destroyed = ngettext(
            "On %(first)s, %(n)d dossier of the category %(category)s was destroyed: its data and its key were "
            "deleted.",
            "On %(first)s, %(n)d dossiers of the category %(category)s were destroyed: their data and keys were "
            "deleted.",
            facts.dossiers,
        )
    else:
        destroyed = ngettext(
            "From %(first)s to %(last)s, %(n)d dossier of the category %(category)s was destroyed: its data and its "
            "key were deleted.",
            "From %(first)s to %(last)s, %(n)d dossiers of the category %(category)s were destroyed: their data and "
            "keys were deleted.",
            facts.dossiers,
        )
    agreed = _("The retention period had passed for each dossier, and two different people agreed.")
    return f"{destroyed % values} {agreed}"


def _what(facts: Facts, category: str) -> Iterator[Line]:
    yield Line(_("List"), f"{facts.list}, {facts.team}")
    yield Line(_("Category"), f"{category} ({facts.category})")
    yield Line(_("Extent"), ngettext("%d dossier", "%d dossiers", facts.dossiers) % facts.dossiers)
    yield Line(_("Records from"), _between(*map(str, facts.period)))
    yield Line(_("Kept until"), _between(*map(long_date, facts.due)))
    if facts.exempted:
        reasons = dict(ListItem.ExemptReason.choices)
        yield Line(_("Exempted"), _counted({str(reasons.get(c, c)): n for c, n in facts.exempted.items()}))
    if facts.left_out:
        yield Line(_("Left out"), _counted({failures.left_out(c): n for c, n in facts.left_out.items()}))
    if facts.failed:
        words = ngettext(
            "%d dossier could not be destroyed yet", "%d dossiers could not be destroyed yet", facts.failed
        )
        yield Line(_("Failed"), words % facts.failed)
    if facts.unfinished:
        words = ngettext("%d dossier still waits", "%d dossiers still wait", facts.unfinished)
        yield Line(_("Not done yet"), words % facts.unfinished)


def _counted(reasons: dict[str, int]) -> str:
    return "; ".join(f"{count} × {reason.rstrip('.')}" for reason, count in reasons.items())


def _manner(facts: Facts) -> Iterator[Line]:
    yield Line(_("Keys"), _("The data key (AES-256-GCM, one per dossier) was deleted from the key vault."))
    yield Line(_("Rows"), _("Physically deleted by database cascade; their fields were sealed under the deleted key."))
    yield Line(_("Documents"), _("Physically deleted; the files were sealed (Cobblestone-256) under the deleted key."))
    yield Line(_("Software"), ", ".join(facts.methods))
    checked = _("Every store was read back by a separate process with a login of its own (%s): nothing was found.")
    yield Line(_("Check afterwards"), checked % ", ".join(facts.checked))
    yield Line(_("Backups"), _backups(facts))
    if facts.imported:
        words = ngettext(
            "%d dossier came from an older system: copies there are outside this certificate.",
            "%d dossiers came from an older system: copies there are outside this certificate.",
            facts.imported,
        )
        yield Line(_("Elsewhere"), words % facts.imported)


def _backups(facts: Facts) -> str:
    if facts.final == facts.dossiers:
        return _("Final: every key that could open an old backup is destroyed too (cryptographic erase).")
    return _("The last backup that may hold sealed data expires on %s. It is final when the keys of old backups are "
             "destroyed too.") % long_date(facts.horizon)  # fmt: skip


def _ground(facts: Facts, category: str, version: RuleVersion) -> Iterator[Line]:
    yield Line(_("Legal ground"), facts.citation)
    yield Line(_("Rule"), _("%(category)s, version %(n)d") % {"category": category, "n": facts.rule})
    phrases = PHRASES[language()]
    for line in version.rule.applied:
        term = ", ".join(f"{n} {phrases.units[unit][n != 1]}" for unit, n in line.term.parts.items())
        yield Line(_("Retention period"), f"{term}, {phrases.trigger[line.trigger]}")


def _signed(person: Person) -> Signed:
    parts = {
        "stage 1": _("first approval"),
        "stage 2": _("second approval"),
        "start": _("execution"),
        "request": _("certificate requested"),
    }
    role = str(Role(person.role).label) if person.role in Role.values else person.role
    when = date_format(timezone.localtime(person.at), "j F Y, H:i") if person.at else ""
    return Signed(person.name, f"{parts.get(person.part, person.part)}, {role}", when)


def _limits(facts: Facts) -> Iterator[str]:
    yield _("It proves what the organisation stated with its key, when it did so, and that the log was not rewritten "
            "since. It does not prove that no printout or copy exists elsewhere.")  # fmt: skip
    if facts.final < facts.dossiers:
        yield _("Destroyed means that data and key are deleted. It becomes final when the root keys that could open an "
                "old backup are gone too.")  # fmt: skip


def _code(number: str, facts: Facts) -> Code:
    log = facts.log
    content = "\n".join((QR_FORMAT, number, log.origin, str(log.size), log.root, log.seal))
    lines = (
        Line(_("Log"), log.origin),
        Line(_("Receipts"), _("%(n)d, at the places %(first)d to %(last)d of the log")
             % {"n": facts.dossiers, "first": log.first, "last": log.last}),
        Line(_("Size of the log"), str(log.size)),
        Line(_("Root of the log"), log.root, code=True),
        Line(_("Seal"), log.seal, code=True),
    )  # fmt: skip
    explained = _("The code holds the number of this certificate and these values. The seal is one number over all its "
                  "receipts; the root is that of the signed log in which they stand.")  # fmt: skip
    alternative = _("QR code with the log, its size and root, and the seal, as printed beside it")
    return Code(content, alternative, Block(_("Check this certificate"), lines, (explained,)))


def _appended() -> str:
    return _("Each dossier has a receipt of its own in the log, without personal data. Anyone can check it with its "
             "bundle, without this organisation's system.")  # fmt: skip


def _receipts(receipts: Sequence[Receipt]) -> Table:
    rows = tuple((str(receipt.leaf_id), str(receipt.pk)) for receipt in receipts)
    return Table(_("Receipts of this certificate"), (_("Place in the log"), _("Number of the receipt")), rows)
