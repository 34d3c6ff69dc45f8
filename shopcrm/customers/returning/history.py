"""The purchase days of a shop, and how every customer stood on any day of its past.

All that is said of the future is learned here: by standing on a past day, seeing only what was
known on it, and looking what came after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

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

    def until(self, day: int) -> History:
        """Return the history as it was known at the end of a day."""
        known = self.days <= day
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
    # A customer is looked up once, not with every order.
    number, names_found = pd.factorize(orders["customer"])
    place = np.append(pd.Index(keys).get_indexer(pd.Index(names_found)), -1)[number]
    when = orders["paid"].fillna(orders["created"]).to_numpy().astype("datetime64[D]")
    now = np.datetime64(today, "D")
    good = orders["status"].isin(SUCCESSFUL).to_numpy() & (place >= 0) & (when <= now)
    codes, days = place[good].astype(np.int64), when[good].astype(np.int64)
    names, fen = orders["product"], orders["net_fen"].to_numpy()[good]
    if not isinstance(names.dtype, pd.CategoricalDtype):
        names = names.astype("category")
    # Numbered by name: which number a product has must not depend on the order of the rows.
    by_name = np.argsort(np.argsort(names.cat.categories.to_numpy(dtype=object)))
    numbers = names.cat.codes.to_numpy()[good].astype(np.int64)
    products = np.where(numbers < 0, -1, by_name[numbers]) if len(by_name) else numbers
    if not len(codes):
        return History(codes, days, fen.astype(np.int64), products, len(keys))
    # One number a customer and day is sorted several times faster than two columns.
    start, span = int(days.min()), int(days.max() - days.min()) + 1
    order = np.argsort(codes * span + (days - start))
    codes, days, products, fen = codes[order], days[order], products[order], fen[order]
    begins = np.flatnonzero(np.append(True, (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])))
    # Of several orders of one day no sum and no greatest depends on which comes first.
    return History(
        codes[begins],
        days[begins],
        np.add.reduceat(fen, begins).astype(np.int64),
        np.maximum.reduceat(products, begins),
        len(keys),
    )


def standing(history: History, day: int) -> Standing:
    """Return how the customers stood at the end of a day; what came later is not looked at."""
    known = history.days <= day
    codes, days = history.codes[known], history.days[known]
    count = np.bincount(codes, minlength=history.size)
    faded = _sums(codes, np.exp((days - day) / FADE_DAYS), history.size)
    fen = _sums(codes, history.fen[known], history.size)
    there = np.flatnonzero(count)
    last = days[np.cumsum(count[there]) - 1]
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


def _sums(codes: Whole, weights: Whole | Number, size: int) -> Number:
    """Return the sum for each customer; sums of whole fen in floats are exact below 2^53."""
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64)
