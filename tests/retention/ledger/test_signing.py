import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retention.ledger.checkpoint import Checkpoint, sign_checkpoint
from retention.ledger.encoding import decode_base64, encode_base64
from retention.ledger.errors import MalformedError, SignatureError
from retention.ledger.keys import LOG, WITNESS, LogKey, VerifierKey
from retention.ledger.note import Note, Signature, sign_note
from retention.ledger.tlog_proof import TlogProof

from . import strategies as my

# The example of C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The well-known key pair in the tests of Go's golang.org/x/mod/sumdb/note.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
HEAD = "behind.example/sofa\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_example_of_the_specification_is_accepted() -> None:
    key = VerifierKey.parse(EXAMPLE_KEY)
    assert Note.parse(EXAMPLE).signers([key]) == {key}


def test_keys_and_notes_are_those_of_go() -> None:
    key = LogKey.parse(GO_PRIVATE)
    assert key.vkey == GO_PUBLIC
    assert str(sign_note(GO_TEXT, key)) == GO_NOTE


@given(my.log_keys, my.note_texts)
def test_a_note_is_accepted_under_the_key_that_signed_it(key: LogKey, text: str) -> None:
    assert sign_note(text, key).signers([key.verifier]) == {key.verifier}


@given(my.log_keys, my.note_texts, my.lines)
def test_a_signature_does_not_carry_over_to_another_text(key: LogKey, text: str, more: str) -> None:
    note = Note(f"{more}{text}", sign_note(text, key).signatures)
    with pytest.raises(SignatureError):
        note.signers([key.verifier])


@given(st.data(), my.log_keys)
def test_a_changed_signature_by_a_known_key_is_refused(data: st.DataObject, key: LogKey) -> None:
    (signature,) = sign_note(HEAD, key).signatures
    bit = data.draw(st.integers(0, 8 * len(signature.value) - 1))
    value = (int.from_bytes(signature.value) ^ 1 << bit).to_bytes(len(signature.value))
    with pytest.raises(SignatureError, match="is false"):
        Note(HEAD, (Signature(key.name, signature.key_id, value),)).signers([key.verifier])


@pytest.mark.parametrize("value", [b"\x00", bytes(63), bytes(64), bytes(65)])
@pytest.mark.parametrize("kind", [LOG, WITNESS])
def test_a_signature_of_the_wrong_length_is_refused(value: bytes, kind: int) -> None:
    key = VerifierKey("a.example", kind, LogKey.generate("a.example").verifier.public)
    with pytest.raises(SignatureError):
        Note(HEAD, (Signature(key.name, key.key_id, value),)).signers([key])


def test_signatures_of_unknown_keys_are_ignored_even_with_a_known_name_or_id() -> None:
    log, stranger = LogKey.generate("log.example"), LogKey.generate("stranger.example")
    same_id = Signature("stranger.example", log.verifier.key_id, bytes(64))
    same_name = Signature("log.example", stranger.verifier.key_id, bytes(64))
    note = Note(HEAD, (same_id, *sign_note(HEAD, log).signatures, same_name))
    assert note.signers([log.verifier]) == {log.verifier}
    assert note.signers([]) == frozenset()


def test_sixteen_signatures_are_read_and_a_flood_is_not() -> None:
    signatures = sign_note(HEAD, LogKey.generate("log.example")).signatures
    assert len(Note.parse(str(Note(HEAD, signatures * 16))).signatures) == 16
    with pytest.raises(MalformedError):
        Note(HEAD, signatures * 65)


def cosigned(text: str, seconds: int) -> tuple[VerifierKey, Signature]:
    private = Ed25519PrivateKey.generate()
    key = VerifierKey("witness.example/w1", WITNESS, private.public_key().public_bytes_raw())
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    return key, Signature(key.name, key.key_id, seconds.to_bytes(8) + private.sign(message))


def test_a_witness_is_counted_with_the_time_that_it_signed() -> None:
    key, signature = cosigned(HEAD, 1_679_315_147)
    assert Note(HEAD, (signature,)).signers([key]) == {key}
    later = (1_679_315_148).to_bytes(8) + signature.value[8:]
    with pytest.raises(SignatureError):
        Note(HEAD, (Signature(key.name, key.key_id, later),)).signers([key])


def test_a_cosigned_time_beyond_63_bits_is_refused() -> None:
    key, signature = cosigned(HEAD, 2**63)
    with pytest.raises(SignatureError):
        Note(HEAD, (signature,)).signers([key])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("example.com/foo", ""),
        EXAMPLE_KEY.replace("foo", "f oo"),
        EXAMPLE_KEY.replace("foo", "bar"),
        EXAMPLE_KEY + "\n",
        EXAMPLE_KEY[:-4],
        "example.com/foo+530d903a+",
    ],
)
def test_a_malformed_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedError):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize("text", [GO_PUBLIC, GO_PRIVATE[:-4], GO_PRIVATE.replace("c74f", "c74e"), "PRIVATE+KEY+"])
def test_a_malformed_private_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        LogKey.parse(text)


def test_a_private_key_for_another_algorithm_is_refused() -> None:
    head, material = GO_PRIVATE.rsplit("+", 1)
    with pytest.raises(MalformedError):
        LogKey.parse(f"{head}+{encode_base64(bytes([2]) + decode_base64(material)[1:])}")


@pytest.mark.parametrize("character", ["\r", "\0", "\t", "\x1b", "\ud800"])
def test_a_note_holds_no_control_characters_and_only_utf8(character: str) -> None:
    with pytest.raises(MalformedError):
        Note.parse(EXAMPLE.replace("example message", f"example{character}message"))


def test_a_generated_key_is_new_and_shows_no_secret() -> None:
    key = LogKey.generate("log.example")
    assert key.seed != LogKey.generate("log.example").seed
    assert repr(key) == "LogKey(name='log.example')"


def test_a_checkpoint_is_signed_by_the_key_of_its_origin_only() -> None:
    checkpoint = Checkpoint("log.example", 0, bytes(32))
    note = sign_checkpoint(checkpoint, LogKey.generate("log.example"))
    assert Checkpoint.parse(note.text) == checkpoint
    with pytest.raises(ValueError, match="another name"):
        sign_checkpoint(checkpoint, LogKey.generate("other.example"))


@pytest.mark.parametrize(
    "text",
    [
        HEAD[:-1],
        HEAD + "\n",
        "\n" + HEAD,
        HEAD.replace("\n3\n", "\n03\n"),
        HEAD.replace("\n3\n", "\n\n"),
        HEAD.replace("q2I=", "q2J="),
        HEAD.replace("q2I=", ""),
        HEAD.replace("sofa", "so\tfa"),
        "origin\n3\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(("size", "root"), [(-1, bytes(32)), (2**63, bytes(32)), (1, bytes(31)), (1, b"")])
def test_a_checkpoint_out_of_bounds_is_never_made(size: int, root: bytes) -> None:
    with pytest.raises(MalformedError):
        Checkpoint("log.example", size, root)


def test_a_proof_with_a_cut_hash_or_empty_extra_data_is_never_made() -> None:
    note = sign_note(str(Checkpoint("log.example", 2, bytes(32))), LogKey.generate("log.example"))
    for hashes, extra in (((bytes(31),), None), ((bytes(32),), b"")):
        with pytest.raises(MalformedError, match="too short"):
            TlogProof(0, hashes, note, extra)


@given(my.tlog_proofs(), my.hashes)
def test_a_proof_of_the_wrong_length_or_place_is_never_made(proof: TlogProof, more: bytes) -> None:
    size = proof.checkpoint.size
    with pytest.raises(MalformedError, match="instead of"):
        TlogProof(proof.index, (*proof.hashes, more), proof.note)
    if proof.hashes:
        with pytest.raises(MalformedError, match="instead of"):
            TlogProof(proof.index, proof.hashes[1:], proof.note)
    with pytest.raises(MalformedError, match="is not in a log"):
        TlogProof(size, proof.hashes, proof.note)
