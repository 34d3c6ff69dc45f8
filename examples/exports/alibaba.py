"""1688: one row an item, the order's own cells on its first row only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.exports.cells import address_of, name_of, parcel, phone_of, stamp
from examples.exports.layout import Block, Carries, Row, Writer, whole_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.exports.sales import Sale

STATUS = {
    "unpaid": "等待买家付款",
    "closed": "交易关闭",
    "paid": "等待卖家发货",
    "shipped": "等待买家确认收货",
    "success": "交易成功",
    "refunded": "交易关闭",
}


def _orders(sales: Sequence[Sale]) -> list[Block]:
    return [[_own(sale) | items[0], *items[1:]] for sale in sales for items in [_items(sale)]]


def _own(sale: Sale) -> Row:
    """What is the order's, not an item's."""
    deal, customer = sale.deal, sale.customer
    courier, number = parcel(sale)
    wholesale = customer.kind == "批发"
    return {
        "订单编号": deal.number,
        "买家公司名": f"{customer.place.city}{customer.surname}记家纺店" if wholesale else "",
        "买家会员名": customer.nick,
        "卖家公司名": f"{words.SHOP}有限公司",
        "卖家会员名": words.SHOP,
        "货品总价(元)": (deal.total_fen - deal.postage_fen) / 100,
        "运费(元)": deal.postage_fen / 100,
        "涨价或折扣(元)": 0.0,
        "实付款(元)": deal.total_fen / 100,
        "订单状态": STATUS[sale.stage if sale.status == "free" else sale.status],
        "订单创建时间": stamp(deal.created),
        "订单付款时间": stamp(sale.paid),
        "收货人姓名": name_of(sale),
        "收货地址": address_of(sale),
        "邮编": customer.place.postcode,
        "联系手机": phone_of(sale),
        "物流公司": courier,
        "运单号": number,
    }


def _items(sale: Sale) -> Block:
    return [
        {
            "货品标题": line.product.title,
            "单价(元)": line.price_fen / 100,
            "数量": line.quantity,
            "单位": "件",
            "货号": line.product.code,
            "Offer ID": f"6{line.product.code[2:]}00123456",
            "SKU ID": f"5{line.product.code[2:]}000987654",
            "货品种类": len(sale.lines) if place == 0 else None,
        }
        for place, line in enumerate(sale.lines)
    ]


_CARRIES = Carries(
    key=lambda sale: sale.customer.nick,
    number=lambda sale: sale.deal.number,
    money=whole_only,
)

WRITERS = {
    "1688_order": Writer("1688订单.xlsx", _orders, _CARRIES, sheet="订单", kept_together=True),
    "1688_order_merged": Writer(
        "1688订单_合并.xlsx",
        _orders,
        _CARRIES,
        header="1688_order",
        sheet="订单",
        kept_together=True,
        merged=True,
    ),
}
