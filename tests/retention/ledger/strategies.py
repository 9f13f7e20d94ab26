"""Arbitrary values of the ledger's texts, and texts that are almost right."""

from hypothesis import strategies as st

from retention.ledger.checkpoint import Checkpoint
from retention.ledger.keys import LOG, WITNESS, LogKey, VerifierKey
from retention.ledger.note import Note, Signature
from retention.ledger.proof import path_length
from retention.ledger.tlog_proof import TlogProof

hashes = st.binary(min_size=32, max_size=32)
characters = st.characters(codec="utf-8", min_codepoint=0x20)
lines = st.text(characters, min_size=1, max_size=20)
names = lines.filter(lambda text: not any(c == "+" or c.isspace() for c in text))
sizes = st.integers(0, 2**63 - 1)

log_keys = st.builds(LogKey, names, hashes)
verifier_keys = st.builds(VerifierKey, names, st.sampled_from([LOG, WITNESS]), hashes)
signatures = st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
signature_lists = st.lists(signatures, min_size=1, max_size=4).map(tuple)
note_texts = st.lists(st.one_of(lines, st.just("")), max_size=5).map(lambda rows: "\n".join([*rows, ""]) or "\n")
notes = st.builds(Note, note_texts, signature_lists)
checkpoints = st.builds(Checkpoint, lines, sizes, hashes, st.lists(lines, max_size=2).map(tuple))


@st.composite
def tlog_proofs(draw: st.DrawFn) -> TlogProof:
    size = draw(st.integers(1, 2**63 - 1))
    index = draw(st.integers(0, size - 1))
    length = path_length(index, size)
    path = tuple(draw(st.lists(hashes, min_size=length, max_size=length)))
    note = Note(str(draw(st.builds(Checkpoint, lines, st.just(size), hashes))), draw(signature_lists))
    return TlogProof(index, path, note, draw(st.none() | st.binary(min_size=1, max_size=20)))


def almost(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Right texts with a few characters replaced, left out or put in."""

    @st.composite
    def damaged(draw: st.DrawFn) -> str:
        text = draw(texts)
        for _ in range(draw(st.integers(0, 3))):
            begin = draw(st.integers(0, len(text)))
            end = draw(st.integers(begin, min(begin + 2, len(text))))
            text = text[:begin] + draw(st.text(st.sampled_from("\n\r\0 +=A0/—\u2028é"), max_size=2)) + text[end:]
        return text

    return damaged()


def any_text(right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Anything at all, lone surrogates included, and often something almost right."""
    wild = st.text(st.characters(exclude_categories=()), max_size=200)
    return st.one_of(wild, almost(right))
