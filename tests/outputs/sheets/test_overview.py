"""The page for the wall: its blocks add up, and one with nothing to say is left out."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from shopcrm.labels import t
from shopcrm.outputs.figures import figures
from shopcrm.segments.months import month_starts
from shopcrm.tables import SUCCESSFUL
from tests.making import TODAY
from tests.outputs.sheets.making import book_of, links_of, orders, shop_of

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.shop import Shop


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path]:
    """A shop of 160 buyers over two years, and the folder of its workbook ``out.xlsx``."""
    folder = tmp_path_factory.mktemp("shop")
    shop = shop_of(folder, orders(160, 500, 700), settings={"first_products.min_buyers": 5})
    book_of(shop, folder)
    return shop, folder


@pytest.fixture(scope="module")
def shop(made: tuple[Shop, Path]) -> Shop:
    """The shop."""
    return made[0]


@pytest.fixture(scope="module")
def page(made: tuple[Shop, Path]) -> Any:
    """Its page, read back."""
    return openpyxl.load_workbook(made[1] / "out.xlsx")["概览"]


def place(page: Any, text: str) -> Any:
    """Return the cell that begins with a text."""
    cells = [cell for row in page.iter_rows() for cell in row]
    return next(cell for cell in cells if str(cell.value or "").startswith(text))


def block(page: Any, first: Any, columns: int) -> list[list[Any]]:
    """Return the rows below a cell, up to the first that is empty or no row of its table."""
    found = []
    for row in page.iter_rows(min_row=first.row + 1, min_col=first.column):
        if row[0].value is None or row[0].font.bold:
            break
        found.append([cell.value for cell in row[:columns]])
    return found


def months_of_cohorts(page: Any, columns: int) -> list[list[Any]]:
    """Return the rows of the table of those who came back, without the remark below it."""
    rows = block(page, place(page, t("cohorts.month", "zh")), columns)
    return [row for row in rows if re.fullmatch(r"\d{4}-\d\d", row[0])]


def test_grids_hold_all_buyers(page: Any, shop: Shop) -> None:
    """The squares add up to the buyers, and to what they brought."""
    people = place(page, t("overview.rf_people", "zh"))
    money = place(page, t("overview.rf_net", "zh", unit="元"))
    sums = []
    for title, names in ((people, 1), (money, 2)):
        below = page.cell(title.row + 1, title.column)
        rows = block(page, below, 7)
        assert len(rows) == 5
        sums.append(
            sum(cell for row in rows for cell in row[names:] if isinstance(cell, float | int))
        )
    done = figures(shop)
    assert sums[0] == done.buyers
    assert round(sums[1] * 100) == shop.customers["net_fen"].sum()


def test_ranges_of_the_grid_are_those_of_its_people(page: Any, shop: Shop) -> None:
    """What stands beside a row of the grid is true of everybody who is counted in it."""
    title = place(page, t("overview.rf_people", "zh"))
    rows = block(page, page.cell(title.row + 1, 1), 6)
    since = shop.customers["days_since"].dropna()
    for at, row in enumerate(rows):
        numbers = [int(one) for one in re.findall(r"\d+", str(row[0]))]
        low = 0 if "以内" in row[0] else numbers[0]
        high = 10**6 if "以上" in row[0] else numbers[-1]
        inside = (since >= low) & (since <= high)
        assert sum(cell or 0 for cell in row[1:]) == inside.sum(), at


def test_months_add_up(page: Any, shop: Shop) -> None:
    """New, returning and unknown together are the sales of the twelve months."""
    first = place(page, "月份")
    rows = block(page, first, 14)
    assert [row[0] for row in rows] == ["新客", "老客", "认不出是谁"]
    good = shop.orders[shop.orders["status"].isin(SUCCESSFUL)]
    begin = month_starts(TODAY, 12)[0]
    wanted = good.loc[good["paid"] >= begin, "net_fen"].sum()
    assert round(sum(sum(row[2:]) for row in rows) * 100) == wanted


def test_cohorts_hold_the_new_buyers(page: Any, shop: Shop) -> None:
    """The sizes of the months are the buyers whose first order is in them."""
    rows = months_of_cohorts(page, 3)
    first = shop.customers["first_order"]
    begin = month_starts(TODAY, 12)[0]
    assert sum(row[1] for row in rows) == (first >= begin).sum()
    for month, size, _ in rows:
        assert size == (first.dt.strftime("%Y-%m") == month).sum()


def test_small_cohorts_are_said_to_be_small(tmp_path: Path) -> None:
    """Of a month of few buyers there is no percentage, only how many of them."""
    shop = shop_of(tmp_path, orders(160, 500, 700), settings={"first_products.min_buyers": 8})
    page = book_of(shop, tmp_path)["概览"]
    rows = months_of_cohorts(page, 14)
    assert {row[1] >= 8 for row in rows} == {True, False}
    for _, size, *cells in rows:
        told = [cell for cell in cells if cell is not None]
        if size >= 8:
            assert all(0 <= cell <= 1 for cell in told)
        else:
            assert all(cell.endswith(f"/{size}") for cell in told)


def test_colours_and_charts_are_native(page: Any, made: tuple[Shop, Path]) -> None:
    """Two charts that hold their figures for a previewer, and colour by Excel's own rule."""
    assert len(page._charts) == 2  # noqa: SLF001  openpyxl has no other way to ask
    scales = [rule.type for part in page.conditional_formatting for rule in part.rules]
    assert scales == ["colorScale"] * 3
    with zipfile.ZipFile(made[1] / "out.xlsx") as archive:
        for name in ("xl/charts/chart1.xml", "xl/charts/chart2.xml"):
            text = archive.read(name).decode()
            assert text.count("<c:f>") == text.count("Cache>") // 2
            assert "<c:v></c:v>" not in text


def test_calls_lead_to_their_line(made: tuple[Shop, Path]) -> None:
    """Each of the ten leads to the row of its own contact."""
    book: Any = openpyxl.load_workbook(made[1] / "out.xlsx")
    page = book["概览"]
    links = links_of(page)
    assert len(links) == 10
    for place, target in links.items():
        sheet, _, cell = target.rpartition("!")
        assert book[sheet.strip("'")][cell].value == page[place].value


def test_one_page_of_a4(page: Any) -> None:
    """All of it is printed on one page."""
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "portrait")
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) in ((1, 1), (None, None))
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert str(page.max_row) in str(page.print_area)


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_three_customers(tmp_path: Path, lang: Any) -> None:
    """A shop of three customers in one month has its figures, and no empty block."""
    shop = shop_of(tmp_path, orders(3, 3, 5), lang)
    page = book_of(shop, tmp_path)[t("sheet.overview", lang)]
    words = {str(cell.value) for row in page.iter_rows() for cell in row}
    assert str(figures(shop).orders) in words
    assert t("overview.segments", lang) in words
    for name in ("rf_people", "month", "cohorts"):
        assert t(f"overview.{name}", lang) not in words
    assert len(page._charts) == 1  # noqa: SLF001


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_no_formula_and_every_reader(tmp_path: Path, lang: Any) -> None:
    """No sheet has a formula, and two readers open each and find the same in it."""
    shop = shop_of(tmp_path, orders(40, 120, 400), lang)
    book = book_of(shop, tmp_path)
    other = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx"))
    assert other.sheet_names == book.sheetnames
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        rows = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
        assert texts == [cell for row in rows for cell in row if isinstance(cell, str) and cell]


@pytest.mark.slow
def test_rows_in_any_order(tmp_path: Path) -> None:
    """The same orders in another order make the same page and the same lists."""
    rows = orders(30, 90, 500)
    found = []
    for number, one in enumerate((rows, rows[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        book = book_of(shop_of(folder, one), folder)
        sheets = [book[name] for name in ("概览", "客户", "回访")]
        found.append([list(sheet.values) for sheet in sheets])
    assert found[0] == found[1]


def test_large_money_is_told_in_ten_thousands(tmp_path: Path) -> None:
    """Where a month brings a million and more the table is in 万元, so that it fits."""
    rows = [
        {**row, "总金额": "900000.00", "买家实际支付金额": "900000.00"}
        for row in orders(40, 120, 300)
    ]
    shop = shop_of(tmp_path, rows)
    page = book_of(shop, tmp_path)["概览"]
    assert "万元" in place(page, "每月净销售额").value
    told = sum(sum(row[2:]) for row in block(page, place(page, "月份"), 14))
    good = shop.orders[shop.orders["paid"] >= pd.Timestamp(month_starts(TODAY, 12)[0])]
    assert round(told * 10_000 * 100) == good["net_fen"].sum()
