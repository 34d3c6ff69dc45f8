"""A file as a grid of raw cells, column by column, each distinct value held once.

Every parser then runs over distinct values only, in plain Python, and is spread over the rows by
one numpy ``take``: a status column of a million rows costs nine calls.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

Cell = "str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None"


@dataclass(frozen=True)
class Cells:
    """One column: ``distinct[codes[i]]`` is the cell of row i; a blank cell is None."""

    codes: npt.NDArray[np.int32]
    distinct: list[Any]

    def blank(self) -> npt.NDArray[np.bool_]:
        """Tell for each row whether its cell is blank."""
        import numpy as np

        flags = np.fromiter((value is None for value in self.distinct), bool, len(self.distinct))
        taken: npt.NDArray[np.bool_] = flags[self.codes]
        return taken

    def at(self, row: int) -> Any:
        """Return the cell of a row (an index into the grid, not Excel's number)."""
        return self.distinct[self.codes[row]]


@dataclass(frozen=True)
class Grid:
    """A table found in a file, below its header.

    Attributes:
        path: the file.
        sheet: name of the sheet, None for a text file.
        encoding: utf-8, utf-8-sig, gb18030, utf-16, or xlsx, xls.
        header_row: number of the header row as Excel shows it.
        header: the header's cells as written; a blank one is an empty text.
        rows: Excel's row number of each row.
        column: reads one column (by position) when it is asked for, so that a column nobody
            wants is never decoded.
        covered: for each column, rows that a merged cell from above covers.
    """

    path: Path
    sheet: str | None
    encoding: str
    header_row: int
    header: list[str]
    rows: npt.NDArray[np.int64]
    column: Callable[[int], Cells]
    covered: dict[int, npt.NDArray[np.bool_]]


def encode(values: list[Any]) -> Cells:
    """Return a list of cells as codes and distinct values, blank texts as None."""
    import numpy as np

    seen: dict[Any, int] = {}
    codes = np.fromiter(
        (seen.setdefault(value, len(seen)) for value in values), np.int32, len(values)
    )
    distinct = [None if isinstance(value, str) and not value.strip() else value for value in seen]
    return Cells(codes, distinct)


def plain_header(text: object) -> str:
    """Return a header as layouts compare it: half width, no white space, no BOM, lower case.

    >>> plain_header(" 商家应收金额（元） ")
    '商家应收金额(元)'
    """
    plain = unicodedata.normalize("NFKC", str(text if text is not None else ""))
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff]+", "", plain).casefold()
