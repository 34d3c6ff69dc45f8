"""Writes what the owner keeps by hand: the registration sheet and the log of past contacts."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import xlsxwriter

from examples import shop_words as words
from examples.shop_model import LAST_EXPORT, TODAY, Customer, Deal, History, known

if TYPE_CHECKING:
    from pathlib import Path

CREATED = datetime.combine(TODAY, time(9))
LAST_DAY = LAST_EXPORT.date()
CONTACTS = 40
NOTES = {"已联系": "说睡着很舒服", "勿扰": "客户不想再被打扰", "改约": "在开会，改天再打"}
Cell = str | int | float | date | None


@dataclass
class Row:
    """One row of the sheet: cells by column name, the columns merged with the row below."""

    cells: dict[str, Cell]
    merge_down: tuple[str, ...] = ()


@dataclass
class _Sheet:
    """The rows so far, and how often each oddity was planted."""

    rng: random.Random
    rows: list[Row] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
    sum_fen: int = 0


def write_register(history: History, path: Path, seed: int) -> Counter[str]:
    """Write the registration sheet to `path`; returns the oddities planted, and `rows_read`."""
    sheet = _Sheet(random.Random(seed + 1))
    people = [c for c in history.customers if c.registered]
    deals = [(d.day, n, c, d) for n, c in enumerate(people) for d in c.deals if d.in_register]
    prospects = [c for c in people if c.persona == "prospect"]
    buyers = [c for c in people if c.persona == "repeat" and len(c.deals) > 3]
    entries: list[tuple[date, int, Customer, Deal | None]] = list(deals)
    for n, customer in enumerate(prospects):
        entries.append((TODAY - timedelta(days=4 + 23 * n), 10_000 + n, customer, None))
    for n, customer in enumerate(buyers[:3]):
        entries.append((customer.deals[0].day - timedelta(days=6), 20_000 + n, customer, None))
    entries.sort(key=lambda entry: entry[:2])
    for day, _, customer, deal in entries:
        if deal is None:
            _prospect_row(sheet, customer, day)
        elif deal.twin:
            twin = sheet.rows[-1].cells
            sheet.rows.append(Row(dict(twin)))
            sheet.sum_fen += deal.paid_fen
            sheet.planted["identical_pairs"] += 1
        else:
            _deal_rows(sheet, customer, deal)
    _dirty_ids(sheet, {c.nick for c in people if any(d.channel == "taobao" for d in c.deals)})
    _spoil(sheet, buyers[5:9])
    total: dict[str, Cell] = {"登记日期": "合计", "成交金额": sheet.sum_fen / 100}
    sheet.rows += [Row({}), Row(total)]
    sheet.planted["blank_rows"] = sum(not row.cells for row in sheet.rows)
    sheet.planted["total_rows"] = 1
    sheet.planted["rows_read"] = sum(bool(row.cells) for row in sheet.rows)
    _save(sheet.rows, path)
    return sheet.planted


def _deal_rows(sheet: _Sheet, customer: Customer, deal: Deal) -> None:
    """The row of one deal; a merged deal gets a row for each of its two products."""
    rng = sheet.rng
    cells = _person_cells(sheet, customer)
    cells["登记日期"] = _as_date(sheet, min(LAST_DAY, deal.day + timedelta(days=rng.randrange(3))))
    cells["成交时间"] = _as_date(sheet, deal.day)
    cells["成交金额"] = _as_money(sheet, deal.paid_fen)
    cells["商品名称"] = "+".join(line.product.short for line in deal.lines)
    cells["最近一次联系时间"] = min(LAST_DAY, deal.day + timedelta(days=rng.randrange(1, 9)))
    if rng.random() < 0.25:
        cells["备注"] = rng.choice(("微信转账", "老客介绍", "要尽快发货", "送了小样", "说枕头偏高"))
    sheet.sum_fen += deal.paid_fen
    if not deal.merged:
        sheet.rows.append(Row(cells))
        return
    below = dict(cells)
    cells["成交金额"] = deal.paid_fen / 100
    cells["商品名称"], below["商品名称"] = (line.product.short for line in deal.lines)
    del below["客户ID"], below["成交金额"]
    sheet.rows += [Row(cells, ("客户ID", "成交金额")), Row(below)]
    sheet.planted["merged_deals"] += 1


def _prospect_row(sheet: _Sheet, customer: Customer, day: date) -> None:
    """A row of someone who asked or got a sample: no amount, no deal time."""
    cells = _person_cells(sheet, customer)
    cells["登记日期"] = _as_date(sheet, day)
    cells["备注"] = sheet.rng.choice(("问过价", "已寄样", "问过价，嫌贵", "已寄样 等回复"))
    sheet.rows.append(Row(cells))
    sheet.planted["prospect_rows"] += 1


def _person_cells(sheet: _Sheet, customer: Customer) -> dict[str, Cell]:
    """The cells that describe the person, in the owner's changing habits."""
    rng = sheet.rng
    orders = sum(deal.successful for deal in customer.deals)
    grade = ("店铺客户", "店铺客户", "普通", "普通", "高级", "高级", "VIP")[min(orders, 6)]
    if orders > 7:
        grade = "至尊VIP"
    masked = rng.random() < 0.12
    sheet.planted["masked_names"] += masked
    cells: dict[str, Cell] = {
        "客户ID": customer.nick,
        "客户ID等级": grade if rng.random() < 0.9 else None,
        "姓名": customer.surname + ("**" if masked else customer.given),
        "性别": "女" if customer.female else "男",
        "地区": customer.place.province + customer.place.city,
        "客户类型": customer.kind,
        "联系电话": _as_phone(sheet, customer.phone),
        "床尺寸": customer.bed,
        "跟进人": customer.clerk,
    }
    birthday = customer.birthday
    style = birthday.day % 6
    if style == 0:
        cells["生日"] = f"农历{'正二五八腊'[birthday.month % 5]}月初{'三六八'[birthday.day % 3]}"
    elif style == 1:
        cells["生日"] = f"{birthday.month}月{birthday.day}日"
    elif style == 2:
        cells["生日"] = f"{birthday.year}-{birthday.month}-{birthday.day}"
    elif style == 3:
        cells["生日"] = birthday
    return cells


def _as_date(sheet: _Sheet, day: date) -> Cell:
    style = sheet.rng.choices(range(6), (60, 14, 10, 8, 4, 4))[0]
    sheet.planted["dates_as_text"] += style > 0
    plain = (day.year, day.month, day.day)
    return (
        day,
        "{}/{}/{}".format(*plain),
        "{}.{}.{}".format(*plain),
        "{}年{}月{}日".format(*plain),
        f"{day.isoformat()} 14:20",
        day.isoformat(),
    )[style]


def _as_money(sheet: _Sheet, fen: int) -> Cell:
    style = sheet.rng.choices(range(4), (70, 12, 9, 9))[0]
    sheet.planted["money_as_text"] += style > 0
    short = f"{fen / 100:.2f}".removesuffix(".00")
    return (fen / 100, f"{fen / 100:,.2f}", f"¥{short}", f"{short}元")[style]


def _as_phone(sheet: _Sheet, phone: str) -> Cell:
    style = sheet.rng.choices(range(5), (35, 25, 10, 15, 15))[0]
    sheet.planted[
        "phones_" + ("as_number", "as_text", "with_spaces", "masked", "blank")[style]
    ] += 1
    spaced = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    return (int(phone), phone, spaced, f"{phone[:3]}****{phone[7:]}", None)[style]


def _dirty_ids(sheet: _Sheet, exported: set[str]) -> None:
    """Write some ids of customers who also stand in an export in ways that must fold together."""
    lettered = [
        row
        for row in sheet.rows
        if isinstance(nick := row.cells.get("客户ID"), str)
        and nick in exported
        and any("a" <= letter <= "z" for letter in nick)
        and not row.merge_down
    ]
    for place, row in enumerate(lettered[3::9]):
        nick = str(row.cells["客户ID"])
        name = ("full_width", "spaces", "zero_width", "letter_case")[place % 4]
        wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in nick)
        hidden = nick[:2] + "\u200b" + nick[2:] + ("\ufeff" if place % 8 == 2 else "")
        spaced = nick + ("  " if place % 8 == 1 else "\u3000")
        row.cells["客户ID"] = (wide, spaced, hidden, nick.swapcase())[place % 4]
        sheet.planted[f"ids_{name}"] += 1
    ids = [str(row.cells.get("客户ID")) for row in sheet.rows]
    sheet.planted["ids_only_digits"] = len({text for text in ids if text.isdigit()})
    sheet.planted["ids_like_formula"] = ids.count("=tb88")


def _spoil(sheet: _Sheet, people: list[Customer]) -> None:
    """Plant four broken rows, a note that looks like a formula, and blank rows in between."""
    good: dict[str, Cell] = {"登记日期": date(2026, 9, 2), "成交时间": date(2026, 9, 1)}
    wrongs: tuple[tuple[str, dict[str, Cell]], ...] = (
        ("broken_date", {"成交时间": "2026-13-45", "成交金额": 368.0}),
        ("broken_amount", {"成交金额": "面议"}),
        ("broken_future", {"成交时间": date(2027, 2, 1), "成交金额": 599.0}),
        ("broken_negative", {"成交金额": -88.0}),
    )
    # Pairs and merged rows stay together: nothing is put in right after a row its twin follows.
    for place, (name, cells) in enumerate(wrongs):
        person = _person_cells(sheet, people[place])
        row = Row(person | good | {"商品名称": "云感四件套"} | cells)
        sheet.rows.insert(_free(sheet.rows, 390 + 22 * place), row)
        sheet.planted[name] = 1
    noted = next(r for r in sheet.rows[200:] if not r.merge_down and "备注" not in r.cells)
    noted.cells["备注"] = "=1+1"
    sheet.planted["notes_like_formula"] = 1
    for place in (60, 180, 181, 300):
        sheet.rows.insert(_free(sheet.rows, place), Row({}))


def _free(rows: list[Row], place: int) -> int:
    """The first place from `place` on where a row can go in without parting two that belong."""
    while rows[place - 1].merge_down or rows[place - 1].cells == rows[place].cells != {}:
        place += 1
    return place


def _save(rows: list[Row], path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED, "author": words.SHOP})
        page = book.add_worksheet("登记表")
        title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        head = book.add_format({"bold": True, "border": 1})
        day = book.add_format({"num_format": "yyyy/m/d"})
        middle = book.add_format({"valign": "vcenter"})
        right = len(words.REGISTER_COLUMNS) - 1
        page.merge_range(0, 0, 0, right, f"{words.SHOP} 客户登记表", title)
        page.set_column(0, right, 14)
        for column, name in enumerate(words.REGISTER_COLUMNS):
            page.write_string(1, column, name, head)
        place = {name: column for column, name in enumerate(words.REGISTER_COLUMNS)}
        for line, row in enumerate(rows, 2):
            for name in row.merge_down:
                page.merge_range(line, place[name], line + 1, place[name], "", middle)
            for name, value in row.cells.items():
                shape = middle if name in row.merge_down else None
                _put(page, line, place[name], value, day, shape)


def _put(page: Any, line: int, column: int, value: Cell, day: Any, shape: Any) -> None:
    """Write one cell: text always as text, whatever it looks like."""
    if isinstance(value, str):
        page.write_string(line, column, value, shape)
    elif isinstance(value, date):
        page.write_datetime(line, column, datetime.combine(value, time()), day)
    elif value is not None:
        page.write_number(line, column, value, shape)


def write_contacts(history: History, path: Path, seed: int) -> Counter[str]:
    """Write 40 past contacts after real orders to `path`; returns how many of each result."""
    rng = random.Random(seed + 2)
    lines: list[tuple[date, list[str]]] = []
    planted: Counter[str] = Counter()
    first, last = date(2026, 9, 28), date(2026, 11, 14)
    pool = [
        (c, d)
        for c in history.customers
        for d in c.deals
        if d.channel == "taobao" and d.successful and first < known(d.confirmed).date() < last
    ]
    asked = [pool[place * len(pool) // 26] for place in range(26)]
    results = ("已联系", "未接通", "已联系", "改约", "已联系", "跳过", "已联系", "勿扰", "未接通")
    for place, (customer, deal) in enumerate(asked):
        day = max(known(deal.confirmed).date() + timedelta(days=1 + place % 3), date(2026, 10, 1))
        result = results[place % 9]
        _contact(lines, rng, customer, deal, day, "1", result)
        again = day + timedelta(days=8 + place % 3)
        if result not in ("勿扰", "跳过") and again < LAST_DAY:
            _contact(lines, rng, customer, deal, again, "2", "已联系" if place % 2 else "未接通")
    lines.sort(key=lambda line: (line[0], line[1][1], line[1][3]))
    if len(lines) < CONTACTS:
        short = f"only {len(lines)} contacts, {CONTACTS} wanted"
        raise ValueError(short)
    lines = lines[:CONTACTS]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(words.CONTACT_COLUMNS)
    for _, line in lines:
        writer.writerow(line)
        planted[f"contacts_{line[6]}"] += 1
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    planted["rows_read"] = len(lines)
    return planted


def _contact(
    lines: list[tuple[date, list[str]]],
    rng: random.Random,
    customer: Customer,
    deal: Deal,
    day: date,
    turn: str,
    result: str,
) -> None:
    """Add one line of the contact log."""
    way = "电话" if customer.kind in ("批发", "定制") or rng.random() < 0.4 else "消息"
    note = NOTES.get(result, "")
    later = (day + timedelta(days=rng.randrange(2, 6))).isoformat() if result == "改约" else ""
    mark = f"{rng.getrandbits(48):012x}"
    deed = [day.isoformat(), customer.nick, "售后回访", turn, deal.number, way]
    lines.append((day, [*deed, result, note, later, mark]))
