"""Columns in, valid sheet part out: a worksheet that takes a large table as columns.

XlsxWriter goes on making the workbook: styles, Tables, conditional formats, validation, comments,
charts, print set-up, and cells written the normal way. Only the rows of one large table pass it
by: :meth:`StreamedWorksheet.stream` has Arrow make them, a few thousand at a time and a column at
a time, as bytes that go straight to the compressor. What is kept until the workbook is closed is
the packed rows, and no column::

    workbook = StreamedWorkbook("客户.xlsx")
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
import zlib
from dataclasses import dataclass, field
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import numpy as np
import xlsxwriter.workbook
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet, convert_column_args, convert_range_args

from shopcrm.outputs.arrays import TEXT, of_numbers
from shopcrm.outputs.cell_xml import Coded, pieces_of
from shopcrm.outputs.column_cells import at_once, by_type, cells_of, takes
from shopcrm.outputs.packing import Package, Packed
from shopcrm.outputs.row_xml import Rows, where_all
from shopcrm.outputs.taken import taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import IO

    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa
    from xlsxwriter.format import Format

    from shopcrm.outputs.cell_xml import Kind, Piece

CHUNK_ROWS: Final = 6144
_IN_MEMORY: Final = 1 << 17
"""Bytes of packed rows of a sheet that need no temporary file."""


@dataclass(frozen=True)
class Column:
    """One column of the streamed table.

    ``rows`` tells which of the values each row has; -1 is a missing one. Without it the rows have
    the values in their order.

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
    rows: npt.NDArray[np.intp] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.values if self.rows is None else self.rows)


class StreamedWorkbook(xlsxwriter.workbook.Workbook):  # type: ignore[misc]  # XlsxWriter is untyped
    """A workbook packed by :class:`Package`, whose streamed rows are packed beforehand.

    They wait in a temporary file, and where the workbook itself is written to memory, in memory.
    """

    def _add_sheet(self, name: str | None, worksheet_class: Any = None) -> Any:
        sheet = super()._add_sheet(name, worksheet_class)
        if isinstance(sheet, StreamedWorksheet) and isinstance(self.filename, str | os.PathLike):
            sheet.room = partial(SpooledTemporaryFile, _IN_MEMORY, dir=self.tmpdir)
        return sheet

    def _store_workbook(self) -> None:
        # XlsxWriter has no option for the zip that it makes in this method.
        splices: dict[str, tuple[int, Packed]] = {}
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

    table: Mapping[int, Any]  # these four are XlsxWriter's; a test fails if it changes them
    row_info: Mapping[int, Any]
    col_info: Mapping[int, Any]
    dim_rowmax: int
    _first_row: int = 0
    _streamed: int = 0
    _packed: Packed | None = None
    room: Callable[[], IO[bytes]] = io.BytesIO
    """Makes the file in which packed rows wait."""

    rows_go_to: Callable[[tuple[int, Packed]], None] | None = None
    """Who puts the rows in their place later; None writes them where they stand."""

    def stream(
        self, first_row: int, columns: Sequence[Column], heights: pd.Series | None = None
    ) -> None:
        """Let the columns' rows fill the sheet from ``first_row`` (0 is the top) and column A on.

        Rows above stay free for normal cells. Comments, validation and conditional formats may
        stand anywhere. ``heights`` are points, one a row; without them rows are as high as usual.

        Raises:
            ValueError: a second call; a normal cell or ``set_row`` at or below ``first_row``,
                before this call or after; ``set_column`` of these columns after it; columns of
                unequal length or of a dtype that their kind does not take; more than a sheet
                holds; ``constant_memory`` or ``date_1904``.
        """
        if self._packed or self.constant_memory or self.date_1904:
            raise ValueError("a sheet streams once, and not with constant_memory or date_1904")
        lengths = {len(column) for column in columns}
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
        self._first_row, self._streamed = first_row, len(columns)
        self._packed = Packed(self._made(columns, heights), self.room())

    @convert_column_args  # type: ignore[untyped-decorator]  # XlsxWriter is untyped
    def set_column_pixels(self, first_col: int, last_col: int, *args: Any, **options: Any) -> int:
        """Set widths and looks as XlsxWriter does; ``set_column`` comes here too.

        Raises:
            ValueError: one of the columns is streamed already, with the look that it had.
        """
        if min(first_col, last_col) < self._streamed:
            _refuse(f"column {first_col} is streamed already: set_column comes first")
        status: int = super().set_column_pixels(first_col, last_col, *args, **options)
        return status

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
        if self._packed:
            self.dim_rowmax = min(last_row, self._first_row - 1)
        if self.dim_rowmin <= self.dim_rowmax:
            super()._write_rows()
        self.dim_rowmax = last_row
        if self._packed is None:
            return
        if self.rows_go_to:
            self.rows_go_to((self._written(), self._packed))
        else:
            unpacked = zlib.decompressobj(-zlib.MAX_WBITS)
            rows = b"".join(map(unpacked.decompress, self._packed.deflated()))
            self.fh.write(rows.decode())

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

    def _made(self, columns: Sequence[Column], heights: pd.Series | None) -> Iterator[memoryview]:
        """Yield the XML of the streamed rows, ``CHUNK_ROWS`` at a time."""
        for at in self.col_info:
            _style(self._usual(at))  # in the order in which XlsxWriter numbers the formats
        looks = [self._look(*each) for each in enumerate(columns)]
        cells = [_Cells(column) for column in columns]
        first, length = self._first_row + 1, len(columns[0])
        for start in range(0, length, CHUNK_ROWS):
            end = min(start + CHUNK_ROWS, length)
            made = Rows(end - start)
            numbers = of_numbers(np.arange(first + start, first + end)).cast(TEXT)
            made.add(['<row r="', numbers, '"'])
            if heights is not None:
                high, codes = np.unique(heights.iloc[start:end], return_inverse=True)
                points = Coded(of_numbers(high).cast(TEXT), codes.astype(np.int32))
                made.add([' ht="', points, '" customHeight="1"'])
            made.add([">"])
            for each, look in zip(cells, looks, strict=True):
                _add_cells(made, each.pieces(start, end), numbers, look)
            made.add(["</row>"])
            yield made.xml()

    def _usual(self, at: int) -> Format | None:
        return self.col_info[at].column_format if at in self.col_info else None

    def _look(self, at: int, column: Column) -> _Look:
        usual = self._usual(at)
        own = {kind: _style(used) for kind, used in column.formats.items()}
        return _Look(xl_col_to_name(at), _style(column.format or usual), _style(usual), own)


class _Look(NamedTuple):
    """A streamed column's letters, and the style attributes of its cells.

    Attributes:
        name: A, B, ...
        used: of its cells.
        usual: of cells that are not written.
        own: of cells of some kinds in a mixed column.
    """

    name: str
    used: str
    usual: str
    own: Mapping[Kind, str]


class _Cells:
    """The cells of a column, some rows at a time; the column itself is not copied."""

    def __init__(self, column: Column) -> None:
        self._column, self._rows = column, column.rows
        self._whole: pa.Array | None = None
        if at_once(column.kind, column.values):
            self._whole = cells_of(column.kind, column.values)
            self._places = None if self._rows is None else of_numbers(self._rows, self._rows < 0)

    def pieces(self, start: int, end: int) -> Iterator[tuple[Kind, list[Piece]]]:
        """Yield the kinds of the cells of some rows, and their tails in pieces."""
        kind, some = self._column.kind, slice(start, end)
        if self._whole is not None:
            cells = self._whole[some]
            if self._places is not None:
                cells = self._whole.take(self._places[some])
            if cells.null_count < len(cells):
                yield kind, pieces_of(kind, cells)
            return
        values = taken(self._column.values, some if self._rows is None else self._rows[some])
        for each, part in by_type(values) if kind == "mixed" else [(kind, values)]:
            yield each, pieces_of(each, cells_of(each, part))


def _add_cells(
    made: Rows, cells: Iterable[tuple[Kind, list[Piece]]], numbers: pa.Array, look: _Look
) -> None:
    """Add what the rows have in one column."""
    place: list[Piece] = [f'<c r="{look.name}', numbers, '"']
    shown = np.zeros(len(numbers), bool)
    for kind, tail in cells:
        there = where_all(tail)
        shown |= True if there is None else there
        if there is None or there.any():
            made.add([*place, look.own.get(kind, look.used), *tail], there)
    if look.used != look.usual and not shown.all():
        made.add([*place, look.used, "/>"], ~shown)


def _style(used: Format | None) -> str:
    """Return the style attribute of cells with a format."""
    # XlsxWriter too gives out the index of a format when it first needs it.
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
