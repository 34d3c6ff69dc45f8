"""The registration sheet: its deals as orders, and what the owner wrote about each customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.sources.orders import folded, join_products, region
from shopcrm.sources.rows import BLANK, MERGED, USED, Rows
from shopcrm.sources.workbooks import EXACT_BELOW

if TYPE_CHECKING:
    import datetime as dt


def read_register(
    rows: Rows, today: dt.date, file: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read a registration sheet.

    A row with neither amount nor day is a prospect. A row whose amount a merged cell from above
    covers is one more product of the same deal.

    Args:
        rows: the parsed file.
        today: deals dated later are listed.
        file: index of the file.

    Returns:
        The deals (columns of ORDERS but ``order``), the REGISTER rows (without ``order``), and
        the owner's own cells under their own headers, one line for each REGISTER row.
    """
    buyer, phone = rows.text("buyer"), rows.text("phone")
    amount, no_amount = rows.wholes("amount")
    created = rows.times("created")
    goes_on = rows.covered("amount") & rows.covered("buyer") & (rows.fate == USED)
    product = join_products(rows.text("product"), goes_on)
    rows.fate[goes_on] = MERGED
    usable = rows.fate == USED
    nobody = usable & buyer.isna().to_numpy() & phone.isna().to_numpy()
    rows.list_rows("no_customer", nobody, "buyer")
    undated = np.isnat(created)
    prospect = no_amount & undated
    known = rows.fate == USED
    rows.list_rows("no_amount", known & no_amount & ~undated, "amount")
    rows.list_rows("no_date", known & undated & ~no_amount, "created")
    rows.list_rows("negative_money", (rows.fate == USED) & (amount < 0), "amount")
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (created >= tomorrow), "created")
    deal = (rows.fate == USED) & ~prospect
    province, city = region(rows)
    quantity, no_quantity = rows.wholes("quantity")
    common = {
        "buyer": buyer,
        "buyer_key": folded(buyer),
        "phone": phone,
        "name": rows.text("name"),
        "province": province,
        "city": city,
        "file": file,
        "row": rows.grid.rows,
    }
    orders = pd.DataFrame(
        {
            **common,
            "origin": "register",
            "status": np.where(amount > 0, "success", "free"),
            "created": created,
            "gross_fen": amount,
            "quantity": np.where(no_quantity, 1, quantity),
            "product": product,
            "category": rows.text("category"),
        }
    )
    written = [name for name in ("sex", "type", "birthday", "grade", "note") if rows.has(name)]
    register = pd.DataFrame(
        {
            **common,
            **{name: rows.text(name) for name in written},
            "registered": rows.times("registered"),
            "last_contact": rows.times("last_contact"),
        }
    )
    kept = (rows.fate != BLANK) & ~rows.totals
    return orders[deal], register[kept], _cells(rows)[kept]


def _cells(rows: Rows) -> pd.DataFrame:
    """Return the owner's columns as they are: numbers, days and text, under unique headers."""
    columns: dict[str, list[object]] = {}
    for at, header in enumerate(rows.grid.header):
        cells = rows.grid.column(at)
        name = header.strip() or f"#{at + 1}"
        while name in columns:
            name += "'"
        shown = [_shown(cell) for cell in cells.some(np.arange(len(cells.distinct)))]
        hidden = rows.grid.covered.get(at, np.zeros(len(cells.codes), bool))
        pairs = zip(cells.codes, hidden, strict=True)
        columns[name] = [None if covered else shown[code] for code, covered in pairs]
    return pd.DataFrame(columns, dtype=object)


def _shown(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_BELOW:
        return int(cell)
    return cell
