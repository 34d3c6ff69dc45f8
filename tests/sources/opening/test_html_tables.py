"""Web pages that call themselves .xls."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import InputError, ShopcrmError
from shopcrm.policy import load_policy
from shopcrm.sources.opening.content import Content
from shopcrm.sources.opening.grid import Grid
from shopcrm.sources.opening.html_tables import is_html, read_html
from shopcrm.sources.read import Inputs
from tests.making import examples, fates, kinds, order, read, said, sheet_of, write_csv

POLICY = load_policy(None)
ROWS = [order(at, 买家会员名=nick) for at, nick in enumerate(["李雨薇", "0078123", "a<b&c", "NA"])]
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z", "Cn")), max_size=6)


def _first(_rows: list[list[Any]]) -> int:
    return 0


def table_of(rows: Sequence[Sequence[object]], cell: str = "td") -> str:
    lines = ("".join(f"<{cell}>{escape(str(one))}</{cell}>" for one in row) for row in rows)
    return "<table border=1>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>"


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def grids(raw: bytes) -> list[Grid | None]:
    content = Content(Path("a.xls"), raw)
    return [grid for _, grid in read_html(content, _first, POLICY)]


def cells(body: str) -> list[list[object]]:
    """Return header and rows of the only table of a page."""
    (grid,) = grids(page(body).encode())
    assert grid is not None
    columns = [grid.column(at) for at in range(len(grid.header))]
    rows: list[list[object]] = [[one.at(row) for one in columns] for row in range(len(grid.rows))]
    return [list(grid.header), *rows]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """The rows as read from a text file."""
    return read(write_csv(tmp_path_factory.mktemp("plain") / "a.csv", ROWS))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("told", ["", '<meta charset="gbk">', '<meta charset="utf-8">'])
@pytest.mark.parametrize("start", ["", "<!DOCTYPE html>\n", "\r\n <!-- export -->"])
def test_same_as_csv(tmp_path: Path, plain: Inputs, encoding: str, told: str, start: str) -> None:
    """An export says the same as a web page and as a text file, whatever its charset claims."""
    path = tmp_path / "a.xls"
    path.write_bytes((start + page(table_of(sheet_of(ROWS)), told)).encode(encoding))
    inputs = read(path)
    assert said(inputs.orders) == said(plain.orders)
    assert inputs.files[0].encoding == "html"
    assert sorted(inputs.orders["row"]) == [2, 3, 4, 5]


def test_without_page(tmp_path: Path) -> None:
    """A bare table is a page as well, and headers may be any kind of cell."""
    path = tmp_path / "a.xls"
    path.write_bytes(table_of(sheet_of(ROWS), "th").encode("gbk"))
    assert len(read(path).orders) == 4


def test_title_and_other_tables(tmp_path: Path) -> None:
    """Of several tables the one that a layout knows is read, below a title too."""
    rows = sheet_of(ROWS)
    title = [[f"九月订单 {'-' * 20}", *[""] * (len(rows[0]) - 1)]]
    path = tmp_path / "a.xls"
    path.write_text(
        page("<table></table>" + table_of([["说明"]]) + table_of(title + rows)), "utf-8"
    )
    inputs = read(path)
    assert fates(inputs) == [(4, 4, 0, 0)]
    assert inputs.files[0].header_row == 2
    assert inputs.files[0].file == "a.xls[2]"
    assert kinds(inputs) == ["sheet_skipped"]


def test_ids_stay_text() -> None:
    """Long numbers and leading zeros are what the page says."""
    body = table_of([["号", "名"], ["2893000000000000123", "007"], ["1e5", "nan"]])
    assert cells(body)[1:] == [["2893000000000000123", "007"], ["1e5", "nan"]]


def test_entities_and_space() -> None:
    """Entities, line breaks and markup are what a browser shows."""
    body = (
        "<table><tr><td>a&amp;b&lt;&nbsp;</td><td>&#20013;&#x6587;&yen;</td>"
        "<td> x \n <b>y</b><br>z<script>q</script><!-- no --></td></tr></table>"
    )
    assert cells(body) == [["a&b<", "中文¥", "x y\nz"]]


def test_spans() -> None:
    """A cell over several columns says its text once, and one over several rows in each."""
    body = """<table>
        <tr><td>a<td>b<td>c<td>d
        <tr><td rowspan=2>1<td colspan="2">2<td>3
        <tr><td>4<td>5<td rowspan=99>6
        <tr><td rowspan=0>7<td colspan=x>8
    </table>"""
    assert cells(body) == [
        ["a", "b", "c", "d"],
        ["1", "2", None, "3"],
        ["1", "4", "5", "6"],
        ["7", "8", None, "6"],
    ]


def test_span_is_marked() -> None:
    """Rows that a cell from above covers are known, so that no amount counts twice."""
    body = "<table><tr><td>a<td>b<tr><td rowspan=2>1<td>2<tr><td>3</table>"
    (grid,) = grids(page(body).encode())
    assert grid is not None
    assert {at: rows.tolist() for at, rows in grid.covered.items()} == {0: [False, True]}


def test_table_in_a_table() -> None:
    """A table within a cell is one of its own, and its rows are not the outer one's."""
    inner = "<table><tr><td>1</td><td>2</td></tr></table>"
    found = grids(page(f"<table><tr><td>x</td><td>{inner}y</td></tr></table>").encode())
    assert [grid.header for grid in found if grid] == [["x", "y"], ["1", "2"]]


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=6))
@examples(40)
def test_any_text(rows: list[list[str]]) -> None:
    """Whatever stands in a cell comes out of it."""
    body = table_of([["甲", "乙", "丙"], *rows])
    assert cells(body)[1:] == [[one.strip() or None for one in row] for row in rows]


@given(st.binary(max_size=200))
@examples(40)
def test_any_bytes(raw: bytes) -> None:
    """Any page gives tables or a message."""
    for piece in (b"<table><tr><td>" + raw, b"<html>" + raw):
        with suppress(InputError):
            grids(piece)


def test_what_is_a_page() -> None:
    """A text file is none because there is a < in it somewhere."""
    assert is_html("<TABLE>".encode("utf-16"))
    assert is_html(b"\xef\xbb\xbf <Html xmlns:x='urn:x'>")
    assert not is_html("订单编号,<table>\n".encode())
    assert not is_html(b"<Workbook xmlns='urn:x'>")
    assert not is_html(b"")


def test_page_without_table(tmp_path: Path) -> None:
    """A page that asks to log in is no table, and says so."""
    path = tmp_path / "a.xls"
    path.write_text(page("<p>请先登录</p>"), "utf-8")
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.key == "not_a_table"


@pytest.mark.parametrize(
    "body", ["<tr><td>a<td>b" * 30, "<tr><td colspan=999>a" * 2, "<tr><td>a" * 11]
)
def test_limits(tmp_path: Path, body: str) -> None:
    """A page of more rows or cells than the limit is refused."""
    path = tmp_path / "a.xls"
    path.write_text(page(f"<table>{body}</table>"), "utf-8")
    with pytest.raises(ShopcrmError) as caught:
        read(path, shop="[limits]\nrows = 10\ncells = 1000\n")
    assert caught.value.key == "too_many_cells"
