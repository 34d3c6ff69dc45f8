"""The records of an old workbook (.xls): whether it is locked, and how far its cells reach."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_FILEPASS: Final = 0x2F
_EOF: Final = 0x0A
_DIMENSIONS: Final = 0x200
_MULRK: Final = 0xBD
_CELLS: Final = (0x06, _MULRK, 0xFD, 0x203, 0x204, 0x205, 0x27E)
"""Formula, MulRk, LabelSst, Number, Label, BoolErr, Rk: each begins with its row and column."""

_PLACE: Final = 4
_OLD_DIMENSIONS: Final = 10
_STREAMS: Final = ("Workbook", "Book")
BROKEN: Final = (
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    TypeError,
    AttributeError,
    RuntimeError,
    AssertionError,
    struct.error,
)
"""What libraries that trust a compound file raise when it is damaged."""


def stream_of(file: BinaryIO) -> bytes | None:
    """Return the stream of records in a compound file; None for a file that is no workbook.

    Raises:
        BROKEN: the file is damaged.
    """
    import olefile

    with olefile.OleFileIO(file) as ole:
        for name in _STREAMS:
            if ole.exists(name):
                stream: bytes = ole.openstream(name).read()
                return stream
    return None


def is_locked(stream: bytes) -> bool:
    """Tell whether a password is needed."""
    for kind, _, _ in _records(stream):
        if kind == _FILEPASS:
            return True
        if kind == _EOF:
            break
    return False


def reach(stream: bytes) -> tuple[int, int]:
    """Return the rows and columns that a reader may make room for: of all sheets the largest.

    The stored dimensions count as well, for room is made for them before a cell is read.
    """
    rows = columns = 0
    for kind, at, size in _records(stream):
        if kind in _CELLS and size >= _PLACE:
            row, column = struct.unpack_from("<HH", stream, at)
            if kind == _MULRK:
                column = max(column, *struct.unpack_from("<H", stream, at + size - 2))
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _DIMENSIONS and size >= _OLD_DIMENSIONS:
            form = "<HHHH" if size == _OLD_DIMENSIONS else "<IIHH"
            top, bottom, left, right = struct.unpack_from(form, stream, at)
            rows = max(rows, bottom if bottom >= top else 1 << 32)
            columns = max(columns, right if right >= left else 1 << 16)
    return rows, columns


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each record: its kind, where its content begins, and how long that is."""
    at, end = 0, len(stream) - 4
    header = struct.Struct("<HH").unpack_from
    while at <= end:
        kind, size = header(stream, at)
        behind = at + 4 + size
        if behind > len(stream):
            return
        yield kind, at + 4, size
        at = behind
