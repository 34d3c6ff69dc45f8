"""Rows of items as orders: what several rows of one file say of one order, put together once.

Some platforms give one row an item. What belongs to the whole order then stands on each of its
rows, or on the first alone; money may be the order's, repeated on each row, or the item's own.
Which of the two it is, the file itself shows (LAYOUTS, what a parser must survive).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from shopcrm.sources.kinds.meanings import joined_titles
from shopcrm.tables import STATUSES, SUCCESSFUL, as_text

if TYPE_CHECKING:
    import numpy.typing as npt

AmountOf = Literal["order", "item"]

ITEM_COLUMNS: Final = ("item_no", "price_fen", "given_fen", "order_code")
"""Columns that rows of items have on top of those of orders, and lose when they are folded."""

_LIFE: Final = {name: rank for rank, name in enumerate(STATUSES)}
_EARLIEST: Final = ("created", "paid")
_LATEST: Final = ("shipped", "signed", "confirmed")


def fold_items(
    part: pd.DataFrame, told: AmountOf | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, AmountOf | None, pd.DataFrame]:
    """Put the rows of each order together.

    Args:
        part: one line a row, with the columns of ORDERS and :data:`ITEM_COLUMNS`: ``given_fen``
            is the refund that the file states, ``price_fen`` the price of a piece (0 unknown),
            ``order_code`` the same number for rows of one order, -1 for an order of one row.
        told: whose the amounts are, where that is known; else the rows show it.

    Returns:
        One line an order, with the row number of its first row; the items of orders of several
        rows (``order_no``, ``item_no``, ``product``, ``category``, ``quantity``, ``price_fen``,
        ``given_fen``, ``file``, ``row``); whether amounts are the order's or the item's, None when
        no order has several rows; and the rows whose amounts do not agree though they should be
        the order's, or whose refund had to be shared out by price (``shared`` true): ``order_no``,
        ``row``, ``gross_fen`` and ``shared``.
    """
    several = part["order_code"] >= 0
    plain = part.drop(columns=list(ITEM_COLUMNS))
    if not several.any():
        return plain, part.loc[[], _OF_ITEMS], None, part.loc[[], _OF_ODD].assign(shared=True)
    rows = as_text(part[several])
    # What a row says, not where it stands, tells which of two comes first.
    said = [name for name in rows if name not in ("order_code", "file", "row")]
    rows = rows.assign(content=pd.util.hash_pandas_object(rows[said], index=False))
    rows = rows.sort_values(["order_code", "item_no", "product", "content", "row"], kind="stable")
    rows = _each_item_once(rows)
    amount_of = told or amounts_are_of(rows)
    folded, odd = _folded(rows, amount_of)
    orders = pd.concat([as_text(plain[~several]), folded[list(plain)]], ignore_index=True)
    return orders, part.loc[several, _OF_ITEMS], amount_of, odd


_OF_ITEMS: Final = [
    *("order_no", "item_no", "product", "category", "quantity"),
    *("price_fen", "given_fen", "file", "row"),
]
_OF_ODD: Final = ["order_no", "row", "gross_fen"]


def amounts_are_of(rows: pd.DataFrame) -> AmountOf:
    """Tell whether the amount on a row is the whole order's or the item's own.

    Amounts of one order that differ are the items'. Equal ones are nearer to the sum of the prices
    or to the row's own; where the prices say nothing they are the order's, as the platforms that
    are known repeat it.

    Args:
        rows: rows of orders of several rows: ``order_code``, ``gross_fen``, ``price_fen`` and
            ``quantity``.
    """
    groups = rows.groupby("order_code", sort=False)
    differ = groups["gross_fen"].transform("nunique") > 1
    own = rows["price_fen"] * rows["quantity"]
    total = own.groupby(rows["order_code"]).transform("sum")
    priced = (rows["price_fen"] > 0) & ~differ
    of_row = priced & ((rows["gross_fen"] - own).abs() < (rows["gross_fen"] - total).abs())
    items = (differ | of_row).groupby(rows["order_code"]).any()
    return "item" if items.sum() * 2 > len(items) else "order"


def _each_item_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep of rows with the same item number the one whose status is latest in life."""
    life = rows["status"].map(_LIFE)
    ranked = rows.assign(life=life).sort_values(
        ["order_code", "item_no", "life", "given_fen"],
        ascending=[True, True, False, False],
        kind="stable",
    )
    again = ranked.duplicated(["order_code", "item_no"]) & ranked["item_no"].notna()
    return ranked[~again].drop(columns="life")


def _folded(rows: pd.DataFrame, amount_of: AmountOf) -> tuple[pd.DataFrame, pd.DataFrame]:
    code = rows["order_code"]
    groups = rows.groupby("order_code", sort=True)
    live = rows["status"].isin(SUCCESSFUL)
    life = rows["status"].map(_LIFE)
    names = np.array(list(STATUSES), dtype=object)
    any_live = live.groupby(code).any()
    furthest = life.groupby(code).max()
    of_live = life.where(live).groupby(code).max()
    rank = np.where(any_live, of_live.fillna(0), furthest).astype(np.int64)
    # A row of the order that was refunded as a whole bears the order's amount where it is repeated.
    gross = groups["gross_fen"].agg("sum" if amount_of == "item" else "max")
    back, shared = _refunds(rows, amount_of, gross)
    folded = groups.first()
    folded["status"] = names[rank]
    folded["gross_fen"] = gross
    whole = (folded["status"] == "refunded") | ((back >= gross) & (gross > 0) & any_live)
    folded["status"] = folded["status"].mask(whole, "refunded")
    folded["refund_fen"] = np.where(whole, gross, np.minimum(back, gross))
    for name in _EARLIEST:
        folded[name] = groups[name].min()
    for name in _LATEST:
        folded[name] = groups[name].max()
    folded["quantity"] = groups["quantity"].sum()
    folded["product"] = joined_titles(rows["product"], code.to_numpy())
    for name in ("refund_open", "seller_fault"):
        folded[name] = groups[name].any()
    folded["row"] = groups["row"].min()
    differing = groups["gross_fen"].transform("nunique") > 1
    odd = differing & (amount_of == "order") & (rows["row"] == groups["row"].transform("min"))
    marked = pd.concat(
        [rows.loc[odd, _OF_ODD].assign(shared=False), rows.loc[shared, _OF_ODD].assign(shared=True)]
    )
    return folded.reset_index(drop=True), marked


def _refunds(
    rows: pd.DataFrame, amount_of: AmountOf, gross: pd.Series[int]
) -> tuple[pd.Series[int], npt.NDArray[np.bool_]]:
    """Return what went back of each order, and the rows whose share had to be estimated.

    The refund of a row is what the file states, else its own amount; where the amount on it is
    the whole order's, its part of it by price.
    """
    code = rows["order_code"]
    mine = rows["gross_fen"]
    went_back = (rows["status"] == "refunded") & (rows["given_fen"] == 0)
    shared = np.zeros(len(rows), bool)
    if amount_of == "order":
        live = rows["status"].isin(SUCCESSFUL).groupby(code).transform("any")
        shared = (went_back & live).to_numpy()
        value = rows["price_fen"].mask(rows["price_fen"] == 0, 1) * rows["quantity"].clip(lower=1)
        part = value / value.groupby(code).transform("sum")
        mine = (part * code.map(gross)).round().astype(np.int64)
    given = np.where(went_back, mine, rows["given_fen"])
    stated = pd.Series(given, index=rows.index)
    groups = stated.groupby(code)
    total, most = groups.sum().astype(np.int64), groups.max().astype(np.int64)
    # A refund of the order that is repeated on each row adds up to more than was paid.
    repeated = (total > gross) & (groups.min() == most)
    return total.mask(repeated, most), shared
