"""Taobao and Tmall: orders and items of the old seller centre and of Qianniu, refunds, reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.exports.cells import (
    address_of,
    masked_phone,
    name_of,
    parcel,
    phone_of,
    pieces,
    quoted,
    short,
    stamp,
    titles,
    yuan,
)
from examples.exports.layout import Block, Carries, Row, Writer, headers, whole_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from examples.exports.sales import Sale

ASKED_BACK = "买家已经申请退款，等待卖家同意"


def _number(sale: Sale) -> str:
    return sale.deal.number


def _nick(sale: Sale) -> str:
    return sale.customer.nick


def _open_phone(sale: Sale) -> str | None:
    return sale.customer.phone if sale.customer.open_phone else None


def _old_order(layout: str) -> Callable[[Sequence[Sale]], list[Block]]:
    """Rows of the old seller centre, with the columns that the layout has."""

    def blocks(sales: Sequence[Sale]) -> list[Block]:
        known = headers()[layout]
        rows = map(_old_row, sales)
        return [[{name: cell for name, cell in row.items() if name in known}] for row in rows]

    return blocks


def _old_row(sale: Sale) -> Row:
    deal, state, customer = sale.deal, sale.state, sale.customer
    courier, number = parcel(sale)
    alipay = f"{customer.nick[:1]}***@qq.com" if deal.style % 3 == 0 else ""
    settled = short(sale.paid_fen - sale.refund_fen) if state.confirmed else "0"
    return {
        "订单编号": quoted(deal.number),
        "买家会员名": customer.nick,
        "买家支付宝账号": alipay if customer.nick.isascii() else masked_phone(customer.phone),
        "支付单号": quoted(f"{sale.paid:%Y%m%d}22001{deal.number[-14:]}") if sale.paid else None,
        "支付详情": "支付方式：支付宝" if sale.paid else None,
        "买家应付货款": yuan(deal.total_fen - deal.postage_fen),
        "买家应付邮费": yuan(deal.postage_fen),
        "买家支付积分": "0",
        "总金额": yuan(deal.total_fen),
        "返点积分": "0",
        "买家实际支付金额": yuan(sale.paid_fen),
        "买家实际支付积分": "0",
        "订单状态": state.status,
        "买家留言": "'null" if deal.style % 4 else "颜色要浅的,\n送人用",
        "收货人姓名": name_of(sale),
        "收货地址 ": f"{address_of(sale)}({customer.place.postcode})",
        "运送方式": "快递",
        "联系电话 ": "'null",
        "联系手机": f"'{phone_of(sale)}",
        "订单创建时间": stamp(deal.created),
        "订单付款时间 ": stamp(sale.paid, "NULL"),
        "宝贝标题 ": titles(sale),
        "宝贝种类 ": str(len(sale.lines)),
        "物流单号 ": f"No:{number}" if number else None,
        "物流公司": courier,
        "订单备注": "'null",
        "宝贝总数量": str(pieces(sale)),
        "店铺Id": "0",
        "店铺名称": words.SHOP,
        "订单关闭原因": state.reason,
        "卖家服务费": "0",
        "买家服务费": "0",
        "发票抬头": "'null",
        "是否手机订单": "手机订单",
        "是否代付": "否",
        "退款金额": yuan(sale.refund_fen),
        "确认收货时间": stamp(state.confirmed, "NULL"),
        "打款商家金额": f"{settled}元",
    }


def _new_order(sales: Sequence[Sale]) -> list[Block]:
    """Qianniu's orders: the paid column is net of refunds, titles of closed orders are blank."""
    found = []
    for sale in sales:
        deal, state = sale.deal, sale.state
        courier, number = parcel(sale)
        net = (sale.paid_fen - sale.refund_fen) / 100
        shut = sale.status in ("closed", "refunded")
        row: Row = {
            "订单编号": deal.number,
            "支付单号": f"{sale.paid:%Y%m%d}22001{deal.number[-14:]}" if sale.paid else "",
            "支付详情": "支付方式：支付宝" if sale.paid else "",
            "买家应付货款": (deal.total_fen - deal.postage_fen) / 100,
            "买家应付邮费": deal.postage_fen / 100,
            "总金额": deal.total_fen / 100,
            "买家实付金额": net,
            "订单状态": state.status,
            "订单创建时间": stamp(deal.created),
            "订单付款时间": stamp(sale.paid),
            "商品标题": "" if shut else titles(sale),
            "宝贝总数量": pieces(sale),
            "物流单号": f"No:{number}" if number else "",
            "物流公司": courier,
            "店铺名称": words.SHOP,
            "收货地址": f"{name_of(sale)}，86-{phone_of(sale)}，{address_of(sale)} ，",
            "订单关闭原因": state.reason,
            "退款金额": sale.refund_fen / 100,
            "是否主动赔付": "否",
            "主动赔付金额": 0.0,
            "发货时间": stamp(state.shipped),
            "确认收货时间": stamp(state.confirmed),
            "确认收货打款金额": net if state.confirmed else 0.0,
            "商品属性SKU": "" if shut else "，".join(line.variant for line in sale.lines),
            "总金额(旧版)": deal.total_fen / 100,
            "商家编码": "，".join(line.product.code for line in sale.lines),
        }
        found.append([row])
    return found


def _old_items(sales: Sequence[Sale]) -> list[Block]:
    return [
        [
            {
                "订单编号": quoted(sale.deal.number),
                "标题": line.product.title,
                "价格": yuan(line.price_fen),
                "购买数量": str(line.quantity),
                "外部系统编号": line.product.code,
                "商品属性": line.variant,
                "备注": "'null",
                "订单状态": sale.state.status,
                "商家编码": line.product.code,
                "创建时间": stamp(sale.created),
            }
            for line in sale.lines
        ]
        for sale in sales
    ]


def _new_items(sales: Sequence[Sale]) -> list[Block]:
    return [_new_item_rows(sale) for sale in sales]


def _new_item_rows(sale: Sale) -> Block:
    deal, state = sale.deal, sale.state
    courier, number = parcel(sale)
    back = sale.shares(sale.refund_fen)
    found: Block = []
    for place, line in enumerate(sale.lines):
        worth = line.quantity * line.price_fen + (deal.postage_fen if place == 0 else 0)
        word, amount = ("退款成功", yuan(back[place])) if back[place] else ("没有申请退款", "")
        if place == 0 and sale.asked_back == "open":
            word, amount = ASKED_BACK, yuan(worth)
        if place == 0 and sale.asked_back == "refused":
            word, amount = "退款关闭", yuan(worth)
        found.append(
            {
                "子订单编号": str(int(deal.number) + place),
                "主订单编号": deal.number,
                "商品标题": line.product.title,
                "商品价格": yuan(line.price_fen),
                "购买数量": str(line.quantity),
                "商品属性": line.variant,
                "商品ID": f"7{line.product.code[2:]}0012345",
                "商家编码": line.product.code,
                "订单状态": state.status,
                "买家应付货款": yuan(worth),
                "买家实付金额": yuan(worth - back[place] if sale.paid else 0),
                "退款状态": word,
                "退款金额": amount or "无退款申请",
                "订单创建时间": stamp(deal.created),
                "订单付款时间": stamp(sale.paid),
                "发货时间": stamp(state.shipped),
                "物流单号": f"No:{number}" if number else "",
                "物流公司": courier,
            }
        )
    return found


def _cases(sales: Sequence[Sale]) -> list[tuple[Sale, str, int]]:
    """Every request for money: the sale, its state in words, the amount asked for."""
    found = []
    for sale in sales:
        if sale.refund_fen:
            found.append((sale, "退款成功", sale.refund_fen))
        elif sale.asked_back == "open":
            found.append((sale, ASKED_BACK, sale.paid_fen))
        elif sale.asked_back == "refused":
            found.append((sale, "退款关闭", sale.paid_fen))
    return found


def _tmall_refunds(sales: Sequence[Sale]) -> list[Block]:
    found = []
    for sale, word, fen in _cases(sales):
        asked = (sale.deal.refunded or sale.created + timedelta(days=9)) - timedelta(hours=3)
        done = stamp(sale.deal.refunded) if sale.refund_fen else ""
        sent = sale.state.shipped is not None
        row: Row = {
            "订单编号": quoted(sale.deal.number),
            "退款编号": quoted(f"9{sale.deal.number[1:]}"),
            "支付宝交易号": quoted(f"{sale.paid:%Y%m%d}22001{sale.deal.number[-14:]}"),
            "订单付款时间": stamp(sale.paid),
            "商家编码": sale.lines[0].product.code,
            "退款完结时间": done,
            "买家会员名称": sale.customer.nick,
            "买家实际支付金额": yuan(sale.paid_fen),
            "宝贝标题": titles(sale),
            "买家退款金额": yuan(fen),
            "手工退款/系统退款": "手工退款",
            "是否需要退货": "需要退货" if sent else "不需要退货",
            "退款的申请时间": stamp(asked),
            "退款状态": word,
            "货物状态": "买家已收到货" if sent else "卖家未发货",
            "客服介入状态": "不需要客服介入",
            "买家退款原因": sale.deal.reason if sale.status == "refunded" else "尺寸不合适",
            "买家退款说明": "'null",
            "责任方": "买家",
            "售中或售后": "售后" if sale.state.confirmed else "售中",
            "完结时间": done,
            "部分退款/全部退款": "全部退款" if fen == sale.paid_fen else "部分退款",
        }
        found.append([row])
    return found


def _new_refunds(sales: Sequence[Sale]) -> list[Block]:
    found = []
    for sale, word, fen in _cases(sales):
        asked = (sale.deal.refunded or sale.created + timedelta(days=9)) - timedelta(hours=3)
        row: Row = {
            "订单编号": sale.deal.number,
            "退款编号": f"9{sale.deal.number[1:]}",
            "支付宝交易号": f"{sale.paid:%Y%m%d}22001{sale.deal.number[-14:]}",
            "订单付款时间": stamp(sale.paid),
            "退款申请时间": stamp(asked),
            "退款完结时间": stamp(sale.deal.refunded) if sale.refund_fen else "",
            "退款状态": word,
            "退款总额": yuan(fen),
            "售后类型": "退货退款" if sale.state.shipped else "仅退款",
            "货物状态": "买家已收到货" if sale.state.shipped else "卖家未发货",
            "退给买家金额": yuan(fen),
            "退给平台金额": "0.00",
        }
        found.append([row])
    return found


def _reviews(sales: Sequence[Sale]) -> list[Block]:
    said = ("很软，睡着舒服", "一般般，线头有点多", "发错了颜色，差评", "老客户了，一直买这家")
    found: list[Block] = []
    for sale in sales:
        if sale.status == "success" and sale.state.confirmed and sale.deal.style % 3 == 0:
            nick = sale.customer.nick
            row: Row = {
                "买家昵称": f"{nick[0]}**{nick[-1]}",
                "评价内容": said[sale.deal.style % 4],
                "评价时间": stamp(sale.state.confirmed + timedelta(hours=2)),
                "订单号": sale.deal.number,
            }
            found.append([row])
    return found


_BY_NICK = Carries(key=_nick, number=_number)
_BY_PHONE = Carries(key=_open_phone, number=_number)
_MORE = Carries(key=_nick, number=_number, adds=True)

WRITERS = {
    "taobao_order_2016": Writer(
        "ExportOrderList_2016.csv",
        _old_order("taobao_order_2016"),
        Carries(key=_nick, number=_number, money=whole_only),
        encoding="gbk",
        blank="NULL",
        bare=True,
    ),
    "taobao_order_2018": Writer(
        "ExportOrderList_2018.csv",
        _old_order("taobao_order_2018"),
        _BY_NICK,
        encoding="gbk",
        blank="NULL",
    ),
    "taobao_order_2023": Writer("千牛订单.xlsx", _new_order, _BY_PHONE, sheet="订单列表"),
    "taobao_item_old": Writer(
        "ExportOrderDetailList.csv", _old_items, _MORE, encoding="gbk", blank="NULL"
    ),
    "taobao_item_2023": Writer("千牛宝贝.xlsx", _new_items, _MORE, sheet="宝贝列表"),
    "tmall_refund_2017": Writer("退款.csv", _tmall_refunds, _MORE, encoding="gbk", blank="NULL"),
    "taobao_refund_new": Writer("退款列表.xlsx", _new_refunds, _MORE),
    "taobao_review_tool": Writer("评价.xlsx", _reviews, _MORE),
}
