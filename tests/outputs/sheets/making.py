"""Makes shops whose workbooks the tests of the sheets read back."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd

from shopcrm.outputs.workbook import results_workbook
from shopcrm.outputs.write import write_all
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from tests.making import TODAY, Row, order, write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shopcrm.labels import Lang
    from shopcrm.shop import Shop


def orders(people: int, number: int, days: int, seed: int = 1) -> list[Row]:
    """Return so many orders of so many people within so many days, some of nobody known.

    The people began one after the other, and buy at any time since; one of them buys most.
    """
    chance = Random(seed)  # noqa: S311
    made = []
    for at in range(number):
        number_of = min(chance.randint(0, people), people - 1)
        who = f"tb{number_of:03}"
        began = days * (number_of + 1) // people
        moment = pd.Timestamp(TODAY) - pd.Timedelta(days=chance.randint(0, began), hours=-at % 24)
        paid = f"{chance.randint(100, 90_000) / 100:.2f}"
        told = {"买家会员名": who, "联系手机": f"1380013{who[-3:]}0"}
        if at % 9 == 0 and people > 9:
            told = {"买家会员名": "t**1", "联系手机": ""}
        said = {
            "宝贝标题 ": "云感四件套" * (1 + at % 5),
            "订单创建时间": str(moment),
            "订单付款时间 ": str(moment),
        }
        made.append(order(at, 总金额=paid, 买家实际支付金额=paid, **told, **said))
    return made


def shop_of(
    folder: Path, rows: list[Row], lang: Lang = "zh", settings: Mapping[str, int] | None = None
) -> Shop:
    """Run the program over the orders, with some settings of one's own."""
    path = write_csv(folder / "orders.csv", rows)
    policy = load_policy(None)
    policy = replace(policy, values={**policy.values, **(settings or {})})  # noqa: PD011
    return run([(path, True)], policy, TODAY, lang)


def links_of(sheet: Any) -> dict[str, str]:
    """Return where each linked cell leads."""
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return {cell.coordinate: cell.hyperlink.location for cell in cells}


def book_of(shop: Shop, folder: Path) -> Any:
    """Return the results workbook, read back."""
    path = folder / "out.xlsx"
    write_all([results_workbook(shop, path)], force=True)
    return openpyxl.load_workbook(path)
