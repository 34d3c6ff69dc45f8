"""The list of contacts: to read on paper, to fill in on screen."""

from __future__ import annotations

from typing import Any

import pytest

from shopcrm.outputs.book import display_width
from tests.outputs.sheets.making import book_of, orders, shop_of


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The list of a shop with orders of last week."""
    folder = tmp_path_factory.mktemp("shop")
    return book_of(shop_of(folder, orders(30, 40, 12)), folder)["回访"]


def test_rows_are_as_high_as_their_texts(page: Any) -> None:
    """A row has room for the longest of its texts, and is not twice as high."""
    heights = set()
    for row in page.iter_rows(min_row=2):
        lines = [
            -(-display_width(str(cell.value)) // page.column_dimensions[cell.column_letter].width)
            for cell in row
            if cell.value and cell.alignment.wrap_text
        ]
        high = page.row_dimensions[row[0].row].height
        assert 13 * max(lines) <= high <= 15 * (max(lines) + 1.5)
        heights.add(high)
    assert len(heights) > 1


def test_paper(page: Any) -> None:
    """A4 on its side, all columns that are needed on it, the header on each page."""
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.page_setup.fitToHeight == 0
    assert page.print_title_rows == "$1:$1"
    heads = [cell.value for cell in page[1]]
    last = page[1][heads.index("备注")].column_letter
    assert str(page.print_area).endswith(f"${last}${page.max_row}")
    printed = page[1][: heads.index("备注") + 1]
    assert {"客户ID", "联系电话", "为什么联系", "话术", "结果"} <= {cell.value for cell in printed}
    wide = sum(page.column_dimensions[cell.column_letter].width for cell in printed)
    assert wide < 210  # at that width letters of 10 points are still 6 on paper


def test_results_are_picked(page: Any) -> None:
    """The column of results, and no other, offers the results."""
    (rule,) = page.data_validations.dataValidation
    assert (
        page[str(rule.sqref).split(":")[0]].column == [c.value for c in page[1]].index("结果") + 1
    )
    assert "已联系" in rule.formula1
