"""New columns, and their cells as prepared text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shopcrm.outputs.arrays import of_numbers, of_texts
from shopcrm.outputs.cell_xml import tails
from shopcrm.outputs.enriched.place import LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    import pandas as pd

    Numbers = npt.NDArray[np.int64]

Kind = Literal["text", "whole", "money", "date", "percent"]

_YEARS_APART: Final = 1462
"""Days between the two ways a workbook counts its dates."""
_FIRST_1904: Final = dt.datetime(1904, 3, 1)  # noqa: DTZ001  # Excel knows no zones
_TAG: Final = re.compile(r"<(/?)(?=[a-z])")


@dataclass(frozen=True, eq=False)
class NewColumn:
    """One column to add.

    Attributes:
        header: its header cell.
        rows: numbers of the rows as Excel shows them. A row that is missing here gets no cell.
        cells: a value for each of these rows, as :mod:`shopcrm.outputs.arrays` makes them or
            :mod:`shopcrm.outputs.column_cells`: money is whole fen. A missing value gets an empty
            cell. Repairs are those of :mod:`shopcrm.outputs.streamed`.
        kind: what the values are.
        width: of the column, in digits of the standard font.
    """

    header: str
    rows: Numbers
    cells: pa.Array
    kind: Kind
    width: float = 12


def column_of(header: str, values: pd.Series, kind: Kind, width: float = 12) -> NewColumn:
    """Return a column of values whose index is the numbers of their rows.

    Raises:
        ValueError: a dtype that the kind does not take.
    """
    from shopcrm.outputs.column_cells import cells_of, takes

    if not takes(kind, values.dtype):
        message = f"{header} is {values.dtype}, which {kind} does not take"
        raise ValueError(message)
    return NewColumn(header, values.index.to_numpy(np.int64), cells_of(kind, values), kind, width)


class Rows:
    """The new columns side by side: for each row of any of them the text of its cells.

    A cell's text is what follows its reference and style: ``/>`` for an empty one.
    """

    def __init__(self, columns: Sequence[NewColumn], header_row: int, *, from_1904: bool) -> None:
        """Line the columns up.

        Raises:
            ValueError: no columns; a row named twice or not below the header.
        """
        if not columns:
            raise ValueError("no columns")
        self.numbers = columns[0].rows
        alike = all(np.array_equal(self.numbers, column.rows) for column in columns)
        if not (alike and (np.diff(self.numbers) > 0).all()):
            if any(len(np.unique(column.rows)) < len(column.rows) for column in columns):
                raise ValueError("rows are named once")
            self.numbers = np.unique(np.concatenate([column.rows for column in columns]))
        if len(self.numbers) and not header_row < self.numbers[0] <= self.numbers[-1] <= LAST_ROW:
            raise ValueError("new rows stand below the header, on the sheet")
        self._columns = [_lined_up(one, self.numbers, from_1904=from_1904) for one in columns]
        self.headers = tuple(column.header for column in columns)
        self.kinds = tuple(column.kind for column in columns)

    @property
    def last(self) -> int:
        """The last row's number; 0 without rows."""
        return int(self.numbers[-1]) if len(self.numbers) else 0

    def until(self, row: int, start: int) -> int:
        """Return how many rows stand up to and with this one; ``start`` is known to."""
        return start + int(np.searchsorted(self.numbers[start:], row, side="right"))

    def texts(
        self, start: int, end: int, order: Sequence[int], prefix: str
    ) -> Iterator[tuple[str, ...]]:
        """Yield what a row's cells differ in: its number and a text, for each column in turn.

        Args:
            start: position of the first row.
            end: position behind the last one.
            order: of the columns.
            prefix: of the sheet's tags, as ``x:``.
        """
        rows = list(map(str, self.numbers[start:end].tolist()))
        gaps: list[list[str]] = []
        if rows:
            for place in order:
                cells, kind = self._columns[place][start:end], self.kinds[place]
                gaps += [rows, _texts(cells, kind, prefix)]
        return zip(*gaps, strict=True)


def header_texts(headers: Sequence[str], prefix: str) -> tuple[str, ...]:
    """Return the texts of header cells."""
    return tuple(_texts(of_texts(headers), "text", prefix))


def _lined_up(column: NewColumn, rows: Numbers, *, from_1904: bool) -> pa.Array:
    """Return the cells of these rows, missing where the column has none."""
    cells = column.cells
    if not np.array_equal(column.rows, rows):
        order = np.argsort(column.rows)
        place = np.searchsorted(column.rows, rows, sorter=order)
        place = np.append(order, -1)[place]
        missing = np.append(column.rows, 0)[place] != rows
        cells = cells.take(of_numbers(place, missing))
    if column.kind == "date" and from_1904:
        earlier = dt.timedelta(days=_YEARS_APART)
        cells = pc.subtract(cells, pa.scalar(earlier, pa.duration("s")))
        if pc.any(pc.less(cells, _FIRST_1904 - earlier)).as_py():
            raise ValueError("a workbook that counts from 1904 knows no such early dates")
    return cells


def _texts(cells: pa.Array, kind: Kind, prefix: str) -> list[str]:
    whole = [text or "/>" for text in tails(kind, cells)]
    # Values are escaped: what begins like a tag is one.
    return [_TAG.sub(rf"<\1{prefix}", text) for text in whole] if prefix else whole
