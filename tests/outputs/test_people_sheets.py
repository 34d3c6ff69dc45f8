"""The sheets about people that are worked out only where they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shopcrm.labels import Lang
from shopcrm.outputs.book import Book
from shopcrm.outputs.people import groups_of, preferences_of
from shopcrm.outputs.sheets.people import agents_sheet, profiles_sheet, suspects_sheet
from shopcrm.pipeline import run
from shopcrm.segments.groups import GROUPS
from shopcrm.sources.files import find_files
from tests.cli.conftest import TODAY, order, write_orders
from tests.making import write_csv
from tests.tables import TODAY as DAY
from tests.tables import policy_with

AGENT = {
    "客户ID": "小满", "客户类型": "一件代发", "店铺主营类目": "家纺", "勋章等级": "三心",
    "类目匹配度": "30%", "DSR": "4.8", "店铺状态": "正常",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_sheets(tmp_path: Path, lang: Lang) -> None:
    """Each customer stands once among the profiles, each agent once with the reason."""
    assert DAY.isoformat() == TODAY
    orders = [order(n, f"客{n % 3}", f"2026-0{n % 9 + 1}-11") for n in range(12)]
    orders += [order(20 + n, "退退", "2026-08-01", 退款金额="30.00") for n in range(2)]
    paths = [write_orders(tmp_path / "a.csv", orders), write_csv(tmp_path / "代理商.csv", [AGENT])]
    policy = policy_with({"preferences.categories": {"床品": ["四件套"]}})
    shop = run(find_files([str(path) for path in paths], tmp_path), policy, DAY, lang)
    assert set(groups_of(shop)) <= set(GROUPS)
    assert (preferences_of(shop)["value"] == "床品").sum() == 3
    book = Book(tmp_path / "out.xlsx", "x", lang)
    for sheet in (profiles_sheet, agents_sheet, suspects_sheet):
        sheet(book, shop)
    book.close()
    profiles, agents, suspects = (
        rows_of(one) for one in openpyxl.load_workbook(tmp_path / "out.xlsx")
    )
    assert sorted(str(row[0]) for row in profiles) == sorted(shop.customers["id"])
    assert sum("床品" in str(row[-1]) for row in profiles) == 3
    assert [row[0] for row in agents] == ["小满"]
    assert [row[0] for row in suspects] == ["退退"]


def rows_of(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(min_row=2, values_only=True))
