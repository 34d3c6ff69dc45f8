"""What was bought in each order, and refunds by item: item exports, joined to their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.sources.kinds.fates import LISTED, MERGED, USED
from shopcrm.sources.kinds.meanings import joined_titles, refund_states
from shopcrm.sources.kinds.refunds import settle_refunds
from shopcrm.tables import FEW, ITEMS, conform
from shopcrm.tables.among import among

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.sources.kinds.merge import Mark
    from shopcrm.sources.kinds.rows import Rows
    from shopcrm.sources.layouts import PaidIs


def read_items(rows: Rows, file: int) -> pd.DataFrame:
    """Return the usable rows of an item export.

    Returns:
        The columns of ITEMS; ``refund_fen``, ``refund_done`` and ``refund_open`` of the item, of
        which :func:`join_items` tells the order; and what tells the newest
        of several reports of an item: ``item_no``, ``status`` and ``asof``, the latest time.
    """
    order_no = rows.numbers()
    nameless = (rows.fate == USED) & order_no.isna().to_numpy()
    rows.list_rows("item_without_order", nameless, "order_no")
    quantity, no_quantity = rows.wholes("quantity")
    refund, _ = rows.wholes("refund")
    states = refund_states(rows)
    if rows.has("refund_status"):  # an amount asked for, or refused, is no refund
        refund = np.where(states.any_of(["done"]), refund, 0)
    pieces = np.where(no_quantity, 1, quantity)
    paid, price = rows.wholes("amount")[0], rows.wholes("price")[0]
    times = [rows.times(name) for name in ("created", "paid", "shipped")]
    return rows.used(
        {
            "order": f"{rows.layout.platform or ''}:" + order_no,
            "item_no": rows.text("item_no"),
            "product": rows.text("product"),
            "category": rows.text("category"),
            "quantity": pieces,
            "price_fen": np.where(paid > 0, paid // np.maximum(pieces, 1), price),
            "refund_fen": refund,
            "refund_done": states.any_of(["done"]),
            "refund_open": states.any_of(["open"]),
            "status": rows.text("status"),
            "asof": np.fmax.reduce(times),
            "own": False,
            "file": file,
        }
    )


def own_items(items: pd.DataFrame, platform: str | None) -> pd.DataFrame:
    """Return the items that an order export told itself, as :func:`read_items` would.

    Their refunds are in their orders already, and so is what became of their rows.
    """
    nothing = {"refund_done": False, "refund_open": False, "own": True}
    key = f"{platform or ''}:" + items["order_no"]
    given = items.rename(columns={"given_fen": "refund_fen"})
    return given.drop(columns="order_no").assign(
        order=key, status=np.nan, asof=np.datetime64("NaT", "us"), **nothing
    )


def join_items(
    orders: pd.DataFrame, items: pd.DataFrame, told: set[int], estimated: set[str], mark: Mark
) -> tuple[pd.DataFrame, pd.DataFrame, dict[int, PaidIs], pd.DataFrame]:
    """Join items to their orders; refunds of items count in the order.

    Args:
        orders: ORDERS.
        items: what :func:`read_items` and :func:`own_items` returned, all files together.
        told: files of orders that told refunds themselves.
        estimated: see :func:`settle_refunds`.
        mark: called with rows and their fate: joined rows are MERGED into their order.

    Returns:
        ORDERS with refunds, titles and open refunds of the items; ITEMS; whether paid columns are
        net, see :func:`settle_refunds`; and the items whose order is in
        no order file, which are LISTED.
    """
    items = _latest_items(items, mark)
    lost = ~among(items["order"], orders["order"]) & ~items["own"]
    mark(items[~lost & ~items["own"]], MERGED)
    mark(items[lost], LISTED)
    joined = items[~lost]
    told_apart = joined[~joined["own"]]
    facts = told_apart.groupby("order", sort=True).agg(
        refund=("refund_fen", "sum"), open=("refund_open", "any")
    )
    orders, paid_is = settle_refunds(orders, facts.assign(fault=False), told, set(), estimated)
    titles = joined_titles(told_apart["product"], told_apart["order"].array)
    titles = titles.reindex(orders["order"]).set_axis(orders.index)
    product = orders["product"].astype("str").fillna(titles)
    return (
        orders.assign(product=product.astype(FEW)),
        conform(joined[list(ITEMS)], ITEMS),
        paid_is,
        items[lost],
    )


def _latest_items(items: pd.DataFrame, mark: Mark) -> pd.DataFrame:
    """Return each item once, as the newest of overlapping exports tells it.

    An item is known by its own number, else by order, title and pieces; alike ones in one file
    are several. Which file is newer, its latest time says.
    """
    items = items.assign(asof=items.groupby("file")["asof"].transform("max"))
    items = items.sort_values(
        ["asof", "refund_done", "refund_fen", "refund_open", "status", "file", "row"],
        ascending=[False, False, False, True, True, True, True],
        kind="stable",
    )
    bare = items["item_no"].isna()
    key = ["order", "item_no", "product", "quantity"]
    known = items[key].assign(
        product=items["product"].where(bare), quantity=items["quantity"].where(bare)
    )
    known["nth"] = known.groupby([*key, items["file"]], dropna=False).cumcount().where(bare, 0)
    again = known.duplicated()
    mark(items[again & ~items["own"]], MERGED)
    return items[~again].sort_values(["order", "item_no", "product", "quantity", "refund_fen"])
