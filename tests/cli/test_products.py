"""``products`` and ``cohorts``."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from tests.cli.conftest import TODAY, Call, order, write_orders


def of_size(folder: Path, customers: int) -> None:
    """Write a shop of so many customers; every second one comes back for something else."""
    goods = ("纯棉四件套", "记忆枕", "冰丝凉席")
    orders = []
    for number in range(customers):
        day = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d}"
        title = {"宝贝标题 ": goods[number % 3]}
        orders.append(order(2 * number, f"客{number}", day, **title))
        if number % 2:
            title = {"宝贝标题 ": goods[(number + 1) % 3]}
            orders.append(order(2 * number + 1, f"客{number}", "2026-10-20", **title))
    write_orders(folder / "订单" / "export.csv", orders)


@pytest.mark.parametrize(
    ("customers", "lang"),
    [
        pytest.param(3, "zh", marks=pytest.mark.slow),
        (3, "en"),
        pytest.param(30, "en", marks=pytest.mark.slow),
        (300, "zh"),
    ],
)
def test_shops_of_any_size(call: Call, shop: Path, customers: int, lang: str) -> None:
    """The report fits 80 columns; of three customers it says that they are too few."""
    of_size(shop, customers)
    few = {"zh": "样本不足", "en": "too few"}[lang]
    for name in ("products", "cohorts"):
        answer = call(name, "--today", TODAY, "--lang", lang)
        assert answer.code == 0, answer.err
        assert max(map(cell_len, answer.out.splitlines())) <= 80
        if customers < 20:
            assert few in answer.out.lower()
            assert name == "cohorts" or "%" not in answer.out.partition("80%")[0]


def test_nothing_that_small_shops_do_not_know(call: Call, shop: Path) -> None:
    """Three customers have no pairs, no proposals, no return rate and no trend."""
    of_size(shop, 3)
    data = call("products", "--json", "--today", TODAY).data
    assert (data["pairs"], data["next"]) == ([], [])
    assert {one["return_rate"] for one in data["products"]} == {None}
    assert {one["stage"] for one in data["products"]} <= {"unsure", "slow"}
    assert not list(shop.rglob("*.xlsx"))


def test_the_workbook(call: Call, shop: Path) -> None:
    """All goods are in the workbook, and for each customer what to offer next and why."""
    of_size(shop, 60)
    assert call("products", "--today", TODAY).code == 0
    (path,) = (shop / "结果").glob("商品-*.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "商品"
    assert {"下一件", "地区"} <= set(book.sheetnames)
    rows = list(book["商品"].iter_rows(min_row=2, values_only=True))
    assert sum(float(str(row[6])) for row in rows) == 9000.0
    offers = list(book["下一件"].iter_rows(min_row=2, values_only=True))
    assert all("位" in str(row[3]) for row in offers)
    assert len({row[0] for row in offers}) <= 60


def test_few_are_proposed_something_in_a_large_shop(call: Call, shop: Path) -> None:
    """The biggest are told what to offer, as many as the policy says, and the screen tells so."""
    of_size(shop, 60)
    text = (shop / "shop.toml").read_text("utf-8")
    (shop / "shop.toml").write_text(f"{text}\n[products]\ncustomers = 7\n", "utf-8")
    offers = call("products", "--json", "--today", TODAY).data["next"]
    assert len({one["customer"] for one in offers}) == 7
    assert "最多的 7 位" in call("products", "--today", TODAY).out


def test_the_same_figures(call: Call, shop: Path) -> None:
    """The money of all products is the shop's net sales."""
    of_size(shop, 30)
    whole = call("segment", "--json", "--today", TODAY).data["net_sales"]
    data = call("products", "--json", "--today", TODAY).data
    money = sum(round(float(one["net"]) * 100) for one in data["products"])
    assert money + round(float(data["net_without_product"]) * 100) == round(float(whole) * 100)
    places = sum(round(float(one["net"]) * 100) for one in data["provinces"])
    assert places == round(float(whole) * 100)
