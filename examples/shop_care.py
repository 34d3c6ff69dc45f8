"""Writes the small sheets that the owner keeps beside the register: promises, lists, activities."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import xlsxwriter

from examples import shop_words as words
from examples.shop_model import TODAY, Customer, Deal, History

if TYPE_CHECKING:
    from pathlib import Path

CREATED = datetime.combine(TODAY, time(9))
PROMISED = ("随单送一对枕套", "补一份洗护说明书", "新花色的小样")
SUGGESTED = (
    ("被套的拉链换成扣子", "设计", "采纳", 2),
    ("出一款 1.35 米的床笠", "产品", "不采纳", 3),
    ("包装箱少用些胶带", "客服", "", 0),
)
ASKED = (("勿扰", "说了别再发消息"), ("黑名单", "拿差评要钱"))
ACTIVITIES = (
    ("周末秒杀", date(2026, 11, 22), date(2026, 11, 23), "这个周末四件套第二套半价"),
    ("双12", date(2026, 12, 10), date(2026, 12, 13), "双12全场满300减40"),
)


def write_care(history: History, shop: Path) -> dict[str, Counter[str]]:
    """Write 承诺.csv, 建议.csv, 名单.csv and 活动.xlsx into `shop`; returns their `rows_read`."""
    people = [one for one in history.customers if one.nick and _bought(one)]
    repeat = [one for one in people if len(_bought(one)) > 3]
    once = [one for one in people if len(_bought(one)) == 1]
    lately = [one for one in repeat if _bought(one)[-1].day > TODAY - timedelta(days=15)]
    silent = [one for one in repeat if _bought(one)[-1].day < TODAY - timedelta(days=30)]
    promises = [_promise(one, what) for one, what in zip(lately[1:], PROMISED, strict=False)]
    day = (_bought(silent[0])[-1].day + timedelta(days=2)).isoformat()
    due = (TODAY + timedelta(days=1)).isoformat()
    promises.append([day, silent[0].nick, "换季被芯到货通知", TODAY.isoformat(), "", "", ""])
    promises.append([day, silent[1].nick, "补开发票", due, "", day, ""])
    suggestions = [
        _suggestion(one, *said) for one, said in zip(silent[2:], SUGGESTED, strict=False)
    ]
    lists = [
        [_bought(one)[-1].day.isoformat(), one.nick, name, why, "小王", ""]
        for one, (name, why) in zip(once[5::7], ASKED, strict=False)
    ]
    heads = {
        "承诺.csv": ("承诺日期", "客户ID", "承诺内容", "最晚日期", "订单号", "兑现日期", "编号"),
        "建议.csv": (
            *("建议日期", "客户ID", "建议内容", "转给"),
            *("处理结果", "处理日期", "告知日期", "编号"),
        ),
        "名单.csv": ("登记日期", "客户ID", "名单", "原因", "经办人", "截止日期"),
    }
    rows = {"承诺.csv": promises, "建议.csv": suggestions, "名单.csv": lists}
    for name, head in heads.items():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows([head, *rows[name]])
        (shop / name).write_bytes(text.getvalue().encode("utf-8-sig"))
    _activities(shop / "活动.xlsx")
    counts = {name: len(lines) for name, lines in rows.items()} | {"活动.xlsx": len(ACTIVITIES)}
    return {name: Counter({"rows_read": number}) for name, number in counts.items()}


def _bought(customer: Customer) -> list[Deal]:
    deals = [deal for deal in customer.deals if deal.channel == "taobao" and deal.successful]
    return sorted(deals, key=lambda deal: deal.created)


def _promise(customer: Customer, what: str) -> list[str]:
    """A promise of the day after the order before the last: the last one brings it up."""
    day = _bought(customer)[-2].day + timedelta(days=1)
    return [day.isoformat(), customer.nick, what, "", "", "", ""]


def _suggestion(customer: Customer, what: str, team: str, outcome: str, ago: int) -> list[str]:
    made = (_bought(customer)[-1].day + timedelta(days=6)).isoformat()
    decided = (TODAY - timedelta(days=ago)).isoformat() if outcome else ""
    return [made, customer.nick, what, team, outcome, decided, "", ""]


def _activities(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "author": words.SHOP})
        page = book.add_worksheet("活动")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.set_column(0, 3, 16)
        page.write_row(0, 0, ("活动名称", "开始日期", "结束日期", "活动内容"))
        for line, (name, first, last, text) in enumerate(ACTIVITIES, 1):
            page.write_string(line, 0, name)
            page.write_datetime(line, 1, datetime.combine(first, time()), day)
            page.write_datetime(line, 2, datetime.combine(last, time()), day)
            page.write_string(line, 3, text)
