"""Laws of enriching: any rows, any spelling, any number of times."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from shopcrm.outputs.enriched import NewColumn, Prepared, column_of, enrich, package
from shopcrm.outputs.enriched.place import Area, letters, number
from tests.making import examples
from tests.outputs.enriched import parts as p
from tests.outputs.enriched.books import SHEET, book
from tests.outputs.enriched.lossless import compared, faults

PART = p.SHEET
SIMPLE = book()

Cells = dict[tuple[int, int], str]


class Drawn(NamedTuple):
    """A sheet's rows, the row of its header, new columns, and the cells that hold something."""

    rows: str
    header_row: int
    columns: list[NewColumn]
    cells: Cells

    def package(self) -> bytes:
        """Return a workbook of these rows."""
        whole = f'<worksheet xmlns="{p.MAIN}"><sheetData>{self.rows}</sheetData></worksheet>'
        return p.changed(SIMPLE, {PART: lambda _: whole})


BODIES = (
    ("/>", None),
    ("></c>", None),
    ("><v/></c>", None),
    ("><v>12.50</v></c>", "12.50"),
    ("><f>SUM(A1:B2)</f><v>7</v></c>", "7"),
    (' t="inlineStr"><is><t xml:space="preserve"> &lt;c r="Z9"> </t></is></c>', ' <c r="Z9"> '),
    (' t="str"><v>a&amp;b</v></c>', "a&b"),
    (' t="inlineStr"><is><r><rPr><color rgb="FF0000"/></rPr><t>r</t></r></is></c>', "r"),
)


@st.composite
def sheets(draw: st.DrawFn) -> Drawn:
    """Draw a sheet with what is to be added to it."""
    header_row = draw(st.integers(1, 4))
    width = draw(st.integers(1, 4))
    loose = draw(st.booleans())  # with spaces, quotes and attributes as Excel never writes them
    rows = sorted(draw(st.sets(st.integers(1, 30), max_size=12)) | {header_row})
    cells: Cells = {}
    text = ""
    for row in rows:
        columns = sorted(draw(st.sets(st.integers(1, width + 3), max_size=6)))
        if row == header_row:
            columns = sorted({*columns, width})
        inside = ""
        for column in columns:
            end, value = draw(st.sampled_from(BODIES))
            if row == header_row and column > width:
                end, value = BODIES[0]
            if row == header_row and column == width:
                end, value = BODIES[3]
            if value is not None:
                cells[row, column] = value
            place = f"{letters(column)}{row}"
            style = draw(st.sampled_from(("", ' s="1"', ' s="2"')))
            inside += f'<c r="{place}"{style}{end}'
            if loose:
                inside = inside.replace(f'r="{place}"', f"{draw(SPACE)}r = '{place}'") + draw(SPACE)
        span = draw(st.sampled_from(("", f' spans="1:{width + 3}"', ' ht="20" customHeight="1"')))
        empty = not inside and draw(st.booleans())
        text += f'<row r="{row}"{span}/>' if empty else f'<row r="{row}"{span}>{inside}</row>'
        text += draw(SPACE) if loose else ""
    return Drawn(text, header_row, draw(new(header_row)), cells)


SPACE = st.sampled_from(("", " ", "\r\n  "))


@st.composite
def new(draw: st.DrawFn, header_row: int) -> list[NewColumn]:
    """Draw one to three columns of texts, numbers and money, not all of the same rows."""
    columns = []
    for place in range(draw(st.integers(1, 3))):
        rows = draw(st.lists(st.integers(header_row + 1, 40), unique=True, max_size=9))
        values: pd.Series
        if draw(st.booleans()):
            texts = draw(st.lists(st.sampled_from(TEXTS), min_size=len(rows), max_size=len(rows)))
            values, kind = pd.Series(texts, rows, dtype="str"), "text"
        else:
            some = st.integers(-(10**9), 10**9)
            fen = draw(st.lists(some, min_size=len(rows), max_size=len(rows)))
            values, kind = pd.Series(fen, rows, dtype="int64"), "money"
        columns.append(column_of(f"新{place}", values, kind))  # type: ignore[arg-type]  # drawn
    return columns


TEXTS = ("=A1", "", "<row>", "</sheetData>", "客户", " x ", "&", "\t")


def held(data: bytes) -> Cells:
    """Return the sheet's values as an XML library reads them."""
    found: Cells = {}
    sheet = etree.fromstring(p.parts(data)[PART])
    for cell in sheet.iter("{*}c"):
        texts = [each.text or "" for each in cell.iter("{*}v", "{*}t")]
        area = Area.of(cell.get("r"))
        assert area
        if "".join(texts):
            found[area.top, area.left] = "".join(texts)
    return found


def meant(columns: list[NewColumn], done: Any, header_row: int) -> Cells:
    found: Cells = {}
    for place, column in zip(done.columns, columns, strict=True):
        found[header_row, number(place)] = column.header
        for row, value in zip(column.rows, column.cells.to_pylist(), strict=True):
            text = f"{int(value) / 100:.2f}" if column.kind == "money" else str(value)
            if text:
                found[int(row), number(place)] = text
    return found


@pytest.fixture(params=[60, 1 << 20])
def _piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read parts in pieces that cut nearly every tag, and in usual ones."""
    monkeypatch.setattr(package, "PIECE", request.param)


@pytest.mark.usefixtures("_piece")
@examples(30)
@given(sheets())
def test_any_sheet(tmp_path: Path, drawn: Drawn) -> None:
    """Old values and cells stay, new ones are there, the sheet is valid; twice is once."""
    before, (_, header_row, columns, cells) = drawn.package(), drawn
    done = enrich(before, tmp_path / "1.xlsx", SHEET, header_row, columns, force=True)
    after = (tmp_path / "1.xlsx").read_bytes()
    assert held(before) == cells
    assert held(after) == cells | meant(columns, done, header_row)
    assert faults(after, PART) == []
    found = compared(before, after, PART, done.columns)
    assert (found.same_cells, found.same_order) == (found.cells, True)
    assert set(found.changed) <= {PART, "xl/workbook.xml", "xl/styles.xml"}

    enrich(after, tmp_path / "2.xlsx", SHEET, header_row, columns, force=True)
    again = (tmp_path / "2.xlsx").read_bytes()
    assert compared(after, again, PART, ()).changed == ()


@examples(20)
@given(sheets(), st.data())
def test_new_values_replace_old_ones(tmp_path: Path, drawn: Drawn, data: st.DataObject) -> None:
    """Another run with other columns leaves nothing of the first one."""
    before, (_, header_row, columns, cells) = drawn.package(), drawn
    enrich(before, tmp_path / "1.xlsx", SHEET, header_row, columns, force=True)
    once = (tmp_path / "1.xlsx").read_bytes()
    others = data.draw(new(header_row))
    done = enrich(once, tmp_path / "2.xlsx", SHEET, header_row, others, force=True)
    after = (tmp_path / "2.xlsx").read_bytes()
    assert done.replaced == len(columns)
    assert held(after) == cells | meant(others, done, header_row)
    assert faults(after, PART) == []


def test_the_source_stays_as_it_is(tmp_path: Path) -> None:
    """The source is only read, and what changed since it was looked at is not enriched."""
    source = tmp_path / "客户.xlsx"
    source.write_bytes(SIMPLE)
    stamp = source.stat().st_mtime_ns
    columns = [column_of("标签", pd.Series(["甲"], [2]), "text")]
    enrich(source, tmp_path / "客户.enriched.xlsx", SHEET, 1, columns)
    assert source.read_bytes() == SIMPLE
    assert source.stat().st_mtime_ns == stamp
    assert sorted(path.name for path in tmp_path.iterdir()) == ["客户.enriched.xlsx", "客户.xlsx"]


def test_prepared_tells_before_it_writes(tmp_path: Path) -> None:
    """What will be done is known before anything is written."""
    prepared = Prepared(SIMPLE, SHEET, 1, [column_of("标签", pd.Series(["甲"], [2]), "text")])
    assert prepared.done.columns == ("H",)
    assert list(tmp_path.iterdir()) == []
    prepared.render(tmp_path / "a.xlsx")
    assert held((tmp_path / "a.xlsx").read_bytes())[2, 8] == "甲"
