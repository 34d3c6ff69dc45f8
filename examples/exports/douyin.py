"""Douyin: one row a sub-order in two choices of columns, and after-sales. No buyer id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples.exports.cells import grouped, masked_name, parcel, stamp, yuan
from examples.exports.layout import Block, Carries, Row, Writer, headers, whole_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from examples.exports.sales import Sale

STATUS = {
    "unpaid": ("待支付", "待支付"),
    "closed": ("已关闭", "已关闭"),
    "paid": ("备货中", "待发货"),
    "shipped": ("已发货", "已发货"),
    "success": ("已完成", "已完成"),
    "refunded": ("已关闭", "已关闭"),
}


def order_no(sale: Sale) -> str:
    """Nineteen digits."""
    return str(6_930_000_000_000_000_000 + 104_729_000 * sale.place)


def _sub_order(sale: Sale, place: int) -> str:
    return str(int(order_no(sale)) + place)


def _status(sale: Sale) -> str:
    word = sale.stage if sale.status == "free" else sale.status
    return STATUS[word][sale.deal.style % 2]


def _after_sale(sale: Sale) -> str:
    if sale.asked_back:
        return {"open": "售后中", "refused": "售后关闭"}[sale.asked_back]
    if not sale.refund_fen:
        return "-"
    return ("退款成功", "同意退款，退款成功", "同意退款,退款成功")[sale.deal.style % 3]


def _rows(sale: Sale) -> Block:
    deal, customer = sale.deal, sale.customer
    courier, number = parcel(sale)
    off = 500 if deal.style % 7 == 0 and sale.paid_fen else 0
    found: Block = []
    for place, line in enumerate(sale.lines):
        row: Row = {
            "主订单编号": f"{order_no(sale)}\t",
            "子订单编号": f"{_sub_order(sale, place)}\t",
            "选购商品": line.product.title,
            "商品规格": line.variant,
            "货号": line.product.code,
            "商品数量": str(line.quantity),
            "商品ID": f"36{line.product.code[2:]}11223344\t",
            "商家编码": line.product.code,
            "商品单价": grouped(line.price_fen),
            "商品金额": grouped(line.price_fen),
            "订单应付金额": grouped(deal.total_fen),
            "运费": yuan(deal.postage_fen),
            "优惠总金额": yuan(off),
            "平台优惠": "0",
            "商家优惠": yuan(off),
            "达人优惠": "0",
            "商家改价": "0",
            "支付优惠": "0",
            "红包抵扣": "0",
            "支付方式": "支付宝" if sale.paid else "-",
            "手续费": "0",
            "收件人": masked_name(customer.surname),
            "收件人手机号": "1**********",
            "省": customer.place.province,
            "市": customer.place.city,
            "区": customer.place.district,
            "街道": "--",
            "详细地址": "****",
            "是否修改过地址": "否",
            "订单提交时间": stamp(deal.created),
            "旗帜颜色": "灰",
            "订单完成时间": stamp(sale.state.confirmed),
            "支付完成时间": stamp(sale.paid),
            "APP渠道": "抖音",
            "流量来源": "#NULL!",
            "订单状态": _status(sale),
            "订单类型": "普通订单",
            "达人ID": "0",
            "售后状态": _after_sale(sale),
            "取消原因": "超时未支付" if sale.status == "closed" else "-",
            "流量体裁": "数据将于第二天更新",
            "发货时间": stamp(sale.state.shipped),
            "快递信息": f"{number}-{courier},{place + 1};" if number else "-",
        }
        found.append(row)
    return found


def _orders(layout: str) -> Callable[[Sequence[Sale]], list[Block]]:
    """Rows with the columns of one choice."""

    def blocks(sales: Sequence[Sale]) -> list[Block]:
        known = headers()[layout]
        return [
            [{name: cell for name, cell in row.items() if name in known} for row in _rows(sale)]
            for sale in sales
        ]

    return blocks


def _after_sales(sales: Sequence[Sale]) -> list[Block]:
    """One case for each sub-order of which money went back or was asked for."""
    found = []
    for sale in sales:
        asked = sale.refund_fen or (sale.lines[0].price_fen if sale.asked_back else 0)
        shares = sale.shares(asked)
        done = stamp(sale.deal.refunded) if sale.refund_fen else "-"
        block: Block = []
        for place, line in enumerate(sale.lines):
            if shares[place] == 0:
                continue
            post = sale.deal.postage_fen if place == 0 and sale.status == "refunded" else 0
            row: Row = {
                "售后单号": f"{7_100_000_000 + 10 * sale.place + place}\t",
                "订单号": f"{order_no(sale)}\t",
                "商品单号": f"{_sub_order(sale, place)}\t",
                "商品名称": line.product.title,
                "商品ID": f"36{line.product.code[2:]}11223344\t",
                "应付金额（元）": grouped(line.quantity * line.price_fen),
                "商品运费（元）": yuan(post),
                "商品发货状态": "已发货" if sale.state.shipped else "未发货",
                "售后类型": "退货退款" if sale.status == "refunded" else "仅退款",
                "退商品金额（元）": grouped(shares[place] - post),
                "退运费金额（元）": yuan(post),
                "退支付优惠（元）": "0",
                "退税费金额（元）": "0",
                "售后状态": _after_sale(sale),
                "售后申请时间": stamp(sale.deal.refunded or sale.created),
                "售后原因": "不想要了",
                "商家退款时间": done,
                "用户到账时间": done,
                "商家编码": line.product.code,
            }
            block.append(row)
        if block:
            found.append(block)
    return found


_NAMELESS = Carries(key=lambda _sale: None, number=order_no, money=whole_only)

WRITERS = {
    "douyin_order": Writer(
        "抖店订单.csv", _orders("douyin_order"), _NAMELESS, blank="-", encoding="utf-8-sig"
    ),
    "douyin_order_b": Writer(
        "抖店订单_自选列.csv", _orders("douyin_order_b"), _NAMELESS, blank="--", encoding="utf-8"
    ),
    "douyin_aftersale": Writer(
        "抖店售后.csv",
        _after_sales,
        Carries(key=lambda _sale: None, number=order_no, adds=True),
        blank="-",
    ),
}
