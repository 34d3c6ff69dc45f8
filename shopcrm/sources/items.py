"""Rows of an item export: what was bought in each order, and refunds by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.sources.orders import refund_states
from shopcrm.sources.rows import USED, Rows

if TYPE_CHECKING:
    import pandas as pd


def read_items(rows: Rows, file: int) -> pd.DataFrame:
    """Return the usable rows of an item export.

    Returns:
        The columns of ITEMS; ``refund_fen``, ``refund_done`` and ``refund_open`` of the item, of
        which :func:`shopcrm.sources.merge.join_items` tells the order; and what tells the newest
        of several reports of an item: ``item_no``, ``status`` and ``asof``, the latest time.
    """
    order_no = rows.text("order_no")
    nameless = (rows.fate == USED) & order_no.isna().to_numpy()
    rows.list_rows("item_without_order", nameless, "order_no")
    quantity, no_quantity = rows.wholes("quantity")
    refund, _ = rows.wholes("refund")
    states = refund_states(rows)
    if rows.has("refund_status"):  # an amount asked for, or refused, is no refund
        refund = np.where(states == "done", refund, 0)
    times = [rows.times(name) for name in ("created", "paid", "shipped")]
    return rows.used(
        {
            "order": f"{rows.layout.platform or ''}:" + order_no,
            "item_no": rows.text("item_no"),
            "product": rows.text("product"),
            "category": rows.text("category"),
            "quantity": np.where(no_quantity, 1, quantity),
            "refund_fen": refund,
            "refund_done": states == "done",
            "refund_open": states == "open",
            "status": rows.text("status"),
            "asof": np.fmax.reduce(times),
            "file": file,
        }
    )
