"""登记表: the owner's rows in their order with their columns, and what is known beside them.

Of a register with many columns the label, its reason and the next contact stand behind the
owner's first columns, so that they are printed with them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.labels import t
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.computed import computed_columns
from shopcrm.outputs.words import segment_colours

if TYPE_CHECKING:
    from shopcrm.outputs.cell_xml import Kind
    from shopcrm.shop import Shop


def register_sheet(book: Book, shop: Shop) -> None:
    """Write the register with computed columns on the right; nothing without a register."""
    if shop.register.empty:
        return
    lang = shop.lang
    own = [_own(str(name), shop.cells[name]) for name in shop.cells]
    columns = computed_columns(shop)
    computed = [
        Field(
            one.header,
            one.values,
            one.kind,
            labels=segment_colours(lang) if one.name == "segment" else {},
            wrap=one.name in _LONG,
            width=_LONG.get(one.name),
        )
        for one in columns
    ]
    fields, printed = [*own, *computed], None
    if len(fields) > _MOST_PRINTED:
        # Paper has room for who it is and what to do; the rest stands to the right of it.
        at = [one.name in _PRINTED for one in columns]
        told = [field for field, shown in zip(computed, at, strict=True) if shown]
        rest = [field for field, shown in zip(computed, at, strict=True) if not shown]
        first = own[: _MOST_PRINTED - len(told)]
        fields = [*first, *told, *own[len(first) :], *rest]
        printed = len(first) + len(told)
    book.table(t("sheet.register", lang), fields, frozen=2, printed=printed, lines=2)


_MOST_PRINTED: Final = 13
"""Columns of a page across that can still be read."""

_PRINTED: Final = ("segment", "reason", "due_by", "why")
"""Computed columns that go on paper with the owner's first ones."""


_LONG = {"reason": 66, "why": 34}
"""Columns of sentences, and how wide they are."""


_LARGE = 2**63
"""Ids of more digits than a column of numbers holds are written one by one."""


def _own(header: str, cells: pd.Series[Any]) -> Field:
    """Return one column of the owner's as numbers, days or text, or each cell as what it is."""
    there = cells[cells.notna()]
    kinds = {type(cell) for cell in there}
    if kinds and kinds <= {int, float} and all(abs(cell) < _LARGE for cell in there):
        kind: Kind = "whole" if kinds == {int} else "number"
        numbers = cells.astype("Int64") if kind == "whole" else cells.astype("float64")
        return Field(header, numbers, kind)
    if kinds and kinds <= {dt.date, dt.datetime}:
        days = pd.Series([pd.Timestamp(cell) if cell else pd.NaT for cell in cells])
        whole_days = all(type(cell) is dt.date or cell.time() == dt.time() for cell in there)
        return Field(header, days.astype("datetime64[us]"), "date" if whole_days else "datetime")
    return Field(header, cells, "text" if kinds <= {str} else "mixed")
