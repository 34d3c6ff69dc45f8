"""Shares as text."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.shares import percent, points


@given(st.integers(-3000, 3000), st.integers(1, 3000), st.integers(0, 2))
def test_half_goes_up_as_in_a_spreadsheet(part: int, whole: int, digits: int) -> None:
    """The nearest step, and from half on the one farther from 0: of the exact fraction."""
    steps = abs(Fraction(part, whole)) * 100 * 10**digits
    up = int(steps + Fraction(1, 2))
    assert abs(Fraction(points(part / whole, digits))) * 10**digits == up


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(13 / 40, 0, "33%"), (57 / 200, 0, "29%"), (1 / 16, 1, "6.3%"), (1.0, 1, "100.0%")],
)
def test_as_it_is_read(share: float, digits: int, text: str) -> None:
    """Halves that a float holds exactly, and halves that it does not."""
    assert percent(share, digits) == text


@pytest.mark.parametrize(("share", "text"), [(-0.205, "-21%"), (0.125, "+13%"), (-0.001, "+0%")])
def test_with_a_sign(share: float, text: str) -> None:
    """A change says its direction; what is rounded to nothing is no fall."""
    assert percent(share, sign=True) == text
