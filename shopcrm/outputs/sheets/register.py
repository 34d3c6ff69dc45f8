"""登记表: the owner's rows in their order with their columns, and what is known beside them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.words import (
    next_contacts,
    of_customers,
    other_tags,
    segment_colours,
    segment_words,
)

if TYPE_CHECKING:
    from shopcrm.outputs.streamed import Kind
    from shopcrm.shop import Shop


def register_sheet(book: Book, shop: Shop) -> None:
    """Write the register with computed columns on the right; nothing without a register."""
    if shop.register.empty:
        return
    lang = shop.lang
    who = shop.register["customer"]
    people = of_customers(shop.customers, who, ["orders", "net_fen", "last_order"])
    labels = of_customers(shop.segments, who, ["segment", "tags", "reason"])
    due = next_contacts(shop).reindex(who).reset_index(drop=True)
    own = [_own(str(name), shop.cells[name]) for name in shop.cells]

    def head(name: str) -> str:
        return t(f"column.{name}", lang, unit=unit(shop.currency, lang))

    computed = [
        Field(
            head("segment"), segment_words(labels["segment"], lang), labels=segment_colours(lang)
        ),
        Field(head("tags"), other_tags(labels, lang)),
        Field(head("reason"), labels["reason"], wrap=True, width=66),
        Field(head("orders"), people["orders"].astype("Int64"), "whole"),
        Field(head("net_fen"), people["net_fen"].astype("Int64"), "money"),
        Field(head("last_order"), people["last_order"], "date"),
        Field(head("due_by"), due["due_by"], "date"),
        Field(head("why"), due["reason"], wrap=True, width=34),
    ]
    book.table(t("sheet.register", lang), [*own, *computed], frozen=2, lines=2)


def _own(header: str, cells: pd.Series[Any]) -> Field:
    """Return one column of the owner's as numbers, days or text, whichever all its cells are."""
    there = cells[cells.notna()]
    kinds = {type(cell) for cell in there}
    if kinds and kinds <= {int, float}:
        kind: Kind = "whole" if kinds == {int} else "number"
        numbers = cells.astype("Int64") if kind == "whole" else cells.astype("float64")
        return Field(header, numbers, kind)
    if kinds and kinds <= {dt.date, dt.datetime}:
        days = pd.Series([pd.Timestamp(cell) if cell else pd.NaT for cell in cells])
        whole_days = all(type(cell) is dt.date or cell.time() == dt.time() for cell in there)
        return Field(header, days.astype("datetime64[us]"), "date" if whole_days else "datetime")
    return Field(header, pd.Series([_shown(cell) for cell in cells], dtype="str"))


def _shown(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)
