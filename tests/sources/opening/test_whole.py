"""A sheet is read as it stands, title rows and all, whatever kind of file it is in."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import InputError
from shopcrm.policy import load_policy
from shopcrm.sources.opening.containers import open_content
from shopcrm.sources.opening.whole import Whole, is_package, read_whole
from tests.making import examples, write_xlsx

POLICY = load_policy(None)
HEADER = ["客户", "金额", "备注"]


def body(whole: Whole) -> list[list[Any]]:
    """Return the rows below the header."""
    columns = [[cells.at(row) for row in range(len(cells.codes))] for cells in whole.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def whole_text(path: Path, text: str, header_row: int, encoding: str = "gb18030") -> Whole:
    path.write_bytes(text.encode(encoding))
    return read_whole(open_content(path, POLICY), None, header_row, HEADER, POLICY)


def as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


CELLS = st.text(st.sampled_from('a1,"\n云 '), min_size=1, max_size=5).filter(str.strip)


@examples(25)
@given(
    above=st.lists(st.lists(CELLS, min_size=1, max_size=2), max_size=2),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=14), min_size=1, max_size=5),
)
def test_every_cell_of_a_text_file(
    tmp_path: Path, above: list[list[str]], rows: list[list[str]]
) -> None:
    """Title rows, the header, short rows and cells beyond the header are all there."""
    text = as_csv([*above, HEADER, *rows])
    whole = whole_text(tmp_path / "a.csv", text, len(above) + 1)
    assert (whole.above, whole.header[:3]) == (above, HEADER)
    read = body(whole)
    assert len(read) == len(rows)
    for found, written in zip(read, rows, strict=True):
        assert [cell or None for cell in found] == written + [None] * (len(found) - len(written))


def test_packed_text(tmp_path: Path) -> None:
    """A register in a gzip file is read in memory as it was the first time."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(as_csv([["登记"], HEADER, ["甲", "5"]]).encode()))
    whole = read_whole(open_content(path, POLICY), None, 2, HEADER, POLICY)
    assert (whole.above, body(whole)) == ([["登记"]], [["甲", "5", None]])
    assert [path] == list(tmp_path.iterdir())


def test_old_workbook(tmp_path: Path) -> None:
    """Types, merged blocks and a yes beside a 1 are kept; the other sheets are not looked at."""
    book = xlwt.Workbook()
    book.add_sheet("别的").write(0, 0, "x")
    sheet = book.add_sheet("登记")
    sheet.write_merge(0, 0, 0, 2, "标题")
    rows: list[list[Any]] = [["甲", 1, dt.date(2026, 11, 1)], ["乙", True, "字"], ["丙", 1.5, None]]
    for at, row in enumerate([HEADER, *rows], start=1):
        for column, value in enumerate(row):
            look = xlwt.easyxf(num_format_str="yyyy-mm-dd" if at == 2 and column == 2 else "")
            sheet.write(at, column, value, look)
    path = tmp_path / "a.xls"
    book.save(str(path))
    whole = read_whole(open_content(path, POLICY), "登记", 2, HEADER, POLICY)
    assert whole.above == [["标题", "", ""]]
    assert whole.merges == [((0, 0), (0, 2))]
    read = body(whole)
    assert read == [["甲", 1, dt.date(2026, 11, 1)], ["乙", True, "字"], ["丙", 1.5, None]]
    assert [type(row[1]) for row in read] == [int, bool, float]


def test_web_page(tmp_path: Path) -> None:
    """A cell over several rows is one cell, and says so."""
    page = (
        "<html><table><tr><td>登记</table><table><tr><td>标题</tr>"
        "<tr><td>客户<td>金额<td>备注</tr><tr><td rowspan=2>甲<td>5<td>x</tr><tr><td>6</tr>"
        "<tr><td rowspan=3>乙<td>7</tr><tr><td>8</tr><tr><td>9</tr></table></html>"
    )
    path = tmp_path / "a.xls"
    path.write_text(page, encoding="utf-8")
    whole = read_whole(open_content(path, POLICY), "2", 2, HEADER, POLICY)
    assert whole.merges == [((2, 0), (3, 0)), ((4, 0), (6, 0))]
    wanted = [["甲", "5", "x"], [None, "6", None], ["乙", "7", None]]
    assert body(whole) == [*wanted, [None, "8", None], [None, "9", None]]


@pytest.mark.parametrize("text", ["x\n", "客户,钱\n甲,5\n", ""])
def test_a_file_that_changed(tmp_path: Path, text: str) -> None:
    """What no longer has its header where it was is not copied."""
    with pytest.raises(InputError):
        whole_text(tmp_path / "a.csv", text, 1)


def test_packages(tmp_path: Path) -> None:
    """Excel's own packages are told from all else by what is in them, not by their names."""
    book = write_xlsx(tmp_path / "a.xls", [HEADER, ["甲", 5, ""]])
    assert is_package(open_content(book, POLICY))
    text = tmp_path / "b.xlsx"
    text.write_text(as_csv([HEADER]), encoding="utf-8")
    assert not is_package(open_content(text, POLICY))
