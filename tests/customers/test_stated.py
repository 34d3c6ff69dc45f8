"""What lists of customers state: it counts for those of whom no order was read."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.labels import LANGS
from shopcrm.outputs.json_data import customer_data
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.shop import Shop
from shopcrm.tables import STAGES
from tests.making import TODAY, Row, examples, order, write_csv
from tests.tables import deal, facts, labelled


def person(number: int = 1, **cells: Any) -> Row:
    """Return a customer of a Youzan list."""
    return {
        "客户姓名": "李雨薇",
        "客户昵称": "小薇",
        "客户手机号": f"138001380{number:02d}",
        "客户性别": "女",
        "消费次数": "5",
        "消费金额": "1,288.00",
        "上次消费时间": "2026-10-01 10:00:00",
        "成为客户时间": "2025-01-02 09:00:00",
    } | cells


def shop_of(*paths: Path, lang: Any = "zh") -> Shop:
    """Run the program over files."""
    return run([(path, True) for path in paths], load_policy(None), TODAY, lang)


def test_stated_counts_without_orders(tmp_path: Path) -> None:
    """Somebody of whom no order was read has what the list states."""
    shop = shop_of(write_csv(tmp_path / "有赞客户.csv", [person()], "utf-8-sig"))
    one = shop.customers.iloc[0]
    assert (one["orders"], one["net_fen"], one["average_fen"]) == (5, 128800, 25760)
    assert (one["counted_from"], one["days_since"]) == ("stated", 50)
    assert shop.segments["stage"].isin(STAGES).all()


def test_orders_count_over_what_is_stated(tmp_path: Path) -> None:
    """What can be counted is counted: a list changes nothing for those with orders."""
    orders = write_csv(tmp_path / "a.csv", [order(1, 联系手机="'13800138001", 买家会员名="")])
    listed = write_csv(tmp_path / "b.csv", [person(1), person(2)], "utf-8-sig")
    found = shop_of(orders, listed).customers.set_index("phone")
    plain = found[["orders", "net_fen", "counted_from"]].sort_index()
    assert plain.index.tolist() == ["13800138001", "13800138002"]
    assert plain.to_numpy().tolist() == [[1, 10000, "orders"], [5, 128800, "stated"]]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 900)), min_size=1, max_size=4))
@examples(6)
def test_those_with_orders_are_left_alone(stated: list[tuple[int, int]]) -> None:
    """Whatever a list states of them, the facts of buyers with orders stay the same."""
    deals = [deal("a", ago) for ago in (10, 40, 90)]
    rows = [
        {"who": "a", "stated_orders": orders, "stated_fen": yuan * 100} for orders, yuan in stated
    ]
    plain, told = facts(deals, [{"who": "a"}]), facts(deals, rows)
    ours = plain.columns.difference(["stated_orders", "stated_fen"])
    pd.testing.assert_frame_equal(plain[ours], told[ours])


def test_of_several_rows_the_most() -> None:
    """Of several rows about one customer the most is taken, not the sum."""
    rows = [{"who": "a", "stated_orders": many, "stated_fen": many * 1000} for many in (2, 5, 3)]
    found = facts([], rows).loc["a"]
    assert (found["orders"], found["net_fen"]) == (5, 5000)


@pytest.mark.parametrize("many", [0, None])
def test_nobody_stated(many: int | None) -> None:
    """Nothing stated, or none, is a prospect without orders."""
    found = facts([deal("b", 3)], [{"who": "a", "stated_orders": many}]).loc["a"]
    assert (found["orders"], found["counted_from"]) == (0, "orders")


@pytest.mark.parametrize("lang", LANGS)
def test_reason_has_no_gap(tmp_path: Path, lang: Any) -> None:
    """A reason is a sentence in either language, undated or not, without missing values in it."""
    lacks: list[Row] = [
        {},
        {"上次消费时间": ""},
        {"上次消费时间": "", "消费金额": ""},
        {"消费次数": "1"},
    ]
    people = [person(at, **cells) for at, cells in enumerate(lacks, 1)]
    shop = shop_of(write_csv(tmp_path / "有赞客户.csv", people, "utf-8-sig"), lang=lang)
    assert len(shop.segments) == len(lacks)
    for reason in shop.segments["reason"]:
        assert reason
        assert not any(gap in reason for gap in ("<NA>", "nan", "NaN", "None", "NaT", "{", "inf"))
    for customer in shop.customers["customer"]:
        shown = json.dumps(customer_data(shop, customer), allow_nan=False)
        assert "<NA>" not in shown


def test_undated_is_not_overdue() -> None:
    """Nobody is late who has no date to be late from."""
    found = facts([deal("b", 3)], [{"who": "a", "stated_orders": 4, "stated_fen": 10}])
    assert math.isnan(found["overdue"]["a"])
    table, _ = labelled(found)
    assert table.loc["a", "stage"] in STAGES


def test_member_list(tmp_path: Path) -> None:
    """A member list states no orders: its people are there, without any."""
    row = {
        "会员姓名": "李雨薇",
        "会员卡号": "VIP000121",
        "性别": "女",
        "生日": "1992-03-05",
        "积分": "1200",
        "手机号": "13800138000",
        "常用邮箱": "yuwei@example.com",
        "省份": "广东省",
        "城市": "广州市",
        "地区": "天河区",
        "注册时间": "2024-01-02",
    }
    shop = shop_of(write_csv(tmp_path / "会员导入.csv", [row]))
    one = shop.customers.iloc[0]
    assert (one["orders"], one["counted_from"], one["phone"]) == (0, "orders", "13800138000")
    assert shop.segments["reason"].str.len().min() > 0
