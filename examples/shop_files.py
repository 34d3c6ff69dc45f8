"""Writes the platform's exports of the example shop: CSV files, and the two Qianniu sheets."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import xlsxwriter

from examples import shop_words as words
from examples.shop_model import (
    FIRST_EXPORT,
    FIRST_FILE_TO,
    LAST_EXPORT,
    SECOND_FILE_FROM,
    Customer,
    Deal,
    History,
    Line,
    Snapshot,
    known,
    snapshot,
)
from examples.shop_register import CREATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# What a cell without a value holds; the real files mix three ways.
BLANKS = dict.fromkeys(words.ORDER_COLUMNS_OLD, "NULL") | {
    "买家留言": "'null",
    "联系电话 ": "'null",
    "订单备注": "'null",
    "发票抬头": "'null",
    "特权订金订单id": "",
    "新零售导购门店名称": "",
    "新零售导购门店id": "",
    "新零售发货门店名称": "",
    "新零售发货门店id": "",
    "修改后的sku": "",
    "修改后的收货地址": "",
    "异常信息": "",
    "定金排名": "",
}
COURIERS = (("圆通速递", "YT"), ("中通快递", "ZT"), ("韵达快递", "YD"), ("顺丰速运", "SF"))


@dataclass(frozen=True)
class _Shown:
    """One order as a file shows it."""

    customer: Customer
    deal: Deal
    state: Snapshot


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def write_exports(history: History, folder: Path) -> dict[str, Counter[str]]:
    """Write the five exports into `folder`; per file the oddities planted, and `rows_read`."""
    pairs = [(c, d) for c in history.customers for d in c.deals if d.channel == "taobao"]
    early = _shown(pairs, FIRST_EXPORT)
    early = [s for s in early if s.deal.created.date() <= FIRST_FILE_TO]
    late = [s for s in _shown(pairs, LAST_EXPORT) if s.deal.created.date() >= SECOND_FILE_FROM]
    made = {"ExportOrderList_2025.csv": _first_file(early, folder)}
    made["ExportOrderList_2026.csv"] = _second_file(late, history, folder)
    was = {s.deal.number: s.state for s in early}
    both = [(was[s.deal.number], s.state) for s in late if s.deal.number in was]
    made["ExportOrderList_2026.csv"] += Counter(
        overlapping_orders=len(both),
        overlapping_orders_changed=sum(a.status != b.status for a, b in both),
        overlapping_orders_refunded_since=sum(a.refund_fen != b.refund_fen for a, b in both),
    )
    made["ExportOrderDetailList_2026.csv"] = _item_file(late, history, folder)
    sheet = [(c, d) for c in history.customers + history.keyless for d in c.deals]
    sheet = [(c, d) for c, d in sheet if d.channel == "qianniu"]
    made |= _qianniu_files(_shown(sheet, LAST_EXPORT), folder)
    return made


def _shown(pairs: Iterable[tuple[Customer, Deal]], at: datetime) -> list[_Shown]:
    """The orders as an export at `at` shows them, newest first."""
    found = [_Shown(c, d, snapshot(d, at)) for c, d in pairs if d.created <= at]
    return sorted(found, key=lambda s: (s.deal.created, s.deal.number), reverse=True)


def _first_file(early: list[_Shown], folder: Path) -> Counter[str]:
    """Orders of 2025 as they stood at the year's end; ids bare, not quoted."""
    rows = [_order_row(shown) for shown in early]
    lines = [",".join(words.ORDER_COLUMNS_OLD)]
    lines += [",".join(_bare(row[name]) for name in words.ORDER_COLUMNS_OLD) for row in rows]
    text = "".join(line + "\r\n" for line in lines)
    (folder / "ExportOrderList_2025.csv").write_bytes(text.encode("gbk"))
    return _tally(early) + Counter(rows_read=len(rows))


def _second_file(late: list[_Shown], history: History, folder: Path) -> Counter[str]:
    """Orders from mid-November 2025 on; one twice, one of unknown status, one amount no number."""
    rows = []
    for shown in late:
        rows.append(_order_row(shown))
        if shown.deal.number == history.twice:
            done = known(shown.deal.confirmed)
            before = snapshot(shown.deal, done - timedelta(hours=1))
            rows.insert(-1, _order_row(replace(shown, state=before)))
    chatty = next(row for row in rows[40:] if row["订单状态"] == words.SUCCESS)
    chatty["买家留言"] = "颜色要浅的,\n送人用"
    strange = _order_row(_one(history.unknown_status))
    strange["订单状态"] = "神秘状态"
    spoilt = _order_row(_one(history.bad_amount))
    spoilt["买家实际支付金额"] = "见备注"
    rows += [strange, spoilt]
    rows.sort(key=lambda row: row["订单创建时间"], reverse=True)
    text = _csv(words.ORDER_COLUMNS_OLD, rows)
    (folder / "ExportOrderList_2026.csv").write_bytes(text.encode("gbk"))
    planted = Counter(order_twice=1, unknown_status=1, amount_no_number=1, line_break_in_cell=1)
    return _tally(late) + planted + Counter(rows_read=len(rows))


def _one(pair: tuple[Customer, Deal]) -> _Shown:
    return _Shown(*pair, snapshot(pair[1], LAST_EXPORT))


def _tally(shown: list[_Shown]) -> Counter[str]:
    """How many of each status word, masked phone, free order, and the two kinds of closed."""
    planted: Counter[str] = Counter()
    for one in shown:
        state = one.state
        planted[f"status {state.status}"] += 1
        if state.status == "交易关闭":
            planted["closed_refunded" if state.paid else "closed_never_paid"] += 1
        if state.paid and state.paid_fen == 0:
            planted["free_orders"] += 1
        planted["refunds_partial"] += 0 < state.refund_fen < state.paid_fen
        planted["refunds_whole"] += 0 < state.paid_fen <= state.refund_fen
        planted["phones_masked"] += not one.customer.open_phone
        planted["paid_a_day_later"] += bool(state.paid) and one.deal.created.date() != one.deal.day
    return planted


def _bare(text: str) -> str:
    """A CSV field, quoted only where it must be: `="8873…"` stays as the platform writes it."""
    if "," in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _csv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue()


def _when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "NULL"


def _masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[7:]}"


def _address(customer: Customer, *, masked: bool) -> str:
    place = customer.place
    street = customer.street[:1] + "***" if masked else customer.street
    return f"{place.province} {place.city} {place.district} {street}"


def _order_row(shown: _Shown) -> dict[str, str]:
    """One line of the old order layout, by its exact column names."""
    customer, deal, state = shown.customer, shown.deal, shown.state
    style = deal.style
    courier, letters = COURIERS[style % 4]
    postage = deal.postage_fen
    row = dict(BLANKS)
    address = _address(customer, masked=not customer.open_phone)
    alipay = f"{customer.nick[:1]}***@qq.com" if style % 3 == 0 else _masked(customer.phone)
    row |= {
        "订单编号": f'="{deal.number}"',
        "买家会员名": customer.nick,
        "买家支付宝账号": alipay if customer.nick.isascii() else _masked(customer.phone),
        "买家应付货款": yuan(deal.total_fen - postage),
        "买家应付邮费": yuan(postage),
        "买家支付积分": "0",
        "总金额": yuan(deal.total_fen),
        "返点积分": "0",
        "买家实际支付金额": yuan(state.paid_fen),
        "买家实际支付积分": "0",
        "订单状态": state.status,
        "收货人姓名": customer.surname + (customer.given if customer.open_phone else "**"),
        "收货地址 ": f"{address}({customer.place.postcode})",
        "运送方式": "快递",
        "联系手机": f"'{customer.phone if customer.open_phone else _masked(customer.phone)}",
        "订单创建时间": _when(deal.created),
        # A gift has no pay time: that tells it from an order that vouchers paid for.
        "订单付款时间 ": _when(state.paid if state.paid_fen else None),
        "宝贝标题 ": "，".join(line.product.title for line in deal.lines),
        "宝贝种类 ": str(len(deal.lines)),
        "宝贝总数量": str(sum(line.quantity for line in deal.lines)),
        "店铺Id": "0",
        "店铺名称": words.SHOP,
        "订单关闭原因": state.reason,
        "卖家服务费": "0",
        "买家服务费": "0",
        "是否手机订单": "手机订单" if style % 5 else "",
        "是否代付": "否",
        "确认收货时间": _when(state.confirmed),
        "退款金额": yuan(state.refund_fen),
        "打款商家金额": "0元",
    }
    if state.paid and state.paid_fen:
        row["支付单号"] = f'="{state.paid:%Y%m%d}22001{deal.number[-14:]}"'
        row["支付详情"] = f"支付方式：{('支付宝', '花呗', '信用卡')[style % 3]}"
    if state.shipped:
        row |= {"物流单号 ": f"No:{letters}{deal.number[-12:]}", "物流公司": courier}
    if state.confirmed:
        row["打款商家金额"] = f"{(state.paid_fen - state.refund_fen) / 100:.2f}".rstrip("0")
        row["打款商家金额"] = row["打款商家金额"].rstrip(".") + "元"
    return row


def _item_file(late: list[_Shown], history: History, folder: Path) -> Counter[str]:
    """One line an item of the second file's orders; and one whose order is in no order file."""
    lonely = replace(history.orphan, lines=history.orphan.lines[:1])
    orphan = _Shown(late[0].customer, lonely, snapshot(lonely, LAST_EXPORT))
    shown = (*late[:300], orphan, *late[300:])
    rows = [_item_row(one, line) for one in shown for line in one.deal.lines]
    text = _csv(words.ITEM_COLUMNS_OLD, rows)
    (folder / "ExportOrderDetailList_2026.csv").write_bytes(text.encode("gbk"))
    return Counter(item_without_order=1, rows_read=len(rows))


def _item_row(shown: _Shown, line: Line) -> dict[str, str]:
    return {
        "订单编号": f'="{shown.deal.number}"',
        "标题": line.product.title,
        "价格": yuan(line.price_fen),
        "购买数量": str(line.quantity),
        "外部系统编号": line.product.code,
        "商品属性": line.variant or "NULL",
        "套餐信息": "NULL",
        "备注": "'null",
        "订单状态": shown.state.status,
        "商家编码": line.product.code,
        "创建时间": _when(shown.deal.created),
    }


def _qianniu_files(shown: list[_Shown], folder: Path) -> dict[str, Counter[str]]:
    """The Qianniu order sheet (paid column net of refunds) and its items."""
    orders = [_qianniu_order(one) for one in shown]
    items = [row for one in shown for row in _qianniu_items(one)]
    _xlsx(folder / "千牛订单_2026-11.xlsx", "订单列表", words.ORDER_COLUMNS_QIANNIU, orders)
    _xlsx(folder / "千牛宝贝_2026-11.xlsx", "宝贝列表", words.ITEM_COLUMNS_QIANNIU, items)
    planted = _tally(shown)
    planted["phones_open"] = sum(one.customer.open_phone for one in shown)
    planted["phones_of_a_known_nick"] = sum(bool(one.customer.nick) for one in shown)
    planted["rows_read"] = len(orders)
    words_seen = Counter(f"refund {row['退款状态']}" for row in items)
    words_seen["orders_with_open_refund"] = sum(one.deal.asked_back == "open" for one in shown)
    words_seen["rows_read"] = len(items)
    return {"千牛订单_2026-11.xlsx": planted, "千牛宝贝_2026-11.xlsx": words_seen}


def _stamp(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _qianniu_order(shown: _Shown) -> dict[str, str | float]:
    customer, deal, state = shown.customer, shown.deal, shown.state
    masked = not customer.open_phone
    name = customer.surname + ("**" if masked else customer.given)
    phone = _masked(customer.phone) if masked else customer.phone
    courier, letters = COURIERS[deal.style % 4]
    closed = state.reason != words.NOT_CLOSED
    net = state.paid_fen - state.refund_fen
    pay = ("支付宝", "花呗", "信用卡")[deal.style % 3]
    row: dict[str, str | float] = dict.fromkeys(words.ORDER_COLUMNS_QIANNIU, "")
    row |= {
        "订单编号": deal.number,
        "支付单号": f"{state.paid:%Y%m%d}22001{deal.number[-14:]}" if state.paid else "",
        "支付详情": f"支付方式：{pay}" if state.paid else "",
        "买家应付货款": (deal.total_fen - deal.postage_fen) / 100,
        "买家应付邮费": deal.postage_fen / 100,
        "总金额": deal.total_fen / 100,
        "买家实付金额": net / 100,
        "订单状态": state.status,
        "订单创建时间": _stamp(deal.created),
        "订单付款时间": _stamp(state.paid),
        "商品标题": "" if closed else "，".join(line.product.title for line in deal.lines),
        "宝贝总数量": sum(line.quantity for line in deal.lines),
        "物流单号": f"No:{letters}{deal.number[-12:]}" if state.shipped else "",
        "物流公司": courier if state.shipped else "",
        "店铺名称": words.SHOP,
        "收货地址": f"{name}，86-{phone}，{_address(customer, masked=masked)} ，",
        "订单关闭原因": state.reason,
        "退款金额": state.refund_fen / 100,
        "是否主动赔付": "否",
        "主动赔付金额": 0.0,
        "发货时间": _stamp(state.shipped),
        "确认收货时间": _stamp(state.confirmed),
        "确认收货打款金额": net / 100 if state.confirmed else 0.0,
        "商品属性SKU": "" if closed else "，".join(line.variant for line in deal.lines),
        "总金额(旧版)": deal.total_fen / 100,
        "商家编码": "，".join(line.product.code for line in deal.lines),
    }
    return row


def _qianniu_items(shown: _Shown) -> list[dict[str, str | float]]:
    """The item rows of one order; text throughout, and the refund on one item unless whole."""
    deal, state = shown.deal, shown.state
    courier, letters = COURIERS[deal.style % 4]
    found: list[dict[str, str | float]] = []
    whole = bool(state.refund_fen) and state.refund_fen >= state.paid_fen
    left = state.refund_fen
    for place, line in enumerate(deal.lines):
        worth = line.quantity * line.price_fen + (deal.postage_fen if place == 0 else 0)
        done = worth if whole else min(left, worth)
        left -= done
        word, amount = ("退款成功", yuan(done)) if done else ("没有申请退款", "无退款申请")
        if place == 0 and deal.asked_back == "open":
            word, amount = "买家已经申请退款，等待卖家同意", yuan(worth)
        if place == 0 and deal.asked_back == "refused":
            word, amount = "退款关闭", yuan(worth)
        found.append(
            {
                "子订单编号": deal.number if place == 0 else str(int(deal.number) + place),
                "主订单编号": deal.number,
                "商品标题": line.product.title,
                "商品价格": yuan(line.price_fen),
                "购买数量": str(line.quantity),
                "商品属性": line.variant,
                "商品ID": f"7{line.product.code[2:]}0012345",
                "商家编码": line.product.code,
                "订单状态": state.status,
                "买家应付货款": yuan(worth),
                "买家实付金额": yuan(worth - done if state.paid else 0),
                "退款状态": word,
                "退款金额": amount,
                "订单创建时间": _stamp(deal.created),
                "订单付款时间": _stamp(state.paid),
                "发货时间": _stamp(state.shipped),
                "物流单号": f"No:{letters}{deal.number[-12:]}" if state.shipped else "",
                "物流公司": courier if state.shipped else "",
            }
        )
    return found


def _xlsx(
    path: Path, name: str, columns: Sequence[str], rows: Sequence[dict[str, str | float]]
) -> None:
    """Write one sheet with its header on the first row; text stays text."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(name)
        for column, header in enumerate(columns):
            page.write_string(0, column, header)
        for line, row in enumerate(rows, 1):
            for column, header in enumerate(columns):
                value = row[header]
                if isinstance(value, str):
                    page.write_string(line, column, value)
                else:
                    page.write_number(line, column, value)
