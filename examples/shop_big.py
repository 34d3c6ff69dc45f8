"""Writes one big Taobao order file of made-up orders, to measure speed with."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import xlsxwriter

from examples import shop_words as words
from examples.shop_model import FIRST_DAY, TODAY
from examples.shop_register import CREATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUSTOMERS_A_ROW = 0.22
COLUMNS = (
    "订单编号", "买家会员名", "总金额", "买家实际支付金额", "订单状态", "收货人姓名", "收货地址 ",
    "联系手机", "订单创建时间", "订单付款时间 ", "宝贝标题 ", "宝贝总数量", "店铺名称",
    "订单关闭原因", "退款金额", "确认收货时间",
)  # fmt: skip
MONEY = (2, 3, 14)
Person = tuple[str, str, str, str]


def write_big(rows: int, path: Path, shape: str, seed: int, customers: int | None = None) -> int:
    """Write `rows` orders to `path` as `xlsx` or `csv`; returns the number of customers.

    There are exactly `customers`, else about CUSTOMERS_A_ROW of the rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    seen: list[Person] = []
    if shape == "csv":
        _write_csv(_orders(rows, seed, seen, customers), path)
    else:
        _write_xlsx(_orders(rows, seed, seen, customers), path)
    return len(seen)


def _write_csv(orders: Iterator[tuple[str, ...]], path: Path) -> None:
    """GB18030 with CRLF, streamed; no value holds a comma or a quote but the id."""
    with path.open("w", encoding="gb18030", newline="", buffering=1 << 20) as file:
        file.write(",".join(COLUMNS) + "\r\n")
        for order in orders:
            file.write(f'="{order[0]}",' + ",".join(order[1:]) + "\r\n")


def _write_xlsx(orders: Iterator[tuple[str, ...]], path: Path) -> None:
    """One sheet, streamed; money as numbers, all else as text."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet("订单列表")
        for column, name in enumerate(COLUMNS):
            page.write_string(0, column, name)
        for line, order in enumerate(orders, 1):
            for column, value in enumerate(order):
                if column in MONEY:
                    page.write_number(line, column, float(value))
                else:
                    page.write_string(line, column, value)


def _person(place: int) -> Person:
    """Nick, name, address and phone of the customer numbered `place`; half are masked."""
    surname = words.SURNAMES[place % len(words.SURNAMES)]
    spot = words.PLACES[place * 7 % len(words.PLACES)]
    given = words.GIVEN_FEMALE[place // 3 % len(words.GIVEN_FEMALE)]
    root = words.NICK_ROOTS[place % len(words.NICK_ROOTS)] if place % 3 else "tb"
    area = f"{spot.province} {spot.city} {spot.district} "
    if place % 2:
        phone = f"'13{place % 10}****{place % 10_000:04d}"
        return f"{root}{place:07d}", f"{surname}**", f"{area}***({spot.postcode})", phone
    street = f"{words.STREETS[place % 8]}{place % 399 + 1}号"
    phone = f"'13{place:09d}"
    return f"{root}{place:07d}", surname + given, f"{area}{street}({spot.postcode})", phone


def _orders(
    rows: int, seed: int, seen: list[Person], customers: int | None
) -> Iterator[tuple[str, ...]]:
    """The orders, oldest first; `seen` fills with the customers as they first come up."""
    rng = random.Random(seed)
    chance = rng.random
    span = (TODAY - FIRST_DAY).days
    days = [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(span + 20)]
    clock = [(f" {9 + n // 250:02d}:{n // 5 % 50:02d}:{n % 5 * 11:02d}") for n in range(3500)]
    later = [(f" {9 + n // 250:02d}:{n // 5 % 50 + 4:02d}:30") for n in range(3500)]
    goods = [(p.title, p.price_fen) for p in words.PRODUCTS]
    pairs = [(f"{a[0]}，{b[0]}", a[1] + b[1]) for a in goods for b in goods if a is not b]
    baskets = [(t, f"{f / 100:.2f}", f"{f / 500:.2f}", "1") for t, f in goods] * 60
    baskets += [(t, f"{f / 100:.2f}", f"{f / 500:.2f}", "2") for t, f in pairs]
    kinds = len(baskets)
    zero = "0.00"
    for place in range(rows):
        new = CUSTOMERS_A_ROW
        if customers is not None:  # as many as are wanting, spread over the rows that are left
            new = (customers - len(seen)) / (rows - place)
        if not seen or chance() < new:
            person = _person(len(seen))
            seen.append(person)
        else:
            person = seen[int(len(seen) * chance() ** 1.4)]
        nick, name, address, phone = person
        title, total, part, count = baskets[int(chance() * kinds)]
        ago = place * span // rows
        moment = int(chance() * 3500)
        created, paid_at = days[ago] + clock[moment], days[ago] + later[moment]
        number = f"{2_000_000_000_000_000_000 + place * 1_000_003}"
        fate = chance()
        status, reason, refund, paid, done = words.SUCCESS, words.NOT_CLOSED, zero, total, "NULL"
        if fate < 0.07:
            status, reason, paid, paid_at = "交易关闭", words.NEVER_PAID, zero, "NULL"
        elif fate < 0.13:
            status, reason, refund = "交易关闭", "退款", total
        elif ago > span - 4:
            status = words.PAID_WORDS[0]
        elif ago > span - 11:
            status = words.SENT_WORDS[0]
        else:
            done = days[ago + 9] + clock[moment]
            refund = part if fate < 0.16 else zero
        yield (
            number, nick, total, paid, status, name, address, phone, created, paid_at, title,
            count, words.SHOP, reason, refund, done,
        )  # fmt: skip
