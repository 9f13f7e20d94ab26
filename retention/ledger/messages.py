"""What the offline verifier says, in English and in Dutch."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

LANGUAGES: Final = ("nl", "en")


class Finding(StrEnum):
    """Everything that can be found about a receipt; the value is its English sentence."""

    VALID = "valid: leaf {index} of {size} in the log {log}, signed by the key you gave"
    UNPINNED = (
        "intact, origin not verified: leaf {index} of {size} in a log that calls itself {log}; "
        "fingerprint of its key: {fingerprint}. Compare that with what the organisation publishes, "
        "or give --log-key"
    )
    NO_FILE = "invalid: {file} is missing"
    UNREADABLE = "invalid: {file} cannot be read"
    TOO_LARGE = "invalid: {file} is larger than 1 MiB"
    NOT_UTF8 = "invalid: {file} is not UTF-8 text"
    NOT_JSON = "invalid: receipt.json is not JSON that can be canonical (RFC 8785)"
    NOT_CANONICAL = "invalid: receipt.json is not written as canonical JSON (RFC 8785)"
    NO_FIELD = "invalid: receipt.json has no proper field '{field}'"
    BAD_POLICY = "invalid: the policy is malformed ({detail})"
    BAD_PROOF = "invalid: receipt.tlog-proof is malformed ({detail})"
    OTHER_LOG = "invalid: the checkpoint is of the log {log}, for which no key is accepted"
    FALSE_SIGNATURE = "invalid: the signature by {name} under the checkpoint is false"
    NOT_SIGNED = "invalid: the checkpoint is not signed by the accepted key of {log}"
    NO_QUORUM = "invalid: too few of the witnesses that the policy asks for have cosigned the checkpoint"
    NOT_INCLUDED = "invalid: receipt.json is not the leaf that the proof is about, or the proof is false"
    NO_RECEIPT = "invalid: no receipt here"
    ABOUT = "this receipt is about the file on the slip"
    NOT_ABOUT = "this receipt is not about the file on the slip"
    IN_IT = "{file}: was in the file, byte for byte"
    NOT_IN_IT = "{file}: was not in the file, or not exactly like this"
    NO_ANNEX = "{file}: cannot be told, for the bundle does not carry the annex"
    FALSE_ANNEX = "{file}: cannot be told, for the annex in the bundle is not the one that the receipt states"
    NO_COPY = "{file}: cannot be read"


_DUTCH: Final[Mapping[Finding, str]] = {
    Finding.VALID: "geldig: blad {index} van {size} in het logboek {log}, getekend met de opgegeven sleutel",
    Finding.UNPINNED: (
        "ongeschonden, herkomst niet geverifieerd: blad {index} van {size} in een logboek dat zich {log} "
        "noemt; vingerafdruk van de sleutel: {fingerprint}. Vergelijk die met wat de organisatie publiceert, "
        "of geef --log-key op"
    ),
    Finding.NO_FILE: "ongeldig: {file} ontbreekt",
    Finding.UNREADABLE: "ongeldig: {file} is niet te lezen",
    Finding.TOO_LARGE: "ongeldig: {file} is groter dan 1 MiB",
    Finding.NOT_UTF8: "ongeldig: {file} is geen UTF-8-tekst",
    Finding.NOT_JSON: "ongeldig: receipt.json is geen JSON die canoniek kan zijn (RFC 8785)",
    Finding.NOT_CANONICAL: "ongeldig: receipt.json is niet als canonieke JSON geschreven (RFC 8785)",
    Finding.NO_FIELD: "ongeldig: receipt.json heeft geen goed veld '{field}'",
    Finding.BAD_POLICY: "ongeldig: de policy is misvormd ({detail})",
    Finding.BAD_PROOF: "ongeldig: receipt.tlog-proof is misvormd ({detail})",
    Finding.OTHER_LOG: "ongeldig: het controlepunt is van het logboek {log}; daarvan is geen sleutel bekend",
    Finding.FALSE_SIGNATURE: "ongeldig: de handtekening van {name} onder het controlepunt is vals",
    Finding.NOT_SIGNED: "ongeldig: het controlepunt is niet getekend met de bekende sleutel van {log}",
    Finding.NO_QUORUM: "ongeldig: te weinig van de getuigen die de policy verlangt, hebben meegetekend",
    Finding.NOT_INCLUDED: ("ongeldig: receipt.json is niet het blad waar het bewijs over gaat, of het bewijs is vals"),
    Finding.NO_RECEIPT: "ongeldig: hier staat geen bewijs",
    Finding.ABOUT: "dit bewijs gaat over het dossier op de bewijsbrief",
    Finding.NOT_ABOUT: "dit bewijs gaat niet over het dossier op de bewijsbrief",
    Finding.IN_IT: "{file}: zat in het dossier, byte voor byte",
    Finding.NOT_IN_IT: "{file}: zat niet in het dossier, of niet precies zo",
    Finding.NO_ANNEX: "{file}: niet te zeggen, want de bijlage zit niet in de bundel",
    Finding.FALSE_ANNEX: "{file}: niet te zeggen, want de bijlage in de bundel is niet die van het bewijs",
    Finding.NO_COPY: "{file}: niet te lezen",
}

HELP: Final[dict[str, dict[str, str]]] = {
    "en": {
        "program": "Check deletion receipts without a database, a network or the organisation's help.",
        "verify": "check a receipt: its folder, its zip, a folder full of either, or its URL",
        "path": "a folder with receipt.json, receipt.tlog-proof and policy, a zip of it, a folder of these, or a URL",
        "log_key": "the organisation's public log key, from a source other than the receipt itself; may be repeated",
        "policy": "your own policy (C2SP tlog-policy) in place of the one that came along: keys, witnesses, quorum",
        "slip": "the slip of the young person (slip.json): tells whether a receipt is about their file",
        "copy": "a copy that was kept: tells, with --slip, whether it was in the file; may be repeated",
        "witness": "look at a copy of the log: cosign its head when it only grew, or refuse it",
        "mirror": "a copy of the log's mirror, a folder or a URL: checkpoint and tile/ (C2SP tlog-tiles)",
        "audit": "check a whole copy of the log: leaves, tiles, head, and what disappeared between inventories",
        "inventory": "the list of an inventory (export_inventory), the oldest first; may be repeated",
        "witness_key": "your own key, a file that nobody else reads; beside it is kept what was seen last",
        "witness_name": "makes the key when there is none: your name, a URL without https://, no spaces",
        "witness_to": "the folder of witnesses that the organisation reads",
        "language": "language of the answers (default: from LANGUAGE, LC_ALL or LANG)",
        "limits": """\
A valid receipt proves that whoever holds the log key made exactly this statement, that the log's
signed checkpoint counts it at this place, and that not one byte of it has changed since.

It does not prove that the statement is true: no proof can show that nobody kept a copy. It does not
prove when it was made, nor that everyone is shown the same log, unless independent witnesses cosigned
(the policy says which). "destroyed" means data and key deleted; until "final" an old backup may still
be opened.

Exit status: 0 valid, 2 intact but origin not verified (no --log-key or --policy), 1 invalid, 64 wrong use.
Of many receipts the worst counts: 1 over 2 over 0.""",
    },
    "nl": {
        "program": "Controleer vernietigingsbewijzen zonder database, netwerk of hulp van de organisatie.",
        "verify": "controleer een bewijs: de map, de zip, een map vol daarvan, of de URL",
        "path": "een map met receipt.json, receipt.tlog-proof en policy, een zip daarvan, een map vol zulke, of URL",
        "log_key": "de openbare logboeksleutel van de organisatie, uit een andere bron dan het bewijs; herhaalbaar",
        "policy": "uw eigen policy (C2SP tlog-policy) in plaats van de meegekomen: sleutels, getuigen, quorum",
        "slip": "de bewijsbrief van de jongere (slip.json): zegt of een bewijs over diens dossier gaat",
        "copy": "een bewaarde kopie: zegt, met --slip, of zij in het dossier zat; herhaalbaar",
        "witness": "bekijk een kopie van het logboek: teken de stand mee als het alleen groeide, of weiger die",
        "mirror": "een kopie van de spiegel van het logboek, een map of een URL: checkpoint en tile/ (C2SP tlog-tiles)",
        "audit": "controleer een hele kopie van het logboek, en wat er tussen inventarissen verdween",
        "inventory": "de lijst van een inventaris (export_inventory), de oudste eerst; herhaalbaar",
        "witness_key": "uw eigen sleutel, een bestand dat niemand anders leest; ernaast staat wat u het laatst zag",
        "witness_name": "maakt de sleutel als die er nog niet is: uw naam, een URL zonder https://, geen spaties",
        "witness_to": "de map met getuigen die de organisatie leest",
        "language": "taal van de antwoorden (standaard: volgens LANGUAGE, LC_ALL of LANG)",
        "limits": """\
Een geldig bewijs toont aan dat de houder van de logboeksleutel precies deze verklaring heeft afgelegd,
dat het getekende controlepunt van het logboek haar op deze plaats meetelt, en dat er sindsdien geen
byte is veranderd.

Het toont niet aan dat de verklaring waar is: dat niemand een kopie bewaarde, is niet te bewijzen. Het
toont ook niet aan wanneer zij is afgelegd, of dat iedereen hetzelfde logboek te zien krijgt, tenzij
onafhankelijke getuigen meetekenden (de policy noemt ze). "destroyed" betekent dat gegevens en sleutel
zijn verwijderd; tot "final" kan een oude back-up nog te openen zijn.

Afsluitcode: 0 geldig, 2 ongeschonden maar herkomst niet geverifieerd (geen --log-key of --policy), 1 ongeldig,
64 verkeerd gebruik. Van vele bewijzen telt het slechtste: 1 boven 2 boven 0.""",
    },
}

WITNESS_SAYS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "cosigned": "cosigned the head of {size} leaves; your public key is {vkey}",
        "unsigned": "not cosigned: the head of {size} leaves is not signed by the log's key that you gave",
        "shrunk": "REFUSED: the log shrank to {size} leaves. What it stated before is gone: ask why, and tell others",
        "forked": "REFUSED: the head of {size} leaves does not continue the one you cosigned. The log was rewritten",
        "unreadable": "not cosigned: this copy of the log, or your key, cannot be read",
    },
    "nl": {
        "cosigned": "stand van {size} bladen meegetekend; uw openbare sleutel is {vkey}",
        "unsigned": "niet meegetekend: de stand van {size} bladen is niet getekend met de opgegeven logboeksleutel",
        "shrunk": "GEWEIGERD: het logboek kromp tot {size} bladen. Wat er stond is weg: vraag waarom, zeg het anderen",
        "forked": "GEWEIGERD: de stand van {size} bladen volgt niet op die u meetekende. Het logboek is herschreven",
        "unreadable": "niet meegetekend: deze kopie van het logboek, of uw sleutel, is niet te lezen",
    },
}


AUDIT_SAYS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "whole": "whole: {size} leaves, every tile and the signed head agree; {lists} lists of inventories fit",
        "broken": "NOT WHOLE: {size} leaves",
        "head": "the signed head of {place} leaves is not the root of the leaves in this copy",
        "tile": "{place} is missing or is not what the leaves make",
        "inventory": "list {place} is of no inventory that this log states",
        "no_receipt": "dossier {place} disappeared between two inventories, and no receipt says so",
        "unsigned": "nothing can be said: the head is not signed by the log's key that you gave",
        "unreadable": "nothing can be said: this copy of the log, or a list, cannot be read",
    },
    "nl": {
        "whole": "gaaf: {size} bladen, tegels en getekende stand kloppen; {lists} lijsten van inventarissen passen",
        "broken": "NIET GAAF: {size} bladen",
        "head": "de getekende stand van {place} bladen is niet de wortel van de bladen in deze kopie",
        "tile": "{place} ontbreekt of is niet wat de bladen maken",
        "inventory": "lijst {place} is van geen inventaris die in dit logboek staat",
        "no_receipt": "dossier {place} verdween tussen twee inventarissen, en geen bewijs zegt dat",
        "unsigned": "er is niets te zeggen: de stand is niet getekend met de opgegeven logboeksleutel",
        "unreadable": "er is niets te zeggen: deze kopie van het logboek, of een lijst, is niet te lezen",
    },
}


def sentence(finding: Finding, values: Mapping[str, str], language: str) -> str:
    """Return the sentence for `finding` on one line, in `nl` or else in English, fit for a terminal."""
    template = _DUTCH[finding] if language == "nl" else finding.value
    return template.format_map({name: printable(value) for name, value in values.items()})


def printable(text: str) -> str:
    """Escape what could steer a terminal or break the line: the values come from the file under suspicion."""
    escaped = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return "".join(escaped)
