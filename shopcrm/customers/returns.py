"""What comes back: refunded value against paid value, with a bound for small numbers."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]


def lower_bound(rate: Numbers, count: npt.NDArray[np.int64], confidence: float) -> Numbers:
    """Return the lower end of the Wilson score interval, one-sided.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927). With two orders sent back out of two the
    bound is far below 100 %, which is the point: two orders prove little.

    Args:
        rate: observed rate, 0 to 1; NaN where there is nothing to observe.
        count: number of observations.
        confidence: one-sided, 0.8 for 80 %.
    """
    z = NormalDist().inv_cdf(confidence)
    n = np.maximum(count, 1)
    centre = rate + z * z / (2 * n)
    spread = z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    bound: Numbers = np.maximum((centre - spread) / (1 + z * z / n), 0.0)
    return bound
