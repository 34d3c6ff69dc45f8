"""The purchase days of a shop, and how every customer stood on any day of its past.

All that is said of the future is learned here: by standing on a past day, seeing only what was
known on it, and looking what came after.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shopcrm.customers.by_time import moments_of
from shopcrm.customers.each import numbers_of
from shopcrm.customers.turns import begins, turn_by
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt
    import pandas as pd

    Whole = npt.NDArray[np.int64]
    Number = npt.NDArray[np.float64]

FADE_DAYS: Final = 180
"""A purchase day so long ago weighs 1/e in the faded count of :class:`Standing`."""

CUT_STEP_DAYS: Final = 30
MOST_CUTS: Final = 4
LEAST_DAYS: Final = 60
"""A past day is stood on only with so many days of history before it."""

NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class History:
    """Purchase days, each customer's together and in order; several orders of a day are one.

    Attributes:
        codes: customer number of each purchase day, in 0 ... size - 1.
        days: the day, counted from 1970-01-01.
        fen: net money of that day.
        products: number of the product bought, -1 where the files do not say.
        size: number of customers.
    """

    codes: Whole
    days: Whole
    fen: Whole
    products: Whole
    size: int

    @property
    def first_day(self) -> int:
        """The first purchase day of the shop; there must be one."""
        return int(self.days.min())

    @cached_property
    def first_rows(self) -> Whole:
        """The place of each customer's first purchase day, or where it would be."""
        count = np.bincount(self.codes, minlength=self.size)
        return np.cumsum(count) - count

    def until(self, day: int) -> History:
        """Return the history as it was known at the end of a day."""
        known = self.days <= day
        if known.all():
            return self
        return History(
            self.codes[known],
            self.days[known],
            self.fen[known],
            self.products[known],
            self.size,
        )

    def spent(self, after: int, until: int) -> Number:
        """Return the fen that each customer spent after one day and until another."""
        inside = (self.days > after) & (self.days <= until)
        return _sums(self.codes[inside], self.fen[inside], self.size)

    def came(self, after: int, until: int) -> npt.NDArray[np.bool_]:
        """Tell which customers bought after one day and until another."""
        inside = (self.days > after) & (self.days <= until)
        return np.bincount(self.codes[inside], minlength=self.size) > 0

    def next_day(self, after: int) -> Whole:
        """Return the first purchase day of each customer after a day, NEVER without any."""
        later = self.days > after
        found = np.full(self.size, NEVER)
        # Of equal indices numpy keeps the last, so the earliest day is written last.
        found[self.codes[later][::-1]] = self.days[later][::-1]
        return found


@dataclass(frozen=True, eq=False)
class Standing:
    """How the customers stood on a day who had bought by then, one entry each.

    Attributes:
        codes: their numbers.
        silence: days since the last purchase day.
        days: purchase days so far.
        faded: the same count, each day weighing ``exp(-age / FADE_DAYS)``.
        fen: money so far.
    """

    codes: Whole
    silence: Whole
    days: Whole
    faded: Number
    fen: Number

    def every(self, step: int) -> Standing:
        """Return every so-many-th customer."""
        return Standing(
            self.codes[::step],
            self.silence[::step],
            self.days[::step],
            self.faded[::step],
            self.fen[::step],
        )


def history_of(orders: pd.DataFrame, keys: pd.Series[str], today: dt.date) -> History:
    """Return the purchase days of known customers up to today.

    Args:
        orders: ORDERS with ``customer``, money of one currency.
        keys: the customers, in the order in which they are numbered.
        today: later orders are not known yet.
    """
    days = moments_of(orders).astype("datetime64[D]")
    good = orders["status"].isin(SUCCESSFUL).to_numpy()
    rows = np.flatnonzero(good & (days <= np.datetime64(today, "D")))
    codes = numbers_of(orders["customer"], keys)[rows]
    rows, codes = rows[codes >= 0], codes[codes >= 0]
    days = days.view(np.int64)[rows]
    turn = turn_by(codes, days)
    codes = codes[turn]  # one after the other: a column of a million orders is 8 MB
    days = days[turn]
    rows = rows[turn]
    del turn
    begin = np.flatnonzero(begins(codes, days))
    fen, products = orders["net_fen"].to_numpy()[rows], _by_name(orders["product"])[rows]
    if len(begin):
        # Of several orders of one day no sum and no greatest depends on which comes first.
        fen, products = np.add.reduceat(fen, begin), np.maximum.reduceat(products, begin)
    return History(codes[begin], days[begin], fen, products.astype(np.int64), len(keys))


def _by_name(products: pd.Series[str]) -> npt.NDArray[np.int32]:
    """Return the number of each product, -1 where it is missing.

    Numbered by name: which number a product has must not depend on the order of the rows.
    """
    column: Any = products.astype("category").array
    turn = np.argsort(column.categories.to_numpy(dtype=object))
    by_name = np.full(len(turn) + 1, -1, np.int32)
    by_name[turn] = np.arange(len(turn))
    found: npt.NDArray[np.int32] = by_name[column.codes]
    return found


def standing(history: History, day: int) -> Standing:
    """Return how the customers stood at the end of a day; what came later is not looked at."""
    codes, size, known = history.codes, history.size, history.days <= day
    if not known.any():
        return Standing(*(np.zeros(0, np.int64),) * 3, *(np.zeros(0),) * 2)
    count = _sums(codes, known, size).astype(np.int64)
    fen = _sums(codes, history.fen * known, size)
    # There are few days and many rows: how a day fades is reckoned once.
    first = history.first_day
    fades = np.exp((np.arange(first, day + 1) - day) / FADE_DAYS)
    weights = fades[np.minimum(history.days, day) - first]
    weights *= known
    faded = _sums(codes, weights, size)
    there = np.flatnonzero(count)
    # Of each customer the rows that are known come first.
    last = history.days[history.first_rows[there] + count[there] - 1]
    return Standing(there, day - last, count[there], faded[there], fen[there])


def past_cuts(history: History, day: int, ahead: int, most: int = MOST_CUTS) -> list[int]:
    """Return past days to learn from, the latest first: what came ``ahead`` days later is known.

    Args:
        history: purchase days.
        day: the day on which this is asked; nothing later is looked at.
        ahead: days that have passed by then since the latest cut.
        most: cuts at most.
    """
    if not len(history.days):
        return []
    first = history.first_day + LEAST_DAYS
    cuts = [day - ahead - CUT_STEP_DAYS * back for back in range(most)]
    return [cut for cut in cuts if cut >= first]


def _sums(codes: Whole, weights: npt.NDArray[Any], size: int) -> Number:
    """Return the sum for each customer; sums of whole fen in floats are exact below 2^53."""
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64)
