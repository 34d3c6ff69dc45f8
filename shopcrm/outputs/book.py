"""A workbook with the shop's look: formats, real Tables, widths that fit Chinese, print set-up."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
from xlsxwriter.utility import xl_range

from shopcrm.labels import t
from shopcrm.outputs.enriched.table import unique
from shopcrm.outputs.figures import SHEET_ROWS
from shopcrm.outputs.heights import row_heights
from shopcrm.outputs.streamed import Column, StreamedWorkbook, StreamedWorksheet
from shopcrm.outputs.taken import taken
from shopcrm.sources.opening.workbooks import CREATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd
    from xlsxwriter.format import Format

    from shopcrm.labels import Lang
    from shopcrm.outputs.cell_xml import Kind

_SAMPLE: Final = 400
_NARROW, _WIDE = 6, 46
_LINE_HEIGHT: Final = 14
_UPRIGHT: Final = 110
"""Characters that A4 upright has room for in letters that can be read."""

_CREATED: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  fixed, so that equal content is equal bytes

FONT: Final = "微软雅黑"
INK, PAPER, LINE = "#1F2937", "#FFFFFF", "#D1D5DB"
HEAD, SOFT, GREY = "#0F766E", "#F0FDFA", "#6B7280"
LINK, BAR = "#0369A1", "#99F6E4"
COLOURS: Final = {
    "vip": "#EDE9FE",
    "new": "#DBEAFE",
    "repeat": "#DCFCE7",
    "one_time": "#F3F4F6",
    "churning": "#FEF3C7",
    "lost": "#E5E7EB",
    "potential": "#FFFFFF",
    "serial_returner": "#FEE2E2",
}
"""Fill of a label's cell: what calls for action is warm, what is well is cool."""

STRONG: Final = {
    "new": "#3B82F6",
    "repeat": "#16A34A",
    "one_time": "#9CA3AF",
    "churning": "#F59E0B",
    "lost": "#6B7280",
    "potential": "#CBD5E1",
}
"""Colour of a stage in a chart: that of its cell, but stronger."""

_NUMBER_FORMATS: Final[dict[str, str]] = {
    "money": "#,##0.00",
    "whole": "#,##0",
    "number": "0.0",
    "percent": "0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "text": "@",
    "truth": '"TRUE";"TRUE";"FALSE"',  # for LibreOffice, which shows 1; Excel needs none
    "mixed": "General",
}

_OWN_LOOK: Final[tuple[Kind, ...]] = ("date", "datetime", "truth")
"""Kinds of cells that in a mixed column do not look as the others do."""


@dataclass(frozen=True)
class Field:
    """One column of a table sheet.

    Attributes:
        header: its header.
        cells: its cells.
        kind: how they are written.
        wrap: long text goes over several lines.
        fill_in: the owner writes here.
        choices: drop-down of a cell to fill in.
        labels: words of the cells to colour, with the label whose colour they get.
        width: in characters; by the content when None.
        bars: a bar in each cell shows how large its number is.
        folded: 1 for a column that a [+] above the sheet opens, 2 for one within these.
        linked: its cells lead somewhere, and look so.
        rows: which of the cells each row has, -1 for none; all in their order when None. So a
            long table is shown in another order without a copy of it.
    """

    header: str
    cells: pd.Series[Any]
    kind: Kind = "text"
    wrap: bool = False
    fill_in: bool = False
    choices: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    width: float | None = None
    bars: bool = False
    folded: int = 0
    linked: bool = False
    rows: npt.NDArray[np.intp] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.cells if self.rows is None else self.rows)

    def part(self, start: int, end: int) -> Field:
        """Return the column of some rows."""
        if self.rows is None:
            return replace(self, cells=self.cells.iloc[start:end])
        return replace(self, rows=self.rows[start:end])

    def sample(self) -> pd.Series[Any]:
        """Return cells of the first and the last rows that have any."""
        there = self.cells.notna().to_numpy()
        if self.rows is not None:
            there = np.append(there, False)[self.rows]  # of row -1
        at = np.flatnonzero(there)
        at = np.concatenate([at[: _SAMPLE // 2], at[-_SAMPLE // 2 :]])
        return taken(self.cells, at if self.rows is None else self.rows[at])


class Book:
    """A workbook being rendered to one path, or in memory; :meth:`close` writes it."""

    def __init__(self, target: Path | IO[bytes], title: str, lang: Lang) -> None:
        self.lang = lang
        self.font = FONT
        self.file = StreamedWorkbook(
            str(target) if isinstance(target, Path) else target,
            {
                # The parts without the rows are small: no temporary files.
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": FONT, "font_size": 10},
            },
        )
        self.file.set_properties({"title": title, "author": CREATOR, "created": _CREATED})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **properties: object) -> Format:
        """Return the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self._formats[key] = self.file.add_format({**base, **properties})
        return self._formats[key]

    def page(self, name: str) -> Any:
        """Return a new sheet to be written cell by cell."""
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        return sheet

    def table(
        self,
        name: str,
        fields: Sequence[Field],
        *,
        frozen: int = 1,
        printed: int | None = None,
        lines: int | None = 1,
    ) -> list[Any]:
        """Write columns as a real Table with filters; beyond Excel's rows, over numbered sheets.

        Args:
            name: the sheet's name; a second one is ``name 2``.
            fields: the columns, of equal length.
            frozen: so many columns on the left stay in view.
            printed: so many columns go on paper, all when None.
            lines: height of the rows, in lines of text; None for each as its texts need.

        Returns:
            The sheets written.
        """
        starts = range(0, max(len(fields[0]), 1), SHEET_ROWS)
        sheets = []
        for number, start in enumerate(starts, start=1):
            part = [one.part(start, start + SHEET_ROWS) for one in fields]
            title = name if number == 1 else f"{name} {number}"
            sheet = self._table_sheet(title, part, printed or len(fields), fit=lines is None)
            sheet.freeze_panes(1, frozen)
            sheet.set_default_row(_LINE_HEIGHT * (lines or 1) + 3)
            sheets.append(sheet)
        return sheets

    def close(self) -> None:
        """Write the workbook."""
        self.file.close()

    def _table_sheet(self, name: str, fields: Sequence[Field], printed: int, *, fit: bool) -> Any:
        sheet = self.file.add_worksheet(name, worksheet_class=StreamedWorksheet)
        length, last = len(fields[0]), len(fields) - 1
        columns = []
        widths = [one.width or _width(one) for one in fields]
        for at, one in enumerate(fields):
            look: dict[str, object] = {"num_format": _NUMBER_FORMATS[one.kind]}
            if one.wrap:
                look["text_wrap"] = True
            if one.kind in ("whole", "date"):
                look["align"] = "center"
            if one.fill_in:
                look |= {"bg_color": "#FFFBEB"}
            if one.linked:
                look |= {"font_color": LINK, "underline": 1}
            style = self.style(**look)
            _column(sheet, fields, at, widths[at], style)
            own = _OWN_LOOK if one.kind == "mixed" else ()
            shapes = {kind: look | {"num_format": _NUMBER_FORMATS[kind]} for kind in own}
            looks = {kind: self.style(**shape) for kind, shape in shapes.items()}
            columns.append(Column(one.cells, one.kind, style, looks, one.rows))
            if length:
                self._rules(sheet, at, length, one)
        header = self.style(
            bold=True, font_color=PAPER, bg_color=HEAD, text_wrap=True, align="center"
        )
        names = unique([one.header for one in fields], gap=" ")
        if length:
            sheet.add_table(
                0,
                0,
                length,
                last,
                {
                    "style": "Table Style Light 1",
                    "columns": [{"header": word, "header_format": header} for word in names],
                },
            )
        else:
            for at, word in enumerate(names):
                sheet.write_string(0, at, word, header)
        sheet.set_row(0, 30)
        sized = zip(fields, widths, strict=True)
        texts = [(one.cells, width, one.rows) for one, width in sized if one.wrap]
        sheet.stream(1, columns, row_heights(texts, length) if fit else None)
        # Ids of digits are text on purpose: no green corner in every cell.
        sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, length, last)})
        for_print(sheet, printed - 1)
        if sum(widths[:printed]) > _UPRIGHT:
            sheet.set_landscape()
        sheet.print_area(0, 0, length, printed - 1)
        sheet.repeat_rows(0)
        return sheet

    def _rules(self, sheet: Any, at: int, length: int, one: Field) -> None:
        if one.choices:
            sheet.data_validation(
                1,
                at,
                length,
                at,
                {
                    "validate": "list",
                    "source": list(one.choices),
                    "error_title": t("sheet_note.choice_title", self.lang),
                    "error_message": t("sheet_note.choice", self.lang),
                    "error_type": "warning",
                },
            )
        if one.bars:
            sheet.conditional_format(
                1,
                at,
                length,
                at,
                {
                    "type": "data_bar",
                    "bar_solid": True,
                    "bar_color": BAR,
                    "bar_border_color": BAR,
                    "min_type": "num",
                    "min_value": 0,
                },
            )
        for word, label in one.labels.items():
            fill = self.file.add_format({"bg_color": COLOURS.get(label, PAPER)})
            sheet.conditional_format(
                1,
                at,
                length,
                at,
                {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": fill},
            )


def link(sheet: Any, row: int, column: int, target: str) -> None:
    """Let a cell that is streamed lead to another one of the workbook: ``'回访'!A5``."""
    # XlsxWriter's own way to put a link where it shall not write the cell, as behind pictures.
    sheet.ignore_write_string = True
    try:
        sheet.write_url(row, column, f"internal:{target}")
    finally:
        sheet.ignore_write_string = False


def _column(sheet: Any, fields: Sequence[Field], at: int, width: float, style: Format) -> None:
    """Set width and look of a column; folded ones are closed, and the next one has their [+]."""
    one = fields[at]
    before = fields[at - 1].folded if at else 0
    options = {"level": one.folded, "hidden": one.folded > 0, "collapsed": before > one.folded}
    sheet.set_column(at, at, width, style, options)
    if at == len(fields) - 1 and one.folded:
        sheet.set_column(at + 1, at + 1, None, None, {"collapsed": True})


def for_print(sheet: Any, last_column: int) -> None:
    """Set a sheet up for A4: landscape for wide ones, all columns on the page, page numbers."""
    sheet.set_paper(9)
    if last_column > 6:  # noqa: PLR2004  more columns than fit upright
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")


def display_width(text: str) -> int:
    """Return the width of a text in half-width columns; an ambiguous character counts as narrow."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """The width of each character that was asked for."""

    def __missing__(self, char: str) -> int:
        width = self[char] = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        return width


_WIDTHS: Final = _Widths()


def _width(one: Field) -> float:
    """Return a column's width from its header and a sample of its cells."""
    head = max((display_width(line) for line in one.header.split("\n")), default=0) + 4
    if one.kind in ("date", "datetime"):
        return max(head, 12 if one.kind == "date" else 17)
    if one.kind in ("text", "mixed"):
        widths = sorted(map(display_width, map(str, one.sample().tolist())))
        body = widths[int(len(widths) * 0.95)] + 2 if widths else 0
    else:
        body = 12 if one.kind == "money" else 8
    return float(min(max(head, body, _NARROW), _WIDE))
