"""A file as a grid of raw cells, column by column, each distinct value held once.

Every parser then runs over distinct values only, in plain Python, and is spread over the rows by
one numpy ``take``: a status column of a million rows costs nine calls.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

_UNSEEN: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


class Words(Sequence[Any]):
    """Distinct cells of a text file as bytes, each decoded when it is asked for.

    Attributes:
        array: a pyarrow array of type binary.
    """

    def __init__(self, array: Any, encoding: str) -> None:
        self.array = array
        self._encoding = encoding

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.array)

    @overload
    def __getitem__(self, at: int) -> str | None: ...
    @overload
    def __getitem__(self, at: slice) -> list[str | None]: ...
    def __getitem__(self, at: int | slice) -> str | list[str | None] | None:
        """Return the text at a position, None for a blank one."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        text: str = self.array[int(at)].as_py().decode(self._encoding, errors="replace")
        return text if text.strip() else None

    def some(self, places: npt.NDArray[np.integer[Any]]) -> list[str | None]:
        """Return the texts at these positions."""
        import pyarrow as pa

        whole = len(places) == len(self.array)
        words = (self.array if whole else self.array.take(pa.array(places))).to_pylist()
        texts = [word.decode(self._encoding, errors="replace") for word in words]
        return [text if text.strip() else None for text in texts]


@dataclass(frozen=True)
class Cells:
    """One column: ``distinct[codes[i]]`` is the cell of row i; a blank cell is None.

    Where nearly each row has a cell of its own, equal ones may stand in ``distinct`` twice.
    """

    codes: npt.NDArray[np.int32]
    distinct: Sequence[Any]

    def at(self, row: int) -> Any:
        """Return the cell of a row (an index into the grid, not Excel's number)."""
        return self.distinct[int(self.codes[row])]

    def some(self, places: npt.NDArray[np.integer[Any]]) -> list[Any]:
        """Return the distinct cells at these positions of ``distinct``."""
        if isinstance(self.distinct, Words):
            return self.distinct.some(places)
        return [self.distinct[place] for place in places.tolist()]

    def once(
        self, places: npt.NDArray[np.integer[Any]]
    ) -> tuple[list[Any], npt.NDArray[np.integer[Any]] | None]:
        """Return the cells at these positions, equal texts once.

        Returns:
            The cells, and for each position which of them it has; None for one each.
        """
        if not isinstance(self.distinct, Words) or not len(places):
            return self.some(places), None
        import numpy as np

        found = self.distinct.array.take(places).dictionary_encode()
        if len(found.dictionary) == len(places):
            return self.some(places), None
        first = np.unique(found.indices.to_numpy(), return_index=True)[1]
        return self.some(places[first]), found.indices.to_numpy()


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
        forget: lets go of a column (by position) that has been read.
        beyond: rows (indices) with something in cells beyond the header.
    """

    path: Path
    sheet: str | None
    encoding: str
    header_row: int
    header: list[str]
    rows: npt.NDArray[np.int64]
    column: Callable[[int], Cells]
    covered: dict[int, npt.NDArray[np.bool_]]
    forget: Callable[[int], None] = lambda _position: None
    beyond: Sequence[int] = ()


def encode(values: Sequence[Any]) -> Cells:
    """Return a list of cells as codes and distinct values, blank texts as None.

    A column of texts alone comes as :class:`Words`, so that its plain cells are read as fast as
    those of a text file.
    """
    import numpy as np

    if set(map(type, values)) == {str}:
        words = _words(values)
        if words is not None:
            return words
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    codes = np.fromiter(map(places.__getitem__, values), np.int32, len(values))
    distinct = [None if isinstance(value, str) and not value.strip() else value for value in places]
    return Cells(codes, distinct)


def _words(values: Sequence[str]) -> Cells | None:
    """Return texts as codes and words; None for half a character, which no bytes can say."""
    import pyarrow as pa

    try:
        texts = pa.array(values, pa.binary())
    except UnicodeEncodeError:
        return None
    if not isinstance(texts, pa.Array):
        return None  # more than two gigabytes come in several pieces
    found = texts.dictionary_encode()
    return Cells(found.indices.to_numpy(), Words(found.dictionary, "utf-8"))


def plain_header(text: object) -> str:
    """Return a header as layouts compare it: half width, no white space, no BOM, lower case.

    >>> plain_header(" 商家应收金额（元） ")
    '商家应收金额(元)'
    """
    written = str(text if text is not None else "")
    if written.isascii():  # the cells of the first rows are asked about too, and most are numbers
        return "".join(written.split()).lower()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", written)).casefold()
