"""客户: one row a customer. Who, which label and why, the money; all else behind a [+]."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import xl_range

from shopcrm.labels import t, unit
from shopcrm.outputs.book import HEAD, Book, Field, link
from shopcrm.outputs.figures import SHEET_ROWS
from shopcrm.outputs.sheets.trends import Trends, most_trends, trends
from shopcrm.outputs.taken import taken
from shopcrm.outputs.words import (
    first_contacts,
    other_tags,
    segment_colours,
    segment_words,
    worded,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.outputs.cell_xml import Kind
    from shopcrm.shop import Shop

_FACTS: Final[tuple[tuple[str, Kind], ...]] = (
    ("orders", "whole"),
    ("net_fen", "money"),
    ("last_order", "date"),
    ("days_since", "whole"),
)
_RHYTHM: Final[tuple[tuple[str, Kind], ...]] = (
    ("average_fen", "money"),
    ("expected_gap", "number"),
    ("overdue", "number"),
    ("next_by", "date"),
    ("again_share", "percent"),
    ("first_order", "date"),
)
_MORE: Final[tuple[tuple[str, Kind], ...]] = (
    ("gross_fen", "money"),
    ("refund_fen", "money"),
    ("return_rate", "percent"),
    ("unpaid_orders", "whole"),
    ("product", "text"),
    ("category", "text"),
    ("province", "text"),
    ("city", "text"),
    ("name", "text"),
    ("sex", "text"),
    ("phone", "text"),
    ("type", "text"),
    ("birthday", "text"),
    ("sheet_grade", "text"),
    ("registered", "date"),
    ("last_contact", "date"),
    ("note", "text"),
)
_REASON: Final = 48
"""Width of the reasons, so that the ten columns that matter fit one screen and one page."""


def customers_sheet(book: Book, shop: Shop) -> None:
    """Write one row a customer, the biggest buyers first."""
    people, labels, lang = shop.customers, shop.segments, shop.lang
    colours = segment_colours(lang)
    # No table of all customers is sorted: each column is shown in the order of the rows.
    rows = _by_money(people)
    first, due = first_contacts(shop)[rows], shop.contacts
    trend = trends(shop, taken(people["customer"], rows[: most_trends(shop)]))

    def head(name: str) -> str:
        days = shop.policy.whole("returning.days")
        return t(f"column.{name}", lang, unit=unit(shop.currency, lang), days=days)

    def facts(names: tuple[tuple[str, Kind], ...]) -> list[Field]:
        kept = [(name, kind) for name, kind in names if people[name].notna().any()]
        return [
            Field(head(name), people[name], kind, bars=name == "net_fen") for name, kind in kept
        ]

    shown = [
        Field(head("id"), people["id"]),
        Field(head("segment"), segment_words(labels["segment"], lang), labels=colours),
        Field(head("reason"), labels["reason"], wrap=True, width=_REASON),
        *facts(_FACTS),
        *([trend.field(len(people))] if trend else []),
        Field(head("due_by"), due["due_by"], "date", linked=True, rows=first),
        Field(head("why"), due["reason"], wrap=True, width=32, rows=first),
    ]
    folded = [
        Field(head("tags"), other_tags(labels, lang), wrap=True, width=14),
        Field(head("stage"), worded(labels["stage"], "stage", lang), labels=colours),
        Field(head("risk_rank"), labels["risk_rank"], "whole"),
        *facts(_RHYTHM),
        Field(head("recency_score"), labels["recency_score"], "whole"),
        Field(head("frequency_score"), labels["frequency_score"], "whole"),
        Field(head("monetary_score"), labels["monetary_score"], "whole"),
        Field(head("rfm_class"), worded(labels["rfm_class"].astype("str"), "rfm_class", lang)),
        *([Field(head("grade"), labels["grade"])] if labels["grade"].notna().any() else []),
    ]
    rest = [*facts(_MORE), *_own_columns(shop)]
    fields = [
        *shown,
        *(replace(one, folded=1) for one in folded),
        *(trend.months(len(people)) if trend else []),
        *(replace(one, folded=1) for one in rest),
    ]
    fields = [one if one.rows is not None else replace(one, rows=rows) for one in fields]
    sheets = book.table(t("sheet.customers", lang), fields, printed=len(shown), lines=None)
    if trend:
        _draw(sheets[0], trend, at=len(shown) - 3, first=len(shown) + len(folded))
    _lead_to_contacts(sheets[0], shop, first, at=len(shown) - 2)


def _by_money(people: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the places of CUSTOMERS, the highest net first; of equals, by key."""
    table = pa.table({name: pa.array(people[name].array) for name in ("net_fen", "customer")})
    order = [("net_fen", "descending"), ("customer", "ascending")]
    places: npt.NDArray[np.int64] = pc.sort_indices(table, order).to_numpy().astype(np.int64)
    return places


def _draw(sheet: Any, trend: Trends, at: int, first: int) -> None:
    """Draw what a customer brought month by month; one group, as Excel makes of a column."""
    rows = [row + 1 for row in trend.rows if row < SHEET_ROWS]
    last = first + len(trend.words) - 1
    options = {
        "location": [xl_range(row, at, row, at) for row in rows],
        "range": [f"'{sheet.get_name()}'!{xl_range(row, first, row, last)}" for row in rows],
        "type": "column",
        "series_color": HEAD,
        "show_hidden": True,
    }
    if rows:
        sheet.add_sparkline(rows[0], at, options)


def _lead_to_contacts(sheet: Any, shop: Shop, first: npt.NDArray[np.int64], at: int) -> None:
    """Let why somebody is to be contacted lead to the line of the contact.

    Args:
        sheet: of the customers.
        shop: the shop.
        first: the first contact of the customer in each row, -1 without one.
        at: the column that leads there.
    """
    name = t("sheet.callbacks", shop.lang)
    lines = np.sort(first[first >= 0])[: shop.policy.whole("workbook.links")]
    for row in np.flatnonzero(np.isin(first, lines)).tolist():
        contact = int(first[row])
        if max(row, contact) < SHEET_ROWS:
            link(sheet, row + 1, at, f"'{name}'!B{contact + 2}")


def _own_columns(shop: Shop) -> list[Field]:
    """Return the columns of the register that no layout knows: the owner keeps them."""
    registers = [file for file in shop.files if file.layout.kind == "register"]
    names = dict.fromkeys(name for file in registers for name in file.unmapped)
    customers, found = shop.customers["customer"], []
    for name in names:
        if name not in shop.cells:
            continue
        cells = shop.cells[name].map(_text)
        latest = cells[cells.notna()].groupby(shop.register["customer"]).last()
        found.append(Field(name, latest.reindex(customers).reset_index(drop=True).astype("str")))
    return found


def _text(cell: Any) -> str | None:
    return None if pd.isna(cell) else str(cell).strip() or None
