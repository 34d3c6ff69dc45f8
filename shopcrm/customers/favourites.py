"""What a customer buys most: the product and the category in most of their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from shopcrm.customers.each import numbers_of
from shopcrm.customers.turns import begins, ends, turn_by
from shopcrm.tables import PRODUCT_MARK

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]


def favourites(
    orders: pd.DataFrame, items: pd.DataFrame, codes: Whole, good: Flags, size: int
) -> dict[str, Any]:
    """Return the product and category in most orders of each customer; of equals the latest.

    Args:
        orders: ORDERS in order of time, numbered from 0.
        items: ITEMS; an order without any counts with its own titles.
        codes: customer number of each order.
        good: whether the order is successful.
        size: number of customers.

    Returns:
        ``product`` and ``category``, by customer number; missing where nothing is known.
    """
    at = numbers_of(items["order"], orders["order"]) if len(items) else np.zeros(0, np.int64)
    use = np.append(good, np.zeros(1, bool))[at]  # the last one is for -1
    bare = good.copy()
    bare[at[at >= 0]] = False
    told = {
        "product": [_Told.of(items["product"], use, at), _Told.of(orders["product"], bare).split()],
        "category": [_Told.of(items["category"], use, at), _Told.of(orders["category"], good)],
    }
    return {name: _most(parts, codes, size) for name, parts in told.items()}


class _Told(NamedTuple):
    """What is told of orders: number of the order, code of the word, the words."""

    rows: Whole
    codes: Whole
    words: Any

    @classmethod
    def of(cls, values: pd.Series[str], use: Flags, numbers: Whole | None = None) -> _Told:
        """Return the values that are not missing.

        Args:
            values: texts.
            use: which of them are meant.
            numbers: the number of the order of each; its own place without.
        """
        column: Any = values.array
        if isinstance(column, pd.Categorical):
            codes, words = column.codes, column.categories
        else:
            codes, words = pd.factorize(values)
        rows = np.flatnonzero((codes >= 0) & use)
        return cls(rows if numbers is None else numbers[rows], codes[rows], words)

    def split(self) -> _Told:
        """Take joined titles apart."""
        parts = [[part.strip() for part in text.split(PRODUCT_MARK)] for text in self.words]
        parts = [[part for part in titles if part] for titles in parts]
        words = [title for titles in parts for title in titles]
        length = np.array([len(titles) for titles in parts], np.int64)
        if (length == 1).all():
            return self._replace(words=words)
        begin = np.cumsum(length) - length
        count = length[self.codes]
        nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        nth += np.repeat(begin[self.codes], count)
        return _Told(np.repeat(self.rows, count), nth, words)


def _is_most(values: Whole, owner: Whole) -> Flags:
    """Tell which values are the greatest of their owner; those of one stand together."""
    begin = np.flatnonzero(begins(owner))
    most = np.maximum.reduceat(values, begin) if len(begin) else values
    found: Flags = values == np.repeat(most, np.diff(begin, append=len(owner)))
    return found


def _most(parts: list[_Told], codes: Whole, size: int) -> Any:
    """Return the word in most orders of each customer; of equals the one in the latest order."""
    every = np.array([word for part in parts for word in part.words], object)
    places, distinct = pd.factorize(every, sort=True)
    starts = np.cumsum([0, *(len(part.words) for part in parts)])
    rows = np.concatenate([part.rows for part in parts])
    word = np.concatenate(
        [places[start:][part.codes] for part, start in zip(parts, starts, strict=False)]
    )
    pairs = codes[rows] * len(distinct) + word
    del word
    rising = (rows[1:] >= rows[:-1]).all()
    turn = turn_by(pairs) if rising else turn_by(pairs, rows)
    pairs, rows = pairs[turn], rows[turn]
    del turn
    fresh = begins(pairs, rows)
    pairs, rows = pairs[fresh], rows[fresh]
    last = np.flatnonzero(ends(pairs))
    orders = np.diff(last, prepend=-1)
    owner, word = np.divmod(pairs[last], max(len(distinct), 1))
    latest = rows[last]
    for rank in ("orders", "latest"):
        most = _is_most(orders if rank == "orders" else latest, owner)
        owner, word, orders, latest = owner[most], word[most], orders[most], latest[most]
    chosen = np.full(size, -1)
    chosen[owner] = word  # of equal indices numpy keeps the last
    return pd.array(distinct, dtype="str").take(chosen, allow_fill=True)
