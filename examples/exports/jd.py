"""JD: one row a SKU with the order's money on each, rows that end at their last cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples.exports.cells import address_of, masked_name, stamp, yuan
from examples.exports.layout import Block, Carries, Row, Writer, whole_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.exports.sales import Sale

STATUS = {
    "unpaid": ("等待付款", "未付款"),
    "closed": ("(删除)等待付款", "已取消"),
    "paid": ("等待出库", "等待出库"),
    "shipped": ("等待确认收货", "等待确认收货"),
    "success": ("完成", "已完成"),
    "refunded": ("(删除)等待出库", " (删除)等待确认收货"),
}


def order_no(sale: Sale) -> str:
    """Twelve digits."""
    return str(271_000_000_000 + 6151 * sale.place)


def _status(sale: Sale) -> str:
    word = sale.stage if sale.status == "free" else sale.status
    return STATUS[word][sale.deal.style % 2]


def _rows(sale: Sale) -> Block:
    deal, customer = sale.deal, sale.customer
    phone = customer.phone
    found: Block = []
    for line in sale.lines:
        row: Row = {
            "订单号": order_no(sale),
            "商品ID": f"100{line.product.code[2:]}4567",
            "商品名称": line.product.title,
            "订购数量": str(line.quantity),
            "支付方式": "在线支付",
            "下单时间": stamp(deal.created),
            "京东价": yuan(line.price_fen),
            "订单金额": yuan(deal.total_fen),
            "结算金额": yuan(deal.total_fen),
            "余额支付": "0.00",
            "应付金额": yuan(deal.total_fen),
            "订单状态": _status(sale),
            "订单类型": "SOP",
            "下单帐号": customer.nick,
            "客户姓名": masked_name(customer.surname),
            "客户地址": address_of(sale, masked=True, gap=""),
            "联系电话": f"{phone[0]}******{phone[-4:]}",
            "订单备注": "颜色要浅的, 送人用" if deal.style % 5 == 0 else "",
            "发票类型": "电子发票",
            "运费金额": yuan(deal.postage_fen),
            "付款确认时间": stamp(sale.paid),
            "货号": line.product.code,
            "订单完成时间": stamp(sale.state.confirmed),
            "订单来源": "APP",
        }
        if deal.style % 3:
            worth = yuan(deal.total_fen)
            row["是否为品牌商订单"] = "否"
            row["商家应收"] = f"{worth}（系统计算中，该值仅供参考）"
        found.append(row)
    return found


def _orders(sales: Sequence[Sale]) -> list[Block]:
    return [_rows(sale) for sale in sales]


WRITERS = {
    "jd_order": Writer(
        "京东订单.csv",
        _orders,
        Carries(key=lambda sale: sale.customer.nick, number=order_no, money=whole_only),
        encoding="gbk",
        ragged=True,
    ),
}
