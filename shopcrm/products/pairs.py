"""Which products are bought together: by order, and by customer over all their orders.

Support, confidence and lift as in R. Agrawal, T. Imielinski and A. Swami, "Mining association
rules between sets of items in large databases" (SIGMOD 1993), and S. Brin and others (SIGMOD
1997). Of a pair that is frequent both products are, so the rare ones are left out first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.distinct import distinct, tally
from shopcrm.customers.turns import begins
from shopcrm.products.intervals import wilson
from shopcrm.tables import PAIRS, SUCCESSFUL, conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

_AT_ONCE: Final = 1_000_000
"""Pairs that are held in memory together."""


def pairs_bought(orders: pd.DataFrame, lines: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the pairs of products that are bought together more often than by chance.

    Args:
        orders: ORDERS with ``customer``, numbered from 0.
        lines: BOUGHT of these orders.
        policy: ``products.min_pair``, ``min_support`` and ``confidence``.

    Returns:
        PAIRS, each once, those by order first, the most frequent first; only those of which the
        lower end of the interval (Wilson) lies above what chance brings.
    """
    row, code = lines["row"].to_numpy(), lines["product"].cat.codes.to_numpy().astype(np.int64)
    kept = orders["status"].isin(SUCCESSFUL).to_numpy()[row] & (code >= 0)
    names = lines["product"].cat.categories
    customer, _ = pd.factorize(orders["customer"])
    who = customer[row]
    by = {"order": (row, kept), "customer": (who, kept & (who >= 0))}
    parts = [_pairs(kind, at[use], code[use], names, policy) for kind, (at, use) in by.items()]
    return conform(pd.concat(parts, ignore_index=True), PAIRS)


def _pairs(
    kind: str, basket: Whole, code: Whole, names: pd.Index[str], policy: Policy
) -> pd.DataFrame:
    size = max(len(names), 1)
    cells = distinct(basket * size + code)
    basket, code = np.divmod(cells, size)
    total = len(distinct(basket))
    alone = np.bincount(code, minlength=size)
    least = max(
        policy.whole("products.min_pair"),
        int(np.ceil(policy.number("products.min_support") * total)),
        1,
    )
    often = alone[code] >= least
    pair, number = counted_pairs(basket[often], code[often], size)
    enough = number >= least
    (one, other), number = np.divmod(pair[enough], size), number[enough]
    _, low, _ = wilson(number, np.full(len(number), total), policy.number("products.confidence"))
    by_chance = np.maximum(alone[one] * alone[other] / max(total, 1) ** 2, 1e-300)
    table = pd.DataFrame(
        {
            "by": kind,
            "product": pd.Series(names[one], dtype="str"),
            "other": pd.Series(names[other], dtype="str"),
            "together": number,
            "with_product": alone[one],
            "with_other": alone[other],
            "total": total,
            "support": number / max(total, 1),
            "confidence": number / np.maximum(alone[one], 1),
            "confidence_back": number / np.maximum(alone[other], 1),
            "lift": number / max(total, 1) / by_chance,
            "lift_low": low / by_chance,
        }
    )
    table = table[table["lift_low"] > 1]
    turn = ["together", "lift", "product", "other"]
    return table.sort_values(turn, ascending=[False, False, True, True])


def counted_pairs(basket: Whole, code: Whole, size: int) -> tuple[Whole, Whole]:
    """Count the pairs of products that are in one basket.

    Args:
        basket: of each product in a basket, sorted.
        code: the product, in 0 ... size - 1; each once in a basket, in rising order.
        size: number of products.

    Returns:
        Pairs as ``smaller * size + larger``, rising; and how many baskets have both.
    """
    return tallied(_some_pairs(basket, code, size), size)


def tallied(parts: Iterable[Whole], size: int) -> tuple[Whole, Whole]:
    """Count equal pairs, of which not all need be in memory at once.

    Args:
        parts: pairs as ``one * size + other``.
        size: number of products.

    Returns:
        The pairs, rising, and how many there are of each.
    """
    if size * size <= _AT_ONCE:
        every = np.zeros(size * size, np.int64)
        for found in parts:
            every += np.bincount(found, minlength=size * size)
        keys = np.flatnonzero(every)
        return keys, every[keys]
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for found in parts:
        fresh, number = tally(found)
        keys, place = np.unique(np.append(keys, fresh), return_inverse=True)
        counts = np.bincount(place, np.append(counts, number)).astype(np.int64)
    return keys, counts


def _some_pairs(basket: Whole, code: Whole, size: int) -> Iterator[Whole]:
    """Yield the pairs, those of baskets of one size together, and not too many at once."""
    starts = np.flatnonzero(begins(basket))
    length = np.diff(np.append(starts, len(basket)))
    for many in np.unique(length[length > 1]).tolist():
        one, other = np.triu_indices(many, 1)
        begin = starts[length == many]
        step = max(_AT_ONCE // len(one), 1)
        for at in range(0, len(begin), step):
            here = begin[at : at + step, None]
            yield (code[here + one] * size + code[here + other]).ravel()
