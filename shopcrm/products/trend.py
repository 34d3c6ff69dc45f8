"""Whether the sales of a product rise or fall: the Mann-Kendall test on its months.

H. B. Mann, "Nonparametric tests against trend", Econometrica 13 (1945); M. G. Kendall, "Rank
correlation methods" (1975), for ties. It asks only how often a later month sold more than an
earlier one, so that one 双11 does not make a trend. A month is 30 days, counted back from today, so
that all are equally long and the last one is whole.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Numbers = npt.NDArray[np.float64]

MONTH_DAYS: Final = 30


class Trend(NamedTuple):
    """What the months of each product say.

    Attributes:
        months: whole months since the first sale, which the test looked at.
        orders: orders in these months.
        tau: -1 (every month less than all before) to 1; NaN for fewer than two months.
        z: of the test, with ties and the continuity correction; 0 where it says nothing.
    """

    months: Whole
    orders: Whole
    tau: Numbers
    z: Numbers


def monthly(codes: Whole, ages: Whole, size: int, most: int) -> tuple[Whole, Whole]:
    """Count sales by product and month, the oldest month first.

    Args:
        codes: product of each sale, in 0 ... size - 1.
        ages: days from the sale to today, not negative.
        size: number of products.
        most: months to look back at.

    Returns:
        Counts of ``size`` rows and ``most`` columns; and how many of the last columns are whole
        months since the product's first sale.
    """
    month = ages // MONTH_DAYS
    inside = month < most
    cell = codes[inside] * most + (most - 1 - month[inside])
    counts = np.bincount(cell, minlength=size * most).reshape(size, most)
    oldest = np.full(size, -1, np.int64)
    np.maximum.at(oldest, codes, ages)
    # The month of the first sale is cut short by it.
    whole = np.where(oldest >= 0, (oldest + 1) // MONTH_DAYS, 0)
    return counts, np.minimum(whole, most)


def mann_kendall(counts: Whole, months: Whole) -> Trend:
    """Test each row for a trend over its last ``months`` columns.

    Args:
        counts: sales by product (rows) and month (columns, the oldest first).
        months: how many of the last columns count, for each row.
    """
    size, most = counts.shape
    there = np.arange(most) >= most - months[:, None]
    score, tied = np.zeros(size, np.int64), np.ones((size, most), np.int64)
    for early in range(most):
        for late in range(early + 1, most):
            both = there[:, early]  # a later month counts wherever an earlier one does
            step = counts[:, late] - counts[:, early]
            score += np.where(both, np.sign(step), 0)
            equal = both & (step == 0)
            tied[:, early] += equal
            tied[:, late] += equal
    n = months.astype(np.float64)
    # Every member of a group of t equal months adds (t - 1)(2t + 5): t(t - 1)(2t + 5) a group.
    ties = np.where(there, (tied - 1) * (2 * tied + 5), 0).sum(axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    corrected = np.sign(score) * np.maximum(np.abs(score) - 1, 0)
    z = np.where(variance > 0, corrected / np.sqrt(np.where(variance > 0, variance, 1)), 0.0)
    pairs = n * (n - 1) / 2
    tau = np.where(pairs > 0, score / np.where(pairs > 0, pairs, 1), np.nan)
    return Trend(months, np.where(there, counts, 0).sum(axis=1), tau, z)


def limit(confidence: float) -> float:
    """Return the z beyond which a two-sided test is as sure as this."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)
