"""The registration sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.making import DEAL, Row, at, fates, kinds, read, sheet_of, write_csv, write_xlsx

NAMES = list(DEAL)
BUYER, AMOUNT = NAMES.index("客户ID"), NAMES.index("成交金额")


def deal(**cells: object) -> Row:
    return DEAL | cells


def test_deals(tmp_path: Path) -> None:
    """A row of the register is an order that succeeded, and a line about its customer."""
    inputs = read(write_xlsx(tmp_path / "登记表.xlsx", sheet_of([DEAL])))
    found = inputs.orders.iloc[0]
    assert (found["origin"], found["status"], found["gross_fen"]) == ("register", "success", 19900)
    assert found["created"] == at(2026, 9, 1)
    line = inputs.register.iloc[0]
    assert (line["order"], line["grade"], line["buyer"]) == (found["order"], "普通", "tb001")


def test_title_total_and_blank_rows(tmp_path: Path) -> None:
    """Title, blank rows and 合计 are no deals, and nobody is called 合计."""
    cells = [["云眠家纺 客户登记表"], NAMES, list(DEAL.values()), [None] * 6, list(DEAL.values())]
    cells += [["合计", None, None, None, 398, None], [None, "合计", None, None, 398, None]]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", cells, merges=[(0, 0, 0, 5)]))
    assert fates(inputs) == [(4, 2, 0, 2)]
    assert kinds(inputs) == ["duplicate_row", "total_row", "total_row"]
    assert inputs.register["buyer"].tolist() == ["tb001", "tb001"]
    assert inputs.orders["row"].tolist() == [3, 5]


def test_prospect(tmp_path: Path) -> None:
    """A row with neither amount nor day is a prospect: a customer without an order."""
    inputs = read(
        write_xlsx(
            tmp_path / "a.xlsx", sheet_of([DEAL, deal(客户ID="x", 成交金额=None, 成交时间=None)])
        )
    )
    assert fates(inputs) == [(2, 2, 0, 0)]
    assert len(inputs.orders) == 1
    assert inputs.register["order"].isna().tolist() == [False, True]


def test_deal_over_two_rows(tmp_path: Path) -> None:
    """One deal over two rows, id and amount merged, is one order of two products."""
    cells = sheet_of(
        [DEAL, deal(客户ID=None, 成交金额=None, 商品名称="床笠"), deal(客户ID="tb002")]
    )
    merges = [(1, BUYER, 2, BUYER), (1, AMOUNT, 2, AMOUNT)]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", cells, merges=merges))
    assert fates(inputs) == [(3, 2, 1, 0)]
    first = inputs.orders[inputs.orders["buyer"] == "tb001"]
    assert first[["gross_fen", "product"]].to_numpy().tolist() == [[19900, "乳胶枕，床笠"]]
    assert inputs.register["buyer"].tolist() == ["tb001", "tb001", "tb002"]
    assert inputs.register["order"].isna().tolist() == [False, True, False]
    assert inputs.cells["成交金额"].tolist() == [199, None, 199]


def test_customer_over_two_deals(tmp_path: Path) -> None:
    """A merged customer id over two rows with an amount each is two deals of that customer."""
    cells = sheet_of([DEAL, deal(客户ID=None, 成交金额=88)])
    inputs = read(write_xlsx(tmp_path / "a.xlsx", cells, merges=[(1, BUYER, 2, BUYER)]))
    assert fates(inputs) == [(2, 2, 0, 0)]
    assert sorted(zip(inputs.orders["buyer"], inputs.orders["gross_fen"], strict=True)) == [
        ("tb001", 8800),
        ("tb001", 19900),
    ]


def test_merged_into_nothing(tmp_path: Path) -> None:
    """A row that has nothing but merged cells from above is blank."""
    cells = sheet_of([DEAL, dict.fromkeys(DEAL)])
    merges = [(1, at, 2, at) for at in range(len(NAMES))]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", cells, merges=merges))
    assert fates(inputs) == [(1, 1, 0, 0)]
    assert inputs.orders["product"].tolist() == ["乳胶枕"]


def test_merged_without_product(tmp_path: Path) -> None:
    """A merged deal of which no product is told has none, not an empty one."""
    rows = [deal(商品名称=None), deal(商品名称=None, 客户ID=None, 成交金额=None)]
    merges = [(1, BUYER, 2, BUYER), (1, AMOUNT, 2, AMOUNT)]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows), merges=merges))
    assert inputs.orders["product"].isna().tolist() == [True]


def test_identical_deals(tmp_path: Path) -> None:
    """Two identical deals in one register are two (two pillows on one day), and a doubt."""
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of([DEAL, DEAL])))
    assert len(inputs.orders) == 2
    assert inputs.orders["order"].is_unique
    assert inputs.orders["net_fen"].sum() == 39800
    assert kinds(inputs) == ["duplicate_row"]


@pytest.mark.parametrize("how", ["xlsx", "csv"])
def test_two_copies(tmp_path: Path, how: str) -> None:
    """Two identical deals in two copies of a register stay two, and each line knows its order."""
    rows = [DEAL, DEAL, deal(客户ID="tb002")]
    one = write_xlsx(tmp_path / "a.xlsx", sheet_of(rows))
    if how == "xlsx":
        other = write_xlsx(tmp_path / "b.xlsx", [["标题"], *sheet_of(rows)])
    else:
        other = write_csv(tmp_path / "b.csv", rows)
    inputs = read(one, other)
    assert len(inputs.orders) == 3
    assert fates(inputs) == [(3, 3, 0, 0), (3, 0, 3, 0)]
    assert set(inputs.register["order"]) == set(inputs.orders["order"])
    assert inputs.register["order"].value_counts().tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"成交金额": "面议"}, "bad_money"),
        ({"成交金额": -88}, "negative_money"),
        ({"成交时间": "2026-13-45"}, "bad_date"),
        ({"成交时间": date(2027, 2, 1)}, "future_date"),
        ({"成交金额": None}, "no_amount"),
        ({"成交时间": None}, "no_date"),
        ({"客户ID": None}, "no_customer"),
        ({"客户ID": "t**3"}, "no_customer"),
        ({"客户ID": 2.893e18}, "digits_lost"),
    ],
)
def test_listed(tmp_path: Path, cells: Row, kind: str) -> None:
    """A deal of no use is listed once with what is wrong, and does not count."""
    path = write_xlsx(tmp_path / "a.xlsx", sheet_of([DEAL, deal(**cells)]))
    inputs = read(path)
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert kinds(inputs) == [kind]
    assert inputs.problems.table()["row"].tolist() == [3]
    assert inputs.orders["net_fen"].sum() == 19900


def test_free_deal(tmp_path: Path) -> None:
    """A deal of nothing is a gift."""
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of([deal(成交金额=0)])))
    assert inputs.orders["status"].tolist() == ["free"]


def test_phone_is_who(tmp_path: Path) -> None:
    """A customer without an id is known by the phone, as number or as text."""
    rows = [deal(客户ID=None, 联系电话=13800138000), deal(客户ID=None, 联系电话="138 0013 8000")]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows)))
    assert inputs.orders["phone"].tolist() == ["13800138000"] * 2
    assert inputs.files[0].key == "phone"


def test_days_of_hand_kept_sheets(tmp_path: Path) -> None:
    """A day without its year takes it from its row; two days in one cell are the earlier; aloud."""
    rows = [
        deal(成交时间="8.30"),
        deal(客户ID="b", 成交时间="2026-08-30至2026-09-02"),
        deal(客户ID="c", 成交时间="8月31日"),
    ]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows)))
    assert fates(inputs) == [(3, 3, 0, 0)]
    days = inputs.orders.set_index("buyer")["created"]
    assert days.to_dict() == {"tb001": at(2026, 8, 30), "b": at(2026, 8, 30), "c": at(2026, 8, 31)}
    assert kinds(inputs) == ["two_dates", "year_filled", "year_filled"]


PEOPLE: Row = {
    "客户姓名": "李雨薇",
    "客户手机号": "13800138000",
    "客户性别": "女",
    "消费次数": "5",
    "消费金额": "1,288.00",
    "上次消费时间": "2026-10-01 10:00:00",
    "成为客户时间": "2025-01-02 09:00:00",
}


@pytest.mark.parametrize(
    ("cells", "listed"),
    [
        ({}, 0),
        ({"客户手机号": "186******05"}, 1),
        ({"客户手机号": ""}, 1),
        ({"消费次数": "很多"}, 0),
        ({"上次消费时间": ""}, 0),
    ],
)
def test_list_of_customers(tmp_path: Path, cells: Row, listed: int) -> None:
    """A list of customers is no list of deals; a row of nobody is listed, the rest is used."""
    inputs = read(write_csv(tmp_path / "a.csv", [PEOPLE, PEOPLE | cells], "utf-8-sig"))
    assert fates(inputs) == [(2, 2 - listed, 0, listed)]
    assert kinds(inputs).count("no_customer") == listed
    assert len(inputs.orders) == 0
    assert len(inputs.register) == len(inputs.cells) == 2
    first = inputs.register.iloc[0]
    assert (first["stated_orders"], first["stated_fen"]) == (5, 128800)
    assert first["stated_last"] == at(2026, 10, 1, 10)
    assert inputs.files[0].key == "phone"


def test_platform_of_a_deal(tmp_path: Path) -> None:
    """A deal has the platform that its row names; a name that nobody knows is none."""
    rows = [deal(平台="淘宝"), deal(平台="抖音", 客户ID="b"), deal(平台="集市", 客户ID="c")]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows)))
    found = inputs.orders.set_index("buyer")["platform"]
    assert found[["tb001", "b"]].tolist() == ["taobao", "douyin"]
    assert found.isna()["c"]


def test_own_columns(tmp_path: Path) -> None:
    """Every line of the owner's comes out again, its own columns as they are, headers unique."""
    row = deal(床尺寸="1.8m", 跟进人="小周", 评分=5, 下次=date(2026, 12, 1)) | {"": "x"}
    cells = sheet_of([row, row | {"客户ID": None, "联系": "无"}])
    cells[0][-1] = "跟进人"
    inputs = read(write_xlsx(tmp_path / "a.xlsx", cells))
    assert len(inputs.cells) == len(inputs.register) == 2
    own = inputs.cells.iloc[0]
    assert own[["床尺寸", "跟进人", "评分", "跟进人'"]].tolist() == ["1.8m", "小周", 5, "x"]
    assert own["下次"] == date(2026, 12, 1)
    assert own["成交金额"] == 199


def test_synonyms(tmp_path: Path) -> None:
    """Owners call their columns by many names."""
    row = {
        "日期": "2026.9.2",
        "旺旺": "tb001",
        "金额(元)": "¥199",
        "购买日期": "2026年9月1日",
        "品名": "枕",
    }
    inputs = read(write_csv(tmp_path / "a.csv", [row]))
    assert inputs.files[0].layout.name == "register"
    assert inputs.orders[["gross_fen", "product"]].to_numpy().tolist() == [[19900, "枕"]]
    assert inputs.register["registered"].tolist() == [at(2026, 9, 2)]
