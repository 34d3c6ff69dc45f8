"""Columns in, valid sheet part out: a worksheet that takes a large table as columns.

XlsxWriter goes on making the workbook: styles, Tables, conditional formats, validation, comments,
charts, print set-up, and cells written the normal way. Only the rows of one large table pass it
by: :meth:`StreamedWorksheet.stream` keeps the columns as they are, and when the workbook is closed
their rows are written as prepared XML, a few thousand at a time::

    workbook = StreamedWorkbook("客户.xlsx")  # or xlsxwriter.Workbook
    sheet = workbook.add_worksheet("客户", worksheet_class=StreamedWorksheet)
    sheet.add_table(0, 0, len(ids), 1, {"columns": [{"header": "客户"}, {"header": "金额"}]})
    sheet.stream(1, [Column(ids, "text"), Column(fen, "money", yuan_format)])

``autofit`` and chart caches do not see streamed cells (Excel reads the cells again on opening).

**Text** is an inline string, so that nothing in it is ever a formula, a number or a link. What
XML cannot carry is written as Excel writes it: U+0001 as ``_x0001_``, likewise CR, U+FFFE and
U+FFFF, and an ``_x0041_`` that was typed as ``_x005F_x0041_``. Excel and LibreOffice undo this;
so does calamine, except ``_xFFFE_`` and ``_xFFFF_``; openpyxl leaves all of these escapes in
place. A lone surrogate becomes U+FFFD. A text is cut at 32,767 UTF-16 units, Excel's limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

import numpy as np
import xlsxwriter.workbook
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet, convert_range_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd
    from xlsxwriter.format import Format

Kind = Literal["text", "whole", "money", "number", "percent", "date", "datetime"]

CHUNK_ROWS: Final = 4096
LONGEST_TEXT: Final = 32_767  # UTF-16 units
EXACT_DIGITS: Final = 15  # Excel shows no digit of a number after these


@dataclass(frozen=True)
class Column:
    """One column of the streamed table. ``values`` must not be changed before the file is closed.

    Missing values (``NaN``, ``NaT``, ``<NA>``, ``None``, infinities, the empty text) give no cell,
    or an empty one with the style: that of ``format``, or else of ``set_column``.

    Kinds and what they take:
        text: any dtype; what is not a text is written as ``str`` gives it.
        whole: an integer dtype. More than 15 digits are written as text, so that none is lost.
        money: an integer dtype, fen; written as exact decimal yuan.
        number, percent: an integer or float dtype; the shortest digits that give the same float.
        date, datetime: ``datetime64`` of any unit without a time zone; a date drops the time of
            day. Serials of the 1900 system; ISO text before 1900-03-01 and after 9999.
    """

    values: pd.Series
    kind: Kind
    format: Format | None = None


class StreamedWorkbook(xlsxwriter.workbook.Workbook):  # type: ignore[misc]  # XlsxWriter is untyped
    """A workbook packed at zip level 1: a third of the time for a quarter more bytes."""

    def _store_workbook(self) -> None:
        # XlsxWriter has no option for the level of the zip that it makes in this method.
        original = xlsxwriter.workbook.ZipFile
        xlsxwriter.workbook.ZipFile = partial(original, compresslevel=1)
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

    def stream(self, first_row: int, columns: Sequence[Column]) -> None:
        """Let the columns' rows fill the sheet from ``first_row`` (0 is the top) and column A on.

        Rows above stay free for normal cells. Comments, validation and conditional formats may
        stand anywhere.

        Raises:
            ValueError: a second call; a normal cell or ``set_row`` at or below ``first_row``,
                before this call or after; columns of unequal length or of a dtype that their kind
                does not take; more than a sheet holds; ``constant_memory`` or ``date_1904``.
        """
        if self._columns or self.constant_memory or self.date_1904:
            raise ValueError("a sheet streams once, and not with constant_memory or date_1904")
        lengths = {len(column.values) for column in columns}
        if len(lengths) != 1:
            _refuse(f"columns must be of one length, not {sorted(lengths)}")
        end_row = first_row + lengths.pop()
        if first_row < 0 or end_row > self.xls_rowmax or len(columns) > self.xls_colmax:
            _refuse(f"rows {first_row + 1} to {end_row} x {len(columns)} columns: not on a sheet")
        for number, column in enumerate(columns):
            dtype, takes = column.values.dtype, KINDS[column.kind][0]  # noqa: PD011  # our field
            zoned = takes == "M" and not isinstance(dtype, np.dtype)
            if zoned or (takes and dtype.kind not in takes):
                _refuse(f"column {number} is {dtype}, which {column.kind} does not take")
        self.table = _RowsAbove(self.table, first_row)
        self.row_info = _RowsAbove(self.row_info, first_row)
        if end_row > first_row:
            self._check_dimensions(first_row, 0)
            self._check_dimensions(end_row - 1, len(columns) - 1)
        self._first_row, self._columns = first_row, tuple(columns)

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
        for rows in self._streamed_rows():
            self.fh.write(rows)

    def _streamed_rows(self) -> Iterator[str]:
        """Yield the XML of the streamed rows, ``CHUNK_ROWS`` at a time."""
        length = len(self._columns[0].values) if self._columns else 0
        for start in range(0, length, CHUNK_ROWS):
            end = min(start + CHUNK_ROWS, length)
            rows = [str(self._first_row + row) for row in range(start + 1, end + 1)]
            # The text of a row with a %s in each gap, and for each gap what the rows have there.
            template, gaps = '<row r="%s">', [rows]
            for number, column in enumerate(self._columns):
                chunk = column.values.iloc[start:end]  # noqa: PD011  # our field
                rest, values = KINDS[column.kind][1](chunk)
                style = self._style(number, column.format)
                head = f'<c r="{xl_col_to_name(number)}%s"{style}'
                if "" in values:
                    there, missing = head + rest, f"{head}/>" if style else "%.0s"
                    pairs = zip(rows, values, strict=True)
                    gaps.append([there % pair if pair[1] else missing % pair[0] for pair in pairs])
                    template += "%s"
                else:
                    gaps += [rows, values]
                    template += head + rest
            # All pieces of all rows in one list, joined once: far quicker than a % for each row.
            row_pieces = [piece for text in f"{template}</row>".split("%s") for piece in (text, "")]
            pieces = row_pieces * len(rows)
            for gap, texts in enumerate(gaps):
                pieces[2 * gap + 1 :: len(row_pieces)] = texts
            yield "".join(pieces)

    def _style(self, number: int, used: Format | None) -> str:
        """Return the style attribute of a column's cells: its own format or that of set_column."""
        if used is None and number in self.col_info:
            used = self.col_info[number].column_format
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


# A kind takes some kinds of numpy dtypes ("" is any). Its function gives what follows a cell's
# reference and style, as a template with one %s, and the texts to put there, "" for a missing
# value. Cells of several shapes have the template "%s".

_Cells = tuple[str, list[str]]
_NUMBER: Final = "><v>%s</v></c>"
_INLINE: Final = ' t="inlineStr"><is><t>%s</t></is></c>'
_KEPT: Final = ' t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'

_BEYOND_XML: Final = r"\x00-\x08\x0b-\x1f\ufffe\uffff"
_UNSAFE: Final = re.compile(f"[&<>{_BEYOND_XML}]|_(?=x[0-9a-fA-F]{{4}}[_{_BEYOND_XML}])")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _strings(values: pd.Series) -> list[str]:
    return list(map(str, values.to_numpy(dtype=object, na_value="").tolist()))


def _text(values: pd.Series) -> _Cells:
    texts = _strings(values)
    # One look at the whole chunk: mostly nothing in it needs care.
    joined = f"|{'|'.join(texts)}|"
    plain = joined.isprintable() and max(map(len, texts)) <= LONGEST_TEXT // 2
    if plain and not any(mark in joined for mark in ("&", "<", ">", "_x", "| ", " |")):
        return _INLINE, texts
    return "%s", [text and _inline(text) for text in texts]


def _inline(text: str) -> str:
    text = _SURROGATE.sub("\ufffd", text)
    if len(text) > LONGEST_TEXT // 2:
        # Half a pair at the end is dropped.
        text = text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
    text = _UNSAFE.sub(lambda it: _ENTITIES.get(it[0]) or f"_x{ord(it[0]):04X}_", text)
    return (_KEPT if {text[0], text[-1]} & {" ", "\t", "\n"} else _INLINE) % text


def _whole(values: pd.Series) -> _Cells:
    digits = _strings(values)
    if max(map(len, digits)) <= EXACT_DIGITS:
        return _NUMBER, digits
    return "%s", [
        each and (_NUMBER if len(each.lstrip("-")) <= EXACT_DIGITS else _INLINE) % each
        for each in digits
    ]


def _money(values: pd.Series) -> _Cells:
    padded = [fen and fen.zfill(4 if fen[0] == "-" else 3) for fen in _strings(values)]
    return _NUMBER, [fen and f"{fen[:-2]}.{fen[-2:]}" for fen in padded]


def _number(values: pd.Series) -> _Cells:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan).tolist()
    return _NUMBER, [str(number) if isfinite(number) else "" for number in numbers]


_TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_SERIAL_1970: Final = 25_569
_SERIALS: Final = range(61, 2_958_466)  # 1900-03-01 to 9999-12-31


def _date(values: pd.Series, *, time: bool = False) -> _Cells:
    stamps = values.to_numpy()
    ticks_a_day = 86_400 * _TICKS[np.datetime_data(stamps.dtype)[0]]
    days, ticks = np.divmod(stamps.astype(np.int64), ticks_a_day)
    serials = days + _SERIAL_1970 + (ticks / ticks_a_day if time else 0)
    texts = list(map(str, serials.tolist()))
    outside = np.flatnonzero((serials < _SERIALS.start) | (serials >= _SERIALS.stop)).tolist()
    if not outside:
        return _NUMBER, texts
    cells = [_NUMBER % text for text in texts]
    missing = np.isnat(stamps).tolist()  # as an integer far outside
    iso = partial(np.datetime_as_string, unit="auto" if time else "D")
    for index in outside:
        cells[index] = "" if missing[index] else _INLINE % iso(stamps[index])
    return "%s", cells


KINDS: Final[dict[Kind, tuple[str, Callable[[pd.Series], _Cells]]]] = {
    "text": ("", _text),
    "whole": ("iu", _whole),
    "money": ("iu", _money),
    "number": ("iuf", _number),
    "percent": ("iuf", _number),
    "date": ("M", _date),
    "datetime": ("M", partial(_date, time=True)),
}
