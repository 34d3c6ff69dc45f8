"""Columns in, valid sheet part out: a worksheet that takes a large table as columns.

XlsxWriter goes on making the workbook: styles, Tables, conditional formats, validation, comments,
charts, print set-up, and cells written the normal way. Only the rows of one large table pass it
by: :meth:`StreamedWorksheet.stream` keeps the columns as they are, and when the workbook is closed
their rows are made by Arrow, a few thousand at a time and a column at a time, as bytes that go
straight to the compressor::

    workbook = StreamedWorkbook("客户.xlsx")  # or xlsxwriter.Workbook
    sheet = workbook.add_worksheet("客户", worksheet_class=StreamedWorksheet)
    sheet.add_table(0, 0, len(ids), 1, {"columns": [{"header": "客户"}, {"header": "金额"}]})
    sheet.stream(1, [Column(ids, "text"), Column(fen, "money", yuan_format)])

A missing value has no cell where the column has its look from ``set_column``: Excel and LibreOffice
show that, also for what is typed there. ``autofit`` and chart caches do not see streamed cells
(Excel reads the cells again on opening).

**Text** is an inline string, so that nothing in it is ever a formula, a number or a link. What
XML cannot carry is written as Excel writes it: U+0001 as ``_x0001_``, likewise CR, U+FFFE and
U+FFFF, and an ``_x0041_`` that was typed as ``_x005F_x0041_``. Excel and LibreOffice undo this;
so does calamine, except ``_xFFFE_`` and ``_xFFFF_``; openpyxl leaves all of these escapes in
place. A lone surrogate becomes U+FFFD. A text is cut at 32,767 UTF-16 units, Excel's limit.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter.workbook
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet, convert_range_args

from shopcrm.outputs.cell_xml import TEXT, by_type, content, joined, tail_pieces, takes
from shopcrm.outputs.packing import Package, Splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd
    from xlsxwriter.format import Format

    from shopcrm.outputs.cell_xml import Kind, Piece

CHUNK_ROWS: Final = 8192


@dataclass(frozen=True)
class Column:
    """One column of the streamed table. ``values`` must not be changed before the file is closed.

    Missing values (``NaN``, ``NaT``, ``<NA>``, ``None``, infinities, the empty text) give no cell,
    or an empty one where ``format`` is not that of ``set_column``. Without a ``format`` the cells
    have that of ``set_column``.

    Kinds and what they take:
        text: any dtype; what is not a text is written as ``str`` gives it.
        whole: an integer dtype. More than 15 digits are written as text, so that none is lost.
        money: an integer dtype, fen; written as exact decimal yuan.
        number, percent: an integer or float dtype; the shortest digits that give the same float.
        date, datetime: ``datetime64`` of any unit without a time zone; a date drops the time of
            day. Serials of the 1900 system; ISO text before 1900-03-01 and after 9999.
        truth: a boolean dtype.
        mixed: any dtype; each cell as the kind that its own type asks for, in the format that
            ``formats`` has for that kind, else in ``format``. A time that is midnight is a date.
    """

    values: pd.Series
    kind: Kind
    format: Format | None = None
    formats: Mapping[Kind, Format] = field(default_factory=dict)


class StreamedWorkbook(xlsxwriter.workbook.Workbook):  # type: ignore[misc]  # XlsxWriter is untyped
    """A workbook packed by :class:`Package`; streamed rows go there, and not to a file first."""

    def _store_workbook(self) -> None:
        # XlsxWriter has no option for the zip that it makes in this method.
        splices: dict[str, Splice] = {}
        written = [sheet for sheet in self.worksheets() if not sheet.is_chartsheet]
        for number, sheet in enumerate(written, start=1):
            if isinstance(sheet, StreamedWorksheet):
                sheet.rows_go_to = partial(splices.__setitem__, f"xl/worksheets/sheet{number}.xml")
        self.use_zip64()  # where a part is longer than 2 GiB, and nowhere else
        original = xlsxwriter.workbook.ZipFile
        xlsxwriter.workbook.ZipFile = partial(Package, splices=splices)
        try:
            super()._store_workbook()
        finally:
            xlsxwriter.workbook.ZipFile = original


class StreamedWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter is untyped
    """A worksheet that can stream one table below the cells that are written the normal way."""

    table: Mapping[int, Any]  # these three are XlsxWriter's; a test fails if it changes them
    row_info: Mapping[int, Any]
    dim_rowmax: int
    _first_row: int = 0
    _columns: tuple[Column, ...] = ()
    _heights: pd.Series | None = None
    rows_go_to: Callable[[Splice], None] | None = None
    """Who puts the rows in their place later; None writes them where they stand."""

    def stream(
        self, first_row: int, columns: Sequence[Column], heights: pd.Series | None = None
    ) -> None:
        """Let the columns' rows fill the sheet from ``first_row`` (0 is the top) and column A on.

        Rows above stay free for normal cells. Comments, validation and conditional formats may
        stand anywhere. ``heights`` are points, one a row; without them rows are as high as usual.

        Raises:
            ValueError: a second call; a normal cell or ``set_row`` at or below ``first_row``,
                before this call or after; columns of unequal length or of a dtype that their kind
                does not take; more than a sheet holds; ``constant_memory`` or ``date_1904``.
        """
        if self._columns or self.constant_memory or self.date_1904:
            raise ValueError("a sheet streams once, and not with constant_memory or date_1904")
        lengths = {len(column.values) for column in columns}
        if heights is not None:
            lengths.add(len(heights))
        if len(lengths) != 1:
            _refuse(f"columns must be of one length, not {sorted(lengths)}")
        end_row = first_row + lengths.pop()
        if first_row < 0 or end_row > self.xls_rowmax or len(columns) > self.xls_colmax:
            _refuse(f"rows {first_row + 1} to {end_row} x {len(columns)} columns: not on a sheet")
        for number, column in enumerate(columns):
            dtype = column.values.dtype  # noqa: PD011  # our field
            if not takes(column.kind, dtype):
                _refuse(f"column {number} is {dtype}, which {column.kind} does not take")
        self.table = _RowsAbove(self.table, first_row)
        self.row_info = _RowsAbove(self.row_info, first_row)
        if end_row > first_row:
            self._check_dimensions(first_row, 0)
            self._check_dimensions(end_row - 1, len(columns) - 1)
        self._first_row, self._columns, self._heights = first_row, tuple(columns), heights

    @convert_range_args  # type: ignore[untyped-decorator]  # XlsxWriter is untyped
    def add_table(
        self, first_row: int, first_col: int, last_row: int, last_col: int, options: Any = None
    ) -> int:
        """Add a Table as XlsxWriter does, but without a note of every single cell in it.

        XlsxWriter keeps these to find overlapping Tables. Here it sees a Table of two rows, which
        is then made as long as it should be; one with data, totals or formulas goes as it is.
        """
        given = dict(options or {})
        formulas = any(column and column.get("formula") for column in given.get("columns", ()))
        inside = first_col <= last_col and last_row < self.xls_rowmax
        shorten = inside and not (formulas or "data" in given or given.get("total_row"))
        seen_row = min(last_row, first_row + 1) if shorten else last_row
        status: int = super().add_table(first_row, first_col, seen_row, last_col, given)
        if status == 0 and seen_row < last_row:
            table, ends = self.tables[-1], (seen_row, last_row)
            seen, whole = (xl_range(first_row, first_col, end, last_col) for end in ends)
            table.update({key: whole for key, value in table.items() if value == seen})
        return status

    def _write_rows(self) -> None:
        last_row = self.dim_rowmax
        if self._columns:
            self.dim_rowmax = min(last_row, self._first_row - 1)
        if self.dim_rowmin <= self.dim_rowmax:
            super()._write_rows()
        self.dim_rowmax = last_row
        if not self._columns:
            return
        for column in self._columns:
            for used in (column.format, *column.formats.values()):
                _style(used)  # now: the rows may be made after the styles are written
        if self.rows_go_to is None:
            for rows in self._streamed_rows():
                self.fh.write(str(rows, "utf-8"))
        else:
            self.rows_go_to(Splice(self._written(), self._streamed_rows, len(self._chunks())))

    def _write_hyperlinks(self) -> None:
        # XlsxWriter looks up what the cells of links show, which Excel does not need to be told.
        table, self.table = self.table, {}
        super()._write_hyperlinks()
        self.table = table

    def _written(self) -> int:
        """Return how many bytes of the sheet are written."""
        if isinstance(self.fh, io.StringIO):
            return len(self.fh.getvalue().encode())
        self.fh.flush()
        return os.fstat(self.fh.fileno()).st_size

    def _chunks(self) -> range:
        """Return the first row of each chunk, counted in the columns."""
        return range(0, len(self._columns[0].values), CHUNK_ROWS)

    def _streamed_rows(self) -> Iterator[memoryview]:
        """Yield the XML of the streamed rows, ``CHUNK_ROWS`` at a time."""
        columns = [column.values for column in self._columns]  # noqa: PD011  # our field
        for start in self._chunks():
            chunk = [values.iloc[start : start + CHUNK_ROWS] for values in columns]
            first = self._first_row + start + 1
            rows = pa.array(np.arange(first, first + len(chunk[0]))).cast(TEXT)
            pieces: list[Piece] = ['<row r="', rows, '"']
            if self._heights is not None:
                high = self._heights.iloc[start : start + CHUNK_ROWS]
                pieces += [' ht="', pa.array(high).cast(TEXT), '" customHeight="1"']
            pieces.append(">")
            for number, values in enumerate(chunk):
                pieces += self._cells(number, values, rows)
            pieces.append("</row>")
            yield content(joined(pieces, len(rows), missing=""))[0]

    def _cells(self, number: int, values: pd.Series, rows: pa.Array) -> list[Piece]:
        """Return what the rows have in one column."""
        column, usual = self._columns[number], None
        if number in self.col_info:
            usual = self.col_info[number].column_format
        used = column.format or usual
        place: list[Piece] = [f'<c r="{xl_col_to_name(number)}', rows, '"']
        mixed = column.kind == "mixed"
        cells: list[Piece] = []
        for kind, part in by_type(values) if mixed else [(column.kind, values)]:
            tail = tail_pieces(kind, part)
            pieces = [*place, _style(column.formats.get(kind, used)), *tail]
            if not any(isinstance(piece, pa.Array) and piece.null_count for piece in tail):
                return pieces
            cells.append(joined(pieces, len(rows)))
        if _style(used) != _style(usual):
            empty = joined([*place, _style(used), "/>"], len(rows))
            cells = [pc.coalesce(*cells, empty)]
        return cells


def _style(used: Format | None) -> str:
    """Return the style attribute of cells with a format."""
    # XlsxWriter too gives out the index of a format while it writes the cells.
    return f' s="{used._get_xf_index()}"' if used else ""  # noqa: SLF001


class _RowsAbove(dict[int, Any]):
    """What XlsxWriter keeps of each row, for the rows above the streamed ones and no other."""

    def __init__(self, rows: Mapping[int, Any], first_row: int) -> None:
        super().__init__()
        self._first_row = first_row
        for row in filter(rows.get, rows):  # an empty row is free
            self[row] = rows[row]

    def __setitem__(self, row: int, content: object) -> None:
        if row >= self._first_row:
            _refuse(f"row {row + 1} is not free: streaming begins at row {self._first_row + 1}")
        super().__setitem__(row, content)

    def __missing__(self, row: int) -> Any:
        self[row] = {}
        return self[row]


def _refuse(why: str) -> NoReturn:
    raise ValueError(why)
