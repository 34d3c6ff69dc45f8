"""One order once, whatever the order of rows and files."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import (
    DEAL,
    ITEM,
    Row,
    examples,
    fates,
    kinds,
    order,
    read,
    said,
    sheet_of,
    write_csv,
    write_xlsx,
)

PAID = "买家实际支付金额"
LIFE = [
    {"订单状态": "等待买家付款", "订单付款时间 ": "NULL"},
    {"订单状态": "买家已付款"},
    {"订单状态": "卖家已发货，等待买家确认"},
    {"订单状态": "交易成功", "确认收货时间": "2026-10-09 10:00:00"},
    {"订单状态": "交易成功", "确认收货时间": "2026-10-09 10:00:00", "退款金额": "30.00"},
    {"订单状态": "付款以后用户退款成功，交易自动关闭", "退款金额": "100.00"},
]
PLAIN = {
    "买家昵称": "tb001",
    "付款日期": "2026-10-01 10:00:00",
    "订单状态": "交易成功",
    "实付金额": "88",
    "城市": "广州市",
    "购买数量": "1",
}
BARE = st.fixed_dictionaries(
    {
        "买家昵称": st.sampled_from(["tb001", "tb002"]),
        "付款日期": st.sampled_from(["2026-10-01 10:00:00", "2026-10-02"]),
        "订单状态": st.sampled_from(["交易成功", "付款以后用户退款成功，交易自动关闭"]),
        "实付金额": st.sampled_from(["88", "99"]),
        "城市": st.sampled_from(["广州市", "深圳市", ""]),
        "购买数量": st.just("1"),
    }
)
NUMBERED = st.builds(
    lambda place, state, city: order(place, **LIFE[state], **{"收货地址 ": city}),
    st.integers(0, 3),
    st.integers(0, len(LIFE) - 1),
    st.sampled_from(["广东省 广州市", "上海 上海市", "NULL"]),
)


def item(place: int = 1, nth: int = 1, **cells: Any) -> Row:
    return ITEM | {"子订单编号": f"s{place}-{nth}", "主订单编号": f"{2 * 10**18 + place}"} | cells


@pytest.mark.parametrize("rows", [BARE, NUMBERED], ids=["without numbers", "with numbers"])
@given(data=st.data())
@examples(5)
def test_order_of_rows(tmp_path: Path, rows: st.SearchStrategy[Row], data: st.DataObject) -> None:
    """Shuffling the rows of a file changes nothing in ORDERS."""
    some = data.draw(st.lists(rows, min_size=1, max_size=24))
    turned = data.draw(st.permutations(some))
    one = read(write_csv(tmp_path / "a.csv", some))
    other = read(write_csv(tmp_path / "b.csv", turned))
    assert said(one.orders) == said(other.orders)
    assert sorted(kinds(one)) == sorted(kinds(other))


@pytest.mark.parametrize("rows", [BARE, NUMBERED], ids=["without numbers", "with numbers"])
@given(data=st.data())
@examples(5)
def test_order_of_files(tmp_path: Path, rows: st.SearchStrategy[Row], data: st.DataObject) -> None:
    """Which of two overlapping files comes first changes nothing in ORDERS."""
    one = write_csv(tmp_path / "a.csv", data.draw(st.lists(rows, min_size=1, max_size=16)))
    some = data.draw(st.lists(rows, min_size=1, max_size=16))
    other = write_csv(tmp_path / "b.csv", some)
    first, second = read(one, other), read(other, one)
    assert said(first.orders) == said(second.orders)
    for inputs in (first, second):
        counted = [sum(column) for column in zip(*fates(inputs), strict=True)]
        assert counted[0] == counted[1] + counted[2] + counted[3]
        assert counted[1] == len(inputs.orders)


@pytest.mark.parametrize("rows", [BARE, NUMBERED], ids=["without numbers", "with numbers"])
@given(data=st.data())
@examples(4)
def test_twice_is_once(tmp_path: Path, rows: st.SearchStrategy[Row], data: st.DataObject) -> None:
    """A file read twice, as a copy or saved anew, says what it says once."""
    some = data.draw(st.lists(rows, min_size=1, max_size=16))
    one = write_csv(tmp_path / "a.csv", some)
    copy = write_csv(tmp_path / "b.csv", some)
    anew = write_csv(tmp_path / "c.csv", some[::-1], "utf-8-sig")
    once = said(read(one).orders)
    assert said(read(one, copy).orders) == once
    assert said(read(one, anew).orders) == once
    assert said(read(anew, one, copy).orders) == once


@pytest.mark.parametrize("flip", [False, True])
def test_later_status_wins(tmp_path: Path, *, flip: bool) -> None:
    """Of two reports of one order the later in its life counts, in whichever file it stands."""
    pairs = list(product(LIFE, LIFE))
    one = [order(at, **before) for at, (before, _) in enumerate(pairs)]
    other = [order(at, **after) for at, (_, after) in enumerate(pairs)]
    later = [order(at, **max(pair, key=LIFE.index)) for at, pair in enumerate(pairs)]
    files = [write_csv(tmp_path / "a.csv", one), write_csv(tmp_path / "b.csv", other)]
    found = read(*reversed(files)) if flip else read(*files)
    alone = read(write_csv(tmp_path / "c.csv", later))
    columns = ["order", "status", "gross_fen", "refund_fen", "net_fen"]
    first, second = (one.orders.sort_values("order")[columns] for one in (found, alone))
    assert first.to_numpy().tolist() == second.to_numpy().tolist()


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6))
@examples(4)
def test_names_of_files(
    tmp_path: Path, names: tuple[str, str], states: list[tuple[int, int]]
) -> None:
    """Which name an export bears says nothing: its later status wins under any."""
    before = [order(at, **LIFE[min(pair)]) for at, pair in enumerate(states)]
    after = [order(at, **LIFE[max(pair)]) for at, pair in enumerate(states)]
    old, new = write_csv(tmp_path / names[0], before), write_csv(tmp_path / names[1], after)
    alone = read(new).orders.sort_values("order")
    columns = ["order", "status", "gross_fen", "refund_fen", "net_fen"]
    for files in ((old, new), (new, old)):
        both = read(*files).orders.sort_values("order")
        assert both[columns].to_numpy().tolist() == alone[columns].to_numpy().tolist()


@pytest.mark.parametrize("flip", [False, True])
def test_settled_refund_is_not_open(tmp_path: Path, *, flip: bool) -> None:
    """A refund open in the old and settled in the new export is not open any more."""
    row = {
        "商品": "枕",
        "订单号": "261001-607198974342268",
        "订单状态": "已收货",
        "用户实付金额(元)": "228.00",
        "商家实收金额(元)": "228.00",
        "商品数量(件)": "1",
        "下单时间": "2026-10-01 10:00:00",
        "支付时间": "2026-10-01 10:00:20",
        "售后状态": "售后处理中",
    }
    day = "2026-11-10 10:00:00"
    later = {"订单号": "261110-1", "下单时间": day, "支付时间": day}
    old = write_csv(tmp_path / "a.csv", [row])
    new = write_csv(tmp_path / "b.csv", [row | {"售后状态": ""}, row | {"售后状态": ""} | later])
    assert read(old).orders["refund_open"].tolist() == [True]
    inputs = read(*((new, old) if flip else (old, new)))
    assert inputs.orders["refund_open"].tolist() == [False, False]


def test_blanks_are_filled(tmp_path: Path) -> None:
    """What the newest report leaves blank is taken from the others."""
    old = order(1, 订单状态="卖家已发货", 收货人姓名="李雨薇")
    new = order(1, 收货人姓名="李**", 联系手机="138****8000", 确认收货时间="2026-10-09 10:00:00")
    inputs = read(write_csv(tmp_path / "a.csv", [old]), write_csv(tmp_path / "b.csv", [new]))
    found = inputs.orders.iloc[0]
    assert found[["status", "name", "phone"]].tolist() == ["success", "李雨薇", "13800138000"]
    assert fates(inputs) == [(1, 0, 1, 0), (1, 1, 0, 0)]


def test_same_number_in_one_file(tmp_path: Path) -> None:
    """An order that stands twice in one file is one order, and the other row is merged."""
    inputs = read(write_csv(tmp_path / "a.csv", [order(1, 订单状态="买家已付款"), order(1)]))
    assert fates(inputs) == [(2, 1, 1, 0)]
    assert inputs.orders["row"].tolist() == [3]


def test_sorted_by_time(tmp_path: Path) -> None:
    """Orders come by time, then key."""
    rng = random.Random(2)  # noqa: S311
    days = [f"2026-10-{day:02d} 10:00:00" for day in range(1, 10)] * 2
    rows = [order(at, **{"订单付款时间 ": day}) for at, day in enumerate(days)]
    rng.shuffle(rows)
    orders = read(write_csv(tmp_path / "a.csv", rows)).orders
    pairs = list(zip(orders["paid"], orders["order"], strict=True))
    assert pairs == sorted(pairs)


def test_deals_without_number(tmp_path: Path) -> None:
    """Rows alike in buyer, time, amount and product are as many deals as the fullest file has."""
    two = write_csv(tmp_path / "a.csv", [PLAIN, PLAIN, PLAIN | {"实付金额": "99"}])
    three = write_csv(tmp_path / "b.csv", [PLAIN, PLAIN, PLAIN])
    inputs = read(two, three)
    assert sorted(inputs.orders["gross_fen"]) == [8800, 8800, 8800, 9900]
    assert kinds(inputs).count("duplicate_row") == 3


# Items


def test_items_join(tmp_path: Path) -> None:
    """Items are merged into their order: title where it has none, refunds done, open ones."""
    orders = write_csv(tmp_path / "a.csv", [order(1, **{"宝贝标题 ": ""}), order(2)])
    items = [
        item(1, 1, 商品标题="枕", 退款状态="退款成功", 退款金额="30.00"),
        item(1, 2, 商品标题="被", 退款状态="退款关闭", 退款金额="70.00"),
        item(2, 1, 退款状态="买家已经申请退款，等待卖家同意", 退款金额="20.00"),
    ]
    inputs = read(orders, write_csv(tmp_path / "b.csv", items))
    assert fates(inputs) == [(2, 2, 0, 0), (3, 0, 3, 0)]
    found = inputs.orders.sort_values("order")
    assert found["refund_fen"].tolist() == [3000, 0]
    assert found["net_fen"].tolist() == [7000, 10000]
    assert found["refund_open"].tolist() == [False, True]
    assert found["product"].tolist() == ["枕，被", "云感四件套"]
    assert inputs.items["product"].tolist() == ["枕", "被", "云感四件套"]


def test_all_items_refunded(tmp_path: Path) -> None:
    """An order whose items were all refunded is refunded."""
    items = [item(1, nth, 退款状态="退款成功", 退款金额="50.00") for nth in (1, 2)]
    one = write_csv(tmp_path / "a.csv", [order(1)])
    inputs = read(one, write_csv(tmp_path / "b.csv", items))
    assert inputs.orders[["status", "net_fen"]].to_numpy().tolist() == [["refunded", 0]]


def test_item_without_order(tmp_path: Path) -> None:
    """An item whose order is in no file, and that tells no order, is listed with its number."""
    rows = [
        {name: cell for name, cell in item(place).items() if name != "买家实付金额"}
        for place in (1, 7)
    ]
    inputs = read(write_csv(tmp_path / "a.csv", [order(1)]), write_csv(tmp_path / "b.csv", rows))
    assert fates(inputs)[1] == (2, 0, 1, 1)
    table = inputs.problems.table()
    assert table[["kind", "row", "value"]].to_numpy().tolist() == [
        ["item_without_order", 3, "2000000000000000007"]
    ]


def test_items_tell_an_order(tmp_path: Path) -> None:
    """Items with amount, status and time are an order where no order file has it."""
    rows = [
        item(1),
        item(7, 1, 买家实付金额="60.00"),
        item(7, 2, 买家实付金额="50.00", 退款状态="退款成功", 退款金额="20.00"),
    ]
    inputs = read(write_csv(tmp_path / "a.csv", [order(1)]), write_csv(tmp_path / "b.csv", rows))
    assert fates(inputs) == [(1, 1, 0, 0), (3, 1, 2, 0)]
    money = inputs.orders.sort_values("order")[["gross_fen", "refund_fen", "net_fen"]]
    assert money.to_numpy().tolist() == [[10000, 0, 10000], [11000, 2000, 9000]]
    assert len(inputs.items) == 3


@given(
    st.lists(
        st.builds(
            lambda place, nth, cells: item(place, nth, **cells),
            st.integers(1, 4),
            st.integers(1, 3),
            st.sampled_from(
                [
                    {},
                    {"买家实付金额": "??"},
                    {"订单状态": "神秘"},
                    {"订单创建时间": ""},
                    {"主订单编号": ""},
                    {"退款状态": "退款成功", "退款金额": "30.00"},
                ]
            ),
        ),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
@examples(4)
def test_any_items(tmp_path: Path, rows: list[Row], data: st.DataObject) -> None:
    """Whatever items there are, beside orders or alone, rows add up and have no order."""
    orders = write_csv(tmp_path / "a.csv", [order(1), order(2)])
    one = write_csv(tmp_path / "b.csv", rows)
    other = write_csv(tmp_path / "c.csv", data.draw(st.permutations(rows)), "utf-8-sig")
    found = []
    for files in ((orders, one), (other, orders), (one,), (orders, other, one)):
        inputs = read(*files)
        counted = [sum(column) for column in zip(*fates(inputs), strict=True)]
        assert counted[0] == counted[1] + counted[2] + counted[3]
        assert counted[1] == len(inputs.orders)
        found.append(said(inputs.orders))
    assert found[0] == found[1] == found[3]


def test_unknown_refund_word(tmp_path: Path) -> None:
    """A refund word that nobody knows takes no money off, and is a doubt with the word."""
    items = [item(1, 退款状态="协商中", 退款金额="50.00")]
    one = write_csv(tmp_path / "a.csv", [order(1)])
    inputs = read(one, write_csv(tmp_path / "b.csv", items))
    assert inputs.orders["refund_fen"].tolist() == [0]
    table = inputs.problems.table()
    assert table[["kind", "severity", "value"]].to_numpy().tolist() == [
        ["unknown_refund", "doubt", "协商中"]
    ]


OPEN: Row = {"退款状态": "买家已经申请退款，等待卖家同意", "退款金额": "30.00"}


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("then", "refund"),
    [
        ({"退款状态": "退款成功", "退款金额": "30.00"}, 3000),
        ({"退款状态": "退款成功", "退款金额": "50.00"}, 5000),
        ({"退款状态": "退款关闭", "退款金额": "30.00"}, 0),
    ],
)
def test_newer_items_win(tmp_path: Path, then: Row, refund: int, *, flip: bool) -> None:
    """Of two item exports that overlap the newer one tells how a refund ended."""
    orders = write_csv(tmp_path / "a.csv", [order(1), order(2)])
    old = write_csv(tmp_path / "b.csv", [item(1, **OPEN)])
    later = item(2, 订单创建时间="2026-11-01 10:00:00")
    new = write_csv(tmp_path / "c.csv", [item(1, **then), later])
    inputs = read(orders, *((new, old) if flip else (old, new)))
    found = inputs.orders.sort_values("order").iloc[0]
    assert (found["refund_fen"], bool(found["refund_open"])) == (refund, False)
    assert len(inputs.items) == 2
    assert sum(merged for _, _, merged, _ in fates(inputs)) == 3


def test_refund_told_twice(tmp_path: Path) -> None:
    """A refund that two item exports tell, the second with more, is not added up."""
    orders = write_csv(tmp_path / "a.csv", [order(1), order(2)])
    done = [item(1, 退款状态="退款成功", 退款金额=money) for money in ("20.00", "30.00")]
    later = item(2, 订单创建时间="2026-11-01 10:00:00")
    old, new = (
        write_csv(tmp_path / "b.csv", done[:1]),
        write_csv(tmp_path / "c.csv", [done[1], later]),
    )
    assert read(orders, old, new).orders["refund_fen"].max() == 3000


@given(st.permutations(range(6)))
@examples(3)
def test_order_of_items(tmp_path: Path, turn: list[int]) -> None:
    """Shuffling the rows of an item file changes nothing."""
    plain = [{k: v for k, v in item(at % 2, at).items() if k != "子订单编号"} for at in range(6)]
    plain[3] |= {"退款状态": "退款成功", "退款金额": "10.00"}
    plain[4] |= OPEN
    old = [{"订单编号": row["主订单编号"], **row} for row in plain]
    orders = write_csv(tmp_path / "a.csv", [order(0), order(1)])
    one = read(orders, write_csv(tmp_path / "b.csv", old))
    other = read(orders, write_csv(tmp_path / "c.csv", [old[at] for at in turn]))
    assert said(one.orders) == said(other.orders)
    assert one.items["order"].tolist() == other.items["order"].tolist()


def test_items_of_a_layout_without_platform(tmp_path: Path) -> None:
    """Own layouts without a platform join items to orders as well."""
    (tmp_path / "layouts").mkdir()
    for kind, amount, status in (("orders", "实付", "状态"), ("items", "单价", "品状态")):
        text = (
            f'kind = "{kind}"\nrequired = ["order_no", "amount", "status"]\n[columns]\n'
            f'order_no = "单号"\namount = "{amount}"\nstatus = "{status}"\npaid = "时间"\n'
            'product = "品"\nquantity = "件"\n[status]\n"好" = "success"\n'
        )
        (tmp_path / "layouts" / f"{kind}.toml").write_text(text, "utf-8")
    one = write_csv(
        tmp_path / "a.csv", [{"单号": "1", "实付": "5", "状态": "好", "时间": "2026-10-01"}]
    )
    two = write_csv(tmp_path / "b.csv", [{"单号": "1", "单价": "5", "品状态": "好", "品": "枕"}])
    inputs = read(one, two, shop="[shop]\n")
    assert inputs.orders["product"].tolist() == ["枕"]


def test_register_and_export_stay_apart(tmp_path: Path) -> None:
    """A deal of the register and an order of an export are not one by reading alone."""
    register = write_xlsx(tmp_path / "a.xlsx", sheet_of([DEAL]))
    inputs = read(register, write_csv(tmp_path / "b.csv", [order(1)]))
    assert sorted(inputs.orders["origin"]) == ["export", "register"]
