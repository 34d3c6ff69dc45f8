"""Writes rows as the csv or the workbook that a platform gives."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from examples.exports.layout import Writer, headers, numbered
from examples.shop_register import CREATED

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from examples.exports.layout import Cell, Row
    from examples.exports.sales import Sale


def write_file(
    layout: str,
    writer: Writer,
    sales: Sequence[Sale],
    folder: Path,
    shuffle: random.Random | None = None,
) -> Path:
    """Write one layout's file into `folder`, its rows in their order or shuffled.

    Raises:
        ValueError: a row has a cell for a column that the header does not have.
    """
    header = headers()[writer.header or layout]
    names = numbered(header)
    blocks = writer.blocks(sales)
    if shuffle and not writer.kept_together:
        blocks = [[row] for block in blocks for row in block]
    if shuffle:
        shuffle.shuffle(blocks)
    rows = [row for block in blocks for row in block]
    if strange := {name for row in rows for name in row}.difference(names):
        msg = f"{layout} has no {sorted(strange)}"
        raise ValueError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / writer.file
    table = [_cells(row, names, writer.blank) for row in rows]
    if path.suffix == ".csv":
        path.write_bytes(_csv(header, table, writer).encode(writer.encoding))
    else:
        _xlsx(path, writer, header, table, [len(block) for block in blocks])
    return path


def _cells(row: Row, names: Sequence[str], blank: str) -> list[Cell]:
    found = [row.get(name) for name in names]
    return [blank if cell is None or cell == "" else cell for cell in found]


def _csv(header: Sequence[str], table: list[list[Cell]], writer: Writer) -> str:
    lines = [list(header), *([str(cell) for cell in row] for row in table)]
    if writer.ragged:
        lines = [lines[0], *(_cut(line) for line in lines[1:])]
    if writer.bare:
        return "".join(",".join(map(_bare, line)) + "\r\n" for line in lines)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def _cut(line: list[str]) -> list[str]:
    while len(line) > 1 and not line[-1]:
        line.pop()
    return line


def _bare(text: str) -> str:
    if "," in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _xlsx(
    path: Path,
    writer: Writer,
    header: Sequence[str],
    table: list[list[Cell]],
    sizes: Sequence[int],
) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(writer.sheet)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        top = 0
        if writer.title:
            page.merge_range(0, 0, 0, len(header) - 1, writer.title)
            top = 1
        for column, name in enumerate(header):
            page.write_string(top, column, name)
        if writer.merged:
            for first, column, count in _spans(table, sizes):
                page.merge_range(top + 1 + first, column, top + first + count, column, "")
        for line, row in enumerate(table, top + 1):
            for column, cell in enumerate(row):
                _put(page, line, column, cell, moment)


def _put(page: Any, line: int, column: int, cell: Cell, moment: Any) -> None:
    """Write one cell, text always as text; a blank one is not written."""
    if isinstance(cell, datetime):
        page.write_datetime(line, column, cell, moment)
    elif isinstance(cell, str):
        if cell:
            page.write_string(line, column, cell)
    elif cell is not None:
        page.write_number(line, column, cell)


def _spans(table: list[list[Cell]], sizes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """First row, column and height of the cells that stand for all rows of their order."""
    first = 0
    for size in sizes:
        if size > 1:
            head, *others = table[first : first + size]
            for column, cell in enumerate(head):
                if cell != "" and all(row[column] == "" for row in others):
                    yield first, column, size
        first += size
