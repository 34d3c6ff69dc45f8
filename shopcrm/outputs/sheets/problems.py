"""问题: every row that was not used, and every doubt: where, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.labels import t
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.words import shown_values, worded
from shopcrm.sources.problems import SEVERITIES, SHOWN
from shopcrm.tables import PROBLEMS, conform

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.shop import Shop
    from shopcrm.sources.problems import Problems


def problems_sheet(book: Book, shop: Shop) -> None:
    """Write the problems, the rows that were not used first; of each kind the first thousand.

    Of a kind with more of them the last line says how many there are.
    """
    lang = shop.lang
    found = _first(shop.problems, lang)
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
    book.table(t("sheet.problems", lang), fields, frozen=0, lines=None)


def _first(problems: Problems, lang: Lang) -> pd.DataFrame:
    """Return of each kind the first rows, and a line with the number where that is not all."""
    table = problems.table()
    parts = [table[table.groupby("kind").cumcount() < SHOWN]]
    for kind, number in sorted(problems.counts().items()):
        if number > SHOWN:
            said = t("sheet_note.first_of", lang, shown=f"{SHOWN:,}", number=f"{number:,}")
            line = {"kind": kind, "severity": SEVERITIES[kind], "file": "", "value": said}
            parts.append(conform({name: [text] for name, text in line.items()}, PROBLEMS))
    return pd.concat(parts, ignore_index=True)
