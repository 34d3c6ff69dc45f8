"""Who comes back, by the month of the first order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.tables import COHORTS, SUCCESSFUL, conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

WITHIN: Final = (1, 2, 3, 6, 12)
"""Months after the first order that the table looks at."""

MONTH_DAYS: Final = 30


def cohorts(
    orders: pd.DataFrame, today: dt.date, months: int = 12, within: Sequence[int] = WITHIN
) -> pd.DataFrame:
    """Return how many of each month's new buyers bought again on a later day.

    A month of coming back is 30 days from the customer's own first day, so that who began on the
    31st has as long as who began on the 1st. Where that time is not over for the whole month's
    buyers the cell is missing, not low.

    Args:
        orders: ORDERS with ``customer``.
        today: the day to count from.
        months: so many months of first orders, up to that of today; those before them are left
            out.
        within: months of coming back.

    Returns:
        COHORTS, by month and ``within``; a month without new buyers has no rows.
    """
    codes, keys = pd.factorize(orders["customer"])
    when = orders["paid"].fillna(orders["created"]).to_numpy().astype("datetime64[D]")
    good = orders["status"].isin(SUCCESSFUL).to_numpy() & (codes >= 0) & ~np.isnat(when)
    day, far = when.astype(np.int64), np.iinfo(np.int64).max
    first = np.full(len(keys) + 1, far)  # the last one is nobody: code -1
    np.minimum.at(first, codes[good], day[good])
    later = good & (day > first[codes])
    second = np.full(len(keys) + 1, far)
    np.minimum.at(second, codes[later], day[later])
    bought = first < far
    began = first[bought].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    gap = np.where(second < far, second, far)[bought] - first[bought]
    this = np.datetime64(today, "M").astype(np.int64)
    kept = began > this - months
    number = np.maximum(this - began[kept], 0)
    buyers = np.bincount(number, minlength=months)
    parts = []
    now = np.datetime64(today, "D")
    starts = (this - np.arange(len(buyers))).astype("datetime64[M]")
    ends = (starts + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    for span in within:
        back = np.bincount(number[gap[kept] <= span * MONTH_DAYS], minlength=len(buyers))
        over = np.asarray(ends + np.timedelta64(span * MONTH_DAYS, "D") <= now)
        came = pd.Series(back, dtype="Int64").where(over)
        parts.append(
            pd.DataFrame(
                {
                    "month": starts.astype("datetime64[us]"),
                    "within": span,
                    "buyers": buyers,
                    "came_back": came,
                    "rate": np.where(over, back / np.maximum(buyers, 1), np.nan),
                }
            )[buyers > 0]
        )
    table = pd.concat(parts, ignore_index=True)
    return conform(table.sort_values(["month", "within"]).reset_index(drop=True), COHORTS)
