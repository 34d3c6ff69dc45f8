"""What was bought in each order: one line an order and product, with its part of the money.

Few files say what each item of an order cost in the end, and orders are paid as a whole. So the
money of an order is shared out over its products, in whole fen that add up to the order's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.each import numbers_of
from shopcrm.customers.turns import begins, ends
from shopcrm.tables import BOUGHT, PRODUCT_MARK, SUCCESSFUL, conform

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Numbers = npt.NDArray[np.float64]

PAID: Final = (*SUCCESSFUL, "refunded")
"""Statuses of orders that were paid for."""

_ROUNDING: Final = 1e-6


def bought(orders: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return what was bought in each paid order.

    The money is shared by the price and pieces of the items where all of the order have them, else
    by what a piece usually costs in orders of one product alone, else by pieces. What went back of
    an item, where the files say it by item, is that item's; the rest is shared like the money.

    Args:
        orders: ORDERS, money of one currency, numbered from 0.
        items: ITEMS; an order without any counts with its own titles.

    Returns:
        BOUGHT, by order and product; an order of which no product is known has one line without.
        Sums over the lines of an order are the order's own quantity and money.
    """
    paid = np.flatnonzero(orders["status"].isin(PAID))
    lines = _lines(orders, items, paid)
    row = lines["row"].to_numpy()
    starts = np.flatnonzero(begins(row))
    of = orders[["status", "gross_fen", "refund_fen", "quantity"]].iloc[row[starts]]
    length = np.diff(np.append(starts, len(row)))
    weights = _weights(lines, of, starts, length)
    gross = _shared(of["gross_fen"].to_numpy(), weights, length)
    told = np.minimum(lines["refund_fen"].to_numpy(), gross)
    refund = np.minimum(of["refund_fen"].to_numpy(), of["gross_fen"].to_numpy())
    left = refund - np.add.reduceat(told, starts) if len(starts) else refund
    told = np.where(np.repeat(left < 0, length), 0, told)  # the items tell more than went back
    left = np.where(left < 0, refund, left)
    refunds = told + _shared(left, (gross - told).astype(np.float64), length)
    kept = np.repeat(of["status"].isin(SUCCESSFUL).to_numpy(), length)
    pieces = lines["quantity"].to_numpy().astype(np.float64)
    return conform(
        {
            "row": row,
            "product": lines["product"],
            "category": lines["category"],
            "quantity": _shared(of["quantity"].to_numpy(), pieces, length),
            "gross_fen": gross,
            "refund_fen": refunds,
            "net_fen": np.where(kept, gross - refunds, 0),
        },
        BOUGHT,
    )


def _lines(orders: pd.DataFrame, items: pd.DataFrame, paid: Whole) -> pd.DataFrame:
    """Return row, product, category, quantity, price and refund by item, by order and product."""
    at = np.zeros(0, np.int64)
    if len(items):
        at = numbers_of(items["order"], orders["order"])
        at[~np.isin(at, paid)] = -1
    known = items[at >= 0].assign(row=at[at >= 0])
    names = ["row", "product", "category", "quantity", "price_fen", "refund_fen"]
    named = known.loc[known["product"].notna(), names]
    bare = paid[~np.isin(paid, named["row"].to_numpy())] if len(named) else paid
    both = _titles(orders, bare)
    if len(named):
        both = pd.concat([both.astype({"product": "str"}), named], ignore_index=True)
        both["product"] = both["product"].astype("category")
    product = both["product"].cat
    codes = product.codes.to_numpy().astype(np.int64)
    key = both["row"].to_numpy() * (len(product.categories) + 1) + codes + 1
    if (key[1:] < key[:-1]).any() or len(named):
        category = pd.factorize(both["category"], sort=True)[0]
        said = (category, both["price_fen"].to_numpy(), both["quantity"].to_numpy())
        turn = np.lexsort((*said, key))
        both, key = both.iloc[turn].reset_index(drop=True), key[turn]
    again = np.append(np.zeros(len(key[:1]), bool), key[1:] == key[:-1])
    if again.any():  # one product in several items of an order
        first = np.flatnonzero(~again)
        value = (both["price_fen"] * both["quantity"]).to_numpy()
        sums = {n: np.add.reduceat(both[n].to_numpy(), first) for n in ("quantity", "refund_fen")}
        least = np.minimum.reduceat(both["price_fen"].to_numpy(), first)
        whole = np.add.reduceat(value, first)
        both = both.iloc[first].assign(**sums, value=np.where(least > 0, whole, 0))
        return both.reset_index(drop=True)
    return both.assign(value=both["price_fen"] * both["quantity"])


def _titles(orders: pd.DataFrame, rows: Whole) -> pd.DataFrame:
    """Return the titles of orders that no item tells of, joined ones taken apart."""
    codes, words = pd.factorize(orders["product"].iloc[rows])
    parts: list[list[str | None]] = [
        [*sorted({part.strip() for part in str(text).split(PRODUCT_MARK)} - {""})] or [None]
        for text in words
    ]
    parts.append([None])  # of code -1
    length = np.array([len(titles) for titles in parts])
    count = length[codes]
    begin = np.repeat((np.cumsum(length) - length)[codes], count)
    nth = np.arange(len(begin)) - np.repeat(np.cumsum(count) - count, count)
    each = pd.Series([title for part in parts for title in part], dtype="str").astype("category")
    titles = each.array.take(begin + nth)
    row = np.repeat(rows, count)
    found = {
        "row": row,
        "product": titles,
        "category": orders["category"].astype("str").iloc[row].array,
    }
    return pd.DataFrame(found).assign(quantity=1, price_fen=0, refund_fen=0)


def _weights(lines: pd.DataFrame, of: pd.DataFrame, starts: Whole, length: Whole) -> Numbers:
    """Return by what the money of each order is shared out over its lines."""
    pieces: Numbers = np.maximum(lines["quantity"].to_numpy(), 1).astype(np.float64)
    if not len(starts) or (length == 1).all():
        return pieces
    value = lines["value"].to_numpy().astype(np.float64)
    codes = lines["product"].cat.codes.to_numpy()
    size = len(lines["product"].cat.categories)
    alone = np.flatnonzero((length == 1) & (of["gross_fen"] > 0).to_numpy())
    at = starts[alone]
    at, alone = at[codes[at] >= 0], alone[codes[at] >= 0]
    paid = np.bincount(codes[at], of["gross_fen"].to_numpy()[alone], minlength=size)
    number = np.bincount(codes[at], np.maximum(of["quantity"].to_numpy()[alone], 1), minlength=size)
    usual = np.append(paid / np.maximum(number, 1), 0)[codes] * pieces

    def all_of(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        return np.repeat(np.logical_and.reduceat(flags, starts), length)

    by_usual = np.where(all_of(usual > 0), usual, pieces)
    found: Numbers = np.where(all_of(value > 0), value, by_usual)
    return found


def _shared(total: Whole, weights: Numbers, length: Whole) -> Whole:
    """Share whole numbers out by weight; the parts add up, and none is off by more than one.

    Of each order the running sum is rounded down, and its last part takes what is left.
    """
    several = length > 1
    if not several.any():
        return np.asarray(total, np.int64)
    number = np.repeat(np.arange(len(length)), length)
    inside = several[number]
    order, sums = number[inside], total[number[inside]]
    part = pd.Series(weights[inside]).groupby(order)
    whole, running = part.transform("sum").to_numpy(), part.cumsum().to_numpy()
    last = ends(order)
    share = running / np.where(whole > 0, whole, 1)
    upto = np.where(last, sums, np.floor(sums * share + _ROUNDING)).astype(np.int64)
    found = np.asarray(total, np.int64)[number]
    found[inside] = upto - np.where(begins(order), 0, np.append(0, upto[:-1]))
    return found
