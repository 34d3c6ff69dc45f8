"""The workbook's look: widths, headers, splitting, and what an owner fills in."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from shopcrm.outputs import book as module
from shopcrm.outputs.book import Book, Field, display_width, link
from shopcrm.sources.opening.content import Content
from shopcrm.sources.opening.workbooks import own_output


def text(*values: str | None) -> pd.Series[str]:
    """Return a text column."""
    return pd.Series(values, dtype="str")


def make(path: Path, *fields: Field, lines: int | None = 1) -> None:
    """Write a book of one table."""
    book = Book(path, "测试", "zh")
    book.table("表", fields, lines=lines)
    book.close()


@pytest.mark.parametrize(
    ("word", "width"), [("abc", 3), ("客户ID", 6), ("（元）", 6), ("ｶﾞ", 2), ("", 0)]
)
def test_width_counts_chinese_twice(word: str, width: int) -> None:
    """A Chinese character is two columns wide, half-width ones are one."""
    assert display_width(word) == width


def test_columns_are_wide_enough(tmp_path: Path) -> None:
    """A column shows its Chinese header and its cells."""
    make(tmp_path / "a.xlsx", Field("客户昵称", text("一二三四五六七八九十")))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    assert sheet.column_dimensions["A"].width >= 20


def test_table_is_real(tmp_path: Path) -> None:
    """The rows are an Excel Table with filters; the header stays in view and on paper."""
    make(tmp_path / "a.xlsx", Field("甲", text("1", "2")), Field("甲", text("3", "4")))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    (table,) = sheet.tables.values()
    assert table.ref == "A1:B3"
    assert [column.name for column in table.tableColumns] == ["甲", "甲 2"]
    assert [sheet["A1"].value, sheet["B1"].value] == ["甲", "甲 2"]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"


def test_more_rows_than_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond Excel's rows the table goes on in numbered sheets, and no row is lost."""
    monkeypatch.setattr(module, "SHEET_ROWS", 3)
    make(tmp_path / "a.xlsx", Field("甲", text(*"abcdefg")))
    found = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert found.sheetnames == ["表", "表 2", "表 3"]
    cells = [row[0] for sheet in found for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert cells == list("abcdefg")


def test_a_column_in_another_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``rows`` cells stand in that order, over all sheets, and their column is as wide."""
    monkeypatch.setattr(module, "SHEET_ROWS", 2)
    cells, rows = text("短", "长" * 15, None), np.array([2, 0, 1, -1])
    wide, narrow = Field("甲", cells, rows=rows), Field("乙", cells, rows=rows[[0, 1, 3, 0]])
    make(tmp_path / "a.xlsx", wide, narrow)
    found = openpyxl.load_workbook(tmp_path / "a.xlsx")
    read = [row for sheet in found for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert read[:3] == [(None, None), ("短", "短"), ("长" * 15, None)]
    assert len(read) == 3 or read[3] == (None, None)
    first, second = (sheet.column_dimensions["A"].width for sheet in found)
    assert second > 30 > first


def test_mixed_cells_show_as_what_they_are(tmp_path: Path) -> None:
    """In a column of the owner's a day is shown as a day and a number with its digits."""
    day = dt.datetime(2024, 2, 29)  # noqa: DTZ001  # Excel knows no zones
    cells = pd.Series(["007", 12.345, day, day.replace(hour=9), None, 2**70], dtype=object)
    make(tmp_path / "a.xlsx", Field("备注", cells, "mixed"))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    read = [(row[0].value, row[0].number_format) for row in sheet.iter_rows(min_row=2)]
    assert read[:2] == [("007", "General"), (12.345, "General")]
    assert read[2:4] == [(day, "yyyy-mm-dd"), (day.replace(hour=9), "yyyy-mm-dd hh:mm")]
    assert read[5] == (str(2**70), "General")


def test_cells_to_fill_in_are_seen_and_not_written(tmp_path: Path) -> None:
    """Empty cells to fill in are yellow by their column: the file has no cell for them."""
    make(
        tmp_path / "a.xlsx",
        Field("甲", text("a", "b")),
        Field("结果", text(None, None), fill_in=True),
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b'r="B2"' not in archive.read("xl/worksheets/sheet1.xml")
    column = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"].column_dimensions["B"]
    assert column.fill.fgColor.rgb == "FFFFFBEB"


def test_choices_are_a_drop_down(tmp_path: Path) -> None:
    """A column to fill in offers its choices in every row."""
    make(tmp_path / "a.xlsx", Field("结果", text(None, None), choices=("已联系", "未接通")))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"已联系,未接通"'
    assert str(rule.sqref) == "A2:A3"


def test_rows_fit_their_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row is as high as its texts need, on every sheet that the table goes over."""
    monkeypatch.setattr(module, "SHEET_ROWS", 2)
    texts = text("短", "长" * 40, "长" * 80)
    make(tmp_path / "a.xlsx", Field("甲", texts, wrap=True, width=20), lines=None)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    high = [book["表"].row_dimensions[at].height for at in (2, 3)]
    high.append(book["表 2"].row_dimensions[2].height)
    assert high == sorted(set(high))


def test_a_link_leaves_the_cell_as_it_is(tmp_path: Path) -> None:
    """A streamed cell can lead to another one, and keeps its text."""
    book = Book(tmp_path / "a.xlsx", "测试", "zh")
    (sheet,) = book.table("表", [Field("甲", text("1", "2"), linked=True)])
    link(sheet, 2, 0, "'表'!A2")
    book.close()
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]["A3"]
    assert cell.value == "2"
    assert cell.hyperlink is not None
    assert cell.hyperlink.location == "'表'!A2"


def test_folded_columns_are_closed(tmp_path: Path) -> None:
    """Folded columns are hidden in groups, and the column after a group opens it."""
    fields = [
        Field(word, text("1"), folded=deep)
        for word, deep in zip("甲乙丙丁", (0, 2, 1, 0), strict=True)
    ]
    make(tmp_path / "a.xlsx", *fields)
    columns = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"].column_dimensions
    found = [(columns[one].hidden, columns[one].outlineLevel) for one in "ABCD"]
    assert found == [(False, 0), (True, 2), (True, 1), (False, 0)]
    assert [columns[one].collapsed for one in "ABCD"] == [False, False, True, True]


def test_empty_table_has_its_header(tmp_path: Path) -> None:
    """A table without rows is a header, which every reader opens."""
    make(tmp_path / "a.xlsx", Field("甲", text()))
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"].iter_rows(values_only=True)
    assert list(rows) == [("甲",)]


def test_books_are_marked_and_repeatable(tmp_path: Path) -> None:
    """The program knows its own workbooks again, and equal content is equal bytes."""
    for name in ("a.xlsx", "b.xlsx"):
        make(tmp_path / name, Field("甲", text("1")))
    assert own_output(Content(tmp_path / "a.xlsx"))
    parts = []
    for name in ("a.xlsx", "b.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            parts.append({entry: archive.read(entry) for entry in archive.namelist()})
    assert parts[0] == parts[1]
