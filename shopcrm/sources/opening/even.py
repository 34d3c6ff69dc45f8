"""Text files that are rectangular: pyarrow takes them apart, and most cells are held once each.

A column in which each row has a cell of its own, an order number or a moment, is not searched for
equal cells: that would take longer than to read an equal one twice.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any, Final

from shopcrm.sources.opening import memory
from shopcrm.sources.opening.grid import Cells, Words
from shopcrm.sources.opening.uneven import swallows, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

AFTER_THE_END: Final = b"\r\n\x1a\x00"

_BLOCK: Final = 1 << 21
"""Bytes that pyarrow takes apart at a time; each piece has words of its own until it is read."""

_NOT_ASCII: Final = 0x80
_SAMPLE: Final = 1 << 16
_SAMPLE_ROWS: Final = 100
_FEWEST: Final = 20
_ITS_OWN: Final = re.compile(
    r"""(?:="|')?[0-9]{15,}"?|[0-9]{4}-[0-9]{2}-[0-9]{2} (?!00:00:00)[0-9]{2}:[0-9]{2}:[0-9]{2}"""
)
"""A long number, or a moment to the second."""


def split_even(
    path: Path, start: int, kept: memoryview | None, lines: int, delimiter: str, width: int
) -> list[Any] | None:
    """Return the columns as pyarrow's byte strings, or None for an uneven file.

    Args:
        path: the file, read from ``start`` on unless its bytes were kept.
        start: where the first row begins in the file.
        kept: the bytes of the rows.
        lines: lines in the rows.
        delimiter: between cells.
        width: columns.

    Returns:
        Chunked arrays, dictionary-encoded where cells are likely to be equal.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(position) for position in range(width)]
    types = dict.fromkeys(names, pa.dictionary(pa.int32(), pa.binary()))
    for position in _of_their_own(path, start, kept, delimiter, width):
        types[names[position]] = pa.binary()
    try:
        with pa.OSFile(str(path)) if kept is None else pa.BufferReader(kept) as file:
            file.seek(0 if kept is not None else start)
            table = arrow_csv.read_csv(
                file,
                # One thread: two are hardly sooner done, and each keeps memory of its own.
                read_options=arrow_csv.ReadOptions(
                    column_names=names, block_size=_BLOCK, use_threads=False
                ),
                parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
                convert_options=arrow_csv.ConvertOptions(
                    check_utf8=False, column_types=types, strings_can_be_null=False
                ),
            )
    except pa.ArrowInvalid:
        return None
    memory.give_back()
    if not table.num_rows or swallows(table, lines, delimiter, width):
        return None
    # Where each line is a row no line is blank, and a search of the whole text is saved.
    if table.num_rows != lines and _has_blank_line(path, start, kept):
        return None
    return list(table.columns)


def _of_their_own(
    path: Path, start: int, kept: memoryview | None, delimiter: str, width: int
) -> list[int]:
    """Return the columns in whose first rows no two cells are equal, and likely none below."""
    if kept is None:
        with path.open("rb") as file:
            file.seek(start)
            some = file.read(_SAMPLE)
    else:
        some = bytes(kept[:_SAMPLE])
    lines = some.decode("latin-1").splitlines()[:_SAMPLE_ROWS]  # what is looked for is ASCII
    try:
        records = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []
    found = []
    for position in range(width):
        cells = [row[position] for row in records if position < len(row) and row[position]]
        own = list(filter(_ITS_OWN.fullmatch, cells))
        if len(own) >= max(_FEWEST, len(cells) // 2) and len(set(own)) * 2 > len(own):
            found.append(position)
    return found


def all_gb18030(columns: Sequence[Any]) -> bool:
    """Tell whether each distinct cell can be decoded: then all of the text can, but the faster."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in columns:
        for chunk in column.chunks:
            words = words_of(chunk)
            data = words.buffers()[2]
            if data is None or not len(data) or np.frombuffer(data, np.uint8).max() < _NOT_ASCII:
                continue
            # With a mark between them, for two cells cut within a character may make up one.
            every = pa.ListArray.from_arrays(pa.array([0, len(words)], pa.int32()), words)
            try:
                pc.binary_join(every, b"\n")[0].as_buffer().to_pybytes().decode("gb18030")
            except UnicodeDecodeError:
                return False
    return True


def joined(column: Any, encoding: str) -> Cells:
    """Return a column of :func:`split_even` as cells."""
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        words = pa.concat_arrays(column.chunks)
        return Cells(np.arange(len(words), dtype=np.int32), Words(words, encoding))
    column = column.unify_dictionaries()
    codes = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return Cells(np.concatenate(codes), Words(column.chunk(0).dictionary, encoding))


def _has_blank_line(path: Path, start: int, kept: memoryview | None) -> bool:
    """Tell whether there is a blank line, which pyarrow skips: row numbers below would be wrong.

    One in a quoted cell counts as well, for what is certain here is only that none is harmful.
    """
    rows = path.read_bytes()[start:].rstrip(AFTER_THE_END) if kept is None else kept.tobytes()
    return b"\n\n" in rows or b"\n\r\n" in rows
