"""A page that is read as a whole: blocks one below the other on fourteen columns, made for A4."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.book import GREY, HEAD, INK, LINE, PAPER
from shopcrm.outputs.sheets.trends import of_shop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.labels import Lang
    from shopcrm.outputs.book import Book
    from shopcrm.shop import Shop

WIDTHS: Final = (15, 8.5, *([8.5] * 12))
"""Of the columns, in characters: a name, a number, and twelve months."""

LAST: Final = len(WIDTHS) - 1
MONTH: Final = 2
"""The first of the twelve columns for months."""

ROW: Final = 16.5
"""Points of a row."""

_GAP: Final = 7
_ROW_PIXELS: Final = 22
_AROUND: Final = 5
_LARGE_FEN: Final = 100_000_000
_UNITS: Final[dict[Lang, int]] = {"zh": 10_000, "en": 1_000}
"""What large amounts are told in: 万元, and thousands."""


@dataclass
class Page:
    """The page being written; ``row`` is the next free one."""

    book: Book
    sheet: Any
    shop: Shop
    row: int = 0

    @property
    def lang(self) -> Lang:
        """Return the language of the words."""
        return self.shop.lang

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Return of the orders what the blocks look at, each customer's key held once."""
        orders = of_shop(self.shop)
        codes, keys = pd.factorize(orders["customer"])
        return orders.assign(customer=pd.Categorical.from_codes(codes, categories=keys))

    def style(self, **properties: object) -> Any:
        """Return a format."""
        return self.book.style(**properties)

    def gap(self) -> None:
        """Leave a little room."""
        self.sheet.set_row(self.row, _GAP)
        self.row += 1

    def title(self, text: str, first: int = 0, last: int = LAST) -> None:
        """Write what a block is about; the next row is the block's."""
        look = self.style(bold=True, font_size=11, font_color=HEAD, bottom=1, bottom_color=HEAD)
        self.across(first, last, text, look)

    def across(self, first: int, last: int, value: object, look: Any) -> None:
        """Write one value over several columns, or into one."""
        if first == last:
            self.sheet.write(self.row, first, value, look)
        else:
            self.sheet.merge_range(self.row, first, self.row, last, value, look)

    def head(self, words: Sequence[tuple[int, int, str]]) -> None:
        """Write the headers of a table: first and last column, and the word."""
        look = self.style(bold=True, font_color=PAPER, bg_color=HEAD, align="center")
        for first, last, word in words:
            self.across(first, last, word, look)

    def note(self, text: str, lines: int = 1) -> None:
        """Write a small remark over the whole width, and go on below it."""
        look = self.style(font_color=GREY, font_size=9, text_wrap=True)
        self.across(0, LAST, text, look)
        self.sheet.set_row(self.row, ROW * lines)
        self.row += 1

    def number(self, shape: str = "#,##0", **more: object) -> Any:
        """Return the format of a number."""
        return self.style(num_format=shape, bottom=4, bottom_color=LINE, **more)

    def words(self, **more: object) -> Any:
        """Return the format of a word in a table."""
        return self.style(bottom=4, bottom_color=LINE, **more)

    def place(self, chart: Any, first: int, rows: int, last: int = LAST) -> None:
        """Put a chart over these columns and so many rows from the next free one on."""
        width = sum(int(one * 7 + _AROUND) for one in WIDTHS[first : last + 1])
        chart.set_size({"width": width, "height": rows * _ROW_PIXELS})
        chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
        self.sheet.insert_chart(self.row, first, chart, {"object_position": 1})

    @property
    def font(self) -> dict[str, object]:
        """Return the look of words in a chart."""
        return {"name": self.book.font, "size": 9, "color": INK, "bold": False}

    def scale(self, largest_fen: int) -> tuple[int, str]:
        """Return fen of the unit that amounts are told in so that they fit, and its word."""
        word = unit(self.shop.currency, self.lang)
        if largest_fen < _LARGE_FEN:
            return 100, word
        return 100 * _UNITS[self.lang], t("overview.large_unit", self.lang, unit=word)
