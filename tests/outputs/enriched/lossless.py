"""What enriching changes, part by part: ``python -m tests.outputs.enriched.lossless`` prints it.

Where LibreOffice is installed, it opens every enriched book too, and the last column says whether
it found the new columns right.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd
from lxml import etree
from python_calamine import CalamineWorkbook

from shopcrm.outputs.enriched import Enriched, NewColumn, Refused, column_of, enrich
from shopcrm.outputs.enriched.place import Area, letters, number
from tests.outputs.enriched.books import CASES, ROWS, SHEET, Case
from tests.outputs.enriched.parts import parts

_CELL = re.compile(rb"<(?:x:)?c(?=[\s/>])[^>]*?(?:/>|>.*?</(?:x:)?c>)", re.DOTALL)
_EMPTY = re.compile(rb"^<[^<>]*(?:/>|>(?:<v/>)?</(?:x:)?c>)$")
_PLACE = re.compile(rb"""^<(?:x:)?c [^>]*?\br\s*=\s*["']([A-Z]+)(\d+)["']""")


def new_columns(header_row: int = 1) -> list[NewColumn]:
    """Return one column of each kind for the torture set, with hard texts and gaps."""
    rows = range(header_row + 1, header_row + ROWS + 1)
    texts = ["=1+1", "老客 <&>", " 前后空格 ", "", "a\r\nb\x01", "_x0041_", "备" * 40_000, "😀"]
    days = [pd.Timestamp("2026-11-20"), pd.NaT] * 4
    return [
        column_of("标签", pd.Series(texts, rows, dtype="str"), "text", 10),
        column_of("次数", pd.Series([1, 2, None, 4, 5, 6, 7, 8], rows, dtype="Int64"), "whole", 8),
        column_of("净额", pd.Series([1, -5, 0, 10**9, 99, 100, 1050, 7], rows), "money", 12),
        column_of("最近", pd.Series(days, rows, dtype="datetime64[s]"), "date", 12),
        column_of("退货率", pd.Series([0.5, None, 0, 1, 0.1, 0.2, 0.3, 0.25], rows), "percent", 8),
    ]


@dataclass(frozen=True)
class Comparison:
    """A package before and after.

    Attributes:
        parts: how many there are.
        same: how many of them have the same bytes.
        changed: the others.
        same_order: the entries stand in the same order, with the same packing of the same ones.
        cells: how many cells the sheet had.
        same_cells: how many of them have the same bytes, but for cells that held nothing.
    """

    parts: int
    same: int
    changed: tuple[str, ...]
    same_order: bool
    cells: int
    same_cells: int


def compared(before: bytes, after: bytes, part: str, new: Sequence[str]) -> Comparison:
    """Compare two packages; ``new`` are the letters of the columns that were added to a part."""
    old, now = parts(before), parts(after)
    changed = tuple(name for name in old if old[name] != now.get(name))
    cells = [cell for cell in _cells(old[part]) if not _free(cell, new)]
    coming = iter(_cells(now[part]))
    same_cells = sum(cell in coming for cell in cells)  # each looked for behind the one before
    return Comparison(
        len(old),
        len(old) - len(changed),
        changed,
        _packing(before, changed) == _packing(after, changed),
        len(cells),
        same_cells,
    )


def _cells(data: bytes) -> list[bytes]:
    return _CELL.findall(data[data.index(b"sheetData") :])


def _letters(cell: bytes) -> str:
    place = _PLACE.match(cell)
    return place[1].decode() if place else ""


def _free(cell: bytes, new: Sequence[str]) -> bool:
    return _letters(cell) in new and _EMPTY.search(cell) is not None


def _packing(data: bytes, changed: Sequence[str]) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            (each.filename,)
            if each.filename in changed
            else (each.filename, each.compress_type, each.compress_size, each.CRC)
            for each in archive.infolist()
        ]


def faults(data: bytes, part: str) -> list[str]:
    """Return what Excel would not accept in a sheet, its styles and its Tables."""
    entries = parts(data)
    sheet = etree.fromstring(entries[part])
    styles = etree.fromstring(entries["xl/styles.xml"])
    formats = styles.find("{*}cellXfs")
    counted = [formats, *styles.iterfind("{*}numFmts")]
    found = [f"count of {each.tag}" for each in counted if int(each.get("count")) != len(each)]
    found += _row_faults(sheet, len(formats))
    columns = [(int(each.get("min")), int(each.get("max"))) for each in sheet.iter("{*}col")]
    if any(one[1] >= two[0] for one, two in pairwise(columns)):
        found.append("cols overlap")
    order = [etree.QName(each).localname for each in sheet.iterchildren("*")]
    if "cols" in order and order.index("cols") > order.index("sheetData"):
        found.append("cols behind the rows")
    for name in entries:
        if name.startswith("xl/tables/table"):
            found += _table_faults(etree.fromstring(entries[name]), name)
    return found


def _row_faults(sheet: etree._Element, styles: int) -> list[str]:
    found: list[str] = []
    reach: Area | None = None
    at = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        before, column = at, 0
        at = int(row.get("r", before + 1))
        found += [f"row {at} after {before}"] if at <= before else []
        for cell in row.iterfind("{*}c"):
            place = cell.get("r") or f"{letters(column + 1)}{at}"
            area = Area.of(place)
            if area is None or area.top != at or area.left <= column:
                found.append(f"cell {place} out of order")
            found += [f"style of {place}"] if int(cell.get("s", 0)) >= styles else []
            column = area.left if area else column
            reach = area.joined(reach or area) if area else reach
        spans = row.get("spans")
        found += [f"spans of row {at}"] if spans and int(spans.split(":")[1]) < column else []
    dimension = sheet.find("{*}dimension")
    if dimension is not None and reach:
        area = Area.of(dimension.get("ref"))
        found += ["dimension"] if area is None or area.joined(reach) != area else []
    return found


def _table_faults(table: etree._Element, name: str) -> list[str]:
    columns = table.find("{*}tableColumns")
    area = Area.of(table.get("ref"))
    assert area is not None
    names = [each.get("name").casefold() for each in columns]
    ids = [each.get("id") for each in columns]
    right = area.right - area.left + 1 == len(columns) == int(columns.get("count"))
    own = table.find("{*}autoFilter")
    filtered = own is None or getattr(Area.of(own.get("ref")), "right", 0) == area.right
    unique = len(set(names)) == len(set(ids)) == len(columns)
    return [] if right and filtered and unique else [name]


def run(case: Case, target: Path) -> tuple[bytes, bytes, Enriched]:
    """Enrich one book of the set; return it before and after, and what was done."""
    before = case.make()
    done = enrich(before, target, SHEET, case.header_row, new_columns(case.header_row), force=True)
    return before, target.read_bytes(), done


def seen_by_libreoffice(books: Mapping[str, tuple[bytes, Case, Enriched]]) -> dict[str, str]:
    """Return what LibreOffice makes of each book: "right", or the first cell that is not.

    All books in one start of it: that is what takes long. Empty where it is not installed.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        places = {}
        for number, (name, (data, _, _)) in enumerate(books.items()):
            places[name] = Path(folder) / f"{number}.xlsx"
            places[name].write_bytes(data)
        subprocess.run(
            [
                *(soffice, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"),
                *("--headless", "--convert-to", "ods", "--outdir", f"{folder}/out"),
                *map(str, places.values()),
            ],
            check=True,
            capture_output=True,
            timeout=600,
        )
        return {
            name: _as_libreoffice_saved(Path(folder, "out", f"{place.stem}.ods"), *books[name][1:])
            for name, place in places.items()
        }


def _as_libreoffice_saved(path: Path, case: Case, done: Enriched) -> str:
    if not path.exists():
        return "not opened"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET)
    cells = rows.to_python(skip_empty_area=False)
    for place, column in enumerate(new_columns(case.header_row)):
        at = number(done.columns[place]) - 1
        wanted: dict[int, object] = {case.header_row: done.headers[place]}
        wanted |= dict(zip(column.rows.tolist(), column.cells.to_pylist(), strict=True))
        for row, value in wanted.items():
            read = cells[row - 1][at] if row <= len(cells) and at < len(cells[row - 1]) else ""
            if not _agrees(read, value, "text" if row == case.header_row else column.kind):
                return f"{done.columns[place]}{row} is {read!r}"
    return "right"


def _agrees(read: object, written: object, kind: str) -> bool:
    """Tell whether LibreOffice has a value; a line end within a text may be spelt otherwise."""
    if pd.isna(written) or written == "":  # type: ignore[call-overload]  # one value
        return read == ""
    match kind:
        case "text":
            plain = str(written).replace("\r\n", "\n").replace("\r", "\n")[:32_767]
            return "".join(str(read).split()) == "".join(plain.replace("\x01", "").split())
        case "money":
            return isinstance(read, (int, float)) and round(read * 100) == written
        case "date":
            return str(read)[:10] == str(written)[:10]
    return read == written


def table() -> str:
    """Return the comparison of the whole set as text."""
    lines = [
        _line("book", "parts", "same", "order", "cells", "same", "LibreOffice", "placed", "changed")
    ]
    lines.append("-" * len(lines[0]))
    books: dict[str, tuple[bytes, Case, Enriched]] = {}
    found: dict[str, Comparison | str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            try:
                before, after, done = run(case, Path(folder) / "book.xlsx")
            except Refused as refused:
                found[case.name] = refused.key
                continue
            books[case.name] = after, case, done
            found[case.name] = compared(before, after, "xl/worksheets/sheet1.xml", done.columns)
    seen = seen_by_libreoffice(books)
    for name, one in found.items():
        if isinstance(one, str):
            lines.append(_line(name, *[""] * 6, "refused", one))
            continue
        done = books[name][2]
        placed = f"{done.placed} {done.columns[0]}" + (f" ({done.why})" if done.why else "")
        lines.append(
            _line(
                name,
                str(one.parts),
                str(one.same),
                "same" if one.same_order else "CHANGED",
                str(one.cells),
                str(one.same_cells),
                seen.get(name, "-"),
                placed,
                ", ".join(part.removeprefix("xl/") for part in one.changed),
            )
        )
    return "\n".join(lines)


_WIDTHS = (44, 5, 5, 7, 5, 5, 11, 26, 40)


def _line(*texts: str) -> str:
    return "  ".join(
        text + " " * (width - sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text))
        for text, width in zip(texts, _WIDTHS, strict=True)
    ).rstrip()


if __name__ == "__main__":
    print(table())  # noqa: T201  # what it is for
