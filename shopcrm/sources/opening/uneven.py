"""Text files that are not rectangular: short and long rows, blank lines, quotes left open."""

from __future__ import annotations

import csv
from array import array
from typing import TYPE_CHECKING, Any, Final

from shopcrm.sources.opening.grid import Cells, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY_LINES: Final = 500
"""A quoted cell of more lines than that was never closed."""


def take_apart(lines: Iterator[str], delimiter: str, width: int) -> tuple[list[Cells], list[int]]:
    """Return the columns, and which rows have something in cells beyond the header.

    Short rows are filled, and what stands beyond the header belongs to no column.

    A quote that opens a cell and is not closed there (``"5寸屏``) would swallow the rows behind it;
    the line that it stands in is read as if quotes meant nothing.
    """
    import numpy as np
    import pyarrow as pa

    codes = [array("i") for _ in range(width)]
    seen: list[dict[str, int]] = [{} for _ in range(width)]
    beyond = []
    for number, record in enumerate(_records(_Lines(lines), delimiter)):
        if len(record) > width and any(map(str.strip, record[width:])):
            beyond.append(number)
        record.extend([""] * (width - len(record)))
        for position in range(width):
            known = seen[position]
            codes[position].append(known.setdefault(record[position], len(known)))
    # As bytes again, so that the plain cells are read as fast as those of an even file.
    words = [pa.array([text.encode() for text in texts], pa.binary()) for texts in seen]
    columns = [
        Cells(np.frombuffer(codes[at], np.int32).copy(), Words(words[at], "utf-8"))
        for at in range(width)
    ]
    return columns, beyond


csv.field_size_limit((1 << 31) - 1)  # a longer cell is strange, and no reason to stop


class _Lines:
    """Hands out lines, remembers those of the record being read, and takes lines back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._held: list[str] = []  # the next one last
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line; none while a record has too many already."""
        if len(self.taken) > _MANY_LINES:
            raise StopIteration
        line = self._held.pop() if self._held else next(self._lines)
        self.taken.append(line)
        return line

    def take_back(self) -> str:
        """Hold all lines of the record but its first one, which is returned, to be read again."""
        self._held.extend(reversed(self.taken[1:]))
        return self.taken[0]


def _records(lines: _Lines, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.taken.clear()
        record = next(reader, None)
        if record is None:
            return
        if len(lines.taken) > 1 and _left_open(lines.taken, delimiter):
            line = lines.take_back()
            record = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
        yield record


def _left_open(lines: list[str], delimiter: str) -> bool:
    """Tell whether the quotes of a record of several lines are out of step."""
    if len(lines) > _MANY_LINES:
        return True
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def swallows(table: Any, lines: int, delimiter: str, width: int) -> bool:
    """Tell whether a cell of a table that pyarrow read may have swallowed rows.

    Where a quote was left open and the next one stands in the same column of a later row, the
    table is even, and the cell between them has as many delimiters as a row.

    Args:
        table: the columns, dictionary-encoded or not.
        lines: lines of the text.
        delimiter: of the text.
        width: columns.
    """
    import pyarrow.compute as pc

    if table.num_rows == lines:
        return False
    for column in table.columns:
        for chunk in column.chunks:
            words = words_of(chunk)
            broken = words.filter(pc.match_substring(words, "\n"))
            if pc.any(pc.greater_equal(pc.count_substring(broken, delimiter), width - 1)).as_py():
                return True
    return False


def words_of(chunk: Any) -> Any:
    """Return the cells that a piece of a column has, each once if it is dictionary-encoded."""
    import pyarrow as pa

    return chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
