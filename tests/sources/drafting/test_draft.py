"""Drafts of layouts: what a header that no layout knows is likely to mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shopcrm.errors import InputError, LayoutError
from shopcrm.policy import load_policy
from shopcrm.sources.drafting.draft import Draft, draft_layout, likely_header
from shopcrm.sources.drafting.guess import MOST_WORDS
from shopcrm.sources.layouts import FIELDS, KINDS, STATUS_WORDS, Layout, built_in
from shopcrm.tables import rows_of
from tests.making import kinds, read, write_csv, write_xlsx

PHONE = "13800138001"
POLICY = load_policy(None)


def draft(path: Path) -> Draft:
    return draft_layout(path, POLICY)


def mapped(drafted: Draft) -> dict[str, list[str]]:
    return {name: [one.header for one in places] for name, places in drafted.columns.items()}


def rows(*lists: list[Any]) -> list[dict[str, Any]]:
    header, *lines = lists
    return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.mark.parametrize("layout", built_in(), ids=lambda one: one.name)
def test_own_header(layout: Layout, tmp_path: Path) -> None:
    """A header that a layout of ours knows is mapped as that layout maps it."""
    of_header = {aliases[0]: name for name, aliases in layout.columns.items()}
    header = list(of_header)
    if layout.only_with and not layout.only_with & set(header):
        header.append(min(layout.only_with))
    path = write_csv(tmp_path / "a.csv", [dict.fromkeys(header, "1")], "utf-8")
    drafted = draft(path)
    found = {one.header: name for name, places in drafted.columns.items() for one in places}
    read_twice = {aliases[0] for name, aliases in layout.columns.items()
                  if of_header[aliases[0]] != name}  # fmt: skip
    assert (drafted.known, drafted.kind, drafted.platform) == (layout, layout.kind, layout.platform)
    wanted = {text: name for text, name in of_header.items() if text not in read_twice}
    assert {text: found.get(text) for text in wanted} == wanted
    assert drafted.required == layout.required


@pytest.mark.parametrize("layout", built_in(), ids=lambda one: one.name)
def test_own_header_with_a_column_renamed(layout: Layout, tmp_path: Path) -> None:
    """Whatever is renamed, a draft gives each field one set of columns and no column twice."""
    header = ["甲乙丙", *(aliases[0] for aliases in layout.columns.values())][: len(layout.columns)]
    drafted = draft(write_csv(tmp_path / "a.csv", [dict.fromkeys(header, "1")], "utf-8"))
    places = [one.at for group in drafted.columns.values() for one in group]
    spare = [one.at for one in drafted.unmapped]
    assert drafted.kind in KINDS
    assert set(drafted.columns) <= set(FIELDS)
    assert set(drafted.required) <= set(drafted.columns)
    if len(set(header)) == len(header) and drafted.known is None:
        assert sorted(places + spare) == list(range(len(header)))


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("单据编号 买家账号 实付款 单据状态", "A1 a 5 已完成", "orders"),
        ("订单编码 产品标题 订购数量", "A1 枕头 1", "items"),
        ("退款编码 退款编号 订单编号 退款额", "1 2 3 4", "refunds"),
        ("顾客 消费额 购买日", "小云 12.5 2026-03-01", "register"),
        ("顾客 生日 累计消费金额", "小云 5-1 100", "customers"),
        ("会员昵称 评价内容 订单编号", "a 好 1", "reviews"),
        ("Client Amount Date", "Ann 12 2026-01-02", "register"),
        ("客户网名 回访结果", "a 已联系", "contacts"),
    ],
)
def test_kind(header: str, cells: str, kind: str, tmp_path: Path) -> None:
    """The kind of a file shows in what is there, and what is not."""
    path = write_csv(tmp_path / "a.csv", rows(header.split(), cells.split()), "utf-8")
    assert draft(path).kind == kind


def test_cells_tell_what_headers_do_not(tmp_path: Path) -> None:
    """Where headers say nothing, numbers, days, phones and status words do."""
    header = ["甲", "乙", "丙", "丁", "戊", "己"]
    lines = [
        [f"26110100000{n:04d}", f"1380013{n:04d}", f"2026-10-{n + 1:02d}",
         ["已完成", "已取消", "待发货"][n % 3], f"{n}.50", f"浙江省杭州市西湖区{n}号"]
        for n in range(20)
    ]  # fmt: skip
    drafted = draft(write_csv(tmp_path / "a.csv", rows(header, *lines), "utf-8"))
    assert mapped(drafted) == {
        "order_no": ["甲"],
        "phone": ["乙"],
        "created": ["丙"],
        "status": ["丁"],
        "amount": ["戊"],
        "address": ["己"],
    }
    assert set(drafted.why.values()) == {"cells"}


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("付款日期", "小云", "paid"),
        ("实付金额", "明天", "amount"),
        ("Mobile", "many words", "phone"),
    ],
)
def test_cells_that_cannot_be_it(header: str, cell: str, field: str, tmp_path: Path) -> None:
    """A column whose cells its field cannot read is not given that field."""
    line = {"订单编号": "1", "状态": "已完成", header: cell}
    assert field not in draft(write_csv(tmp_path / "a.csv", [line], "utf-8")).columns


@pytest.mark.parametrize("header", ["优惠金额", "运费金额", "预计发货时间", "快递费返还金额"])
def test_never_guessed(header: str, tmp_path: Path) -> None:
    """What is only near to money or to a day of the order is left to the owner."""
    line = {"订单编号": "1", "当前状态": "已完成", header: "2026"}
    drafted = draft(write_csv(tmp_path / "a.csv", [line], "utf-8"))
    assert [one.header for one in drafted.unmapped] == [header]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("待付款", "unpaid"),
        ("已付款，待发货", "paid"),
        ("支付成功", "paid"),
        ("已打单已发货", "shipped"),
        ("已发货，待收货", "shipped"),
        ("客户已签收", "signed"),
        ("订单完成", "success"),
        ("Completed", "success"),
        ("已发货，退款成功", "refunded"),
        ("客户取消", "closed_or_refunded"),
        ("Cancelled by us", "closed_or_refunded"),
        ("部分退款", None),
        ("冻结", None),
    ],
)
def test_status_words(word: str, meaning: str | None, tmp_path: Path) -> None:
    """A status word means what its parts say; of one that says nothing there is no guess."""
    line = {"单据编号": "1", "已付金额": "5", "当前状态": word}
    drafted = draft(write_csv(tmp_path / "a.csv", [line], "utf-8"))
    assert dict(drafted.status) == {word: meaning}
    assert meaning is None or meaning in STATUS_WORDS


def test_most_frequent_words_first(tmp_path: Path) -> None:
    """Of many status words the most frequent are listed, with how often they stand there."""
    lines = [[str(n), "1", "常见" if n % 2 else f"词{n}"] for n in range(200)]
    path = write_csv(
        tmp_path / "a.csv", rows(["单据编号", "已付金额", "订单状态"], *lines), "utf-8"
    )
    drafted = draft(path)
    assert len(drafted.status) == MOST_WORDS
    assert next(iter(drafted.status)) == "常见"
    assert drafted.words["常见"] == 100


def test_platform_by_its_words(tmp_path: Path) -> None:
    """Words that only one platform uses say that the orders are its."""
    header = ["线上单号", "已付金额", "单据状态"]
    own = rows(header, ["1", "5", "买家已付款，等待卖家发货"])
    assert draft(write_csv(tmp_path / "a.csv", own, "utf-8")).platform == "taobao"
    strange = rows(header, ["1", "5", "搞定"])
    assert draft(write_csv(tmp_path / "b.csv", strange, "utf-8")).platform == "other"


def test_missing_fields_are_named(tmp_path: Path) -> None:
    """What a kind of file cannot do without, and was not found, is said."""
    line = {"单据编号": "1", "单据状态": "已完成", "备用": "x"}
    drafted = draft(write_csv(tmp_path / "a.csv", [line], "utf-8"))
    assert drafted.missing == (("amount",), ("created", "paid"))
    assert set(drafted.required) == set(drafted.columns)


@pytest.mark.parametrize(
    ("records", "index"),
    [
        ([["十月销售"], [], ["单号", "金额"], ["A1", "5"]], 2),
        ([["单号", "金额"], ["甲", "乙"]], 0),
        ([["甲", "乙", "丙"], ["订单编号", "实付金额", "丁"]], 1),
        ([["1", "2"], [3, 4.0]], None),
        ([["只有一列"], ["1"]], None),
        ([], None),
    ],
)
def test_likely_header(records: list[list[Any]], index: int | None) -> None:
    """The header is the first row with the most short names, known ones counting twice."""
    assert likely_header(records) == index


def test_best_sheet(tmp_path: Path) -> None:
    """Of several sheets the widest with rows is drafted."""
    table: list[list[Any]] = [["单号", "顾客", "已付金额"], ["A1", "小云", 5.0]]
    path = write_xlsx(tmp_path / "a.xlsx", table, others={"说明": [["甲", "乙"]]})
    drafted = draft(path)
    assert (drafted.sheet, drafted.header_row, drafted.encoding) == ("Sheet1", 1, "xlsx")


def test_days_of_a_workbook(tmp_path: Path) -> None:
    """A column of real dates is one whatever its header."""
    path = write_xlsx(
        tmp_path / "a.xlsx", [["顾客", "已付金额", "哪天"], ["a", 5, date(2026, 1, 2)]]
    )
    assert mapped(draft(path))["created"] == ["哪天"]


def test_no_header(tmp_path: Path) -> None:
    """A file of numbers has no header, and one that is not there cannot be read."""
    path = tmp_path / "a.csv"
    path.write_text("1,2\n3,4\n")
    with pytest.raises(LayoutError) as caught:
        draft(path)
    assert caught.value.key == "no_header"
    with pytest.raises(InputError):
        draft(tmp_path / "none.csv")


DEALS = rows(
    ["旺旺名", "宝贝简称", "实收总额", "付款完成日期", "收货人", "手机", "当前状态"],
    *[
        [f"tb{n % 4}", "被子", f"{50 + n}.00", f"2026-09-{n + 1:02d}", "小云", PHONE, "交易成功"]
        for n in range(9)
    ],
)


def test_deals_are_no_list_of_customers(tmp_path: Path) -> None:
    """Money and days that a list of customers leaves unused are doubted, and drafted as orders."""
    path = write_csv(tmp_path / "a.csv", DEALS, "gb18030")
    doubts = read(path).problems.table()
    (doubt,) = rows_of(doubts[doubts["kind"] == "maybe_deals"])
    assert doubt.value == "实收总额 | 付款完成日期 | 当前状态"
    drafted = draft(path)
    assert (drafted.known, drafted.kind, drafted.missing) == (None, "orders", ())
    assert mapped(drafted)["amount"] == ["实收总额"]


@pytest.mark.parametrize(
    "others",
    [
        {"累计实付金额": "99.00", "最近成交时间": "2026-09-01"},
        {"储值余额": "99.00", "入会时间": "2026-09-01", "状态": "正常"},
        {"实收总额": "99.00", "状态": "冻结"},
        {"实收总额": "", "付款完成日期": "2026-09-01"},
    ],
)
def test_what_is_said_of_a_customer_is_no_deal(others: dict[str, str], tmp_path: Path) -> None:
    """Sums, last days and states of a customer are no deals, nor is money that nobody paid."""
    people = [{"旺旺名": f"tb{n}", "手机": PHONE, **others} for n in range(9)]
    path = write_csv(tmp_path / "a.csv", people, "gb18030")
    assert "maybe_deals" not in kinds(read(path))
    assert draft(path).kind == "customers"
