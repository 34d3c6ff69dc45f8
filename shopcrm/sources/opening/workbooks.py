"""Workbooks as grids, and what a workbook may cost before it is opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError
from shopcrm.sources.opening import biff, ods
from shopcrm.sources.opening.containers import DAMAGED
from shopcrm.sources.opening.content import MB, OLE, ZIP
from shopcrm.sources.opening.delimited import PEEK_ROWS
from shopcrm.sources.opening.exact import exact_wholes
from shopcrm.sources.opening.grid import Cells, Grid, encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.opening.content import Content

HeaderFinder = Callable[[list[list[Any]]], int | None]
"""Given the first rows, returns the index of the header row, or None."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""A merged block: its first row and column, and its last ones."""

CREATOR: Final = "shopcrm"
"""Author in the properties of every workbook that this program writes."""

EXACT_BELOW: Final = 2**53
"""Whole numbers from here on do not fit a float; the file's own digits are looked up."""

# Each begins with a plain word, which is what makes a search of megabytes fast.
_ROW: Final = re.compile(rb'<row[^<>]{0,300}?r="(\d{1,9})"')
_NEAR: Final = 99_999
_NINE: Final = 9
_WIDE_OR_FAR: Final = re.compile(rb'r="(?:[A-Z](?:[A-Za-z]|\d{6})|[a-z][A-Za-z]{0,19}\d)')
_SMALL_LETTERS: Final = re.compile(rb'r="[A-Z]{0,2}[a-z][A-Za-z]{0,2}\d')
_TOO_WIDE: Final = re.compile(rb'r="[A-Za-z]{4,20}\d{1,9}"')
_SPACED: Final = re.compile(rb"<(?:\w+:)?(?:c|row)[\t\r\n]")
_ANY_PLACE: Final = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,20})(\d{1,9})\s*[\"']")
_ROOT: Final = re.compile(rb"<\w")
_DECLARES: Final = (b"<!DOCTYPE", b"<!ENTITY")
_BINARY_BOOK: Final = "xl/workbook.bin"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LETTERS: Final = 26
_MOST_LETTERS: Final = 3
_ROOM: Final = 5_000_000
_SPARSE: Final = 60
"""Room is made for at most so many cells for each that is written: a cell typed by mistake into
Excel's last row costs gigabytes. More than 26, for a narrow sheet counts as wide as that."""

_TWO_LETTERS: Final = 27 * _LETTERS
_THREE_LETTERS: Final = 1 << 14
_CHUNK: Final = 1 << 22


def is_workbook(raw: bytes) -> bool:
    """Tell from the first bytes whether this is a workbook."""
    return raw.startswith((*ZIP, OLE))


def own_output(content: Content) -> bool:
    """Tell whether shopcrm wrote this workbook, also when Excel has saved it since."""
    try:
        with (
            content.open() as file,
            zipfile.ZipFile(file) as archive,
            archive.open("docProps/core.xml") as part,
        ):
            core = part.read(MB)
    except (*DAMAGED, KeyError, RuntimeError):
        return False
    return f"<dc:creator>{CREATOR}</dc:creator>".encode() in core


def read_workbook(
    content: Content, find_header: HeaderFinder, policy: Policy
) -> Iterator[tuple[str, Grid | None]]:
    """Read every sheet of a workbook: .xlsx, .xlsm, .xls or .ods, whatever it is called.

    Only the values that are stored are read: no formula is worked out, and no link followed.

    Args:
        content: the file, unlocked.
        find_header: given the first rows, returns the index of the header row, or None.
        policy: for ``limits``.

    Yields:
        Name of the sheet, and its grid; None for a sheet in which no header was found.

    Raises:
        InputError: no workbook, damaged, encrypted, or over the limits.
    """
    import python_calamine as calamine

    path = content.path
    kind = "xls" if content.head().startswith(OLE) else _check_zip(content, policy)
    if kind == "xls":
        _check_records(content, policy)
    try:
        with content.open() as file:
            book = calamine.CalamineWorkbook.from_filelike(file)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            yield name, _grid(content, kind, sheet, find_header, policy)
    except calamine.PasswordError as error:
        raise InputError("encrypted_kind", path=path) from error
    except calamine.CalamineError as error:
        raise InputError("damaged", path=path) from error
    except BaseException as error:
        # calamine's own bugs come as an exception that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise InputError("damaged", path=path) from error


def _check_records(content: Content, policy: Policy) -> None:
    """Refuse an old workbook that would be too large before calamine makes room for it."""
    try:
        with content.open() as file:
            stream = biff.stream_of(file)
        if stream is None:
            raise InputError("not_a_table", path=content.path)
        rows, columns = biff.reach(stream)
    except biff.BROKEN as error:
        raise InputError("damaged", path=content.path) from error
    _check_size(content.path, policy, rows, rows * columns)


def _check_size(path: Path, policy: Policy, rows: int, cells: int) -> None:
    if rows > policy.whole("limits.rows") or cells > policy.whole("limits.cells"):
        raise InputError("too_many_cells", path=path)


def _check_zip(content: Content, policy: Policy) -> str:
    """Refuse a workbook that is too large when unpacked, before a byte of it is parsed.

    Returns:
        xlsx or ods.
    """
    path = content.path
    try:
        with content.open() as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {name.replace("\\", "/") for name in archive.namelist()}
            if "EncryptedPackage" in names or any(one.flag_bits & 1 for one in entries):
                raise InputError("encrypted_kind", path=path)
            if any(name.casefold() == _BINARY_BOOK for name in names):
                raise InputError("binary_book", path=path)
            modern = any(name.startswith("xl/") for name in names)
            if not modern and "content.xml" not in names:
                raise InputError("not_a_table", path=path)
            if any(one.compress_type not in _METHODS for one in entries):
                raise InputError("odd_archive", path=path)
            limit = policy.whole("limits.expanded_mb")
            if sum(entry.file_size for entry in entries) > limit * MB:
                raise InputError("zip_bomb", path=path, limit=limit)
            for name in archive.namelist():
                _check_part(path, archive, name, policy)
            if "content.xml" in names:
                _check_ods(path, archive, policy)
    except DAMAGED as error:
        raise InputError("damaged", path=path) from error
    return "xlsx" if modern else "ods"


def _check_ods(path: Path, archive: zipfile.ZipFile, policy: Policy) -> None:
    from lxml import etree

    try:
        with archive.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(MB):
                raise InputError("encrypted_kind", path=path)
        with archive.open("mimetype") as part:
            if b"opendocument.spreadsheet" not in part.read(200):
                raise InputError("not_a_table", path=path)
        with archive.open("content.xml") as part:
            _check_size(path, policy, *ods.reach(part))
    except (KeyError, etree.LxmlError) as error:
        raise InputError("damaged", path=path) from error


def _check_part(path: Path, archive: zipfile.ZipFile, name: str, policy: Policy) -> None:
    """Refuse a part that declares entities, or a sheet whose outline is absurd.

    Two far cells would cost a dense grid between them. Every part may be a sheet, wherever it
    stands, for the workbook says which ones are. Reads the part once, as bytes, in pieces that
    overlap so that nothing is cut in two; a part that is not as long as the archive says ends in
    an error of zipfile's.
    """
    row, width, tail, begun = 0, _LETTERS, b"", False
    written = 0
    spelt = name.casefold().endswith((".xml", ".rels"))
    with archive.open(name) as part:
        while piece := part.read(_CHUNK):
            text = tail + piece
            if spelt and not tail and b"\x00" in text[:200]:
                raise InputError("damaged", path=path)  # text in an encoding nobody writes
            if spelt and not begun and any(mark in text for mark in _DECLARES):
                raise InputError("entities", path=path)
            begun = begun or _ROOT.search(text) is not None
            row = max([row, *map(int, _ROW.findall(text))])
            wide = _WIDE_OR_FAR.search(text) is not None
            if wide:
                # Not the end of another attribute's name, as in lastClr="ABCD12".
                found = _TOO_WIDE.finditer(text)
                if any(text[at.start() - 1 : at.start()].isspace() for at in found):
                    raise InputError("too_many_cells", path=path)
                row = _farthest(text, row)
                width = _widest(text, width)
            cells, rows, odd = _outline(text, wide=wide)
            written += cells + rows
            if odd:
                places = _ANY_PLACE.findall(text)
                row = max([row, *(int(number) for _, number in places)])
                if any(len(letters) > _MOST_LETTERS for letters, _ in places):
                    raise InputError("too_many_cells", path=path)
                width = max([width, *(_LETTERS ** len(letters) for letters, _ in places)])
            tail = text[-400:]
    if row * width > max(_ROOM, written * _SPARSE):
        raise InputError("too_many_cells", path=path)
    _check_size(path, policy, row, row * width)


def _outline(text: bytes, *, wide: bool) -> tuple[int, int, bool]:
    """Count cells and rows, and tell whether references may be spelt otherwise than Excel does.

    Args:
        text: a piece of a part.
        wide: whether :data:`_WIDE_OR_FAR` stands in it.
    """
    text = text[: text.rfind(b">") + 1]  # a tag that is cut here comes whole in the next piece
    cells, rows = text.count(b"<c "), text.count(b"<row ")
    prefixed = b":row" in text or b":c " in text
    odd = (
        prefixed
        or cells != text.count(b'<c r="')
        or rows != text.count(b'<row r="')
        or (any(space in text for space in b"\t\r\n") and _SPACED.search(text) is not None)
        or (wide and _SMALL_LETTERS.search(text) is not None)
    )
    if odd:  # <c>, <row> and <x:c> count as well
        cells = max(cells, text.count(b"<c")) + text.count(b":c ")
        rows = max(rows, text.count(b"<row")) + text.count(b":row")
    return cells, rows, odd


def _farthest(text: bytes, row: int) -> int:
    """Return the number of rows, at least ``row``, that the cells in a text reach into.

    Rows are told apart by their first two digits, and below 100,000 not at all.
    """
    while True:
        number = str(max(row, _NEAR))
        first, second, rest = int(number[0]), int(number[1]), len(number) - 2
        farther = [rb"\d{%d,9}" % (rest + 3)]
        if first < _NINE:
            farther.append(rb"[%d-9]\d{%d}" % (first + 1, rest + 1))
        if second < _NINE:
            farther.append(rb"%d[%d-9]\d{%d}" % (first, second + 1, rest))
        found = re.search(rb'r="[A-Z]{1,3}(%s)"' % b"|".join(farther), text)
        if not found:
            return row
        row = int(found[1])


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
    content: Content, kind: str, sheet: Any, find_header: HeaderFinder, policy: Policy
) -> Grid | None:
    height, width = sheet.total_height + 1, sheet.total_width + 1
    _check_size(content.path, policy, height, height * width)
    try:
        records = sheet.to_python(skip_empty_area=False)
    except (OverflowError, ValueError) as error:
        raise InputError("odd_duration", path=content.path.name) from error
    merges = sheet.merged_cell_ranges or []
    if sum(bottom - top for (top, _), (bottom, _) in merges) > policy.whole("limits.cells"):
        raise InputError("too_many_cells", path=content.path)

    def exact() -> dict[tuple[int, int], int]:
        if kind != "xlsx":
            return {}
        with content.open() as file:
            return exact_wholes(file, sheet.name)

    return grid_of(content.path, sheet.name, kind, records, merges, find_header, exact)


def grid_of(
    path: Path,
    name: str,
    kind: str,
    records: list[list[Any]],
    merges: Sequence[Range],
    find_header: HeaderFinder,
    exact_numbers: Callable[[], dict[tuple[int, int], int]] = dict,
) -> Grid | None:
    """Return rows of cells as a grid, None when no row looks like a known header.

    Args:
        path: the file.
        name: of the sheet.
        kind: shown where a text file's encoding is.
        records: the rows, all equally long.
        merges: blocks of cells that are one.
        find_header: given the first rows, returns the index of the header row, or None.
        exact_numbers: asked for the digits of long numbers, if there is one.
    """
    import numpy as np

    index = find_header(records[:PEEK_ROWS])
    if index is None:
        return None
    header = [_header_text(cell) for cell in records[index]]
    body = records[index + 1 :]
    columns = [list(column) for column in zip(*body, strict=True)] or [[] for _ in header]
    covered = _unmerge(merges, index + 1, columns)
    long = [at for at, values in enumerate(columns) if _has_long(values)]
    exact = exact_numbers() if long else {}
    for at in long:
        places = enumerate(columns[at], start=index + 1)
        columns[at] = [exact.get((row, at), value) for row, value in places]
    ready: dict[int, Cells] = {}

    def column(position: int) -> Cells:
        if position not in ready:
            ready[position] = encode(columns[position])
            columns[position] = []
        return ready[position]

    rows = np.arange(index + 2, index + 2 + len(body), dtype=np.int64)
    return Grid(path, name, kind, index + 1, header, rows, column, covered)


def _has_long(values: Sequence[object]) -> bool:
    if float not in set(map(type, values)):
        return False
    return any(isinstance(one, float) and abs(one) >= EXACT_BELOW for one in set(values))


def _header_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _unmerge(ranges: Sequence[Range], first: int, columns: list[list[Any]]) -> dict[int, Any]:
    """Fill each merged block with its top cell; return which rows of a column it covers.

    Only its left column is filled: what is merged across is one cell, and no amount.
    """
    import numpy as np

    covered: dict[int, Any] = {}
    for (top, left), (bottom, _) in ranges:
        if top < first or bottom == top or left >= len(columns):
            continue
        values = columns[left]
        if top - first >= len(values):
            continue  # below all cells there are
        flags = covered.setdefault(left, np.zeros(len(values), bool))
        below = slice(top - first + 1, min(bottom - first + 1, len(values)))
        flags[below] = True
        values[below] = [values[top - first]] * len(values[below])
    return covered
