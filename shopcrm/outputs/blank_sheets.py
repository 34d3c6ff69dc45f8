"""Sheets that only the owner writes, to fill in: activities, and the shop's own days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from shopcrm.labels import Lang, t
from shopcrm.outputs.book import HEAD, PAPER, Book, display_width, for_print

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "activities": ("activity", "first", "last", "activity_text"),
    "shop_days": ("holiday", "first", "last", "closed"),
}
"""Columns of each sheet; fields of its layout."""

_DAYS: Final = ("first", "last")
_WIDE: Final = "activity_text"
_ROWS: Final = 200
"""Rows that have drop-downs; more are typed freely."""


def blank_sheet(path: Path, name: str, lang: Lang) -> None:
    """Write a sheet with its header, and help in the cells below it.

    A workbook, not a csv: the program never adds to it, so that it can have drop-downs.

    Args:
        path: where to.
        name: one of SHEETS.
        lang: language of the header.
    """
    title = t(f"head_{name}.title", lang)
    book = Book(path, title, lang)
    # Not one of the program's results: it is read as the owner's own sheet.
    book.file.set_properties({"title": title, "author": ""})
    sheet = book.page(title)
    head = book.style(bold=True, font_color=PAPER, bg_color=HEAD, align="center")
    for at, column in enumerate(SHEETS[name]):
        word = t(f"head_{name}.{column}", lang)
        sheet.write_string(0, at, word, head)
        shape = "yyyy-mm-dd" if column in _DAYS else "@"
        width = 50 if column == _WIDE else max(display_width(word) + 4, 14)
        sheet.set_column(at, at, width, book.style(num_format=shape))
        rule: dict[str, object] = {"validate": "any"}
        if column in _DAYS:
            rule = {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}
        elif column == "closed":
            rule = {"validate": "list", "source": [t("yes.yes", lang)]}
        told = t(f"help_{name}.{column}", lang)
        sheet.data_validation(1, at, _ROWS, at, {**rule, "input_message": told})
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    for_print(sheet, len(SHEETS[name]) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    book.close()
