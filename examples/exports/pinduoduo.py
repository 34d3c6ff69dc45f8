"""Pinduoduo: orders in two choices of columns, the ledger, after-sales. No buyer id anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from examples.exports.cells import grouped, name_of, parcel, phone_of, pieces, stamp, titles, yuan
from examples.exports.layout import Block, Carries, Row, Writer, headers, whole_only

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from examples.exports.sales import Sale

STATUS = {
    "unpaid": ("待支付", "待支付"),
    "closed": ("已取消", "已取消"),
    "paid": ("待发货", "待发货"),
    "shipped": ("已发货，待签收", "已发货，待收货"),
    "success": ("已签收", "已收货"),
}
BACK = {"paid": "未发货，退款成功", "shipped": "已发货，退款成功", "success": "已收货，退款成功"}


def order_no(sale: Sale) -> str:
    """`260517-607198974342268`: the day comes first."""
    return f"{sale.created:%y%m%d}-{607_198_974_000_000 + 7919 * sale.place:015d}"


def _status(sale: Sale) -> str:
    if sale.status == "refunded":
        return BACK[sale.stage]
    word = sale.stage if sale.status == "free" else sale.status
    return STATUS[word][sale.deal.style % 2]


def _after_sale(sale: Sale) -> str:
    if sale.asked_back:
        words = {"open": "售后处理中", "refused": "售后取消，退款失败"}
        return words[sale.asked_back]
    return "退款成功" if sale.refund_fen else "无售后或售后取消"


def _row(sale: Sale) -> Row:
    """A row of either choice of columns; cells end in a TAB."""
    deal, place = sale.deal, sale.customer.place
    courier, number = parcel(sale)
    off = 500 if deal.style % 7 == 0 and sale.paid_fen else 0
    asked = sale.status in ("unpaid", "closed")
    row = {
        "商品": titles(sale),
        "订单号": order_no(sale),
        "订单状态": _status(sale),
        "商品总价(元)": grouped(deal.total_fen - deal.postage_fen + off),
        "邮费(元)": yuan(deal.postage_fen),
        "店铺优惠折扣(元)": yuan(off),
        "平台优惠折扣(元)": "0",
        "多多支付立减金额(元)": "0",
        "用户实付金额(元)": grouped(deal.total_fen if asked else sale.paid_fen),
        "商家实收金额(元)": grouped(deal.total_fen if asked else sale.paid_fen),
        "商品数量(件)": str(pieces(sale)),
        "是否审核中": "否",
        "下单时间": stamp(deal.created),
        "支付时间": stamp(sale.paid, " "),
        "发货时间": stamp(sale.state.shipped, " "),
        "确认收货时间": stamp(sale.state.confirmed, " "),
        "商品id": f"4{sale.lines[0].product.code[2:]}56789",
        "商品规格": sale.lines[0].variant,
        "商家编码-规格维度": sale.lines[0].product.code,
        "商家编码-SKU维度": sale.lines[0].product.code,
        "售后状态": _after_sale(sale),
        "快递单号": number,
        "快递公司": courier,
        "省": place.province,
        "市": place.city,
        "区": place.district,
        "街道": "",
        "收货人": name_of(sale),
        "手机": phone_of(sale),
        "是否抽奖或0元试用": "否",
        "支付方式": "微信",
        "订单确认时间": stamp(sale.paid, " "),
        "订单成交时间": stamp(_deal_time(sale), "\t"),
    }
    return {name: cell if cell.endswith("\t") else f"{cell}\t" for name, cell in row.items()}


def _deal_time(sale: Sale) -> datetime | None:
    """订单成交时间, which some rows lack: then the day stands in the order number alone."""
    same_day = sale.paid is not None and sale.paid.date() == sale.created.date()
    return None if same_day and sale.deal.style % 4 == 0 else sale.paid


def _orders(sales: Sequence[Sale]) -> list[Block]:
    """The current choice: masked receivers."""
    known = headers()["pdd_order"]
    hidden: Row = {"收货人": "***\t", "手机": "***\t"}
    rows = [_row(sale) | hidden for sale in sales]
    return [[{name: cell for name, cell in row.items() if name in known}] for row in rows]


def _older_orders(sales: Sequence[Sale]) -> list[Block]:
    """The older choice: half the phones are open, and no time of order or payment."""
    known = headers()["pdd_order_older"]
    rows = []
    for sale in sales:
        row = _row(sale)
        day_in_number = _deal_time(sale) is None and sale.paid is not None
        if day_in_number:
            row["订单确认时间"] = "\t"
        rows.append([{name: cell for name, cell in row.items() if name in known}])
    return rows


def _ledger(sales: Sequence[Sale]) -> list[Block]:
    """Money in, money back and the platform's fee, each a row of its own."""
    found = []
    for sale in sales:
        if sale.paid is None:
            continue
        number = order_no(sale)
        fee = sale.paid_fen * 6 // 1000
        kinds = [(sale.paid, sale.paid_fen, 0, "交易收入", "订单收入")]
        kinds.append((sale.paid + timedelta(days=1), 0, fee, "技术服务费", "基础技术服务费"))
        if sale.refund_fen and sale.deal.refunded:
            kinds.append((sale.deal.refunded, 0, sale.refund_fen, "退款", "售后退款"))
        block: Block = [
            {
                "商户订单号": f"{number}\t",
                "发生时间": stamp(when),
                "收入金额（+元）": yuan(came) if came else "",
                "支出金额（-元）": f"-{yuan(went)}" if went else "",
                "账务类型": kind,
                "备注": "",
                "业务描述": told,
            }
            for when, came, went, kind, told in kinds
            if came or went
        ]
        found.append(block)
    return found


def _after_sales(sales: Sequence[Sale]) -> list[Block]:
    found: list[Block] = []
    for sale in sales:
        if not sale.refund_fen and not sale.asked_back:
            continue
        row: Row = {
            "售后编号": f"{70_000_000_000 + sale.place}\t",
            "订单编号": f"{order_no(sale)}\t",
            "售后状态": _after_sale(sale),
            "订单状态": _status(sale),
            "退款金额(元)": yuan(sale.refund_fen or sale.paid_fen),
            "退款原因": "其他" if sale.deal.style % 2 else "质量问题",
        }
        found.append([row])
    return found


def _older_phone(sale: Sale) -> str | None:
    return sale.customer.phone if sale.customer.open_phone else None


def _older_day(sale: Sale) -> datetime:
    """Never the time of the order: the day of payment, or the day that the number begins with."""
    return sale.paid or sale.created


# What has come is 已签收 or 已收货, for ever: the last word there is.
_COME = {"signed": "success"}
_NAMELESS = Carries(key=lambda _sale: None, number=order_no, money=whole_only, blurs=_COME)
_MORE = Carries(key=lambda _sale: None, number=order_no, adds=True)

WRITERS = {
    "pdd_order": Writer("orders_export.csv", _orders, _NAMELESS),
    "pdd_order_older": Writer(
        "拼多多订单.csv",
        _older_orders,
        Carries(key=_older_phone, number=order_no, money=whole_only, day=_older_day, blurs=_COME),
        encoding="gbk",
    ),
    "pdd_settlement": Writer("对账明细.csv", _ledger, _MORE, encoding="gbk"),
    "pdd_aftersale": Writer("售后单.csv", _after_sales, _MORE),
}
