"""Workbooks as grids, and what a workbook may cost before it is opened."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError
from shopcrm.sources.opening import biff, ods, outline
from shopcrm.sources.opening.containers import DAMAGED
from shopcrm.sources.opening.content import MB, OLE, ZIP
from shopcrm.sources.opening.delimited import PEEK_ROWS
from shopcrm.sources.opening.exact import EXACT_BELOW, exact_wholes
from shopcrm.sources.opening.grid import Cells, Grid, encode
from shopcrm.sources.opening.plain_book import PlainBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.opening.content import Content
    from shopcrm.sources.opening.plain_sheet import PlainSheet

HeaderFinder = Callable[[list[list[Any]]], int | None]
"""Given the first rows, returns the index of the header row, or None."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""A merged block: its first row and column, and its last ones."""

CREATOR: Final = "shopcrm"
"""Author in the properties of every workbook that this program writes."""

_BINARY_BOOK: Final = "xl/workbook.bin"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


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
    plain = PlainBook(content, policy)
    if content.head().startswith(OLE):
        kind = "xls"
        _check_records(content, policy)
    else:
        kind = _check_zip(content, policy, plain)
        sheets = plain.sheets()
        if sheets is not None:
            for name, found in sheets:
                yield name, _plain_grid(path, name, found, find_header, policy)
            return
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
    outline.check_size(content.path, policy, rows, rows * columns)


def _check_zip(content: Content, policy: Policy, plain: PlainBook) -> str:
    """Refuse a workbook that is too large when unpacked, before a dense table is made of it.

    Args:
        content: the file.
        policy: for ``limits``.
        plain: told of each part.

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
            for entry in entries:
                if not plain.take(archive, entry):
                    outline.check_part(path, archive, entry.filename, policy)
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
            outline.check_size(path, policy, *ods.reach(part))
    except (KeyError, etree.LxmlError) as error:
        raise InputError("damaged", path=path) from error


def _plain_grid(
    path: Path, name: str, sheet: PlainSheet, find_header: HeaderFinder, policy: Policy
) -> Grid | None:
    """Return a plain sheet as a grid, as :func:`grid_of` does with rows of cells."""
    import numpy as np

    height, width = max(sheet.height, 1), max(sheet.width, 1)
    outline.check_size(path, policy, height, height * width)
    top = sheet.top(PEEK_ROWS)
    index = find_header(top)
    if index is None:
        return None
    header = [_header_text(cell) for cell in top[index]]
    ready: dict[int, Cells] = {}

    def column(position: int) -> Cells:
        if position not in ready:
            ready[position] = sheet.column(position, index + 1)
        return ready[position]

    rows = np.arange(index + 2, sheet.height + 1, dtype=np.int64)
    return Grid(path, name, "xlsx", index + 1, header, rows, column, {})


def _grid(
    content: Content, kind: str, sheet: Any, find_header: HeaderFinder, policy: Policy
) -> Grid | None:
    height, width = sheet.total_height + 1, sheet.total_width + 1
    outline.check_size(content.path, policy, height, height * width)
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
