"""Rows of an order export as orders: status, money, dates, and what is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import InputError, PolicyError
from shopcrm.sources.layouts import built_in
from shopcrm.tables import SUCCESSFUL
from tests.making import ORDER, Row, examples, fates, kinds, order, read, text_of, write_csv

PAID = "买家实际支付金额"
CLOSED = {"订单状态": "交易关闭", "订单关闭原因": "订单未关闭", "订单付款时间 ": "NULL"}


def first(folder: Path, *others: Row, shop: str = "", **cells: Any) -> dict[str, Any]:
    """Return the first order of a file in which it has these cells."""
    rows = [order(1, **cells), *others]
    inputs = read(write_csv(folder / "a.csv", rows), shop=shop)
    found = inputs.orders.set_index("order_no").loc["2000000000000000001"]
    return {str(name): value for name, value in found.items()}


def listed(folder: Path, **cells: Any) -> list[tuple[str, str, str, str]]:
    """Return the problems of a file of one good row and one with these cells."""
    inputs = read(write_csv(folder / "a.csv", [order(1), order(2, **cells)]))
    assert fates(inputs) == [(2, 1, 0, 1)]
    table = inputs.problems.table()
    assert table["row"].tolist() == [3]
    return [tuple(row) for row in table[["kind", "severity", "column", "value"]].to_numpy()]


# Status


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("等待买家付款", "unpaid"),
        ("买家已付款，等待卖家发货", "paid"),
        ("买家已付款,等待卖家发货", "paid"),
        (" 买家已付款 ", "paid"),
        ("卖家部分发货", "paid"),
        ("卖家已发货，等待买家确认", "shipped"),
        ("卖家已发货,等待买家确认", "shipped"),
        ("交易成功", "success"),
        ("TRADE_FINISHED", "success"),
        ("付款以后用户退款成功，交易自动关闭", "refunded"),
        ("付款以后用户退款成功,交易自动关闭", "refunded"),
        ("付款以前，卖家或买家主动关闭交易", "closed"),
        ("付款以前,卖家或买家主动关闭交易", "closed"),
    ],
)
def test_status_words(tmp_path: Path, word: str, status: str) -> None:
    """A status means the same with a comma of either width and white space around it."""
    found = first(tmp_path, 订单状态=word)
    assert found["status"] == status
    assert found["net_fen"] == (10000 if status in SUCCESSFUL else 0)


@pytest.mark.parametrize("word", ["神秘状态", "", "NULL"])
def test_unknown_status(tmp_path: Path, word: str) -> None:
    """A status that nobody knows, or none, is listed with the word, and never guessed."""
    problems = listed(tmp_path, 订单状态=word)
    kind = "no_status" if word in ("", "NULL") else "unknown_status"
    assert problems == [(kind, "listed", "订单状态", word)]


def test_own_status_words(tmp_path: Path) -> None:
    """The owner's own status words count, over ours as well."""
    shop = '[status]\nwords = { "神秘状态" = "shipped", "交易成功" = "signed" }\n'
    assert first(tmp_path, shop=shop, 订单状态="神秘状态")["status"] == "shipped"
    assert first(tmp_path, shop=shop)["status"] == "signed"


@pytest.mark.parametrize(("meaning", "key"), [('"sucess"', "one_of_near"), ("3", "one_of")])
def test_own_status_word_of_no_meaning(tmp_path: Path, meaning: str, key: str) -> None:
    """An own status word must mean a status: a slip would make orders vanish from the sums."""
    path = write_csv(tmp_path / "a.csv", [ORDER])
    with pytest.raises(PolicyError) as caught:
        read(path, shop=f'[status]\nwords = {{ "神秘状态" = {meaning} }}\n')
    assert (caught.value.key, caught.value.values["line"]) == (key, 2)
    assert "success" in str(caught.value.values["known"])


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, "closed"),
        ({"订单关闭原因": "买家未付款"}, "closed"),
        ({PAID: "0.00"}, "closed"),
        ({"订单付款时间 ": "2026-10-01 10:05:00"}, "refunded"),
        ({"退款金额": "100.00"}, "refunded"),
        ({"订单关闭原因": "退款"}, "refunded"),
        ({"订单关闭原因": "退款：商品破损"}, "refunded"),
        ({"订单关闭原因": "买家未付款", "订单付款时间 ": "2026-10-01 10:05:00"}, "closed"),
        ({"订单付款时间 ": "2026-10-01 10:05:00", PAID: "0.00"}, "refunded"),
    ],
)
def test_closed(tmp_path: Path, cells: Row, status: str) -> None:
    """交易关闭 is told by pay time, refund and reason; either way nothing was earned."""
    found = first(tmp_path, **CLOSED) if not cells else first(tmp_path, **(CLOSED | cells))
    assert found["status"] == status
    assert found["net_fen"] == 0
    assert found["refund_fen"] == found["gross_fen"] == (10000 if status == "refunded" else 0)


def test_free(tmp_path: Path) -> None:
    """Nothing paid and no pay time is a gift; nothing paid with a pay time, vouchers paid for."""
    gift = first(tmp_path, **{PAID: "0.00", "总金额": "0.00", "订单付款时间 ": "NULL"})
    voucher = first(tmp_path, **{PAID: "0.00", "总金额": "0.00"})
    assert (gift["status"], voucher["status"]) == ("free", "success")


# Money


def test_gross_column(tmp_path: Path) -> None:
    """Where paid = total on refunded rows the paid column is gross, and the refund is taken off."""
    inputs = read(write_csv(tmp_path / "a.csv", [order(1, 退款金额="30.00"), order(2)]))
    assert inputs.files[0].paid_is == "gross"
    columns = inputs.orders.sort_values("order")[["gross_fen", "refund_fen", "net_fen"]]
    assert columns.to_numpy().tolist() == [[10000, 3000, 7000], [10000, 0, 10000]]


def test_net_column(tmp_path: Path) -> None:
    """Where paid + refund = total the refund has been taken off already, and is not again."""
    rows = [order(1, 退款金额="30.00", **{PAID: "70.00"}), order(2)]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert inputs.files[0].paid_is == "net"
    columns = inputs.orders.sort_values("order")[["gross_fen", "refund_fen", "net_fen"]]
    assert columns.to_numpy().tolist() == [[10000, 3000, 7000], [10000, 0, 10000]]


@pytest.mark.parametrize("total", ["NULL", "88.00"])
def test_unclear_column(tmp_path: Path, total: str) -> None:
    """Where no row shows whether paid is net or gross, the file is said to be unclear."""
    inputs = read(write_csv(tmp_path / "a.csv", [order(1, 退款金额="30.00", 总金额=total)]))
    assert inputs.files[0].paid_is == "unclear"
    assert kinds(inputs) == ["paid_unclear"]
    assert inputs.orders["net_fen"].tolist() == [7000]


def test_no_refund_to_tell_by(tmp_path: Path) -> None:
    """A file without refunds says nothing about its paid column, and no doubt is raised."""
    inputs = read(write_csv(tmp_path / "a.csv", [order(1), order(2)]))
    assert inputs.files[0].paid_is is None
    assert kinds(inputs) == []


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 100)), min_size=1, max_size=6),
    st.booleans(),
)
@examples(8)
def test_money_either_way(tmp_path: Path, deals: list[tuple[int, int]], net: bool) -> None:  # noqa: FBT001
    """Net or gross, a file says the same: net = gross - refund, and a whole refund is no order."""
    rows = [order(99, 退款金额="30.00", **{PAID: "70.00" if net else "100.00"})]
    for at, (total, share) in enumerate(deals):
        back = total * share // 100
        paid = total - back if net else total
        money = {"总金额": total, PAID: paid, "退款金额": back}
        rows.append(order(at, **{name: f"{fen / 100:.2f}" for name, fen in money.items()}))
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert inputs.files[0].paid_is == ("net" if net else "gross")
    found = inputs.orders.sort_values("order")
    for (total, share), (_, one) in zip(deals, found.iterrows(), strict=False):
        back = total * share // 100
        assert (one["gross_fen"], one["refund_fen"]) == (total, back)
        assert one["status"] == ("refunded" if back >= total else "success")
        assert one["net_fen"] == total - back


def test_refund_over_paid(tmp_path: Path) -> None:
    """A refund of more than was paid is used up to what was paid, and doubted."""
    rows = [order(1, 退款金额="30.00"), order(2, 退款金额="500.00")]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert kinds(inputs) == ["refund_over_paid"]
    assert inputs.orders.sort_values("order")["refund_fen"].tolist() == [3000, 10000]


def test_seller_fault(tmp_path: Path) -> None:
    """A refund whose reason is the shop's fault is marked so, by the words of the policy."""
    reason = {"订单状态": "交易关闭", "订单关闭原因": "退款：尺寸偏小"}
    assert first(tmp_path, 订单状态="交易关闭", 订单关闭原因="退款：商品破损")["seller_fault"]
    assert not first(tmp_path, **reason)["seller_fault"]
    assert first(tmp_path, shop='[returns]\nseller_fault = ["尺寸"]\n', **reason)["seller_fault"]


def test_money_rounded(tmp_path: Path) -> None:
    """An amount with parts of a fen is used rounded, and doubted."""
    inputs = read(write_csv(tmp_path / "a.csv", [order(1, **{PAID: "12.346"})]))
    assert kinds(inputs) == ["money_rounded"]
    assert fates(inputs) == [(1, 1, 0, 0)]
    assert inputs.orders["gross_fen"].tolist() == [1235]


# What is listed


@pytest.mark.parametrize(
    ("cells", "kind", "column"),
    [
        ({PAID: "见备注"}, "bad_money", PAID),
        ({PAID: "-5.00"}, "negative_paid", PAID),
        ({PAID: "NULL"}, "no_amount", PAID),
        ({"退款金额": "-5.00"}, "negative_paid", "退款金额"),
        ({"退款金额": "见备注"}, "bad_money", "退款金额"),
        ({"订单付款时间 ": "2026-13-45"}, "bad_date", "订单付款时间 "),
        ({"订单付款时间 ": "2027-01-01 00:00:00"}, "future_date", "订单付款时间 "),
        ({"订单付款时间 ": "2026-11-21 00:00:00"}, "future_date", "订单付款时间 "),
        ({"订单付款时间 ": "NULL", "订单创建时间": "-"}, "no_date", "订单付款时间 "),
        ({"订单编号": "合计"}, "total_row", "订单编号"),
        ({"订单编号": " 总计： "}, "total_row", "订单编号"),
        ({"买家会员名": "小计:"}, "total_row", "买家会员名"),
    ],
)
def test_listed(tmp_path: Path, cells: Row, kind: str, column: str) -> None:
    """A row of no use is listed once, with its row, column, value and what is wrong."""
    problems = listed(tmp_path, **cells)
    assert [(one[0], one[2]) for one in problems] == [(kind, column)]
    assert problems[0][3].strip() == str(cells[column]).strip().replace("NULL", "NULL")


def test_last_moment_of_today(tmp_path: Path) -> None:
    """An order of today's last second is not of the future."""
    assert first(tmp_path, **{"订单付款时间 ": "2026-11-20 23:59:59"})["status"] == "success"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"联系手机": "微信同号"}, "odd_phone"),
        ({"宝贝总数量": "若干"}, "bad_optional"),
        ({"宝贝总数量": "9" * 30}, "bad_optional"),
        ({"确认收货时间": "上周"}, "bad_optional"),
        ({"总金额": "??"}, "bad_optional"),
    ],
)
def test_doubts(tmp_path: Path, cells: Row, kind: str) -> None:
    """A bad cell that no figure hangs on is a doubt, told once; the row is used."""
    inputs = read(write_csv(tmp_path / "a.csv", [order(1, **cells)]))
    assert fates(inputs) == [(1, 1, 0, 0)]
    table = inputs.problems.table()
    assert table[["kind", "severity"]].to_numpy().tolist() == [[kind, "doubt"]]


@pytest.mark.parametrize(
    ("gone", "kind"), [({"总金额"}, []), ({"订单付款时间 ", "订单创建时间"}, ["lacks_column"])]
)
def test_lacking_columns(tmp_path: Path, gone: set[str], kind: list[str]) -> None:
    """A file without a column that every order needs is told so once, beside its rows."""
    rows = [{name: cell for name, cell in order(at).items() if name not in gone} for at in (1, 2)]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert [one for one in kinds(inputs) if one == "lacks_column"] == kind
    [(all_rows, used, merged, listed)] = fates(inputs)
    assert (all_rows, used + merged + listed) == (2, 2)
    assert listed == (2 if kind else 0)


def test_masked_cells(tmp_path: Path) -> None:
    """Masked ids, names and phones are missing, and the report says how many orders have no key."""
    masked = {"买家会员名": "t**3", "联系手机": "138****8000", "收货人姓名": "李**"}
    inputs = read(write_csv(tmp_path / "a.csv", [order(1, **masked), order(2)]))
    found = inputs.orders.sort_values("order")
    assert found["buyer"].isna().tolist() == [True, False]
    assert found["phone"].isna().tolist() == [True, False]
    assert found["name"].isna().tolist() == [True, False]
    assert (inputs.files[0].key, inputs.files[0].without_key) == ("buyer", 1)
    assert kinds(inputs) == []


def test_address_is_a_key_only_if_the_owner_says_so(tmp_path: Path) -> None:
    """Receiver and address say who it is with ``identity.address = true``, and else nothing."""
    rows = [order(at, 买家会员名="", 联系手机="138****0000") for at in (1, 2)]
    path = write_csv(tmp_path / "a.csv", rows)
    for shop, nobody in (("", 2), ("[identity]\naddress = true\n", 0)):
        inputs = read(path, shop=shop)
        assert inputs.files[0].without_key == nobody
        assert inputs.orders["address"].nunique() == (not nobody)


def test_packed_address(tmp_path: Path) -> None:
    """Where name and phone have no column they are taken out of the address."""
    row = {
        "订单编号": "1",
        "买家实付金额": "5",
        "订单状态": "交易成功",
        "订单付款时间": "2026-10-01 10:00:00",
        "收货地址": "李雨薇，86-13800138000，广东省 广州市 天河区 和平路 ，",
    }
    found = read(write_csv(tmp_path / "a.csv", [row])).orders.iloc[0]
    assert found[["name", "phone", "province", "city"]].tolist() == [
        "李雨薇",
        "13800138000",
        "广东",
        "广州",
    ]


REFUND_LAYOUT = """
kind = "orders"
platform = "taobao"
required = ["order_no", "amount", "refund_status"]
[columns]
order_no = ["订单编号"]
amount = ["实付"]
refund = ["退款"]
paid = ["付款时间"]
status = ["状态"]
refund_status = ["售后"]
"""


@pytest.mark.parametrize(
    ("word", "refund", "is_open", "problems"),
    [
        ("退款成功", 3000, False, []),
        ("退款关闭", 0, False, []),
        ("退款中", 0, True, []),
        ("", 0, False, []),
        ("神秘售后", 0, False, ["unknown_refund"]),
    ],
)
def test_refund_status(
    tmp_path: Path,
    word: str,
    refund: int,
    is_open: bool,  # noqa: FBT001
    problems: list[str],
) -> None:
    """Money has gone back when the refund is done; an unknown refund word is a doubt."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "a.toml").write_text(REFUND_LAYOUT, "utf-8")
    row = {
        "订单编号": "1",
        "实付": "100",
        "退款": "30",
        "付款时间": "2026-10-01",
        "状态": "交易成功",
        "售后": word,
    }
    inputs = read(write_csv(tmp_path / "a.csv", [row]), shop="[shop]\n")
    found = inputs.orders.iloc[0]
    assert (found["refund_fen"], found["refund_open"]) == (refund, is_open)
    assert [kind for kind in kinds(inputs) if kind != "paid_unclear"] == problems


# Any dirt


DIRT = st.sampled_from(
    [
        "",
        "NULL",
        "-",
        "???",
        "-5",
        "0",
        "1e999",
        "合计",
        "2027-01-01",
        "9" * 40,
        "交易关闭",
        '="1"',
        "***",
    ]
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(list(ORDER)), DIRT, max_size=6), min_size=1, max_size=30
    ),
    st.sampled_from(["\n", "\n\n"]),
)
@examples(8)
def test_rows_add_up(tmp_path: Path, dirt: list[Row], newline: str) -> None:
    """Under any dirt rows read = used + merged + listed, and each listed row has one problem."""
    rows = [order(at % 5, **cells) for at, cells in enumerate(dirt)]
    path = tmp_path / "a.csv"
    path.write_bytes(text_of(rows, newline=newline).encode("gb18030"))
    try:
        inputs = read(path)
    except InputError:
        assert not any(any(str(cell).strip() for cell in row.values()) for row in rows)
        return
    [(all_rows, used, merged, gone)] = fates(inputs)
    blank = sum(not any(str(cell).strip() for cell in row.values()) for row in rows)
    assert all_rows == used + merged + gone == len(rows) - blank
    assert used == len(inputs.orders)
    problems = inputs.problems.table()
    problems = problems[(problems["severity"] == "listed") | (problems["kind"] == "total_row")]
    assert problems["row"].is_unique
    assert len(problems) == gone


@pytest.mark.parametrize("layout", built_in(), ids=lambda one: one.name)
def test_taobao_words_are_known(layout: Any) -> None:
    """Every layout of Taobao knows the platform's words."""
    if layout.platform == "taobao":
        assert layout.status["交易成功"] == "success"
        assert layout.refund_status["退款成功"] == "done"
