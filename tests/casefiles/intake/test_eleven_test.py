import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.bsn import is_bsn


@pytest.mark.parametrize("number", ["111222333", "999990019", "123456782"])
def test_numbers_that_pass_are_taken(number: str) -> None:
    assert is_bsn(number)


@pytest.mark.parametrize(
    "text", ["", "123456789", "000000000", "11122233", "0111222333", "111222333 ", "11122233x", "١١١٢٢٢٣٣٣"]
)
def test_what_is_not_nine_ascii_digits_that_pass_is_not_taken(text: str) -> None:
    assert not is_bsn(text)


@given(st.integers(1, 99_999_999).map("{:08d}".format), st.integers(0, 8), st.integers(1, 9))
def test_one_check_digit_at_most_passes_and_one_wrong_digit_is_always_found(start: str, place: int, more: int) -> None:
    passing = [start + digit for digit in "0123456789" if is_bsn(start + digit)]
    assert len(passing) <= 1
    for number in passing:
        digit = (int(number[place]) + more) % 10
        assert not is_bsn(f"{number[:place]}{digit}{number[place + 1 :]}")
