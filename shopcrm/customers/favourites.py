"""What a customer buys most: the product and the category in most of their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]

_PRODUCT_MARK: Final = "，"


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
    place = pd.Series(np.arange(len(orders)), index=orders["order"])
    known = items[items["order"].isin(place.index)]
    at = place.reindex(known["order"]).to_numpy(dtype=np.int64)
    listed = np.zeros(len(orders), bool)
    listed[at] = True
    rows = np.arange(len(orders))
    sources = {
        "product": [(known["product"], at), _titles(orders["product"].where(~listed))],
        "category": [(known["category"], at), (orders["category"], rows)],
    }
    found = {}
    for name, parts in sources.items():
        values = pd.concat([values for values, _ in parts], ignore_index=True)
        of_order = np.concatenate([rows for _, rows in parts])
        use = good[of_order] & values.notna().to_numpy()
        found[name] = _most(codes[of_order[use]], values[use], of_order[use], size)
    return found


def _titles(joined: pd.Series[str]) -> tuple[pd.Series[str], Whole]:
    """Take joined titles apart; return each title, and the number of its order."""
    codes, distinct = pd.factorize(joined)
    parts = [[part.strip() for part in text.split(_PRODUCT_MARK)] for text in distinct]
    parts = [[part for part in titles if part] for titles in parts]
    parts.append([])  # of a missing text, code -1
    lengths = np.array([len(titles) for titles in parts])
    starts = np.cumsum(lengths) - lengths
    flat = pd.Series([title for titles in parts for title in titles], dtype="str")
    count = lengths[codes]
    rows = np.repeat(np.arange(len(codes)), count)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    return flat.take(starts[codes][rows] + nth).reset_index(drop=True), rows


def _most(codes: Whole, values: pd.Series[str], rows: Whole, size: int) -> pd.Series[str]:
    """Return the value in most orders of each customer; of equals the one in the latest order."""
    if not len(values):
        return pd.Series(np.nan, index=range(size), dtype="str")
    words, distinct = pd.factorize(values, sort=True)
    pairs = codes * len(distinct) + words
    place = np.lexsort((rows, pairs))
    pairs, rows = pairs[place], rows[place]
    fresh = np.append(True, (pairs[1:] != pairs[:-1]) | (rows[1:] != rows[:-1]))
    pairs, rows = pairs[fresh], rows[fresh]
    ends = np.flatnonzero(np.append(pairs[1:] != pairs[:-1], True))
    orders = np.diff(ends, prepend=-1)
    owner, word = np.divmod(pairs[ends], len(distinct))
    best = np.lexsort((word, rows[ends], orders, owner))
    chosen = np.full(size, -1)
    chosen[owner[best]] = word[best]  # of equal indices numpy keeps the last
    return pd.Series(distinct, dtype="str").reindex(chosen).reset_index(drop=True)
