"""A sheet as it stands, title rows and all: what a copy of it is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError
from shopcrm.sources.opening import html_tables, workbooks
from shopcrm.sources.opening.content import ZIP
from shopcrm.sources.opening.delimited import read_delimited
from shopcrm.sources.opening.grid import Cells, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.policy import Policy
    from shopcrm.sources.opening.content import Content
    from shopcrm.sources.opening.grid import Grid
    from shopcrm.sources.opening.workbooks import Range

_MORE: Final = 8
"""Columns beyond the header that are looked for first, and as many times as many after that."""


@dataclass(frozen=True)
class Whole:
    """Every cell of one sheet.

    Attributes:
        above: the rows above the header.
        header: the header's cells.
        columns: the cells below it, of all columns that have any.
        merges: blocks of cells that are one; rows and columns count from 0.
        typed: whether cells have types; else all are texts, as in a text file or a web page.
    """

    above: list[list[Any]]
    header: list[Any]
    columns: list[Cells]
    merges: Sequence[Range]
    typed: bool


@dataclass
class _Known:
    """A header finder that knows where the header is, and keeps what stands above it."""

    row: int
    header: list[str] | None = None
    above: list[list[Any]] = field(default_factory=list)

    def __call__(self, records: list[list[Any]]) -> int | None:
        """Return the index of the row, None where it is not there or says something else."""
        at = self.row - 1
        if at >= len(records) or self.header not in (None, list(map(str, records[at]))):
            return None
        self.above = records[:at]
        return at


def is_package(content: Content) -> bool:
    """Tell whether this is a workbook that Excel keeps as a zip package (.xlsx, .xlsm, .xlsb)."""
    import zipfile

    if not content.head().startswith(ZIP):
        return False
    with content.open() as file, zipfile.ZipFile(file) as archive:
        return "content.xml" not in archive.namelist()


def read_whole(
    content: Content, sheet: str | None, header_row: int, header: list[str], policy: Policy
) -> Whole:
    """Read all that stands on a sheet which has been read before.

    Args:
        content: the file, unpacked: .xls, .ods, a web page or text.
        sheet: name of the sheet; None for a text file.
        header_row: number of its header row.
        header: what that said.
        policy: for ``limits``.

    Raises:
        InputError: as the first time; ``damaged``, it is not what was read before.
    """
    head = content.head(html_tables.PEEK)
    try:
        if workbooks.is_workbook(head):
            return _of_workbook(content, str(sheet), header_row)
        if html_tables.is_html(head):
            return _of_page(content, str(sheet), header_row, policy)
        return _of_text(content, header_row, header, policy)
    except (LookupError, ValueError, OSError) as error:
        raise InputError("damaged", path=content.path.name) from error


def _of_workbook(content: Content, sheet: str, header_row: int) -> Whole:
    import python_calamine as calamine

    try:
        with content.open() as file:
            found = calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet)
        records = found.to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise InputError("damaged", path=content.path.name) from error
    columns = [_apart(list(column)) for column in zip(*records[header_row:], strict=True)]
    merges = found.merged_cell_ranges or []
    above, header = records[: header_row - 1], records[header_row - 1]
    return Whole(above, header, columns or [encode([]) for _ in header], merges, typed=True)


def _apart(values: list[Any]) -> Cells:
    """Return a column's cells; Python takes a 1 and a yes for the same thing."""
    if not any(isinstance(value, bool) for value in values):
        return encode(values)
    import numpy as np

    return Cells(np.arange(len(values), dtype=np.int32), values)


def _of_page(content: Content, sheet: str, header_row: int, policy: Policy) -> Whole:
    finder = _Known(header_row)
    for name, grid in html_tables.read_html(content, finder, policy):
        if name == sheet and grid is not None:
            columns = [grid.column(at) for at in range(len(grid.header))]
            merges = []
            for at, covered in grid.covered.items():
                # What a merged cell covers has been filled with it: only its first row is meant.
                values = [columns[at].at(row) for row in range(len(covered))]
                merges += _blocks(covered.tolist(), header_row, at)
                pairs = zip(values, covered.tolist(), strict=True)
                columns[at] = encode([None if below else value for value, below in pairs])
            return Whole(finder.above, list(grid.header), columns, merges, typed=False)
    raise InputError("damaged", path=content.path.name)


def _blocks(covered: list[bool], first: int, column: int) -> list[Range]:
    """Return the merged blocks of a column: each is one row and the covered ones below it."""
    found: list[Range] = []
    for row, below in enumerate(covered):
        if below and row and not covered[row - 1]:
            found.append(((first + row - 1, column), (first + row, column)))
        elif below and found:
            found[-1] = (found[-1][0], (first + row, column))
    return found


def _of_text(content: Content, header_row: int, header: list[str], policy: Policy) -> Whole:
    finder = _Known(header_row, header)
    grid: Grid | None = read_delimited(content.path, finder, policy, content.kept)
    width = len(header)
    while grid is not None and len(grid.beyond):
        width = len(header) + _MORE * max(1, width - len(header))
        finder = _Known(header_row, header)
        grid = read_delimited(content.path, finder, policy, content.kept, width=width)
    if grid is None:
        raise InputError("damaged", path=content.path.name)
    columns = [grid.column(at) for at in range(len(grid.header))]
    return Whole(finder.above, list(grid.header), columns, (), typed=False)
