"""Kuaishou, Xiaohongshu and the WeChat shop: workbooks of platforms that sell from a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.exports.cells import (
    address_of,
    masked_name,
    masked_phone,
    name_of,
    parcel,
    phone_of,
    pieces,
    stamp,
    titles,
    yuan,
)
from examples.exports.layout import Block, Carries, Row, Writer, whole_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.exports.sales import Sale

KUAISHOU = {
    "unpaid": "待付款",
    "closed": "交易关闭",
    "paid": "待发货",
    "shipped": "已发货",
    "success": "交易成功",
    "refunded": "交易关闭",
}
XIAOHONGSHU = {
    "unpaid": ("已下单待付款", "已下单待付款"),
    "closed": ("已取消", "已关闭"),
    "paid": ("待配货", "配货中"),
    "shipped": ("待收货", "待收货"),
    "success": ("已完成", "已完成"),
    "refunded": ("已关闭", "已取消"),
}
WECHAT = {
    "unpaid": "待付款",
    "closed": "已取消",
    "paid": "待发货",
    "shipped": "待收货",
    "success": "已完成",
    "refunded": "已取消",
}


def _stage(sale: Sale) -> str:
    return sale.stage if sale.status == "free" else sale.status


def _kuaishou_no(sale: Sale) -> str:
    return str(2_600_100_000_000_000 + 15_485_863 * sale.place)


def _kuaishou(sales: Sequence[Sale]) -> list[Block]:
    found = []
    for sale in sales:
        customer, courier = sale.customer, parcel(sale)
        asked = {"open": "售后中", "refused": "售后关闭", "": "无售后"}[sale.asked_back]
        row: Row = {
            "订单号": _kuaishou_no(sale),
            "订单创建时间": stamp(sale.created),
            "订单支付时间": stamp(sale.paid),
            "订单状态": KUAISHOU[_stage(sale)],
            "实付款": f"¥{yuan(sale.deal.total_fen)}",
            "快递费": f"¥{yuan(sale.deal.postage_fen)}",
            "店铺优惠": "¥0.00",
            "支付方式": "微信支付" if sale.paid else "",
            "成交数量": str(pieces(sale)),
            "账号类型": "达人",
            "售后状态": "退款成功" if sale.refund_fen else asked,
            "商品名称": titles(sale),
            "商品ID": f"22{sale.lines[0].product.code[2:]}33445566",
            "商品规格": sale.lines[0].variant,
            "SKU编码": sale.lines[0].product.code,
            "商品单价": f"¥{yuan(sale.lines[0].price_fen)}",
            "收货人姓名": masked_name(customer.surname),
            "收货人电话": masked_phone(customer.phone),
            "收货地址-省": customer.place.province,
            "收货地址-市": customer.place.city,
            "收货地址-区": customer.place.district,
            "收货地址": address_of(sale, masked=True, gap=""),
            "发货时间": stamp(sale.state.shipped),
            "快递公司": courier[0],
            "快递单号": courier[1],
        }
        found.append([row])
    return found


def _xiaohongshu_no(sale: Sale) -> str:
    return f"P{700_000_000_000_000_000 + 32_452_843 * sale.place}"


def user_id(sale: Sale) -> str:
    """用户编号: 24 characters that mean nothing and stay the same for a person."""
    return f"5f{sale.person * 2_654_435_761 % 2**32:08x}00000000{sale.person:06x}"


def _xiaohongshu(sales: Sequence[Sale]) -> list[Block]:
    return [_xiaohongshu_rows(sale) for sale in sales]


def _xiaohongshu_rows(sale: Sale) -> Block:
    courier, number = parcel(sale)
    asked = {"open": "售后处理中", "refused": "售后关闭", "": "无售后"}[sale.asked_back]
    own: Row = {
        "订单号": _xiaohongshu_no(sale),
        "订单状态": XIAOHONGSHU[_stage(sale)][sale.deal.style % 2],
        "售后状态": "售后完成" if sale.refund_fen else asked,
        "订单类型": "普通订单",
        "收件人姓名": name_of(sale, masked=True),
        "收件人电话": phone_of(sale, masked=True),
        "收件人地址": address_of(sale, masked=True),
        "省": sale.customer.place.province,
        "市": sale.customer.place.city,
        "区": sale.customer.place.district,
        "是否为赠品": "否",
        "商品总价(元)": (sale.deal.total_fen - sale.deal.postage_fen) / 100,
        "用户应付金额(元)": sale.deal.total_fen / 100,
        "平台优惠(元)": 0.0,
        "店铺优惠(元)": 0.0,
        "商家应收金额(元)（支付金额）": sale.deal.total_fen / 100,
        "支付方式": "微信" if sale.paid else "",
        "支付时间": stamp(sale.paid),
        "快递公司": courier,
        "快递单号": number,
        "订单创建时间": stamp(sale.created),
        "订单发货时间": stamp(sale.state.shipped),
        "订单完成时间": stamp(sale.state.confirmed),
        "店铺名称": words.SHOP,
        "用户编号": user_id(sale),
    }
    return [
        own
        | {
            "小红书编码": f"S{line.product.code}",
            "条形码": f"69{line.product.code[2:]}00012345",
            "规格ID": f"64{line.product.code[2:]}aa01",
            "SKU名称": line.product.title,
            "SKU规格": line.variant,
            "SKU件数": line.quantity,
            "商家编码": line.product.code,
            "商品名称": line.product.title,
        }
        for line in sale.lines
    ]


def _wechat_no(sale: Sale) -> str:
    return str(3_700_000_000_000_000_000 + 49_979_687 * sale.place)


def _wechat(sales: Sequence[Sale]) -> list[Block]:
    return [_wechat_rows(sale) for sale in sales]


def _wechat_rows(sale: Sale) -> Block:
    state = sale.state
    back = sale.shares(sale.refund_fen)
    own: Row = {
        "订单号": _wechat_no(sale),
        "订单下单时间": stamp(sale.created),
        "订单发货时间": stamp(state.shipped),
        "订单确认收货时间": stamp(state.confirmed),
        "订单状态": WECHAT[_stage(sale)],
        "发货方式": "快递",
        "收件人姓名": name_of(sale),
        "收件人地址": address_of(sale),
        "省": sale.customer.place.province,
        "市": sale.customer.place.city,
        "区": sale.customer.place.district,
        "收件人手机": phone_of(sale),
        "商品总价": (sale.deal.total_fen - sale.deal.postage_fen) / 100,
        "订单实际支付金额": sale.paid_fen / 100,
        "订单实际收款金额": sale.paid_fen / 100,
        "支付时间": stamp(sale.paid),
        "交易单号": f"42000{_wechat_no(sale)}" if sale.paid else "",
    }
    return [
        own
        | {
            "商品名称": line.product.title,
            "商品编码(平台)": f"10000{line.product.code[2:]}789",
            "商品数量": line.quantity,
            "商品售后": "退款成功" if back[place] else "",
            "商品已退款金额": back[place] / 100,
        }
        for place, line in enumerate(sale.lines)
    ]


def _open_phone(sale: Sale) -> str | None:
    return sale.customer.phone if sale.customer.open_phone else None


WRITERS = {
    "kuaishou_order": Writer(
        "快手订单.xlsx",
        _kuaishou,
        Carries(key=lambda _sale: None, number=_kuaishou_no, money=whole_only),
        sheet="订单",
    ),
    "xiaohongshu_order": Writer(
        "小红书订单.xlsx",
        _xiaohongshu,
        Carries(key=user_id, number=_xiaohongshu_no, money=whole_only),
        sheet="包裹详情",
    ),
    "wechat_order": Writer(
        "微信小店订单.xlsx", _wechat, Carries(key=_open_phone, number=_wechat_no)
    ),
}
