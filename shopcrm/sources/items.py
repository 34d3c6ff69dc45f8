"""Rows of an item export: what was bought in each order, and refunds by item."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shopcrm.sources.orders import refund_is
from shopcrm.sources.rows import USED, Rows


def read_items(rows: Rows, file: int) -> pd.DataFrame:
    """Return the usable rows of an item export.

    Returns:
        The columns of ITEMS, and ``refund_fen`` and ``refund_open`` of the item, which
        :func:`shopcrm.sources.merge.join_items` adds up by order.
    """
    order_no = rows.text("order_no")
    rows.list_rows("item_without_order", (rows.fate == USED) & order_no.isna().to_numpy(), "order_no")
    quantity, no_quantity = rows.wholes("quantity")
    refund = rows.wholes("refund")[0] if rows.has("refund") else np.zeros(len(quantity), np.int64)
    if rows.has("refund_status"):  # an amount asked for, or refused, is no refund
        refund = np.where(refund_is(rows, "done"), refund, 0)
    frame = pd.DataFrame(
        {
            "order": f"{rows.layout.platform}:" + order_no,
            "product": rows.text("product"),
            "category": rows.text("category"),
            "quantity": np.where(no_quantity, 1, quantity),
            "refund_fen": refund,
            "refund_open": refund_is(rows, "open"),
            "file": file,
            "row": rows.grid.rows,
        }
    )
    return frame[rows.fate == USED].reset_index(drop=True)
