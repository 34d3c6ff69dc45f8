"""问题: every row that was not used, and every doubt: where, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import t
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.sheets.words import shown_values, worded

if TYPE_CHECKING:
    from shopcrm.shop import Shop


def problems_sheet(book: Book, shop: Shop) -> None:
    """Write the problems, all of them, the rows that were not used first."""
    lang = shop.lang
    found = shop.problems.table()
    rank = {"listed": 0, "doubt": 1, "note": 2}
    found = found.iloc[found["severity"].map(rank).argsort(kind="stable")].reset_index(drop=True)

    def head(name: str) -> str:
        return t(f"column.{name}", lang)

    fields = [
        Field(head("severity"), worded(found["severity"], "severity", lang)),
        Field(head("problem"), worded(found["kind"], "problem", lang), wrap=True, width=40),
        Field(head("file"), found["file"]),
        Field(head("row"), found["row"], "whole"),
        Field(head("in_column"), found["column"]),
        Field(head("value"), shown_values(found, lang), wrap=True, width=34),
        Field(head("what_to_do"), worded(found["kind"], "remedy", lang), wrap=True, width=46),
    ]
    book.table(t("sheet.problems", lang), fields, frozen=0, lines=2)
