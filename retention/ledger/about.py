"""What the holder of a slip can show: this receipt is about my file, and this copy was in it."""

from pathlib import Path

from retention.ledger.annex import annex_root, read_annex
from retention.ledger.bundles import ANNEX, Bundle, MissingError, TooLargeError, UnreadableError
from retention.ledger.errors import MalformedError
from retention.ledger.messages import Finding
from retention.ledger.slip import Slip
from retention.ledger.verify import stated

WHOLE = frozenset({Finding.ABOUT, Finding.IN_IT})


def about(bundle: Bundle, slip: Slip) -> Finding:
    """Tell whether a receipt, of which the proof was verified, is about the file on the slip."""
    return Finding.ABOUT if slip.is_about(stated(bundle)) else Finding.NOT_ABOUT


def copy_in(bundle: Bundle, slip: Slip, copy: Path) -> Finding:
    """Tell whether a kept copy is, byte for byte, one of the documents that the receipt counts. Never raises."""
    try:
        digests = read_annex(bundle.read(ANNEX).decode("ascii"))
        with copy.open("rb") as content:
            digest = slip.digest(content)
    except MissingError:
        return Finding.NO_ANNEX
    except OSError:
        return Finding.NO_COPY
    except (UnreadableError, TooLargeError, MalformedError, UnicodeDecodeError):
        return Finding.FALSE_ANNEX
    if annex_root(digests).hex() != stated(bundle).get("annex"):
        return Finding.FALSE_ANNEX
    return Finding.IN_IT if digest in digests else Finding.NOT_IN_IT
