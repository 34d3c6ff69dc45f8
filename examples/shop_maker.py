"""Draws the people and deals of the example shop from one seeded generator."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.shop_model import (
    FIRST_DAY,
    FIRST_FILE_TO,
    LAST_EXPORT,
    TODAY,
    Customer,
    Deal,
    Line,
    folded,
    known,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# Near enough to the pooled median gap that comes out; `shop_truth.check` verifies the margins.
ASSUMED_GAP = 35.0
HISTORY_DAYS = (TODAY - FIRST_DAY).days - 2


def expected_gap(gaps: Sequence[int], shop_gap: float) -> float:
    """Own gaps in days, shrunk toward the shop's with weight 1.5 on the log scale."""
    logs = sum(math.log(gap) for gap in gaps)
    return math.exp((logs + 1.5 * math.log(shop_gap)) / (len(gaps) + 1.5))


class Maker:
    """Draws people and deals; every choice comes from its one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seen: set[str] = set()
        self.count = 0

    def fresh(self, candidate: str) -> bool:
        """Whether `candidate` is not taken yet; takes it."""
        key = folded(candidate)
        if key in self.seen:
            return False
        self.seen.add(key)
        return True

    def nick(self) -> str:
        """A fresh Taobao nick: letters and digits, or Chinese."""
        rng = self.rng
        while True:
            shape = rng.random()
            if shape < 0.45:
                text = f"tb{rng.randrange(100_000, 99_999_999)}"
            elif shape < 0.75:
                tail = rng.choice(("", "_")) + str(rng.randrange(10, 2020))
                text = rng.choice(words.NICK_ROOTS) + tail
            else:
                text = rng.choice(words.NICK_HEADS) + rng.choice(words.NICK_TAILS)
                text += rng.choice(("", str(rng.randrange(1, 100))))
            if self.fresh(text):
                return text

    def phone(self) -> str:
        """An eleven-digit number that looks real; the middle 0000 marks it as made up."""
        while True:
            text = f"13{self.rng.randrange(10)}0000{self.rng.randrange(10_000):04d}"
            if self.fresh(text):
                return text

    def number(self) -> str:
        """A fresh order number of 18 or 19 digits."""
        while True:
            digits = self.rng.choice((18, 19))
            text = str(self.rng.randrange(2 * 10 ** (digits - 1), 5 * 10 ** (digits - 1)))
            if self.fresh(text):
                return text

    def customer(self, persona: str, nick: str | None = None) -> Customer:
        """A fresh person of `persona` without deals; `nick` is drawn when not given."""
        rng = self.rng
        female = rng.random() < 0.68
        return Customer(
            nick=self.nick() if nick is None else nick,
            phone=self.phone(),
            surname=rng.choice(words.SURNAMES),
            given=rng.choice(words.GIVEN_FEMALE if female else words.GIVEN_MALE),
            female=female,
            place=rng.choice(words.PLACES),
            street=f"{rng.choice(words.STREETS)}{rng.randrange(1, 399)}号",
            persona=persona,
            open_phone=rng.random() < 0.55,
            kind=rng.choices(("零售", "批发", "定制", "一件代发"), (82, 7, 6, 5))[0],
            birthday=date(1962, 1, 1) + timedelta(days=rng.randrange(15_000)),
            bed=rng.choice(words.BED_SIZES),
            clerk=rng.choice(words.CLERKS),
        )

    def lines(self, kind: str = "零售") -> tuple[Line, ...]:
        """What one deal holds: one to three products, more of each for wholesale."""
        rng = self.rng
        bulk = rng.randrange(3, 9) if kind == "批发" else 1
        found: list[Line] = []
        for product in rng.sample(words.PRODUCTS, rng.choices((1, 2, 3), (72, 22, 6))[0]):
            price = product.price_fen * rng.choice((100, 100, 95, 88)) // 100
            quantity = rng.choices((1, 2), (85, 15))[0] * bulk
            variant = f"颜色分类：{rng.choice(words.COLOURS)};尺寸：{rng.choice(words.BED_SIZES)}床"
            found.append(Line(product, quantity, price, variant))
        return tuple(found)

    def deal(self, day: date, kind: str = "零售", lines: tuple[Line, ...] = ()) -> Deal:
        """A deal paid on `day`, sent and confirmed some days later, in the Taobao channel."""
        rng = self.rng
        self.count += 1
        paid = datetime.combine(day, time(9 + rng.randrange(12), rng.randrange(60)))
        paid += timedelta(minutes=30, seconds=rng.randrange(60))
        slow = day >= date(2025, 12, 18) and day <= FIRST_FILE_TO and rng.random() < 0.3
        shipped = paid + timedelta(hours=rng.randrange(20, 60) + (24 * 15 if slow else 0))
        return Deal(
            number=self.number(),
            channel="taobao",
            created=paid - timedelta(minutes=rng.randrange(1, 29), seconds=rng.randrange(60)),
            paid=paid,
            shipped=shipped,
            confirmed=shipped + timedelta(days=rng.randrange(4, 11), minutes=rng.randrange(600)),
            lines=lines or self.lines(kind),
            postage_fen=1000 if rng.random() < 0.08 else 0,
            style=self.count,
        )

    def unpaid(self, day: date) -> Deal:
        """A deal of `day` that was never paid."""
        deal = self.deal(day)
        return replace(deal, paid=None, shipped=None, confirmed=None)

    def refunded(self, day: date, reason: str = "", lines: tuple[Line, ...] = ()) -> Deal:
        """A deal paid on `day` whose money all went back a few days later."""
        deal = self.deal(day, lines=lines)
        sent = self.rng.random() < 0.7
        after = timedelta(days=self.rng.randrange(4, 9) if sent else 0, hours=5)
        when = min(known(deal.paid) + after, LAST_EXPORT - timedelta(hours=1))
        deal.shipped = deal.shipped if sent and deal.shipped and deal.shipped < when else None
        deal.confirmed = None
        deal.refunded, deal.refund_fen = when, deal.paid_fen
        deal.reason = reason or self.rng.choice(words.BUYER_REASONS)
        return deal

    def part_refund(self, deal: Deal, after_days: int | None = None) -> None:
        """Give back 10 to 35 % of `deal`, when it still fits before the last export."""
        base = deal.confirmed if after_days is None else deal.paid
        when = known(base) + timedelta(days=2 if after_days is None else after_days)
        if when < LAST_EXPORT:
            share = self.rng.randrange(10, 36)
            deal.refund_fen = deal.paid_fen * share // 1000 * 10
            deal.refunded = when

    def gaps(self, low: float, high: float, count: int) -> list[int]:
        """`count` gaps in days around one rhythm between `low` and `high`."""
        base = math.exp(self.rng.uniform(math.log(low), math.log(high)))
        return [max(4, round(base * math.exp(self.rng.gauss(0, 0.25)))) for _ in range(count)]

    def days(self, persona: str) -> list[date]:
        """Purchase days of one customer of `persona`, oldest first, well inside its stage."""
        rng = self.rng
        if persona == "new":
            fair = rng.random() < 0.3
            ago = rng.randrange(8, 11) if fair else rng.randrange(1, 76)
            return [TODAY - timedelta(days=ago)]
        if persona == "one_time":
            return [TODAY - timedelta(days=rng.randrange(110, 350))]
        if persona == "lost_one":
            return [TODAY - timedelta(days=rng.randrange(378, HISTORY_DAYS))]
        while True:
            if persona == "repeat":
                count = rng.choices((1, 2, 3, 4, 5, 6, 8), (26, 20, 16, 13, 11, 8, 6))[0]
                gaps = self.gaps(22, 70, count)
                ago = rng.randrange(1, 1 + int(min(1.25 * expected_gap(gaps, ASSUMED_GAP), 320)))
            elif persona == "churning":
                gaps = self.gaps(14, 48, rng.choices((1, 2, 3, 4, 5), (20, 26, 24, 18, 12))[0])
                low = int(max(55, 2.9 * expected_gap(gaps, ASSUMED_GAP)))
                ago = rng.randrange(low, low + 90)
                if ago > 345:
                    continue
            else:
                gaps = self.gaps(15, 40, rng.choices((1, 2, 3), (5, 3, 2))[0])
                ago = rng.randrange(380, 470)
            if sum(gaps) + ago <= HISTORY_DAYS:
                break
        found = [TODAY - timedelta(days=ago)]
        for gap in gaps:
            found.append(found[-1] - timedelta(days=gap))
        return found[::-1]
