"""What a customer buys most: the product and the category in most of their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from shopcrm.tables import PRODUCT_MARK

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]


def favourites(
    orders: pd.DataFrame, items: pd.DataFrame, codes: Whole, good: npt.NDArray[np.bool_], size: int
) -> dict[str, pd.Series[str]]:
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
    at = np.zeros(0, np.int64)
    if len(items):  # to index a million orders takes half a second
        at = pd.Index(orders["order"]).get_indexer(pd.Index(items["order"]))
    known, at = items[at >= 0], at[at >= 0]
    listed = np.zeros(len(orders), bool)
    listed[at] = True
    titles = _Told.of(orders["product"].where(~listed)).split()
    told = {
        "product": [_Told.of(known["product"], at), titles],
        "category": [_Told.of(known["category"], at), _Told.of(orders["category"])],
    }
    return {name: _most(parts, codes, good, size) for name, parts in told.items()}


class _Told(NamedTuple):
    """What is told of orders: number of the order, code of the word (-1: none), the words."""

    rows: Whole
    codes: Whole
    words: list[str]

    @classmethod
    def of(cls, values: pd.Series[str], rows: Whole | None = None) -> _Told:
        """Return the values of the orders with these numbers, of all orders in turn without."""
        codes, words = pd.factorize(values)
        return cls(np.arange(len(codes)) if rows is None else rows, codes, list(words))

    def split(self) -> _Told:
        """Take joined titles apart."""
        parts = [[part.strip() for part in text.split(PRODUCT_MARK)] for text in self.words]
        parts = [[part for part in titles if part] for titles in parts]
        parts.append([])  # of code -1
        length = np.array([len(titles) for titles in parts])
        count = length[self.codes]
        begin = np.repeat((np.cumsum(length) - length)[self.codes], count)
        nth = np.arange(len(begin)) - np.repeat(np.cumsum(count) - count, count)
        words = [title for titles in parts for title in titles]
        return _Told(np.repeat(self.rows, count), begin + nth, words)


def _is_most(values: Whole, owner: Whole) -> npt.NDArray[np.bool_]:
    """Tell which values are the greatest of their owner; those of one stand together."""
    first = np.ones(len(owner), bool)
    first[1:] = owner[1:] != owner[:-1]
    begin = np.flatnonzero(first)
    most = np.maximum.reduceat(values, begin) if len(begin) else values
    found: npt.NDArray[np.bool_] = values == np.repeat(most, np.diff(begin, append=len(owner)))
    return found


def _most(
    parts: list[_Told], codes: Whole, good: npt.NDArray[np.bool_], size: int
) -> pd.Series[str]:
    """Return the word in most orders of each customer; of equals the one in the latest order."""
    words, distinct = pd.factorize(np.array([w for p in parts for w in p.words], object), sort=True)
    starts = np.cumsum([0, *(len(part.words) for part in parts)])
    rows = np.concatenate([part.rows for part in parts])
    word = np.concatenate(
        [
            np.append(words[start:][: len(part.words)], -1)[part.codes]
            for part, start in zip(parts, starts, strict=False)
        ]
    )
    use = good[rows] & (word >= 0)
    rows, word = rows[use], word[use]
    pairs = codes[rows] * len(distinct) + word
    place = np.lexsort((rows, pairs))
    pairs, rows = pairs[place], rows[place]
    fresh = np.ones(len(pairs), bool)
    fresh[1:] = (pairs[1:] != pairs[:-1]) | (rows[1:] != rows[:-1])
    pairs, rows = pairs[fresh], rows[fresh]
    ends = np.flatnonzero(np.append(pairs[1:] != pairs[:-1], np.ones(len(pairs[:1]), bool)))
    orders = np.diff(ends, prepend=-1)
    owner, word = np.divmod(pairs[ends], max(len(distinct), 1))
    latest = rows[ends]
    for rank in ("orders", "latest"):
        most = _is_most(orders if rank == "orders" else latest, owner)
        owner, word, orders, latest = owner[most], word[most], orders[most], latest[most]
    chosen = np.full(size, -1)
    chosen[owner] = word  # of equal indices numpy keeps the last
    return pd.Series(distinct, dtype="str").reindex(chosen).reset_index(drop=True)
