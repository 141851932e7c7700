"""GB/T 8170, once, from the text."""

import pytest

from adjoin.core.refusal import Refusal
from adjoin.core.units import decimal, round_half_even


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("0.35", 1, "0.4"),  # a binary float says 0.3
        ("1.05", 1, "1.0"),
        ("2.5", 0, "2"),
        ("-2.5", 0, "-2"),
        ("0.004", 2, "0.004"),  # a value that is not zero never becomes zero
        ("0.0095", 0, "0.01"),  # one significant digit, also where it carries
        ("0.00", 1, "0.0"),
        ("1e-3", 3, "0.001"),
        ("9" * 60 + "." + "9" * 60, 0, "1" + "0" * 60),
        ("1e99", 2, "1" + "0" * 99 + ".00"),
    ],
)
def test_half_to_even(value, decimals, rounded):
    assert round_half_even(value, decimals) == rounded


@pytest.mark.parametrize("text", ["", "0,5", "----", "NaN", "inf", "1_0", "１", "1e999", "0x1", "1 2", "9" * 61])
def test_what_is_no_number(text):
    with pytest.raises(Refusal, match="not_a_number"):
        decimal(text)
