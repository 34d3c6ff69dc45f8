"""A plainly written .xlsx sheet as columns, without an object of Python's for each cell.

Only two things are understood here: a text that is just what it looks like, and a number. What
anything else means (a date, an entity, an escape, an error) is asked of the full reader, once for
each distinct cell: see :mod:`shopcrm.sources.opening.plain_book`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shopcrm.sources.opening.grid import Cells, encode
from shopcrm.sources.opening.plain_cells import Parsed, cells_of
from shopcrm.sources.opening.plain_kinds import Kinds, Role
from shopcrm.sources.opening.plain_tags import NotPlain
from shopcrm.sources.opening.plain_values import Column, Meanings, indices, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from shopcrm.sources.opening.plain_strings import Strings

_HEAD: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*<worksheet[\s>][^!]*?<sheetData(?:/>|>\s*(?=<))"
)
"""All before the first row. A comment or a declaration has an exclamation mark."""

_ENCODING: Final = re.compile(rb"<\?xml[^<>]*\sencoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
_END_ROW: Final = b"</row>"
_END: Final = b"</sheetData>"
_LONGEST: Final = 1 << 26
"""A row, or all behind the cells, that is longer is left to the full reader."""


class PlainSheet:
    """The cells of a sheet.

    Attributes:
        head, tail: what stands in the part before the first row and behind the last one.
        height, width: of the table that begins at A1 and ends where the cells with a value do.
        last_row, last_column, written: as in :class:`Parsed`, of the whole sheet.
        kinds: what kinds of cells there are.
    """

    def __init__(self, pieces: Iterable[bytes] = ()) -> None:
        """Read a sheet.

        Args:
            pieces: the part, in pieces; none for a sheet without cells.

        Raises:
            NotPlain: the full reader has to read it.
        """
        self.head, self.tail = b"", b""
        self.height = self.width = self.written = 0
        self.last_row = self.last_column = -1
        self.kinds = Kinds()
        self._meanings = Meanings(self.kinds)
        found: dict[int, list[Column]] = {}
        reach = np.zeros(2, np.int64)
        for rows in self._rows(pieces):
            cells = cells_of(rows, self.last_row)
            self.last_row = cells.last_row
            self.last_column = max(self.last_column, cells.last_column)
            self.written += cells.written
            self._add(cells, found)
            reach = np.maximum(reach, self._reach(cells))
        if reach.tolist() != [self.height, self.width]:
            raise NotPlain  # whether the last ones are cells is for others to say
        self._columns = {at: joined(parts) for at, parts in found.items()}

    def _rows(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the rows in pieces of whole ones, and keep what is around them."""
        left, begun = b"", False
        for piece in pieces:
            left += piece
            if not begun:
                left, begun = self._begin(left), True
            end = left.rfind(_END_ROW) + len(_END_ROW)
            if end >= len(_END_ROW):
                yield left[:end]
                left = left[end:].lstrip()
            if len(left) > _LONGEST:
                raise NotPlain
        if not begun:
            return  # a sheet without any part
        if self.head.endswith(b"/>"):
            self.tail = left
            return
        rows, end_tag, self.tail = left.partition(_END)
        if not end_tag or b"<sheetData" in self.tail:
            raise NotPlain
        if rows.strip():
            yield rows.strip()

    def _begin(self, text: bytes) -> bytes:
        head = _HEAD.match(text)
        if head is None or head[0].count(b"<?") > 1 or _ENCODING.search(head[0]):
            raise NotPlain
        self.head = head[0].rstrip()
        return text[head.end() :]

    def _add(self, cells: Parsed, found: dict[int, list[Column]]) -> None:
        kind = self.kinds.of(cells)
        columns, starts = np.unique(cells.column, return_index=True)
        ends = np.append(starts, len(cells.column))[1:]
        for at, start, end in zip(columns.tolist(), starts.tolist(), ends.tolist(), strict=True):
            part = Column(cells.row[start:end], kind[start:end], cells.value[start:end])
            found.setdefault(at, []).append(part)

    def _reach(self, cells: Parsed) -> tuple[int, int]:
        """Return how far cells reach with those that may be none, keep how far without them."""
        import pyarrow.compute as pc

        rows, columns = cells.row.astype(np.int64) + 1, cells.column.astype(np.int64) + 1
        told = pc.binary_length(cells.value).to_numpy(zero_copy_only=False) > 0
        told &= ~(cells.odd & (cells.form == 0))  # one of entities alone may be none
        self.height = max(self.height, int(rows[told].max(initial=0)))
        self.width = max(self.width, int(columns[told].max(initial=0)))
        return int(rows.max(initial=0)), int(columns.max(initial=0))

    # What is asked, and the answers

    def with_strings(self, strings: Strings | None) -> None:
        """Take the shared strings, None if they are not plain; what is odd in them is asked."""
        self._meanings.strings = strings
        for at, column in self._columns.items():
            places = np.flatnonzero(self.kinds.having(column.kind, Role.SHARED))
            if len(places) and strings is not None:
                odd = np.append(strings.odd, True)  # one beyond them is for others to refuse
                index = indices(column.value.take(_arrow(places)))
                places = places[odd[np.minimum(index, len(strings.odd))]]
            if len(places):
                self._columns[at] = column._replace(kind=self.kinds.odd(column.kind, places))

    def asked(self) -> dict[int, Any]:
        """Return the distinct values to ask for, as Arrow arrays, by the number of the kind.

        Raises:
            NotPlain: digits are spelt as entities.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        found: dict[int, list[Any]] = {}
        for column in self._columns.values():
            places = np.flatnonzero(self.kinds.having(column.kind, Role.ASKED))
            for number in np.unique(column.kind[places]).tolist():
                mine = _arrow(places[column.kind[places] == number])
                found.setdefault(number, []).append(column.value.take(mine).unique())
        distinct = {number: pa.concat_arrays(values).unique() for number, values in found.items()}
        for number, values in distinct.items():
            entities = pc.any(pc.match_substring(values, "&")).as_py()
            if entities and self.kinds.known[number].numeric:
                raise NotPlain
        return distinct

    def answer(self, number: int, values: Any, answers: Sequence[Any]) -> None:
        """Take what the values mean that :meth:`asked` has for a kind."""
        self._meanings.answers[number] = (values, answers)

    # Reading

    def top(self, count: int) -> list[list[Any]]:
        """Return the first rows, as the full reader gives them: a blank cell is an empty text."""
        height = min(count, self.height)
        records = [[""] * self.width for _ in range(height)]
        for at, column in self._columns.items():
            part = column.part(0, height)
            for row, value in zip(part.row.tolist(), self._meanings.listed(part), strict=True):
                records[row][at] = value
        return records

    def column(self, at: int, first: int) -> Cells:
        """Return a column from a row on, and let go of it."""
        height = self.height - first
        column = self._columns.pop(at, None)
        if column is None or not height:
            return encode([""] * height)
        return self._meanings.cells(column.part(first, self.height), first, height)


def _arrow(places: npt.NDArray[np.int64]) -> Any:
    import pyarrow as pa

    return pa.array(places)
