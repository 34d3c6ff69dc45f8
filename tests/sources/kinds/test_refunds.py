"""Refunds and after-sale cases: what went back counts once, whoever tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import ITEM, Row, examples, fates, kinds, order, read, said, write_csv
from tests.sources.kinds.test_fold import CLOSED, part

PAID = "买家实际支付金额"
FACTS = ["status", "gross_fen", "refund_fen", "net_fen", "refund_open"]


def refund(place: int = 1, case: int = 1, back: str = "30.00", **cells: Any) -> Row:
    """Return a row of the Tmall refund report."""
    return {
        "订单编号": f"{2 * 10**18 + place}",
        "退款编号": f"r{case}",
        "买家退款金额": back,
        "退款状态": "退款成功",
        "买家退款原因": "不喜欢",
        "退款的申请时间": "2026-10-08 10:00:00",
        "退款完结时间": "2026-10-09 10:00:00",
    } | cells


def case(sub: int = 2, back: str = "80.00", **cells: Any) -> Row:
    """Return a Douyin after-sale case of order 1 of :mod:`tests.sources.kinds.test_fold`."""
    return {
        "售后单号": f"71{sub}",
        "订单号": part(1)["主订单编号"],
        "商品单号": part(1, sub)["子订单编号"],
        "退商品金额（元）": back,
        "售后状态": "同意退款，退款成功",
        "售后申请时间": "2026-10-08 09:00:00",
        "售后原因": "不喜欢",
    } | cells


def bare(place: int = 1, **cells: Any) -> Row:
    """Return an order of a file without a refund column."""
    return {name: cell for name, cell in order(place, **cells).items() if name != "退款金额"}


def item(place: int, **cells: Any) -> Row:
    """Return an item of that order."""
    return ITEM | {"子订单编号": f"s{place}", "主订单编号": f"{2 * 10**18 + place}"} | cells


def facts(inputs: Any) -> list[list[Any]]:
    """Return what became of the orders, by their key."""
    found: list[list[Any]] = inputs.orders.sort_values("order")[FACTS].to_numpy().tolist()
    return found


def orders_file(folder: Path, *rows: Row) -> Path:
    """Write orders of Taobao; one of them alone by default."""
    return write_csv(folder / "订单.csv", rows or [bare(1)])


def test_refund_of_an_order(tmp_path: Path) -> None:
    """What a refund file tells is taken off its order, and its rows are merged into it."""
    inputs = read(
        orders_file(tmp_path, bare(1), bare(2)), write_csv(tmp_path / "b.csv", [refund()])
    )
    assert facts(inputs) == [
        ["success", 10000, 3000, 7000, False],
        ["success", 10000, 0, 10000, False],
    ]
    assert fates(inputs) == [(2, 2, 0, 0), (1, 0, 1, 0)]


def test_exact_amount_beats_a_share(tmp_path: Path) -> None:
    """An after-sale case tells what the share by price only estimates, and no doubt is left."""
    rows = [part(1, 1), part(1, 2, **CLOSED), part(1, 3)]
    alone = read(write_csv(tmp_path / "a.csv", rows))
    assert facts(alone) == [["success", 30000, 10000, 20000, False]]
    for back in ("80.00", "120.00"):
        told = write_csv(tmp_path / "b.csv", [case(back=back)])
        inputs = read(tmp_path / "a.csv", told)
        fen = round(float(back) * 100)
        assert facts(inputs) == [["success", 30000, fen, 30000 - fen, False]]
        assert kinds(inputs) == []


def test_share_of_another_order_stays_doubtful(tmp_path: Path) -> None:
    """The share of an order that no case tells of stays a doubt."""
    rows = [part(main, sub, **(CLOSED if sub == 2 else {})) for main in (1, 2) for sub in (1, 2, 3)]
    orders = write_csv(tmp_path / "a.csv", rows)
    inputs = read(orders, write_csv(tmp_path / "b.csv", [case()]))
    table = inputs.problems.table()
    assert table[["kind", "row"]].to_numpy().tolist() == [["refund_shared", 6]]


def test_all_cases_make_it_refunded(tmp_path: Path) -> None:
    """Cases of all the money of an order make it a refunded one."""
    orders = write_csv(tmp_path / "a.csv", [part(1, sub) for sub in (1, 2, 3)])
    cases = [case(sub, back="100.00") for sub in (1, 2, 3)]
    inputs = read(orders, write_csv(tmp_path / "b.csv", cases))
    assert facts(inputs) == [["refunded", 30000, 30000, 0, False]]


def test_refund_file_twice(tmp_path: Path) -> None:
    """A refund file read twice, saved anew and shuffled, counts once."""
    rows = [refund(1, 1), refund(1, 2, "20.00"), refund(2, 3)]
    orders = orders_file(tmp_path, bare(1), bare(2))
    one = write_csv(tmp_path / "b.csv", rows)
    other = write_csv(tmp_path / "c.csv", rows[::-1], "utf-8-sig")
    once, twice = read(orders, one), read(orders, one, other)
    assert said(once.orders) == said(twice.orders)
    assert once.orders["refund_fen"].sum() == 8000
    assert fates(twice)[1:] == [(3, 0, 3, 0)] * 2


def test_told_by_all(tmp_path: Path) -> None:
    """A refund that the order, the item sheet and the refund file tell counts once."""
    orders = orders_file(tmp_path, order(1, 退款金额="30.00"))
    items = write_csv(tmp_path / "b.csv", [item(1, 退款状态="退款成功", 退款金额="30.00")])
    refunds = write_csv(tmp_path / "c.csv", [refund()])
    inputs = read(orders, items, refunds)
    assert facts(inputs) == [["success", 10000, 3000, 7000, False]]


def test_open_refund(tmp_path: Path) -> None:
    """A refund that is not settled takes nothing off, and marks the order."""
    rows = [refund(退款状态="买家已经申请退款，等待卖家同意", 退款完结时间="")]
    inputs = read(orders_file(tmp_path), write_csv(tmp_path / "b.csv", rows))
    assert facts(inputs) == [["success", 10000, 0, 10000, True]]


def test_refused_refund(tmp_path: Path) -> None:
    """A refund that was closed is nothing."""
    rows = [refund(退款状态="退款关闭")]
    inputs = read(orders_file(tmp_path), write_csv(tmp_path / "b.csv", rows))
    assert facts(inputs) == [["success", 10000, 0, 10000, False]]


@pytest.mark.parametrize("flip", [False, True])
def test_settled_later(tmp_path: Path, *, flip: bool) -> None:
    """A refund open in the old and settled in the new report is not open, whichever comes first."""
    orders = orders_file(tmp_path)
    was = refund(退款状态="买家已经申请退款，等待卖家同意", 退款完结时间="")
    old, new = write_csv(tmp_path / "b.csv", [was]), write_csv(tmp_path / "c.csv", [refund()])
    inputs = read(orders, *((new, old) if flip else (old, new)))
    assert facts(inputs) == [["success", 10000, 3000, 7000, False]]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"买家退款原因": "商品破损"}, True),
        ({"买家退款原因": "不喜欢"}, False),
        ({"买家退款原因": "商品破损", "退款状态": "退款关闭"}, False),
    ],
)
def test_seller_fault(tmp_path: Path, cells: Row, *, fault: bool) -> None:
    """A refund that was paid for a reason of the shop's marks the order."""
    rows = [refund(**cells)]
    inputs = read(orders_file(tmp_path), write_csv(tmp_path / "b.csv", rows))
    assert inputs.orders["seller_fault"].tolist() == [fault]


def test_refund_without_order(tmp_path: Path) -> None:
    """A refund whose order is in no file is listed with the order's number."""
    rows = [refund(1, 1), refund(7, 2), refund(1, 3, 订单编号="")]
    inputs = read(orders_file(tmp_path), write_csv(tmp_path / "b.csv", rows))
    assert fates(inputs)[1] == (3, 0, 1, 2)
    table = inputs.problems.table()
    assert table[["kind", "row", "value"]].to_numpy().tolist() == [
        ["refund_without_order", 3, "2000000000000000007"],
        ["refund_without_order", 4, ""],
    ]


def test_net_over_two_files(tmp_path: Path) -> None:
    """Where paid + refund = total over two files, paid is net, and what was paid is restored."""
    orders = orders_file(tmp_path, bare(1, **{PAID: "70.00"}), bare(2))
    inputs = read(orders, write_csv(tmp_path / "b.csv", [refund()]))
    assert inputs.files[0].paid_is == "net"
    assert facts(inputs) == [
        ["success", 10000, 3000, 7000, False],
        ["success", 10000, 0, 10000, False],
    ]


def test_net_over_three_files(tmp_path: Path) -> None:
    """What the items have shown of the paid column holds for the refunds too, and adds once."""
    orders = orders_file(tmp_path, *(bare(place, **{PAID: "70.00"}) for place in (1, 2, 3)))
    rows = [item(place, 退款状态="退款成功", 退款金额="30.00") for place in (1, 2)]
    items = write_csv(tmp_path / "b.csv", rows)
    refunds = write_csv(tmp_path / "c.csv", [refund(place, place) for place in (1, 2, 3)])
    inputs = read(orders, items, refunds)
    assert inputs.files[0].paid_is == "net"
    assert facts(inputs) == [["success", 10000, 3000, 7000, False]] * 3


def test_gross_over_two_files(tmp_path: Path) -> None:
    """Where paid = total over two files, paid is gross."""
    inputs = read(orders_file(tmp_path), write_csv(tmp_path / "b.csv", [refund()]))
    assert inputs.files[0].paid_is == "gross"


def test_closed_order_with_a_refund(tmp_path: Path) -> None:
    """An order that was closed, and of which money came back, had been paid."""
    closed = {"订单状态": "交易关闭", "订单付款时间 ": "NULL"}
    orders = orders_file(tmp_path, bare(1, **closed))
    inputs = read(orders, write_csv(tmp_path / "b.csv", [refund(back="100.00")]))
    assert facts(inputs) == [["refunded", 10000, 10000, 0, False]]


# Pinduoduo: cases with numbers, a bill without

PDD = "261001-607198974342268"


def pdd(folder: Path) -> Path:
    """Write one order of Pinduoduo."""
    row = {
        "商品": "枕",
        "订单号": PDD + "\t",
        "订单状态": "已收货",
        "用户实付金额(元)": "228.00",
        "商家实收金额(元)": "228.00",
        "商品数量(件)": "1",
        "下单时间": "2026-10-01 10:00:00",
        "支付时间": "2026-10-01 10:00:20",
        "售后状态": "",
    }
    return write_csv(folder / "订单.csv", [row])


def movement(amount: str, word: str = "退款", **cells: Any) -> Row:
    """Return a row of the bill."""
    return {
        "商户订单号": PDD,
        "发生时间": "2026-10-08 12:00:00",
        "收入金额（+元）": "0.00",
        "支出金额（-元）": amount,
        "账务类型": word,
        "备注": "",
        "业务描述": "",
    } | cells


@pytest.mark.parametrize("amount", ["-28.00", "28.00"])
def test_outgoing_money(tmp_path: Path, amount: str) -> None:
    """A bill's refund counts with a minus or without; its fees and income are no refunds."""
    rows = [
        movement("0.00", "交易收入", **{"收入金额（+元）": "228.00"}),
        movement("-1.37", "技术服务费"),
        movement(amount),
    ]
    inputs = read(pdd(tmp_path), write_csv(tmp_path / "b.csv", rows))
    assert facts(inputs) == [["signed", 22800, 2800, 20000, False]]
    assert fates(inputs)[1] == (3, 0, 3, 0)


def test_bill_and_cases_tell_the_same(tmp_path: Path) -> None:
    """A refund that stands in the after-sale export and in the bill counts once."""
    bill = write_csv(tmp_path / "b.csv", [movement("-30.00")])
    row = {"售后编号": "8", "订单编号": PDD, "售后状态": "退款成功", "退款金额(元)": "30.00"}
    cases = write_csv(tmp_path / "c.csv", [row])
    for files in ((bill, cases), (cases, bill)):
        found = facts(read(pdd(tmp_path), *files))
        assert found == [["signed", 22800, 3000, 19800, False]]


# Any mix

STATES = st.sampled_from(["退款成功", "退款关闭", "卖家拒绝退款", "神秘", ""])


@given(
    st.lists(
        st.builds(
            lambda place, number, back, state: refund(place, number, back, 退款状态=state),
            st.integers(0, 4),
            st.integers(1, 4),
            st.sampled_from(["30.00", "100.00", "500.00", "", "??", "-20"]),
            STATES,
        ),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
@examples(8)
def test_any_refunds(tmp_path: Path, rows: list[Row], data: st.DataObject) -> None:
    """Rows add up, no order keeps less than nothing, and neither rows nor files have an order."""
    orders = orders_file(tmp_path, bare(1), bare(2, 订单状态="交易关闭"), bare(3))
    turned = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    one = read(orders, write_csv(tmp_path / "b.csv", rows))
    for inputs in (one, read(write_csv(tmp_path / "c.csv", turned), orders)):
        for all_rows, used, merged, listed in fates(inputs):
            assert all_rows == used + merged + listed
        assert said(inputs.orders) == said(one.orders)
        assert (inputs.orders["net_fen"] >= 0).all()
        assert (inputs.orders["refund_fen"] <= inputs.orders["gross_fen"]).all()
    if 0 < cut < len(rows):
        parts = [
            write_csv(tmp_path / f"{name}.csv", some)
            for name, some in (("d", rows[:cut]), ("e", rows[cut:]))
        ]
        assert said(read(orders, *parts).orders) == said(read(*parts[::-1], orders).orders)
