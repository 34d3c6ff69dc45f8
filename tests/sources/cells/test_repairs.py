"""What was mended in cells: as many as were planted, of each kind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.labels import LANGS, t
from shopcrm.sources.cells.repairs import REPAIRS
from tests.making import DEAL, Row, examples, order, read, sheet_of, write_csv, write_xlsx
from tests.sources.kinds.test_fold import head, line

PLAIN: Row = {
    "订单编号": "1",
    "买家会员名": "tb001",
    "总金额": "100.00",
    "买家实际支付金额": "100.00",
    "订单状态": "交易成功",
    "收货人姓名": "李雨薇",
    "联系手机": "13800138000",
    "订单创建时间": "2026-10-01 10:00:00",
    "宝贝总数量": "1",
    "订单付款时间 ": "2026-10-01 10:05:00",
}
PLANTS = [
    ("订单编号", '="2000000000000000{}"', ["wrapped"]),
    ("订单编号", '="2000 0000{}"', ["wrapped"]),
    ("订单编号", "'2000{}", ["quoted"]),
    ("订单编号", "200{}\t", ["trimmed"]),
    ("买家会员名", "t**3", ["masked"]),
    ("买家会员名", "t●3", ["masked"]),
    ("买家会员名", " tb007 ", ["trimmed"]),
    ("收货人姓名", "NULL", ["blank_word"]),
    ("收货人姓名", "李**", ["masked"]),
    ("联系手机", "'13800138000", ["quoted"]),
    ("联系手机", "'138 0013 8000", ["quoted"]),
    ("联系手机", "+86 13800138000", ["phone_prefix"]),
    ("联系手机", "013800138000", ["phone_prefix"]),
    ("联系手机", "13800138000/13900139000", ["two_phones"]),
    ("联系手机", "138****8000", ["masked"]),
    ("总金额", "¥100.00", ["money_sign"]),
    ("总金额", "1,100.00元", ["money_sign"]),
    ("订单创建时间", "2026/10/1 10:00", ["date_spelling"]),
    ("订单创建时间", "2026-10-01 02:00:00 +0000", ["time_zone"]),
    ("订单创建时间", "2026-10-01至2026-10-03", ["two_dates"]),
    ("订单创建时间", "10.02", ["year_filled"]),
    ("宝贝总数量", "１", ["full_width"]),
    ("宝贝总数量", "-", ["blank_word"]),
]


def mended(inputs: Any) -> dict[str, int]:
    """Return the kinds that were mended, and how often."""
    return {kind: number for kind, number in inputs.files[0].rows.repairs.items() if number}


def test_every_kind_has_its_words() -> None:
    """Each kind of repair is known by name in both languages."""
    for lang in LANGS:
        assert all(t(f"repair.{kind}", lang) for kind in REPAIRS)


def test_nothing_mended(tmp_path: Path) -> None:
    """In a plain file nothing is mended."""
    rows = [PLAIN | {"订单编号": str(place)} for place in range(1, 4)]
    assert mended(read(write_csv(tmp_path / "a.csv", rows))) == {}


@pytest.mark.parametrize("book", [False, True])
@given(st.lists(st.sampled_from(PLANTS), min_size=1, max_size=24))
@examples(10)
def test_counts_what_was_planted(
    tmp_path: Path,
    book: bool,  # noqa: FBT001
    plants: list[tuple[str, str, list[str]]],
) -> None:
    """Each kind is counted as often as it was planted, however many cells say the same."""
    rows, wanted = [], Counter[str]()
    for place, (column, cell, kinds) in enumerate(plants, start=10):
        rows.append(PLAIN | {"订单编号": str(place)} | {column: cell.format(place)})
        wanted.update(kinds)
    if book:
        inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows)))
    else:
        inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert mended(inputs) == dict(wanted)


def test_filled_down(tmp_path: Path) -> None:
    """Each row that goes on with the order above is counted."""
    rows = [head("1", "枕"), line("", "被"), line("", "席"), head("2", "毯")]
    assert mended(read(write_csv(tmp_path / "a.csv", rows)))["filled_down"] == 2


def test_merged_and_above(tmp_path: Path) -> None:
    """Cells that a merged one covers are counted, and so are lines above the header."""
    cells: list[list[Any]] = [["云眠家纺 客户登记表"], *sheet_of([DEAL, DEAL | {"客户ID": None}])]
    buyer = list(DEAL).index("客户ID")
    path = write_xlsx(tmp_path / "a.xlsx", cells, merges=[(2, buyer, 3, buyer)])
    assert mended(read(path)) == {"merged_cells": 1, "above_header": 1}


def test_columns_joined(tmp_path: Path) -> None:
    """Columns of the same name are one, which is counted."""
    header = [*PLAIN, "联系手机"]
    path = tmp_path / "a.csv"
    lines = [",".join(header), ",".join([*PLAIN.values(), "13900139000"])]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    assert mended(read(path)) == {"columns_joined": 1}


def test_day_from_number(tmp_path: Path) -> None:
    """Days taken from order numbers are counted."""
    row = {
        "商品": "枕",
        "订单号": "261001-607198974342268",
        "订单状态": "已收货",
        "用户实付金额(元)": "228.00",
        "商家实收金额(元)": "228.00",
        "商品数量(件)": "1",
        "售后状态": "",
    }
    inputs = read(write_csv(tmp_path / "a.csv", [row]))
    assert mended(inputs) == {"day_from_number": 1}
    assert inputs.orders["created"].dt.date.tolist() == [dt.date(2026, 10, 1)]


def test_items_read_twice_count_once(tmp_path: Path) -> None:
    """Of one export the cells are counted once, though orders are made of its items too."""
    row = {
        "主订单编号": '="2000000000000000007"',
        "子订单编号": "1",
        "商品标题": "枕",
        "购买数量": "1",
        "买家实付金额": "￥100.00",
        "订单状态": "交易成功",
        "订单创建时间": "2026-10-01 10:00:00",
    }
    inputs = read(
        write_csv(tmp_path / "a.csv", [row]),
        write_csv(tmp_path / "b.csv", [order(1)]),
    )
    assert mended(inputs)["wrapped"] == 1
