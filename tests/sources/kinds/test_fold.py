"""Rows of items as orders: money counts once, whichever way a platform repeats it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import Row, examples, fates, kinds, read, said, write_csv

MONEY = ["status", "gross_fen", "refund_fen", "net_fen"]
CLOSED: Row = {"订单状态": "已关闭"}


def part(main: int = 1, sub: int = 1, amount: float = 300, price: float = 100, **cells: Any) -> Row:
    """Return a row of a Douyin export: a sub-order, with the amount on it."""
    return {
        "主订单编号": f"69300000000000{main:04d}\t",
        "子订单编号": f"69310000000{main:04d}{sub:04d}\t",
        "选购商品": f"商品{sub}",
        "商品数量": "1",
        "商品单价": f"{price:.2f}",
        "订单应付金额": f"{amount:.2f}",
        "订单提交时间": "2026-10-01 10:00:00",
        "支付完成时间": "2026-10-01 10:01:00",
        "订单状态": "已完成",
        "售后状态": "-",
    } | cells


def line(order_no: str, product: str, **cells: Any) -> Row:
    """Return a row of a 1688 export: a blank number and blank order cells go on."""
    return {
        "订单编号": order_no,
        "买家会员名": "",
        "实付款(元)": "",
        "订单状态": "",
        "订单创建时间": "",
        "订单付款时间": "",
        "货品标题": product,
        "单价(元)": "10.00",
        "数量": "2",
    } | cells


def head(order_no: str, product: str, amount: str = "100.00", **cells: Any) -> Row:
    """Return the first row of an order of a 1688 export."""
    first = {
        "买家会员名": "xiaoman",
        "实付款(元)": amount,
        "订单状态": "交易成功",
        "订单创建时间": "2026-09-01 09:00:00",
        "订单付款时间": "2026-09-01 09:30:00",
    }
    return line(order_no, product, **(first | cells))


def shopify(name: str, item: str, **cells: Any) -> Row:
    """Return a row of a Shopify export, the number on it and the order's cells blank."""
    blank = dict.fromkeys(
        ["Email", "Financial Status", "Paid at", "Currency", "Total", "Created at"], ""
    )
    line_item = {"Lineitem quantity": "1", "Lineitem name": item, "Lineitem price": "30.00"}
    return {"Name": name, **blank, **line_item, "Refunded Amount": ""} | cells


PAID_ONCE: Row = {
    "Email": "amy@example.com",
    "Financial Status": "paid",
    "Paid at": "2026-10-01 02:00:30 +0000",
    "Created at": "2026-10-01 02:00:00 +0000",
    "Currency": "CNY",
    "Total": "60.00",
}


def money(inputs: Any) -> list[list[Any]]:
    """Return status and money of the orders, by their key."""
    found: list[list[Any]] = inputs.orders.sort_values("order")[MONEY].to_numpy().tolist()
    return found


@given(st.integers(1, 6))
@examples(4)
def test_repeated_money_counts_once(tmp_path: Path, rows: int) -> None:
    """An order's amount counts once however many rows repeat it."""
    some = [part(1, sub, 300, 300 / rows) for sub in range(rows)]
    inputs = read(write_csv(tmp_path / "a.csv", some))
    assert money(inputs) == [["success", 30000, 0, 30000]]
    assert fates(inputs) == [(rows, 1, rows - 1, 0)]
    assert inputs.files[0].amount_of == ("order" if rows > 1 else None)
    assert inputs.orders["quantity"].tolist() == [rows]


def test_unpriced_rows_repeat_the_order(tmp_path: Path) -> None:
    """Where prices say nothing equal amounts are the order's, as known platforms repeat it."""
    rows = [{k: v for k, v in part(1, sub).items() if k != "商品单价"} for sub in (1, 2, 3)]
    assert money(read(write_csv(tmp_path / "a.csv", rows))) == [["success", 30000, 0, 30000]]


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=6, unique=True))
@examples(5)
def test_amounts_of_items_add_up(tmp_path: Path, fen: list[int]) -> None:
    """Amounts that differ inside an order are the items' own, and add up to the order's."""
    some = [part(1, at, one / 100, one / 100) for at, one in enumerate(fen)]
    inputs = read(write_csv(tmp_path / "a.csv", some))
    assert inputs.files[0].amount_of == "item"
    assert money(inputs) == [["success", sum(fen), 0, sum(fen)]]


def test_equal_items_are_told_by_price(tmp_path: Path) -> None:
    """Two equal items, each with its own price as its amount, add up."""
    inputs = read(write_csv(tmp_path / "a.csv", [part(1, at, 100, 100) for at in (1, 2)]))
    assert inputs.files[0].amount_of == "item"
    assert money(inputs) == [["success", 20000, 0, 20000]]


def test_the_file_decides(tmp_path: Path) -> None:
    """One odd order does not turn the file: its amounts are not added, and it is doubted."""
    rows = [part(main, sub) for main in (1, 2, 3) for sub in (1, 2, 3)]
    rows += [part(4, 1, 300, 150), part(4, 2, 280, 150)]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert inputs.files[0].amount_of == "order"
    assert [one[1] for one in money(inputs)] == [30000] * 4
    table = inputs.problems.table()
    assert table[["kind", "severity", "row", "column"]].to_numpy().tolist() == [
        ["amounts_differ", "doubt", 11, "订单应付金额"]
    ]


@given(data=st.data())
@examples(8)
def test_order_of_rows(tmp_path: Path, data: st.DataObject) -> None:
    """Shuffling the rows of sub-orders changes nothing: orders, items, problems, counts."""
    states = st.sampled_from([{}, CLOSED, {"售后状态": "售后待处理"}, {"订单状态": "已发货"}])
    build = st.builds(
        lambda main, sub, amount, price, state: part(main, sub, amount, price, **state),
        st.integers(1, 3),
        st.integers(1, 4),
        st.sampled_from([100, 300]),
        st.sampled_from([50, 100]),
        states,
    )
    rows = data.draw(st.lists(build, min_size=1, max_size=14))
    turned = data.draw(st.permutations(rows))
    one, other = (
        read(write_csv(tmp_path / f"{at}.csv", some)) for at, some in enumerate((rows, turned))
    )
    assert said(one.orders) == said(other.orders)
    plain = ["order", "item_no", "product", "quantity"]
    assert one.items[plain].to_numpy().tolist() == other.items[plain].to_numpy().tolist()
    assert kinds(one) == kinds(other)
    assert fates(one) == fates(other)


def test_sub_order_twice(tmp_path: Path) -> None:
    """A sub-order that stands twice in a file counts once, in the status later in its life."""
    rows = [part(1, 1, 100, 100), part(1, 2, 200, 200)]
    again = [*rows, rows[1] | {"订单状态": "已发货"}]
    inputs = read(write_csv(tmp_path / "a.csv", again))
    assert money(inputs) == [["success", 30000, 0, 30000]]
    assert fates(inputs) == [(3, 1, 2, 0)]
    assert len(inputs.items) == 2
    assert inputs.orders["quantity"].tolist() == [2]


def test_one_of_three_refunded(tmp_path: Path) -> None:
    """A sub-order that went back takes its share by price, which is a doubt."""
    prices = (50, 100, 150)
    rows = [part(1, at, 270, price) for at, price in enumerate(prices)]
    rows[1] |= CLOSED
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert money(inputs) == [["success", 27000, 9000, 18000]]
    table = inputs.problems.table()
    assert table[["kind", "row", "column", "value"]].to_numpy().tolist() == [
        ["refund_shared", 3, "订单应付金额", "270.00"]
    ]


def test_own_amount_refunded(tmp_path: Path) -> None:
    """Where amounts are the items' own a refunded one takes its own, and nothing is doubted."""
    rows = [part(1, 1, 100, 120), part(1, 2, 200, 240, **CLOSED)]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert money(inputs) == [["success", 30000, 20000, 10000]]
    assert kinds(inputs) == []


@pytest.mark.parametrize("amounts", [(300, 300, 300), (50, 100, 150)])
def test_all_refunded(tmp_path: Path, amounts: tuple[float, ...]) -> None:
    """An order all of whose sub-orders went back is refunded, and no share is estimated."""
    rows = [
        part(1, at, amount, price, **CLOSED)
        for at, (amount, price) in enumerate(zip(amounts, (50, 100, 150), strict=True))
    ]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert money(inputs) == [["refunded", 30000, 30000, 0]]
    assert kinds(inputs) == []


def test_furthest_live_status(tmp_path: Path) -> None:
    """An order is as far as its furthest part that lives; a part on its way back is open."""
    rows = [part(1, 1, 订单状态="已发货"), part(1, 2, 售后状态="售后待处理", 订单状态="待发货")]
    found = read(write_csv(tmp_path / "a.csv", rows)).orders.iloc[0]
    assert (found["status"], bool(found["refund_open"])) == ("shipped", True)


# Rows that go on with the order above


def test_blank_cells_belong_to_the_order_above(tmp_path: Path) -> None:
    """A 1688 row without order cells is one more item of the order above, and of it alone."""
    rows = [head("1", "枕"), line("", "被"), line("", "席"), head("2", "毯", "50.00")]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert money(inputs) == [["success", 10000, 0, 10000], ["success", 5000, 0, 5000]]
    assert inputs.orders["product"].tolist() == ["席，枕，被", "毯"]
    assert inputs.orders["buyer"].tolist() == ["xiaoman"] * 2
    assert fates(inputs) == [(4, 2, 2, 0)]
    assert inputs.files[0].rows.repairs["filled_down"] == 2


def test_another_number_is_another_order(tmp_path: Path) -> None:
    """A row with blank cells and another order's number takes nothing from the order above."""
    rows = [head("1", "枕"), line("2", "被"), head("3", "席")]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert inputs.orders["order_no"].tolist() == ["1", "3"]
    assert fates(inputs) == [(3, 2, 0, 1)]
    assert kinds(inputs) == ["no_status"]


def test_nothing_above(tmp_path: Path) -> None:
    """A row without order cells and without an order above it is listed."""
    inputs = read(write_csv(tmp_path / "a.csv", [line("", "被"), head("3", "席")]))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert inputs.orders["product"].tolist() == ["席"]


@given(st.permutations(range(5)))
@examples(6)
def test_number_on_each_row(tmp_path: Path, turn: list[int]) -> None:
    """A Shopify order is its rows of one number, wherever they stand, its money once."""
    rows = [
        shopify("#1", "被", **PAID_ONCE),
        shopify("#1", "枕"),
        shopify("#2", "席", **(PAID_ONCE | {"Email": "bo@example.com", "Total": "90.00"})),
        shopify("#2", "毯"),
        shopify("#2", "垫"),
    ]
    inputs = read(write_csv(tmp_path / "a.csv", [rows[at] for at in turn], "utf-8"))
    assert money(inputs) == [["paid", 6000, 0, 6000], ["paid", 9000, 0, 9000]]
    assert inputs.orders.sort_values("order")["email"].tolist() == [
        "amy@example.com",
        "bo@example.com",
    ]
    assert sorted(inputs.orders["product"]) == ["垫，席，毯", "枕，被"]
    assert fates(inputs) == [(5, 2, 3, 0)]


def test_order_refund_repeated_on_rows(tmp_path: Path) -> None:
    """A refund in the order's first row alone counts once and is no item's."""
    rows = [
        shopify("#1", "被", **PAID_ONCE, **{"Refunded Amount": "20.00"}),
        shopify("#1", "枕"),
        shopify("#1", "席"),
    ]
    found = read(write_csv(tmp_path / "a.csv", rows, "utf-8")).orders.iloc[0]
    assert (found["gross_fen"], found["refund_fen"], found["net_fen"]) == (6000, 2000, 4000)


@pytest.mark.parametrize("times", [2, 3, 9])
def test_order_pasted_again(tmp_path: Path, times: int) -> None:
    """An order that stands several times in a sheet, amount and price alike, counts once."""
    one = head("1", "枕", "20.00")  # two pieces at 10.00
    inputs = read(write_csv(tmp_path / "a.csv", [one] * times))
    assert money(inputs) == [["success", 2000, 0, 2000]]
    assert fates(inputs) == [(times, 1, times - 1, 0)]


# Any mix


CELL = st.sampled_from(["", "-", "???", "0.00", "-5", "合计", "2027-01-01", "已关闭", "300.00"])


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.integers(1, 3),
            st.dictionaries(st.sampled_from(list(part())), CELL),
        ),
        min_size=1,
        max_size=20,
    )
)
@examples(10)
def test_rows_add_up(tmp_path: Path, dirt: list[tuple[int, int, Row]]) -> None:
    """Whatever dirt, rows read = used + merged + listed, and each used row is one order."""
    rows = [part(main, sub, **cells) for main, sub, cells in dirt]
    if not any(any(str(cell).strip() for cell in row.values()) for row in rows):
        return
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    [(all_rows, used, merged, listed)] = fates(inputs)
    assert all_rows == used + merged + listed
    assert used == len(inputs.orders)
    assert (inputs.orders["refund_fen"] <= inputs.orders["gross_fen"]).all()
    assert (inputs.orders["net_fen"] >= 0).all()


@given(
    st.lists(
        st.sampled_from(
            [
                head("1", "枕"),
                head("2", "被"),
                line("", "席"),
                line("2", "毯"),
                line("", "", 数量=""),
            ]
        ),
        min_size=1,
        max_size=12,
    )
)
@examples(10)
def test_filled_rows_add_up(tmp_path: Path, rows: list[Row]) -> None:
    """Whatever rows go on with whatever order, each is used, merged or listed."""
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    [(all_rows, used, merged, listed)] = fates(inputs)
    assert all_rows == used + merged + listed
    assert used == len(inputs.orders) <= 2
    assert (inputs.orders["gross_fen"] == 10000).all()


STATES = st.sampled_from([{}, CLOSED, {"订单状态": "已发货"}, {"售后状态": "售后待处理"}])


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), STATES), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), STATES), min_size=1, max_size=9),
)
@examples(4)
def test_overlapping_exports(
    tmp_path: Path, one: list[tuple[int, int, Row]], other: list[tuple[int, int, Row]]
) -> None:
    """Files in any order and under any name say the same, and one read twice says it once."""
    parts = [[part(main, sub, **state) for main, sub, state in some] for some in (one, other)]
    first, second = (write_csv(tmp_path / f"{at}.csv", some) for at, some in enumerate(parts))
    swapped = [write_csv(tmp_path / f"{at + 2}.csv", some) for at, some in enumerate(parts[::-1])]
    both = read(first, second)
    again = write_csv(tmp_path / "9.csv", parts[0][::-1], "utf-8-sig")
    for files in ((second, first), swapped, (first, second, again)):
        assert said(read(*files).orders) == said(both.orders)
    assert said(read(first, again).orders) == said(read(first).orders)
    for all_rows, used, merged, listed in fates(both):
        assert all_rows == used + merged + listed
