"""New columns, and their cells as prepared text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from shopcrm.outputs.cell_xml import tails, takes
from shopcrm.outputs.enriched.place import LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["text", "whole", "money", "date", "percent"]

_YEARS_APART: Final = 1462
"""Days between the two ways a workbook counts its dates."""
_FIRST_1904: Final = "1904-03-01"
_TAG: Final = re.compile(r"<(/?)(?=[a-z])")


@dataclass(frozen=True)
class NewColumn:
    """One column to add.

    Attributes:
        header: its header cell.
        values: one value for each row; the index are the rows' numbers as Excel shows them.
            A row that is missing here gets no cell; a missing value gets an empty one. Dtypes and
            repairs are those of :class:`shopcrm.outputs.streamed.Column`: money is whole fen.
        kind: what the values are.
        width: of the column, in digits of the standard font.
    """

    header: str
    values: pd.Series
    kind: Kind
    width: float = 12


class Rows:
    """The new columns side by side: for each row of any of them the text of its cells.

    A cell's text is what follows its reference and style: ``/>`` for an empty one.
    """

    def __init__(self, columns: Sequence[NewColumn], header_row: int, *, from_1904: bool) -> None:
        """Line the columns up.

        Raises:
            ValueError: no columns; a row named twice or not below the header; a dtype that its
                kind does not take.
        """
        if not columns:
            raise ValueError("no columns")
        union = columns[0].values.index  # noqa: PD011  # our field
        for column in columns[1:]:
            if not union.equals(column.values.index):  # noqa: PD011  # our field
                union = union.union(column.values.index)  # noqa: PD011  # our field
        union = union.sort_values()
        self.numbers = union.to_numpy(dtype=np.int64)
        if len(self.numbers) and (
            not union.is_unique or self.numbers[0] <= header_row or self.numbers[-1] > LAST_ROW
        ):
            raise ValueError("rows are named once, and stand below the header")
        self._columns = [_lined_up(column, union, from_1904=from_1904) for column in columns]
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
                values, kind = self._columns[place].iloc[start:end], self.kinds[place]
                gaps += [rows, _texts(values, kind, prefix)]
        return zip(*gaps, strict=True)


def header_texts(headers: Sequence[str], prefix: str) -> tuple[str, ...]:
    """Return the texts of header cells."""
    return tuple(_texts(pd.Series(list(headers), dtype=object), "text", prefix))


def _lined_up(column: NewColumn, rows: pd.Index, *, from_1904: bool) -> pd.Series:
    values = column.values  # noqa: PD011  # our field
    if not takes(column.kind, values.dtype):
        message = f"{column.header} is {values.dtype}, which {column.kind} does not take"
        raise ValueError(message)
    if not rows.equals(values.index):
        if values.dtype.kind in "iu":
            values = values.astype("Int64")  # so that rows without a value stay exact
        values = values.reindex(rows)
    if column.kind == "date" and from_1904:
        values = values - pd.Timedelta(days=_YEARS_APART)
        if (values < pd.Timestamp(_FIRST_1904) - pd.Timedelta(days=_YEARS_APART)).any():
            raise ValueError("a workbook that counts from 1904 knows no such early dates")
    return values


def _texts(values: pd.Series, kind: Kind, prefix: str) -> list[str]:
    whole = [text or "/>" for text in tails(kind, values)]
    # Values are escaped: what begins like a tag is one.
    return [_TAG.sub(rf"<\1{prefix}", text) for text in whole] if prefix else whole
