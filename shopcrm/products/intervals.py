"""Intervals of rates, so that nothing is claimed of a few orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.customers.returns import lower_bound

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]


def wilson(
    hits: npt.NDArray[np.int64], count: npt.NDArray[np.int64], confidence: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Return rates with the ends of their Wilson score intervals; NaN where nothing was counted.

    Source: see :func:`shopcrm.customers.returns.lower_bound`, whose bound is one-sided.

    Args:
        hits: how many of them did.
        count: of how many.
        confidence: two-sided, 0.9 for 90 %.

    Returns:
        Rate, lower end, upper end.
    """
    one_sided = 1 - (1 - confidence) / 2
    rate = np.where(count > 0, hits / np.maximum(count, 1), np.nan)
    low = lower_bound(rate, count, one_sided)
    return rate, low, 1 - lower_bound(1 - rate, count, one_sided)
