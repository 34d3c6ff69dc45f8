"""Layouts: which file is what."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.samples import CHANGES, Sample, samples
from shopcrm.errors import LayoutError, PolicyError
from shopcrm.labels import LANGS
from shopcrm.sources.layouts import (
    FIELDS,
    GRAINS,
    KINDS,
    ORDER_DAYS,
    REFUND_WORDS,
    STATUS_WORDS,
    Layout,
    built_in,
    plain_word,
    platform_names,
)
from shopcrm.sources.opening.grid import plain_header
from shopcrm.sources.own_layouts import of_the_shop
from shopcrm.tables import RATINGS
from tests.making import (
    CONTACT,
    DEAL,
    ITEM,
    ORDER,
    OWN,
    examples,
    fates,
    order,
    read,
    said,
    sheet_of,
    text_of,
    write_csv,
    write_xlsx,
)

WEIDIAN = {"订单号": "W1", "买家": "小猪", "实收": "12", "时间": "2026-01-02", "状态": "已完成"}


WORDS = {
    "taobao": {
        "unpaid": "等待买家付款 WAIT_BUYER_PAY TRADE_NO_CREATE_PAY PAY_PENDING",
        "paid": "买家已付款，等待卖家发货 买家已付款,等待卖家发货 买家已付款 卖家部分发货"
        " WAIT_SELLER_SEND_GOODS SELLER_CONSIGNED_PART",
        "shipped": "卖家已发货，等待买家确认 卖家已发货,等待买家确认 WAIT_BUYER_CONFIRM_GOODS",
        "signed": "TRADE_BUYER_SIGNED",
        "success": "交易成功 TRADE_FINISHED",
        "refunded": "付款以后用户退款成功，交易自动关闭 TRADE_CLOSED",
        "closed": "付款以前，卖家或买家主动关闭交易 TRADE_CLOSED_BY_TAOBAO",
        "closed_or_refunded": "交易关闭",
        "done": "退款成功 SUCCESS",
        "open": "WAIT_SELLER_AGREE WAIT_BUYER_RETURN_GOODS WAIT_SELLER_CONFIRM_GOODS"
        " SELLER_REFUSE_BUYER",
        "none": "退款关闭 CLOSED 无退款申请 没有申请退款",
    },
    "1688": {
        "unpaid": "等待买家付款 等待卖家确认订单 等待买家确认订单",
        "paid": "等待卖家发货 已支付，未到账 等待物流揽件 等待买家确认操作 等待卖家推进",
        "shipped": "等待买家确认收货 已发货，未到账 等待买家签收",
        "signed": "已收货 已收货，未到账 买家已签收",
        "success": "交易成功 已收货，已贴现",
        "closed_or_refunded": "交易关闭 签收失败",
    },
    "pdd": {
        "unpaid": "待支付",
        "paid": "待发货",
        "shipped": "已发货，待签收 已发货，待收货",
        "signed": "已签收 已收货",
        "refunded": "未发货，退款成功 已发货，退款成功 已收货，退款成功 退款成功",
        "closed_or_refunded": "已取消",
        "none": "无售后或售后取消 售后取消，退款失败",
        "open": "售后处理中 商家同意退货退款，待买家发货 用户已发货，待商家处理",
        "done": "退款成功",
    },
    "jd": {
        "unpaid": "等待付款 等待付款确认 未付款",
        "paid": "等待出库 锁定 锁定订单 (锁定)等待出库 暂停订单",
        "shipped": "等待确认收货",
        "success": "完成 已完成",
        "closed": "(删除)等待付款 (删除)未付款 （删除）未付款",
        "closed_or_refunded": "已取消 (删除)等待出库 (删除)等待确认收货 (删除)锁定 (删除)暂停",
    },
    "douyin": {
        "unpaid": "待支付",
        "paid": "备货中 待发货",
        "shipped": "已发货",
        "success": "已完成",
        "closed_or_refunded": "已关闭",
        "done": "退款成功 同意退款，退款成功 同意退款,退款成功",
        "open": "同意退款，退款失败 同意退款，退款中 售后中 售后待处理",
        "none": "售后关闭 补寄成功",
    },
    "kuaishou": {
        "unpaid": "10 待付款",
        "paid": "30 已付款 待发货 已付款/待发货",
        "shipped": "40 已发货",
        "signed": "50 已签收",
        "success": "60 已结算 70 订单成功",
        "closed_or_refunded": "80 订单失败 订单关闭 订单失败/关闭",
    },
    "xiaohongshu": {
        "unpaid": "1 已下单待付款",
        "paid": "待配货 配货中 2 已支付处理中 3 清关中 4 待发货 5 部分发货",
        "shipped": "6 待收货",
        "signed": "10 换货申请中",
        "success": "7 已完成",
        "closed_or_refunded": "8 已关闭 9 已取消",
        "none": "1 无售后 4 售后拒绝 5 售后关闭 7 售后取消 退款失败 已取消 审核不通过 自动关闭",
        "open": "2 售后处理中 6 平台介入中 触发退款 退款中 已创建 待审核 审核通过",
        "done": "3 售后完成 退款成功",
    },
    "youzan": {
        "unpaid": "待付款",
        "paid": "待发货",
        "shipped": "已发货",
        "success": "交易完成 交易成功",
        "closed_or_refunded": "交易关闭",
        "open": "退款中",
        "done": "退款成功",
        "none": "退款失败",
    },
    "shopify": {
        "unpaid": "authorized pending",
        "paid": "paid partially_paid partially_refunded",
        "refunded": "refunded",
        "closed": "voided",
    },
    "woocommerce": {
        "unpaid": "pending on-hold",
        "paid": "processing Processing",
        "success": "completed Completed",
        "closed": "cancelled failed",
        "refunded": "refunded",
    },
}
"""Every status word known of a platform's exports, by what it means; the names and numbers of its
API too where they are known."""


def sample_id(sample: Sample) -> str:
    return f"{sample.layout.name}-{sample.path.stem}"


def own(folder: Path, text: str, name: str = "weidian") -> Path:
    path = folder / "layouts" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("layout", built_in(), ids=lambda one: one.name)
def test_built_in(layout: Layout) -> None:
    """A layout of ours uses only words that the program knows, and claims its own header."""
    assert layout.kind in KINDS
    assert set(layout.columns) <= set(FIELDS)
    assert set(layout.required) <= set(layout.columns)
    assert set(layout.status.values()) <= set(STATUS_WORDS)
    assert set(layout.refund_status.values()) <= set(REFUND_WORDS)
    assert set(layout.rating.values()) <= set(RATINGS)
    assert {*layout.fill_down, *layout.required} <= set(layout.columns)
    assert layout.grain in GRAINS
    assert layout.order_day in {None, *ORDER_DAYS}
    assert set(layout.title) == set(LANGS)
    assert (layout.kind == "orders") <= (layout.platform is not None)
    header = [layout.columns[name][0] for name in layout.required]
    assert layout.claims([*header, *sorted(layout.only_with)[:1]])


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (ORDER, "taobao_order_2016"),
        (DEAL, "register"),
        (ITEM, "taobao_item_2023"),
        (CONTACT, "contact_log"),
    ],
)
@given(st.data())
def test_exactly_one_claims(row: dict[str, object], name: str, data: st.DataObject) -> None:
    """One layout claims a header, in any order of its columns and with others between."""
    columns = data.draw(st.permutations([*row, "", "其他", " 别的列 "]))
    assert [one.name for one in built_in() if one.claims(columns)] == [name]


@pytest.mark.parametrize("sample", samples(), ids=sample_id)
@examples(30)
@given(st.sampled_from(sorted(CHANGES)), st.integers(0, 2**32))
def test_a_changed_header_is_known_again(sample: Sample, change: str, seed: int) -> None:
    """However a platform changes its header, its layout alone claims it and fills the same fields.

    Of the columns that it can do without, any third may be missing.
    """
    header, *_ = CHANGES[change](sample, random.Random(seed))  # noqa: S311  not for secrets
    if change == "title row":
        header = sample.lines[0]
    assert [one.name for one in built_in() if one.claims(header)] == [sample.layout.name]
    before, after = (set(sample.layout.positions(one)) for one in (sample.lines[0], header))
    assert after == before if change != "a third missing" else after <= before


@pytest.mark.parametrize("sample", samples(), ids=sample_id)
def test_no_choice_of_columns_makes_it_another(sample: Sample) -> None:
    """Whatever columns a seller leaves out, no other layout claims what is left of the file.

    Another layout claims some part of a header if it claims the largest part without the headers
    that it rules out; so it must rule out one that the file's own layout cannot do without, or
    need one that the file never has.
    """
    header = sample.lines[0]
    plain = [plain_header(text) for text in header]
    positions = sample.layout.positions(header)
    telling = [at for at, text in enumerate(plain) if text in sample.layout.only_with]
    reasons = [positions[name] for name in sample.layout.required] + ([telling] if telling else [])
    for other in built_in():
        if other.name == sample.layout.name:
            continue
        for kept in product(*reasons):
            needed = {plain[at] for at in kept}
            part = [text for text in plain if text in needed or text not in other.not_with]
            # Only a part that its own layout claims is a file of that layout.
            assert not (other.claims(part) and sample.layout.claims(part)), other.name


@pytest.mark.parametrize("above", [16, 24, 49])
@pytest.mark.parametrize("form", ["csv", "xlsx", "xls"])
def test_header_far_down(tmp_path: Path, above: int, form: str) -> None:
    """A header is found below up to 49 lines of notes, and rows keep the numbers of the file."""
    notes = [[f"说明第{line}行", ""] for line in range(above)]
    cells = [*notes, *sheet_of([order(1), order(2)])]
    path = tmp_path / f"a.{form}"
    if form == "xlsx":
        write_xlsx(path, cells)
    elif form == "xls":
        rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in cells)
        path.write_text(
            "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>", "utf-8"
        )
    else:
        path.write_bytes("\n".join(",".join(row) for row in cells).encode("gb18030"))
    inputs = read(path)
    assert inputs.files[0].header_row == above + 1
    assert sorted(inputs.orders["row"]) == [above + 2, above + 3]


@pytest.mark.parametrize("line", ["合计,,200.00", "总计,2", "说明：以上数据仅供参考"])
def test_notes_below_the_last_row(tmp_path: Path, line: str) -> None:
    """A line of totals or notes below the rows is listed, and is no order and no money."""
    text = text_of([order(1), order(2)])
    whole = read(write_csv(tmp_path / "a.csv", [order(1), order(2)]))
    path = tmp_path / "b.csv"
    path.write_bytes(f"{text}{line}\r\n".encode("gb18030"))
    inputs = read(path)
    assert fates(inputs) == [(3, 2, 0, 1)]
    assert said(inputs.orders) == said(whole.orders)


@pytest.mark.parametrize(
    "header", ["买家会员名", " 买家会员名\t", "买家会员名\u200b", "\ufeff买家会员名"]
)
def test_header_dirt(header: str) -> None:
    """White space and invisible marks around a header are not part of it."""
    layout = next(one for one in built_in() if one.name == "taobao_order_2016")
    assert layout.positions([header, "x"])["buyer"] == [0]


def test_headers_coalesce(tmp_path: Path) -> None:
    """Of columns with the same header the first that has something in it counts, row by row."""
    lines = text_of([ORDER]).splitlines()
    lines = [
        f"{lines[0]},买家会员名 ,",
        f"{lines[1]},先不看,x",
        lines[1].replace("tb001", " ") + ",后一列,",
    ]
    lines[2] = lines[2].replace('0001"', '0002"')
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    assert sorted(read(path).orders["buyer"]) == ["tb001", "后一列"]


def test_report_of_columns(tmp_path: Path) -> None:
    """A report names the column of each field, and the headers that are not used."""
    row = ORDER | {"运送方式": "快递"}
    report = read(write_csv(tmp_path / "a.csv", [row])).files[0]
    assert report.mapped["paid"] == ["订单付款时间 "]
    assert report.unmapped == ["运送方式"]


def test_unknown(tmp_path: Path) -> None:
    """A header that nobody knows is shown, with the nearest layouts and what they lack."""
    row = {"订单编号": "1", "买家会员名": "x", "订单状态": "好"}
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [row]))
    assert caught.value.key == "unknown_layout"
    assert caught.value.values["header"] == "订单编号 | 买家会员名 | 订单状态"
    near = caught.value.values["near"]
    assert isinstance(near, dict)
    assert "「淘宝/天猫订单（旧版）」，可是没有这些列：买家实际支付金额" in near["zh"]
    assert "Taobao/Tmall orders (old seller centre)" in near["en"]


def test_unknown_shows_the_header_split(tmp_path: Path) -> None:
    """The header of an unknown file is shown cell by cell, whatever its delimiter."""
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [{"身高": "1", "体重": "60"}], delimiter="\t"))
    assert caught.value.values["header"] == "身高 | 体重"


def test_own_layout(tmp_path: Path) -> None:
    """A layout in the shop's folder makes a new kind of file known, without any Python."""
    own(tmp_path, OWN)
    orders = read(write_csv(tmp_path / "a.csv", [WEIDIAN]), shop="[shop]\n").orders
    assert orders["order"].tolist() == ["weidian:W1"]
    assert orders["net_fen"].tolist() == [1200]


def test_own_layout_first(tmp_path: Path) -> None:
    """The owner's layouts are asked before ours."""
    text = (
        OWN.replace("订单号", "订单编号")
        .replace("实收", "买家实际支付金额")
        .replace("状态", "订单状态")
    )
    own(tmp_path, text.replace("已完成", "交易成功").replace("时间", "订单付款时间"))
    inputs = read(write_csv(tmp_path / "a.csv", [ORDER]), shop="[shop]\n")
    assert inputs.files[0].layout.name == "weidian"
    assert inputs.files[0].layout.title == {"zh": "微店", "en": "weidian"}


def test_two_claim(tmp_path: Path) -> None:
    """Two layouts that claim one file are an error that names both."""
    own(tmp_path, OWN)
    own(tmp_path, OWN, "other")
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [WEIDIAN]), shop="[shop]\n")
    assert caught.value.key == "two_own_layouts"
    assert caught.value.values["layouts"] == "layouts/other.toml, layouts/weidian.toml"


def test_plain_word() -> None:
    """A status word is the same with a comma of either width and with any white space."""
    assert plain_word("卖家已发货，等待买家确认") == plain_word(" 卖家已发货, 等待买家确认\u3000")


def test_items_below_their_order(tmp_path: Path) -> None:
    """Rows whose order-level cells are blank go on with the order above: its money counts once."""
    text = OWN.replace("[columns]", 'fill_down = ["order_no", "amount", "status"]\n[columns]')
    own(tmp_path, text.replace('buyer = ["买家"]', 'buyer = ["买家"]\nproduct = ["品名"]'))
    blank = dict.fromkeys(WEIDIAN, "")
    rows = [
        WEIDIAN | {"品名": "枕头"},
        blank | {"品名": "床笠"},
        WEIDIAN | {"订单号": "W2", "品名": "毛毯"},
        blank | {"品名": "凉席"},
    ]
    inputs = read(write_csv(tmp_path / "a.csv", rows), shop="[shop]\n")
    orders = inputs.orders.sort_values("order")
    assert orders["product"].tolist() == ["床笠，枕头", "凉席，毛毯"]
    assert orders["gross_fen"].tolist() == [1200, 1200]
    (report,) = inputs.files
    assert (report.rows_read, report.count(0), report.count(1), report.count(2)) == (4, 2, 2, 0)


@pytest.mark.parametrize("platform", WORDS)
def test_status_words(platform: str) -> None:
    """A word of a platform means the same in each of its order exports."""
    mine = [one for one in built_in() if one.platform == platform and one.kind == "orders"]
    assert mine
    for layout in mine:
        for meaning, words in WORDS[platform].items():
            known = layout.refund_status if meaning in REFUND_WORDS else layout.status
            for word in words.split():
                assert known.get(plain_word(word)) == meaning, (layout.name, word)


def test_platforms_by_the_names_that_owners_write() -> None:
    """Every platform has names for the column 平台, and no name is two platforms'."""
    names = platform_names()
    assert {one.platform for one in built_in() if one.platform} == set(names.values())
    assert names[plain_word("天猫")] == "taobao"


def test_like_another(tmp_path: Path) -> None:
    """A layout like another has its columns; what it says itself comes on top."""
    text = """
    kind = "register"
    like = "register"
    required = ["buyer", "created"]
    only_with = ["到店"]
    columns = { created = ["到店"], phone = [] }
    """
    own(tmp_path, text, "visits")
    (layout,) = of_the_shop(tmp_path)
    (register,) = (one for one in built_in() if one.name == "register")
    assert layout.columns["buyer"] == register.columns["buyer"]
    assert layout.columns["created"] == ("到店",)
    assert "phone" not in layout.columns


def test_like_nothing(tmp_path: Path) -> None:
    """A layout that is like one that does not exist is told which was meant."""
    own(tmp_path, OWN.replace("required", 'like = "registre"\nrequired'))
    with pytest.raises(PolicyError) as caught:
        of_the_shop(tmp_path)
    assert (caught.value.key, caught.value.values["line"]) == ("one_of_near", 5)
    assert "register" in str(caught.value.values["near"])


@pytest.mark.parametrize("buyer", ["买家昵称", "旺旺名", "旺旺号"])
@pytest.mark.parametrize("status", ["状态", "交易状态", "订单状态"])
@pytest.mark.parametrize("amount", ["实收款", "实收金额", "付款金额", "实付金额"])
def test_a_plain_table_of_orders_is_one_thing(buyer: str, status: str, amount: str) -> None:
    """By any words it is orders with a status; a 状态 alone leaves a register what it is."""
    header = [buyer, "宝贝", "数量", amount, "付款日期", "收货人", "手机", status]
    (found,) = [one for one in built_in() if one.claims(header)]
    own = status == "状态" and amount in ("付款金额", "实付金额")
    assert found.kind == ("register" if own else "orders")
    assert own or {"buyer", "amount", "paid", "status"} <= found.positions(header).keys()
