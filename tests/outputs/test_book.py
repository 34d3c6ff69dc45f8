"""The workbook's look: widths, headers, splitting, and what an owner fills in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from shopcrm.outputs import book as module
from shopcrm.outputs.book import Book, Field, display_width
from shopcrm.sources.opening.content import Content
from shopcrm.sources.opening.workbooks import own_output


def text(*values: str | None) -> pd.Series[str]:
    """Return a text column."""
    return pd.Series(values, dtype="str")


def make(path: Path, *fields: Field, lines: int = 1) -> None:
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


def test_choices_are_a_drop_down(tmp_path: Path) -> None:
    """A column to fill in offers its choices in every row."""
    make(tmp_path / "a.xlsx", Field("结果", text(None, None), choices=("已联系", "未接通")))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"已联系,未接通"'
    assert str(rule.sqref) == "A2:A3"


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
