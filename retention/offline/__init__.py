"""The verifier for people: one HTML file that works offline, from a USB stick, in any current browser.

It is put together from the small sources in this folder. Its content security policy allows exactly the script and the
style within it, by their hashes, and no connection at all.
"""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from string import Template

NAME = "verify.html"
_SOURCES = "encoding", "merkle", "note", "policy", "zip", "slip", "verify", "words", "reasons", "page"
_HERE = Path(__file__).parent


@cache
def page() -> bytes:
    """Return the whole page. The order of its scripts does not matter but for the last, which begins."""
    script = "\n" + "\n".join(sources())
    style = "\n" + (_HERE / "style.css").read_text(encoding="utf-8")
    allowed = (
        f"default-src 'none'; script-src '{_hashed(script)}'; style-src '{_hashed(style)}'; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'"
    )
    frame = Template((_HERE / "page.html").read_text(encoding="utf-8"))
    return frame.substitute(policy=allowed, script=script, style=style).encode()


def sources() -> list[str]:
    """Return the scripts of the page, in their order."""
    return [(_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SOURCES]


def _hashed(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
