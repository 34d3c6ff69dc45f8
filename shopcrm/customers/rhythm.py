"""How often a customer buys: gaps between purchase days, and the gap to expect next.

A customer's own gaps are few, so their logarithms are shrunk toward the shop's usual gap with a
weight of one to two gaps: the best simple estimate when measured on shops' histories, and one
that works for a shop of 30 customers (DOMAIN, segments).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]


def buying_rhythm(
    codes: Whole,
    when: npt.NDArray[np.datetime64],
    size: int,
    policy: Policy,
    today: dt.date,
) -> tuple[pd.DataFrame, float]:
    """Return what a lifecycle stage depends on, one row a customer.

    Args:
        codes: customer number of each successful order, in 0 ... size - 1.
        when: its moment.
        size: number of customers.
        policy: ``rhythm``, ``churn.factor``, ``stages``.
        today: the day to count from.

    Returns:
        The columns of CUSTOMERS ``orders``, ``first_order``, ``last_order``, ``purchase_days``,
        ``days_since``, ``expected_gap``, ``overdue`` and ``late_by``; and the shop's usual gap.
    """
    number = np.bincount(codes, minlength=size)
    first, last = _ends(codes, when, size)
    days = when.astype("datetime64[D]").astype(np.int64)
    gap_codes, gaps = purchase_gaps(codes, days)
    shop_gap = usual_gap(
        gaps, policy.whole("rhythm.min_gaps"), policy.number("rhythm.default_gap_days")
    )
    expected = expected_gaps(gap_codes, gaps, size, shop_gap, policy.number("rhythm.weight"))
    bought = number > 0
    since = (np.datetime64(today, "D") - last.astype("datetime64[D]")).astype(np.int64)
    frame = pd.DataFrame(
        {
            "orders": number,
            "first_order": first,
            "last_order": last,
            "purchase_days": np.bincount(gap_codes, minlength=size) + bought,
            "days_since": pd.Series(np.where(bought, since, 0), dtype="Int64").where(bought),
            "expected_gap": np.where(bought, expected, np.nan),
            "overdue": np.where(bought, since / expected, np.nan),
            "late_by": _day_number(today) - expected_by(codes, days, size, shop_gap, policy),
        }
    )
    return frame, shop_gap


def _day_number(day: dt.date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def expected_by(
    codes: Whole, days: Whole, size: int, shop_gap: float, policy: Policy
) -> npt.NDArray[np.float64]:
    """Return the day by which each customer was expected at the latest, NaN for who never bought.

    After each order another one is expected within ``churn.factor`` of the gaps expected by then;
    before one is a repeat customer, not within the days in which one is new. The latest of these
    days counts: a quick order in between is good news, and never brings the warning nearer.

    Args:
        codes: customer number of each successful order.
        days: its day, counted from any fixed day.
        size: number of customers.
        shop_gap: the shop's usual gap.
        policy: ``churn.factor``, ``rhythm.weight``, ``stages``.
    """
    found = np.full(size, np.nan)
    if not len(codes):
        return found
    order = np.lexsort((days, codes))
    codes, days = codes[order], days[order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    first = np.repeat(starts, np.diff(np.append(starts, len(codes))))
    gaps = np.diff(days, prepend=days[0])
    gaps[starts] = 0
    real = gaps > 0
    # Sums within a customer: those over all, less what stood there at the first order.
    count, total = np.cumsum(real), np.cumsum(np.log(np.where(real, gaps, 1)))
    count, total = count - count[first], total - total[first]
    weight = policy.number("rhythm.weight")
    known = count + weight
    logs = (total + weight * np.log(shop_gap)) / np.where(known > 0, known, 1)
    within = policy.number("churn.factor") * np.where(known > 0, np.exp(logs), shop_gap)
    early = np.arange(len(codes)) - first + 1 < policy.whole("stages.repeat_orders")
    within = np.where(early, np.maximum(within, policy.whole("stages.new_days")), within)
    found[codes[starts]] = np.maximum.reduceat(days + within, starts)
    return found


def _ends(
    codes: Whole, when: npt.NDArray[np.datetime64], size: int
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
    """Return first and last moment of each customer, NaT without any."""
    first = np.full(size, np.datetime64("NaT", "us"))
    last = first.copy()
    order = np.argsort(when, kind="stable")
    last[codes[order]] = when[order]  # of equal indices numpy keeps the last
    first[codes[order[::-1]]] = when[order[::-1]]
    return first, last


def purchase_gaps(codes: Whole, days: Whole) -> tuple[Whole, Whole]:
    """Return the gaps between distinct purchase days of each customer.

    Args:
        codes: customer number of each successful order.
        days: its day, counted from any fixed day.

    Returns:
        The customer number of each gap, and the gap in days (at least 1).
    """
    order = np.lexsort((days, codes))
    codes, days = codes[order], days[order]
    same = codes[1:] == codes[:-1]
    gaps = days[1:] - days[:-1]
    real = same & (gaps > 0)
    return codes[1:][real], gaps[real]


def usual_gap(gaps: Whole, min_gaps: int, default: float) -> float:
    """Return the shop's usual gap in days, at least 1: the median, or the default for too few."""
    return float(np.median(gaps)) if len(gaps) >= max(min_gaps, 1) else max(default, 1.0)


def expected_gaps(
    codes: Whole, gaps: Whole, size: int, shop_gap: float, weight: float
) -> npt.NDArray[np.float64]:
    """Return the gap to expect for each customer, in days.

    ``exp((sum of ln(own gap) + weight * ln(shop gap)) / (number of own gaps + weight))``.
    """
    count = np.bincount(codes, minlength=size)
    total = np.bincount(codes, weights=np.log(gaps), minlength=size)
    if weight == 0:
        own = np.exp(total / np.maximum(count, 1))
        return np.where(count > 0, own, shop_gap)
    expected: npt.NDArray[np.float64] = np.exp(
        (total + weight * np.log(shop_gap)) / (count + weight)
    )
    return expected
