"""Laws of gaps and of the lower bound."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.returns import lower_bound
from shopcrm.customers.rhythm import expected_gaps, purchase_gaps, usual_gap
from tests.making import examples


def whole(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def test_gaps_between_days() -> None:
    """Gaps are between distinct days of one customer, in whatever order the orders stand."""
    codes, gaps = purchase_gaps(whole(1, 0, 0, 1, 0), whole(9, 30, 10, 2, 10))
    assert list(zip(codes, gaps, strict=True)) == [(0, 20), (1, 7)]


def test_usual_gap() -> None:
    """The usual gap is the median; too few gaps give the default."""
    assert usual_gap(whole(1, 2, 30, 40), 4, 90) == 16
    assert usual_gap(whole(1, 2, 30, 40), 5, 90) == 90
    assert usual_gap(whole(), 0, 90) == 90


@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=9),
    st.floats(1, 900),
    st.sampled_from((0.0, 0.5, 1.5, 4.0)),
)
@examples(60)
def test_shrinking(gaps: list[int], usual: float, weight: float) -> None:
    """The expected gap lies between one's own geometric mean and the shop's usual gap."""
    codes = np.zeros(len(gaps), np.int64)
    expected = expected_gaps(codes, whole(*gaps), 2, usual, weight)
    own = math.exp(sum(map(math.log, gaps)) / len(gaps))
    assert min(own, usual) * (1 - 1e-9) <= expected[0] <= max(own, usual) * (1 + 1e-9)
    assert expected[1] == pytest.approx(usual)


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from((0.6, 0.8, 0.95)))
@examples(60)
def test_wilson(count: int, rate: float, confidence: float) -> None:
    """The bound is the smaller root of (p - rate)² = z² p (1 - p) / n, which defines Wilson's."""
    bound = float(lower_bound(np.array([rate]), whole(count), confidence)[0])
    z = NormalDist().inv_cdf(confidence)
    assert (bound - rate) ** 2 == pytest.approx(z * z * bound * (1 - bound) / count, abs=1e-9)
    assert 0 <= bound <= rate + 1e-12


def test_wilson_reference() -> None:
    """By hand: all of two, all of twenty; nothing observed has no bound."""
    bound = lower_bound(np.array([1.0, 1.0, np.nan]), whole(2, 20, 0), 0.8)
    assert bound[:2] == pytest.approx([0.7385, 0.9658], abs=1e-4)
    assert np.isnan(bound[2])
