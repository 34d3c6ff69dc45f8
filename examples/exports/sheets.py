"""Sheets kept by hand: the registration sheet in its three forms, and the list of members."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.exports.cells import grouped, minute, short, yuan
from examples.exports.layout import Block, Carries, Row, Writer, headers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from examples.exports.layout import Cell
    from examples.exports.sales import Sale

GRADES = ("店铺客户", "普通", "高级", "VIP", "至尊VIP")


def _deal_day(sale: Sale) -> datetime:
    return datetime.combine(sale.deal.day, time())


def _as_day(sale: Sale) -> Cell:
    """The day as the owner happens to type it."""
    day = _deal_day(sale)
    plain = f"{day.year}.{day.month}.{day.day}"
    spoken = f"{day.year}年{day.month}月{day.day}日"
    return (day, minute(day), plain, spoken)[sale.place % 4]


def _as_money(sale: Sale) -> Cell:
    fen = sale.paid_fen
    return (fen / 100, grouped(fen), f"¥{yuan(fen)}", f"{short(fen)}元")[sale.place % 5 % 4]


def _register(layout: str) -> Callable[[Sequence[Sale]], list[Block]]:
    """One row a deal, the oldest first, with the columns of one form."""

    def blocks(sales: Sequence[Sale]) -> list[Block]:
        known = headers()[layout]
        good = sorted((sale for sale in sales if sale.sold), key=lambda sale: sale.deal.day)
        found = []
        for sale in good:
            so_far = [
                one for one in good if one.person == sale.person and one.deal.day <= sale.deal.day
            ]
            row = _register_row(sale, so_far)
            found.append([{name: cell for name, cell in row.items() if name in known}])
        return found

    return blocks


def _register_row(sale: Sale, so_far: list[Sale]) -> Row:
    customer = sale.customer
    return {
        "登记日期": _deal_day(sale) + timedelta(days=1),
        "客户ID": customer.nick,
        "客户ID等级": GRADES[min(len(so_far) - 1, 4)],
        "商品名称": "+".join(line.product.short for line in sale.lines),
        "成交金额": _as_money(sale),
        "成交时间": _as_day(sale),
        "姓名": customer.surname + customer.given,
        "性别": "女" if customer.female else "男",
        "地区": customer.place.province + customer.place.city,
        "客户类型": customer.kind,
        "联系电话": int(customer.phone) if sale.place % 2 else customer.phone,
        "生日": f"{customer.birthday.month}月{customer.birthday.day}日",
        "历史采购总笔数": len(so_far),
        "历史采购总金额": sum(one.paid_fen for one in so_far) / 100,
        "最近一次联系时间": _deal_day(sale),
        "备注": ("", "微信转账", "=1+1")[sale.place % 3],
        "店铺主营类目": "床上用品",
        "勋章等级": f"{sale.person % 5 + 1}钻",
        "类目匹配度": f"{60 + sale.person % 40}%",
        "DSR": 4.6 + sale.person % 4 / 10,
        "店铺状态": "正常",
    }


def _card(sale: Sale) -> str:
    return f"VIP{sale.person + 1:06d}"


def _members(sales: Sequence[Sale]) -> list[Block]:
    first = {sale.person: sale for sale in reversed(sales)}
    found = []
    for sale in first.values():
        customer = sale.customer
        row: Row = {
            "会员姓名": customer.surname + customer.given,
            "会员卡号": _card(sale),
            "性别": "女" if customer.female else "男",
            "生日": customer.birthday.isoformat(),
            "会员积分": 10 * sale.person,
            "手机号": customer.phone,
            "省份": customer.place.province,
            "城市": customer.place.city,
            "地区": customer.place.district,
            "注册时间": minute(sale.created),
        }
        found.append([row])
    return found


_DEALS = Carries(
    key=lambda sale: sale.customer.nick,
    number=lambda _sale: None,
    money=lambda sale: (sale.paid_fen, 0),
    tells=lambda sale: sale.sold,
    day=_deal_day,
    blurs={"paid": "success", "shipped": "success"},
)

WRITERS = {
    "register_poor": Writer("登记表.xlsx", _register("register_poor"), _DEALS, sheet="登记表"),
    "register_rich": Writer(
        "客户登记表.xlsx",
        _register("register_rich"),
        _DEALS,
        sheet="登记表",
        title=f"{words.SHOP} 客户登记表",
    ),
    "register_agents": Writer(
        "代理商登记表.xlsx", _register("register_agents"), _DEALS, sheet="代理商"
    ),
    "member_template": Writer(
        "会员导入.xlsx",
        _members,
        Carries(
            key=_card,
            number=lambda _sale: None,
            orders=False,
        ),
    ),
}
