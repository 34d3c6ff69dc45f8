"""The customers: what the first screen shows, the small charts, and the links to the contacts."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from tests.outputs.sheets.making import book_of, links_of, orders, shop_of

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.shop import Shop

SHOWN = [
    *("客户ID", "标签", "原因", "成交单数", "净消费(元)", "末单日期", "距末单天数"),
    *("近12个月", "最晚联系日", "为什么联系"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path]:
    """A shop of 60 buyers whose orders are all of the last months."""
    folder = tmp_path_factory.mktemp("shop")
    shop = shop_of(folder, orders(60, 150, 300))
    book_of(shop, folder)
    return shop, folder


@pytest.fixture(scope="module")
def book(made: tuple[Shop, Path]) -> Any:
    """Its workbook, read back."""
    return openpyxl.load_workbook(made[1] / "out.xlsx")


def part(folder: Path, name: str = "xl/worksheets/sheet2.xml") -> str:
    """Return the XML of the sheet of customers."""
    with zipfile.ZipFile(folder / "out.xlsx") as archive:
        return archive.read(name).decode()


def charts(folder: Path) -> list[tuple[str, str]]:
    """Return the range and the place of each small chart."""
    found = re.findall(r"<xm:f>([^<]+)</xm:f><xm:sqref>([^<]+)</xm:sqref>", part(folder))
    return [(cells.replace("$", ""), cell) for cells, cell in found]


def test_first_screen_shows_the_ten_that_matter(book: Any, made: tuple[Shop, Path]) -> None:
    """Ten columns are open; all others are folded behind a [+] at the end."""
    sheet = book["客户"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:10] == SHOWN
    hidden = set()
    for column in sheet.column_dimensions.values():
        if column.hidden:
            assert column.outlineLevel > 0
            hidden |= set(range(column.min, column.max + 1))
    assert hidden == set(range(11, len(heads) + 1))
    assert 'collapsed="1"' in part(made[1])
    assert sheet.freeze_panes == "B2"
    assert str(sheet.print_area).endswith(f"$J${sheet.max_row}")


def test_small_charts_are_of_their_own_row(book: Any, made: tuple[Shop, Path]) -> None:
    """A chart is drawn from the months of its row, and these add up to the customer's money."""
    sheet = book["客户"]
    found = charts(made[1])
    assert len(found) == (made[0].customers["net_fen"] > 0).sum()
    for cells, place in found:
        name, _, area = cells.rpartition("!")
        bounds: Any = range_boundaries(area)
        first, row, last, end = bounds
        assert name.strip("'") == "客户"
        assert place == f"H{row}"
        assert (end, last - first + 1) == (row, 12)
        assert all(re.match(r"\d{4}-\d\d", sheet.cell(1, at).value) for at in (first, last))
        sold = sum(sheet.cell(row, at).value for at in range(first, last + 1))
        assert round(sold * 100) == round(sheet.cell(row, 5).value * 100)


def test_links_lead_to_the_customers_own_contact(book: Any, made: tuple[Shop, Path]) -> None:
    """Everyone who is to be contacted has a link, and it leads to their first line."""
    sheet, calls = book["客户"], book["回访"]
    found = links_of(sheet)
    assert len(found) == made[0].contacts["customer"].nunique()
    for place, target in found.items():
        row = sheet[place].row
        who, line = sheet.cell(row, 1).value, calls[target.rpartition("!")[2]]
        assert line.value == who
        assert all(calls.cell(above, 2).value != who for above in range(2, line.row))


def test_large_shops_have_bounds_and_say_so(tmp_path: Path) -> None:
    """Only the biggest have charts, only the first contacts links, and the notes say how many."""
    shop = shop_of(
        tmp_path, orders(60, 150, 300), settings={"workbook.trends": 7, "workbook.links": 3}
    )
    book = book_of(shop, tmp_path)
    sheet = book["客户"]
    assert [place for _, place in charts(tmp_path)] == [f"H{row}" for row in range(2, 9)]
    assert len(links_of(sheet)) == 3
    head = [cell.value for cell in sheet[1]]
    month = head.index("2026-11(元)") + 1
    assert sheet.cell(8, month).value is not None
    assert sheet.cell(9, month).value is None
    said = " ".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row)
    assert "只画净消费最多的 7 位" in said
    assert "排在前面的 3 条" in said


def test_no_sales_no_charts(tmp_path: Path) -> None:
    """Where nothing was sold in twelve months there is neither a chart nor its columns."""
    rows = [
        {**row, "订单创建时间": "2024-01-01 10:00:00", "订单付款时间 ": "2024-01-01 10:00:00"}
        for row in orders(5, 9, 3)
    ]
    book = book_of(shop_of(tmp_path, rows), tmp_path)
    assert "近12个月" not in [cell.value for cell in book["客户"][1]]


def test_money_has_bars_and_stages_colours(book: Any) -> None:
    """The money has data bars from zero on, the labels their colours."""
    rules: dict[str, set[str]] = {}
    for area in book["客户"].conditional_formatting:
        rules.setdefault(str(area.sqref)[0], set()).update(rule.type for rule in area.rules)
    assert rules["E"] == {"dataBar"}
    assert rules["B"] == {"cellIs"}
