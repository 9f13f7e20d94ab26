import pytest

from retention.ledger.errors import MalformedError
from retention.ledger.keys import WITNESS, LogKey, VerifierKey
from retention.ledger.policy import Policy, log_policy

LOG = LogKey("log.example", bytes(range(32))).verifier
WITNESSES = {
    name: VerifierKey(f"{name.lower()}.example", WITNESS, LogKey(name, name.encode() * 16).verifier.public)
    for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
}
WITNESS_LINES = "".join(f"witness {name} {key}\n" for name, key in WITNESSES.items())
EXAMPLE = f"""\
# The example of C2SP tlog-policy.
log {LOG} https://log.example/

\t
{WITNESS_LINES}
  group X-witnesses\t2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def keys(*names: str) -> set[VerifierKey]:
    return {WITNESSES[name] for name in names}


@pytest.mark.parametrize(
    ("cosigners", "enough"),
    [
        ((), False),
        (("X1", "X2", "X3"), False),
        (("Y1", "Y2", "Y3"), False),
        (("X1", "Y1"), False),
        (("X1", "X3", "Y2"), True),
        (("X1", "X2", "X3", "Y1", "Y2", "Y3"), True),
    ],
)
def test_the_quorum_of_the_example_asks_for_two_of_one_group_and_one_of_the_other(
    cosigners: tuple[str, ...], enough: bool
) -> None:
    assert Policy.parse(EXAMPLE.encode()).is_witnessed_by(keys(*cosigners)) is enough


def test_a_policy_of_one_log_asks_for_no_witness() -> None:
    policy = Policy.parse(log_policy(LOG).encode())
    assert policy.logs == (LOG,)
    assert policy.is_witnessed_by(())


def test_a_single_witness_can_be_the_quorum() -> None:
    policy = Policy.parse(f"witness X1 {WITNESSES['X1']}\nquorum X1\n".encode())
    assert policy.is_witnessed_by(keys("X1"))
    assert not policy.is_witnessed_by(keys("X2"))


def test_names_are_opaque_octets() -> None:
    """U+212A, the Kelvin sign, is not the letter K; and octets that are no UTF-8 are names too."""
    key = str(WITNESSES["X1"]).encode()
    for name, other in ((b"\xe2\x84\xaa", b"K"), (b"\xff", b"\xfe")):
        assert Policy.parse(b"witness %s %s\nquorum %s\n" % (name, key, name)).is_witnessed_by(keys("X1"))
        with pytest.raises(MalformedError):
            Policy.parse(b"witness %s %s\nquorum %s\n" % (name, key, other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {LOG}\n",
        "quorum none\nquorum none\n",
        "quorum X1\n",
        f"quorum X1\nwitness X1 {WITNESSES['X1']}\n",
        f"log {LOG}\nlog {LOG}\nquorum none\n",
        f"log {WITNESSES['X1']}\nquorum none\n",
        f"witness W {LOG}\nquorum none\n",
        f"witness none {WITNESSES['X1']}\nquorum none\n",
        f"witness A {WITNESSES['X1']}\nwitness B {WITNESSES['X1']}\nquorum A\n",
        f"witness A {WITNESSES['X1']}\nwitness A {WITNESSES['X2']}\nquorum A\n",
        f"{WITNESS_LINES}group G any none\nquorum G\n",
        f"{WITNESS_LINES}group G all\nquorum G\n",
        f"{WITNESS_LINES}group G 0 X1\nquorum G\n",
        f"{WITNESS_LINES}group G 2 X1\nquorum G\n",
        f"{WITNESS_LINES}group G 01 X1\nquorum G\n",
        f"{WITNESS_LINES}group G most X1\nquorum G\n",
        f"{WITNESS_LINES}group G any X1 X1\nquorum G\n",
        f"{WITNESS_LINES}group G any X1\ngroup H any X1\nquorum G\n",
        f"{WITNESS_LINES}group G any H\ngroup H any X1\nquorum G\n",
        f"{WITNESS_LINES}group X1 any X2\nquorum X1\n",
        "log\nquorum none\n",
        "quorum none none\n",
        "quorum none\r\n",
        "nonsense\nquorum none\n",
    ],
)
def test_a_malformed_policy_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Policy.parse(text.encode())


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(MalformedError, match=r"^line 3: "):
        Policy.parse(b"# one\n\nnonsense\n")
