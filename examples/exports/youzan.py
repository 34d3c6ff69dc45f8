"""Youzan orders and customers, and Weidian's list of parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.exports.cells import (
    address_of,
    name_of,
    parcel,
    phone_of,
    pieces,
    stamp,
    street_of,
    titles,
    yuan,
)
from examples.exports.layout import Block, Carries, Row, Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.exports.sales import Sale

STATUS = {
    "unpaid": ("待付款", "待付款"),
    "closed": ("交易关闭", "交易关闭"),
    "paid": ("待发货", "待发货"),
    "shipped": ("已发货", "已发货"),
    "success": ("交易完成", "交易成功"),
    "refunded": ("交易关闭", "交易关闭"),
}


def order_no(sale: Sale) -> str:
    """`E20260305…`, 24 characters."""
    return f"E{sale.created:%Y%m%d%H%M%S}{86_028_121 + sale.place:09d}"


def _open_phone(sale: Sale) -> str | None:
    return sale.customer.phone if sale.customer.open_phone else None


def _buyer_phone(sale: Sale) -> str:
    """Open, masked or blank."""
    if sale.customer.open_phone:
        return sale.customer.phone
    return (
        "" if sale.person % 3 == 0 else f"{sale.customer.phone[:3]}******{sale.customer.phone[-2:]}"
    )


def _orders(sales: Sequence[Sale]) -> list[Block]:
    found = []
    for sale in sales:
        customer, deal = sale.customer, sale.deal
        off = 500 if deal.style % 7 == 0 and sale.paid_fen else 0
        asked = {"open": "退款中", "refused": "退款失败", "": ""}[sale.asked_back]
        word = sale.stage if sale.status == "free" else sale.status
        shown = yuan(deal.total_fen if sale.paid is None else sale.paid_fen)
        row: Row = {
            "订单号": order_no(sale),
            "销售渠道": "网店",
            "归属店铺": words.SHOP,
            "订单类型": "普通订单",
            "订单状态": STATUS[word][deal.style % 2],
            "订单来源": "微信小程序",
            "订单创建时间": stamp(deal.created),
            "买家付款时间": stamp(sale.paid),
            "交易成功时间": stamp(sale.state.confirmed),
            "付款方式": "微信支付" if sale.paid else "",
            "商品金额合计": yuan(deal.total_fen - deal.postage_fen + off),
            "运费": yuan(deal.postage_fen),
            "店铺优惠合计": yuan(off),
            "应收订单金额": yuan(deal.total_fen),
            "订单实付金额": shown,
            "支付优惠合计": "0.00",
            "订单实收金额": shown,
            "全部商品名称": titles(sale, ";"),
            "商品种类数": str(len(sale.lines)),
            "订单配送方式": "快递发货",
            "收货人省份": customer.place.province,
            "收货人城市": customer.place.city,
            "收货人地区": customer.place.district,
            "详细收货地址/提货地址": street_of(sale),
            "收货人/提货人": name_of(sale),
            # The receiver's phone is masked more often than the buyer's.
            "收货人手机号/提货人手机号": phone_of(sale, masked=True),
            "买家昵称": ("微信用户", customer.given)[sale.person % 2],
            "买家是否会员": "是" if sale.person % 2 else "否",
            "买家手机号": _buyer_phone(sale),
            "分销员": "",
            "订单退款状态": "退款成功" if sale.refund_fen else asked,
            "订单已退款金额": yuan(sale.refund_fen),
            "分销员#2": customer.clerk,
        }
        found.append([row])
    return found


def _people(sales: Sequence[Sale]) -> list[list[Sale]]:
    by_person: dict[int, list[Sale]] = {}
    for sale in sales:
        by_person.setdefault(sale.person, []).append(sale)
    return list(by_person.values())


def _customers(sales: Sequence[Sale]) -> list[Block]:
    found = []
    for own in _people(sales):
        one = own[0]
        good = [sale for sale in own if sale.sold]
        spent = sum(sale.paid_fen - sale.refund_fen for sale in good)
        back = [sale for sale in own if sale.refund_fen]
        row: Row = {
            "客户姓名": name_of(one),
            "客户昵称": ("微信用户", one.customer.given)[one.person % 2],
            "客户手机号": _buyer_phone(one),
            "客户生日": one.customer.birthday.isoformat() if one.person % 2 else "",
            "客户性别": "女" if one.customer.female else "男",
            "标签": "老客" if len(good) > 1 else "",
            "是否会员": "是" if one.person % 2 else "否",
            "客户积分": str(spent // 100),
            "消费次数": str(len(good)),
            "消费金额": yuan(spent),
            "累计退款金额": yuan(sum(sale.refund_fen for sale in back)),
            "累计退款订单数": str(len(back)),
            "笔单价": yuan(spent // len(good)) if good else "0.00",
            "上次消费时间": stamp(max((s.paid for s in good if s.paid), default=None)),
            "来源渠道": "网店",
            "成为客户时间": stamp(one.created),
            "微信地域": one.customer.place.province,
            "所属区域": f"{one.customer.place.province}{one.customer.place.city}",
        }
        found.append([row])
    return found


def _parcels(sales: Sequence[Sale]) -> list[Block]:
    found = []
    for sale in sales:
        courier, number = parcel(sale)
        row: Row = {
            "订单编号": f"{880_000_000_000 + 7 * sale.place}",
            "收件人姓名": name_of(sale),
            "联系电话": phone_of(sale),
            "全部商品名称": titles(sale, ";"),
            "商品属性": sale.lines[0].variant,
            "商品数量": pieces(sale),
            "物流方式1": courier,
            "物流单号1": number,
            "地址": address_of(sale),
        }
        found.append([row])
    return found


WRITERS = {
    "youzan_order": Writer(
        "有赞订单.csv", _orders, Carries(key=_open_phone, number=order_no), encoding="gbk"
    ),
    "youzan_customer": Writer(
        "有赞客户.csv", _customers, Carries(key=_open_phone, number=order_no, orders=False)
    ),
    # No money and no time: an order file in name only.
    "weidian_order": Writer(
        "微店订单.xlsx",
        _parcels,
        Carries(
            key=lambda _sale: None,
            number=lambda _sale: None,
            tells=lambda _sale: False,
            orders=False,
        ),
    ),
}
