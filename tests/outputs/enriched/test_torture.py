"""Workbooks with everything in them come out with nothing lost and the new columns right."""

from __future__ import annotations

import datetime as dt
import functools
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineWorkbook

from shopcrm.outputs.enriched import Enriched, Refused, enrich
from tests.outputs.enriched.books import CASES, SHEET, Case
from tests.outputs.enriched.lossless import compared, faults, new_columns, run

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported:UserWarning:openpyxl")
"""What openpyxl would lose: it is only asked to read."""

PART = "xl/worksheets/sheet1.xml"
DAY = dt.date(2026, 11, 20)
READ = (
    ["=1+1", "老客 <&>", " 前后空格 ", None, "a\r\nb\x01", "_x0041_", "备" * 32_767, "😀"],
    [1, 2, None, 4, 5, 6, 7, 8],
    [0.01, -0.05, 0, 10_000_000, 0.99, 1, 10.5, 0.07],
    [DAY, None] * 4,
    [0.5, None, 0, 1, 0.1, 0.2, 0.3, 0.25],
)
"""What readers give for the new columns."""

DONE = [case for case in CASES if case.refused is None]


def named(case: Case) -> str:
    return case.name


@functools.cache
def enriched(name: str) -> tuple[bytes, bytes, Enriched]:
    """Return a workbook before and after, and what was done: made once for all that look at it."""
    (case,) = (case for case in DONE if case.name == name)
    with TemporaryDirectory() as folder:
        return run(case, Path(folder) / "new.xlsx")


@pytest.mark.parametrize("case", DONE, ids=named)
def test_nothing_is_lost(case: Case) -> None:
    """Every part but those that must change, and every cell, has the same bytes, in its order."""
    before, after, done = enriched(case.name)
    found = compared(before, after, PART, done.columns)
    assert found.same_order
    assert found.same_cells == found.cells
    assert sorted(found.changed) == list(done.changed)
    tables = [name for name in done.changed if name.startswith("xl/tables/")]
    assert set(done.changed) == {PART, "xl/workbook.xml", "xl/styles.xml", *tables}
    assert len(tables) == (case.table is not None)
    assert (done.placed, done.why, done.table) == (case.placed, case.why, case.table)
    assert done.columns[0] == case.first


@pytest.mark.parametrize("case", DONE, ids=named)
def test_the_result_is_valid(case: Case) -> None:
    """Counts, references, spans, styles, widths and Tables agree with what is there."""
    before, after, _ = enriched(case.name)
    assert set(faults(after, PART)) <= set(faults(before, PART))


@pytest.mark.parametrize("case", [case for case in DONE if case.readers], ids=named)
def test_readers_read_it(case: Case) -> None:
    """Openpyxl and calamine find the new columns right, and all else as it was."""
    before, after, done = enriched(case.name)
    new = [column_index_from_string(letters) - 1 for letters in done.columns]
    for reader in (by_openpyxl, by_calamine):
        old, now = reader(before), reader(after)
        top = case.header_row - 1
        for place, column in enumerate(new):
            assert now.pop((top, column)) == done.headers[place]
            read = [now.pop((row, column), None) for row in range(top + 1, top + 9)]
            assert read == READ[place]
        assert now == old


@pytest.mark.parametrize("case", DONE, ids=named)
def test_twice_is_once(case: Case, tmp_path: Path) -> None:
    """Enriching what is enriched gives the very same bytes in every part."""
    _, once, first = enriched(case.name)
    done = enrich(
        once, tmp_path / "twice.xlsx", SHEET, case.header_row, new_columns(case.header_row)
    )
    again = (tmp_path / "twice.xlsx").read_bytes()
    assert compared(once, again, PART, ()).changed == ()
    assert (done.placed, done.replaced) == ("again", 5)
    assert (done.columns, done.headers) == (first.columns, first.headers)


@pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=named)
def test_refused_with_the_reason(case: Case, tmp_path: Path) -> None:
    """What cannot be patched safely is refused, and nothing is written."""
    with pytest.raises(Refused) as refused:
        run(case, tmp_path / "new.xlsx")
    assert refused.value.key == case.refused
    assert list(tmp_path.iterdir()) == []


Cells = dict[tuple[int, int], Any]


def by_openpyxl(data: bytes) -> Cells:
    sheet = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)[SHEET]
    return {
        (cell.row - 1, cell.column - 1): plain(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def by_calamine(data: bytes) -> Cells:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(SHEET)
    return {
        (row, column): plain(value)
        for row, values in enumerate(rows.to_python(skip_empty_area=False))
        for column, value in enumerate(values)
        if value != ""
    }


def plain(value: Any) -> Any:
    """Return a value as both readers give it, Excel's escapes undone."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        for escape, meant in (("_x000D_", "\r"), ("_x0001_", "\x01"), ("_x005F_", "_")):
            value = value.replace(escape, meant)
    if type(value).__name__ == "ArrayFormula":
        return value.text
    return value
