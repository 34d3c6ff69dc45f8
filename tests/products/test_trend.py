"""Rising and falling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.products.trend import Trend, limit, mann_kendall, monthly
from tests.making import examples

Months = st.lists(st.integers(0, 6), min_size=2, max_size=12)


def trend_of(*series: list[int]) -> Trend:
    width = max(map(len, series))
    counts = np.array([[0] * (width - len(one)) + one for one in series])
    return mann_kendall(counts, np.array([len(one) for one in series]))


@given(Months)
@examples(40)
def test_against_the_definition(months: list[int]) -> None:
    """S, its variance with ties and z are those of Kendall's book, counted pair by pair."""
    found, n = trend_of(months), len(months)
    pairs = [(a, b) for at, a in enumerate(months) for b in months[at + 1 :]]
    score = sum((b > a) - (b < a) for a, b in pairs)
    ties = [months.count(value) for value in set(months)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    z = 0.0 if not variance else np.sign(score) * max(abs(score) - 1, 0) / variance**0.5
    assert found.tau[0] == pytest.approx(score / len(pairs))
    assert found.z[0] == pytest.approx(z)


@given(Months)
@examples(40)
def test_backwards_is_the_opposite(months: list[int]) -> None:
    """Months in reverse have the opposite trend."""
    one, other = trend_of(months), trend_of(months[::-1])
    assert one.z[0] == pytest.approx(-other.z[0])


@given(st.lists(Months, min_size=1, max_size=4))
@examples(20)
def test_each_product_by_itself(series: list[list[int]]) -> None:
    """Products of different age side by side are tested as if each were alone."""
    together = trend_of(*series)
    assert list(together.z) == pytest.approx([trend_of(one).z[0] for one in series])


def test_a_published_example() -> None:
    """Twelve rising months: tau 1, z = 65 / sqrt(12 * 11 * 29 / 18)."""
    found = trend_of(list(range(12)))
    assert found.tau[0] == 1
    assert found.z[0] == pytest.approx(4.457, abs=0.001)
    assert limit(0.95) == pytest.approx(1.96, abs=0.001)


def test_the_month_of_the_first_sale_is_not_whole() -> None:
    """Months are of 30 days back from today; the one that the first sale cuts short is left out."""
    counts, months = monthly(np.array([0, 0, 0, 1]), np.array([0, 29, 65, 29]), 3, 12)
    assert counts[0].tolist()[-3:] == [1, 0, 2]
    assert months.tolist() == [2, 1, 0]
