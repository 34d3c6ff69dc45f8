"""How often a customer buys: gaps between purchase days, and the gap to expect next.

A customer's own gaps are few, so their logarithms are shrunk toward the shop's usual gap with a
weight of one to two gaps: the best simple estimate when measured on shops' histories, and one
that works for a shop of 30 customers (DOMAIN, segments).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.customers.each import first_moment, last_moment
from shopcrm.customers.turns import begins, turn_by

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Number = npt.NDArray[np.float64]


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
    last = last_moment(codes, when, size)
    first = first_moment(codes, when, size)
    codes, days = in_turn(codes, when.astype("datetime64[D]").astype(np.int64))
    gap_codes, gaps = _gaps(codes, days)
    shop_gap = usual_gap(
        gaps, policy.whole("rhythm.min_gaps"), policy.number("rhythm.default_gap_days")
    )
    expected = expected_gaps(gap_codes, gaps, size, shop_gap, policy.number("rhythm.weight"))
    purchase_days = np.bincount(gap_codes, minlength=size)
    del gap_codes, gaps
    bought = number > 0
    day = np.datetime64(today, "D")
    since = (day - last.astype("datetime64[D]")).astype(np.int64)
    by = expected_by(codes, days, size, shop_gap, policy)
    columns = {
        "orders": number,
        "first_order": first,
        "last_order": last,
        "purchase_days": purchase_days + bought,
        "days_since": pd.arrays.IntegerArray(np.where(bought, since, 0), ~bought),
        "expected_gap": np.where(bought, expected, np.nan),
        "overdue": np.where(bought, since / expected, np.nan),
        "late_by": int(day.astype(np.int64)) - by,
    }
    return pd.DataFrame(columns, copy=False), shop_gap


def in_turn(codes: Whole, days: Whole) -> tuple[Whole, Whole]:
    """Return customer numbers and days, each customer's together and in order."""
    turn = turn_by(codes, days)
    return codes[turn], days[turn]


def expected_by(codes: Whole, days: Whole, size: int, shop_gap: float, policy: Policy) -> Number:
    """Return the day by which each customer was expected at the latest, NaN for who never bought.

    After each order another one is expected within ``churn.factor`` of the gaps expected by then;
    before one is a repeat customer, not within the days in which one is new. The latest of these
    days counts: a quick order in between is good news, and never brings the warning nearer.

    Args:
        codes: customer number of each successful order, of :func:`in_turn`.
        days: its day, counted from any fixed day.
        size: number of customers.
        shop_gap: the shop's usual gap.
        policy: ``churn.factor``, ``rhythm.weight``, ``stages``.
    """
    found = np.full(size, np.nan)
    if not len(codes):
        return found
    starts = np.flatnonzero(begins(codes))
    length = np.diff(starts, append=len(codes))
    gaps = np.diff(days, prepend=days[0])
    gaps[starts] = 0
    # Of a million orders every column is 8 MB: what can be, is counted on in its place.
    within = np.log(np.maximum(gaps, 1))
    known = (gaps > 0).astype(np.float64)
    del gaps
    for sums in (within, known):  # sums within a customer: over all, less what stood there
        np.cumsum(sums, out=sums)
        np.subtract(sums, np.repeat(sums[starts], length), out=sums)
    weight = policy.number("rhythm.weight")
    known += weight
    within += weight * np.log(shop_gap)
    np.divide(within, known, out=within, where=known > 0)
    np.exp(within, out=within)
    within[known <= 0] = shop_gap
    within *= policy.number("churn.factor")
    for nth in range(policy.whole("stages.repeat_orders") - 1):
        early = starts[length > nth] + nth
        within[early] = np.maximum(within[early], policy.whole("stages.new_days"))
    within += days
    found[codes[starts]] = np.maximum.reduceat(within, starts)
    return found


def purchase_gaps(codes: Whole, days: Whole) -> tuple[Whole, Whole]:
    """Return the gaps between distinct purchase days of each customer.

    Args:
        codes: customer number of each successful order.
        days: its day, counted from any fixed day.

    Returns:
        The customer number of each gap, and the gap in days (at least 1).
    """
    return _gaps(*in_turn(codes, days))


def _gaps(codes: Whole, days: Whole) -> tuple[Whole, Whole]:
    gaps = np.diff(days)
    real = (codes[1:] == codes[:-1]) & (gaps > 0)
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
