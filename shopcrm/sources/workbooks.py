"""Workbooks (.xlsx, .xlsm, .xls) as grids, and what a workbook may cost before it is opened."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError
from shopcrm.sources.delimited import PEEK_ROWS
from shopcrm.sources.grid import Cells, Grid, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shopcrm.policy import Policy

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CREATOR: Final = "shopcrm"
"""Author in the properties of every workbook that this program writes."""

EXACT_BELOW: Final = 2**53
"""Whole numbers from here on do not fit a float; the file's own digits are looked up."""

# Each begins with a plain word, which is what makes a search of megabytes fast.
_ROW: Final = re.compile(rb'<row[^<>]{0,300}?r="(\d{1,9})"')
_FAR_CELL: Final = re.compile(rb'r="[A-Z]{1,3}(\d{6,9})"')
_WIDE_OR_FAR: Final = re.compile(rb'r="[A-Z](?:[A-Z]|\d{6})')
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)
_LETTERS: Final = 26
_TWO_LETTERS: Final = 27 * _LETTERS
_THREE_LETTERS: Final = 1 << 14
_MB: Final = 1 << 20
_CHUNK: Final = 1 << 22


def is_workbook(raw: bytes) -> bool:
    """Tell from the first bytes whether this is an Excel workbook."""
    return raw.startswith((ZIP, OLE))


def own_output(path: Path) -> bool:
    """Tell whether shopcrm wrote this workbook, also when Excel has saved it since."""
    try:
        with zipfile.ZipFile(path) as archive:
            core = archive.read("docProps/core.xml")
    except (*_DAMAGED, KeyError, RuntimeError):
        return False
    return f"<dc:creator>{CREATOR}</dc:creator>".encode() in core


def read_workbook(
    path: Path, raw: bytes, find_header: Callable[[list[list[Any]]], int | None], policy: Policy
) -> Iterator[tuple[str, Grid | None]]:
    """Read every sheet of a workbook.

    Args:
        path: the file.
        raw: its first bytes.
        find_header: given the first rows, returns the index of the header row, or None.
        policy: for ``limits``.

    Yields:
        Name of the sheet, and its grid; None for a sheet in which no header was found.

    Raises:
        InputError: no workbook, damaged, encrypted, or over the limits.
    """
    import python_calamine as calamine

    if raw.startswith(ZIP):
        _check_zip(path, policy)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            yield name, _grid(path, name, sheet, find_header, policy)
    except calamine.PasswordError as error:
        raise InputError("encrypted", path=path) from error
    except calamine.CalamineError as error:
        key = "encrypted" if "password" in str(error).casefold() else "damaged"
        raise InputError(key, path=path) from error


def _check_zip(path: Path, policy: Policy) -> None:
    """Refuse a workbook that is too large when unpacked, before a byte of it is parsed."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "EncryptedPackage" in names or any(one.flag_bits & 1 for one in archive.infolist()):
                raise InputError("encrypted", path=path)
            if not any(name.startswith(("xl/", "[Content_Types]")) for name in names):
                raise InputError("not_a_table", path=path)
            budget = policy.whole("limits.expanded_mb") * _MB
            if sum(entry.file_size for entry in archive.infolist()) > budget:
                raise InputError("zip_bomb", path=path, limit=policy.whole("limits.expanded_mb"))
            for name in names:
                if name.startswith("xl/") and name.endswith(".xml"):
                    _check_part(path, archive, name, policy)
    except _DAMAGED as error:
        raise InputError("damaged", path=path) from error


def _check_part(path: Path, archive: zipfile.ZipFile, name: str, policy: Policy) -> None:
    """Refuse a sheet whose outline is absurd: two far cells would cost a dense grid between them.

    Reads the part once, as bytes, in pieces that overlap so that no reference is cut in two;
    a part that is not as long as the archive says ends in an error of zipfile's.
    """
    row, width, tail = 0, _LETTERS, b""
    with archive.open(name) as part:
        while piece := part.read(_CHUNK):
            if not name.startswith("xl/worksheets/"):
                continue
            text = tail + piece
            numbers = _ROW.findall(text)
            if _WIDE_OR_FAR.search(text):
                numbers += _FAR_CELL.findall(text)
                width = _widest(text, width)
            row = max([row, *map(int, numbers)])
            tail = text[-400:]
    if row > policy.whole("limits.rows") or row * width > policy.whole("limits.cells"):
        raise InputError("too_many_cells", path=path)


def _widest(text: bytes, width: int) -> int:
    """Return the number of columns, at least ``width``, that the cells in a text reach into.

    Columns with two letters are told apart by the first one, and with three not at all.
    """
    if re.search(rb'r="[A-Z]{3}\d', text):
        return _THREE_LETTERS
    while width < _TWO_LETTERS:
        found = re.search(rb'r="([%c-Z])[A-Z]\d' % (64 + width // _LETTERS), text)
        if not found:
            break
        width = (found[1][0] - 63) * _LETTERS
    return width


def _grid(
    path: Path,
    name: str,
    sheet: Any,
    find_header: Callable[[list[list[Any]]], int | None],
    policy: Policy,
) -> Grid | None:
    import numpy as np

    height, width = sheet.total_height, sheet.total_width
    if height > policy.whole("limits.rows") or height * width > policy.whole("limits.cells"):
        raise InputError("too_many_cells", path=path)
    records = sheet.to_python(skip_empty_area=False)
    index = find_header(records[:PEEK_ROWS])
    if index is None:
        return None
    header = [_header_text(cell) for cell in records[index]]
    body = records[index + 1 :]
    columns = [list(column) for column in zip(*body, strict=True)] or [[] for _ in header]
    covered = _unmerge(sheet.merged_cell_ranges or [], index + 1, columns)
    long = [at for at, values in enumerate(columns) if any(map(_is_long, set(values)))]
    exact = _exact_wholes(path, name) if long else {}
    for at in long:
        places = enumerate(columns[at], start=index + 1)
        columns[at] = [exact.get((row, at), value) for row, value in places]

    def column(position: int) -> Cells:
        return encode(columns[position])

    rows = np.arange(index + 2, index + 2 + len(body), dtype=np.int64)
    kind = "xls" if path.suffix.casefold() == ".xls" else "xlsx"
    return Grid(path, name, kind, index + 1, header, rows, column, covered)


def _is_long(value: object) -> bool:
    return isinstance(value, float) and abs(value) >= EXACT_BELOW


def _header_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _unmerge(
    ranges: list[tuple[tuple[int, int], tuple[int, int]]], first: int, columns: list[list[Any]]
) -> dict[int, Any]:
    """Fill each merged block with its top cell; return which rows of a column it covers.

    Only its left column is filled: what is merged across is one cell, and no amount.
    """
    import numpy as np

    covered: dict[int, Any] = {}
    for (top, left), (bottom, _) in ranges:
        if top < first or bottom == top or left >= len(columns):
            continue
        values = columns[left]
        flags = covered.setdefault(left, np.zeros(len(values), bool))
        for row in range(top - first + 1, min(bottom - first + 1, len(values))):
            values[row] = values[top - first]
            flags[row] = True
    return covered


def _exact_wholes(path: Path, sheet: str) -> dict[tuple[int, int], int]:
    """Return the whole numbers of 16 digits and more as the file spells them.

    Writers other than Excel store every digit of a long order number; a reader that goes through
    floats changes the last ones. Excel itself has lost everything behind the 15th digit, which
    shows as zeros there: such a number is not returned.
    """
    import openpyxl

    if path.suffix.casefold() == ".xls":
        return {}
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    page = book[sheet]
    page.reset_dimensions()
    found: dict[tuple[int, int], int] = {
        (number - 1, position): value
        for number, record in enumerate(page.iter_rows(values_only=True), start=1)
        for position, value in enumerate(record)
        if isinstance(value, int) and abs(value) >= EXACT_BELOW and str(value)[15:].strip("0")
    }
    book.close()
    return found
