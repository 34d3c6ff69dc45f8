"""Why money went back, how it was paid, and what items and agents say: kept as written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.making import read, write_csv
from tests.sources.kinds.test_fold import part
from tests.sources.kinds.test_refunds import bare, case, item, refund


def test_the_reason_of_a_refund_reaches_its_order(tmp_path: Path) -> None:
    """The refund report's reason is the order's; an order without a refund has none."""
    orders = [bare(1, 买家实际支付金额="90.00"), bare(2, 买家实际支付金额="90.00")]
    paths = [
        write_csv(tmp_path / "订单.csv", orders),
        write_csv(tmp_path / "退款.csv", [refund(1, 买家退款原因="尺寸不合适")]),
    ]
    found = read(*paths).orders.sort_values("order")["refund_reason"].astype("str")
    assert found.iloc[0] == "尺寸不合适"
    assert pd.isna(found.iloc[1])


def test_a_refused_refund_gives_no_reason(tmp_path: Path) -> None:
    """Only why money went back is a reason, not why it was asked for."""
    paths = [
        write_csv(tmp_path / "订单.csv", [bare(1, 买家实际支付金额="90.00")]),
        write_csv(tmp_path / "退款.csv", [refund(1, 退款状态="退款关闭")]),
    ]
    assert read(*paths).orders["refund_reason"].isna().all()


def test_the_reason_in_the_order_s_own_file(tmp_path: Path) -> None:
    """A closed order's own column tells it; 订单未关闭 and a bare 退款 are no reasons."""
    closed = "付款以后用户退款成功，交易自动关闭"
    rows = [
        bare(1, 订单状态=closed, 订单关闭原因="拍错了"),
        bare(2, 订单状态=closed, 订单关闭原因="退款"),
        bare(3, 订单关闭原因="订单未关闭"),
    ]
    found = read(write_csv(tmp_path / "订单.csv", rows)).orders.sort_values("order")
    assert found["refund_reason"].astype("str").fillna("").to_list() == ["拍错了", "", ""]


def test_the_price_and_refund_of_an_item(tmp_path: Path) -> None:
    """Items keep what was paid for a piece, or its list price, and what went back of them."""
    orders = write_csv(tmp_path / "订单.csv", [bare(1, 买家实际支付金额="90.00")])
    more = {"子订单编号": "s2", "商品标题": "枕头", "买家实付金额": "", "商品价格": "9.90"}
    back = {"退款状态": "退款成功", "退款金额": "30.00"}
    rows = [item(1, 购买数量="2", 商品价格="60.00"), item(1, **more, **back)]
    items = write_csv(tmp_path / "宝贝.csv", rows)
    found = read(orders, items).items.sort_values("product")
    assert found[["product", "price_fen", "refund_fen"]].to_numpy().tolist() == [
        ["云感四件套", 5000, 0], ["枕头", 990, 3000]
    ]  # fmt: skip


def test_how_it_was_paid(tmp_path: Path) -> None:
    """The word of the file stands as it is; refunds by case keep their reason too."""
    rows = [part(1, sub, 支付方式="微信") for sub in (1, 2)]
    paths = [
        write_csv(tmp_path / "订单.csv", rows),
        write_csv(tmp_path / "售后.csv", [case(2, 售后原因="破损")]),
    ]
    orders = read(*paths).orders
    assert orders["payment"].astype("str").to_list() == ["微信"]
    assert orders["refund_reason"].astype("str").to_list() == ["破损"]


def test_what_the_sheet_of_agents_says(tmp_path: Path) -> None:
    """The agent's own shop is read, and its columns are no longer unknown ones."""
    row = {
        "客户ID": "小满家居",
        "客户类型": "一件代发",
        "店铺主营类目": "家纺",
        "勋章等级": "三心",
        "类目匹配度": "90%",
        "DSR": "4.8",
        "店铺状态": "正常",
    }
    inputs = read(write_csv(tmp_path / "代理商.csv", [row]))
    names = ["shop_category", "medal", "category_match", "dsr", "shop_state"]
    assert inputs.register[names].to_numpy().tolist() == [["家纺", "三心", "90%", "4.8", "正常"]]
    assert inputs.files[0].unmapped == []
    assert inputs.cells["勋章等级"].to_list() == ["三心"]
