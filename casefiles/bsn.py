"""The Dutch citizen service number (burgerservicenummer, BSN)."""

import re

_NINE_DIGITS = re.compile(r"[0-9]{9}")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def is_bsn(text: str) -> bool:
    """Say whether `text` can be a BSN: nine ASCII digits, not all zero, that pass the eleven test.

    The eleven test (elfproef): the digits weighted 9, 8, 7, 6, 5, 4, 3, 2 and -1 sum to a multiple of 11
    (Logisch Ontwerp BSN). It finds every single wrong digit; it does not say that the number was issued.
    """
    if not _NINE_DIGITS.fullmatch(text) or text == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=True)) % 11 == 0
