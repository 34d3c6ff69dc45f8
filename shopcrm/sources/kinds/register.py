"""The registration sheet and lists of customers: deals as orders, and what is said of each one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.sources.kinds.fates import BLANK, LISTED, MERGED, USED
from shopcrm.sources.kinds.meanings import join_products, who
from shopcrm.sources.layouts import plain_word, platform_names
from shopcrm.sources.opening.exact import EXACT_BELOW
from shopcrm.tables import once_each

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from shopcrm.policy import Policy
    from shopcrm.sources.kinds.rows import Rows

_SAID: Final = (
    *("sex", "type", "birthday", "grade", "note"),
    *("shop_category", "medal", "category_match", "dsr", "shop_state"),
)
"""Columns of REGISTER that are text of the field of that name."""


def read_register(
    rows: Rows, policy: Policy, today: dt.date, file: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read a registration sheet.

    A row with neither amount nor day is a prospect. A row whose amount a merged cell from above
    covers is one more product of the same deal.

    Args:
        rows: the parsed file.
        policy: ``identity.address``.
        today: deals dated later are listed.
        file: index of the file.

    Returns:
        The deals (columns of ORDERS but ``order``), the REGISTER rows (without ``order``), and
        the owner's own cells under their own headers, one line for each REGISTER row.
    """
    said = _who(rows, policy)
    amount, no_amount = rows.wholes("amount")
    created = rows.times("created")
    goes_on = rows.covered("amount") & rows.covered("buyer") & (rows.fate == USED)
    product = join_products(rows.text("product"), goes_on)
    rows.fate[goes_on] = MERGED
    _list_nobody(rows, said)
    undated = np.isnat(created)
    prospect = no_amount & undated
    known = rows.fate == USED
    rows.list_rows("no_amount", known & no_amount & ~undated, "amount")
    rows.list_rows("no_date", known & undated & ~no_amount, "created")
    rows.list_rows("negative_money", (rows.fate == USED) & (amount < 0), "amount")
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (created >= tomorrow), "created")
    deal = (rows.fate == USED) & ~prospect
    quantity, no_quantity = rows.wholes("quantity")
    common = {**said, "platform": _platforms(rows), "file": file, "row": rows.grid.rows}
    orders = pd.DataFrame(
        {
            **common,
            "origin": "register",
            "shop": rows.text("shop"),
            "status": np.where(amount > 0, "success", "free"),
            "created": created,
            "currency": rows.currencies(),
            "gross_fen": amount,
            "quantity": np.where(no_quantity, 1, quantity),
            "product": product,
            "category": rows.text("category"),
        }
    )
    kept = (rows.fate != BLANK) & ~rows.totals
    return orders[deal], _people(rows, common)[kept], _cells(rows)[kept]


def read_customers(rows: Rows, policy: Policy, file: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a list of customers: who they are and what they bought so far, without deals.

    Args:
        rows: the parsed file.
        policy: ``identity.address``.
        file: index of the file.

    Returns:
        The REGISTER rows (without ``order``), and the owner's own cells as in
        :func:`read_register`.
    """
    said = _who(rows, policy)
    _list_nobody(rows, said)
    common = {
        **said,
        "platform": _platforms(rows).fillna(rows.layout.platform or np.nan),
        "file": file,
        "row": rows.grid.rows,
    }
    kept = (rows.fate != BLANK) & ~rows.totals
    return _people(rows, common)[kept], _cells(rows)[kept]


def _who(rows: Rows, policy: Policy) -> dict[str, pd.Series[str]]:
    """Return what a row says of its customer, by the columns of REGISTER."""
    said, place = who(rows, policy)
    return said | {name: part.texts() for name, part in place.items()}


def _list_nobody(rows: Rows, said: Mapping[str, pd.Series[str]]) -> None:
    keys = [said[name].isna().to_numpy() for name in ("buyer", "phone", "email")]
    nobody = (rows.fate == USED) & np.logical_and.reduce(keys)
    rows.list_rows("no_customer", nobody, "buyer" if rows.has("buyer") else "phone")


def _people(rows: Rows, common: Mapping[str, object]) -> pd.DataFrame:
    """Return what each row says of its customer, by the columns of REGISTER."""
    written = [name for name in _SAID if rows.has(name)]
    number, no_number = rows.wholes("stated_orders")
    money, no_money = rows.wholes("stated_amount")
    return pd.DataFrame(
        {
            **common,
            **{name: rows.text(name) for name in written},
            "registered": rows.times("registered"),
            "last_contact": rows.times("last_contact"),
            "stated_orders": pd.Series(number, dtype="Int64").mask(no_number),
            "stated_fen": pd.Series(money, dtype="Int64").mask(no_money),
            "stated_last": rows.times("stated_last"),
            "unread": rows.fate == LISTED,
        }
    )


def _platforms(rows: Rows) -> pd.Series[str]:
    """Return the platform that each row names, in the program's word; an unknown one is missing."""
    names = platform_names()
    return once_each(rows.text("platform"), lambda word: names.get(plain_word(word)))


def _cells(rows: Rows) -> pd.DataFrame:
    """Return the owner's columns as they are: numbers, days and text, under unique headers."""
    columns: dict[str, list[object]] = {}
    times: Counter[str] = Counter()
    for at, header in enumerate(rows.grid.header):
        cells = rows.grid.column(at)
        shown = [_shown(cell) for cell in cells.some(np.arange(len(cells.distinct)))]
        if not header.strip() and all(cell is None for cell in shown):
            continue
        name = header.strip() or f"#{at + 1}"
        times[name] += 1
        name += ("", "'", f"'{times[name]}")[min(times[name], 3) - 1]
        while name in columns:
            name += "'"
        hidden = rows.grid.covered.get(at, np.zeros(len(cells.codes), bool))
        pairs = zip(cells.codes, hidden, strict=True)
        columns[name] = [None if covered else shown[code] for code, covered in pairs]
    return pd.DataFrame(columns, index=range(len(rows.fate)), dtype=object)


def _shown(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_BELOW:
        return int(cell)
    return cell
