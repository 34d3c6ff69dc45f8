"""客户: one row a customer, the label and its reason first, then the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.words import (
    next_contacts,
    other_tags,
    segment_colours,
    segment_words,
    worded,
)

if TYPE_CHECKING:
    from shopcrm.outputs.streamed import Kind
    from shopcrm.shop import Shop

_FACTS: tuple[tuple[str, Kind], ...] = (
    ("orders", "whole"),
    ("net_fen", "money"),
    ("average_fen", "money"),
    ("last_order", "date"),
    ("days_since", "whole"),
    ("expected_gap", "number"),
    ("overdue", "number"),
)
_MORE: tuple[tuple[str, Kind], ...] = (
    ("first_order", "date"),
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


_PRINTED = 9
"""Columns that go on paper: who, which label, why, the risk, and the first figures."""


def customers_sheet(book: Book, shop: Shop) -> None:
    """Write one row a customer, the biggest buyers first."""
    people = shop.customers.sort_values(["net_fen", "customer"], ascending=[False, True])
    labels = shop.segments.loc[people.index].reset_index(drop=True)
    people = people.reset_index(drop=True)
    lang = shop.lang
    colours = segment_colours(lang)
    due = next_contacts(shop).reindex(people["customer"]).reset_index(drop=True)

    def head(name: str) -> str:
        return t(f"column.{name}", lang, unit=unit(shop.currency, lang))

    def facts(names: tuple[tuple[str, Kind], ...]) -> list[Field]:
        kept = [(name, kind) for name, kind in names if people[name].notna().any()]
        return [Field(head(name), people[name], kind) for name, kind in kept]

    fields = [
        Field(head("id"), people["id"]),
        Field(head("segment"), segment_words(labels["segment"], lang), labels=colours),
        Field(head("tags"), other_tags(labels, lang), wrap=True, width=14),
        Field(head("reason"), labels["reason"], wrap=True, width=66),
        Field(head("risk_rank"), labels["risk_rank"], "whole"),
        *facts(_FACTS),
        Field(head("due_by"), due["due_by"], "date"),
        Field(head("why"), due["reason"], wrap=True, width=34),
        Field(head("stage"), worded(labels["stage"], "stage", lang), labels=colours),
        Field(head("recency_score"), labels["recency_score"], "whole"),
        Field(head("frequency_score"), labels["frequency_score"], "whole"),
        Field(head("monetary_score"), labels["monetary_score"], "whole"),
        *([Field(head("grade"), labels["grade"])] if labels["grade"].notna().any() else []),
        *facts(_MORE),
        *_own_columns(shop, people["customer"]),
    ]
    book.table(t("sheet.customers", lang), fields, printed=_PRINTED, lines=2)


def _own_columns(shop: Shop, customers: pd.Series[str]) -> list[Field]:
    """Return the columns of the register that no layout knows: the owner keeps them."""
    registers = [file for file in shop.files if file.layout.kind == "register"]
    names = dict.fromkeys(name for file in registers for name in file.unmapped)
    found = []
    for name in names:
        if name not in shop.cells:
            continue
        cells = shop.cells[name].map(_text)
        latest = cells[cells.notna()].groupby(shop.register["customer"]).last()
        found.append(Field(name, latest.reindex(customers).reset_index(drop=True).astype("str")))
    return found


def _text(cell: Any) -> str | None:
    return None if pd.isna(cell) else str(cell).strip() or None
