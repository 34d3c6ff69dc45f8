"""The simulated truth: who the shop's customers are, and every deal they made.

`build_history(seed)` gives a `History`; the oracle (`shop_truth`) and the file writers
(`shop_files`, `shop_register`) read it, and none of them reads another.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from examples import shop_words as words
from examples.shop_maker import Maker
from examples.shop_model import FIRST_DAY, TODAY, Customer, Deal, History, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def build_history(seed: int) -> History:
    """The whole simulated shop for `seed`; the same seed gives the same shop."""
    maker = Maker(seed)
    customers = _rhythmic(maker)
    customers += _one_offs(maker)
    customers += _returners(maker)
    _odd_days(maker, customers)
    _registered(maker, customers)
    _noise(maker, customers)
    linked = _linked(maker, customers)
    phone_only, keyless = _qianniu(maker)
    plain = [c for c in customers if c.persona == "repeat" and c not in linked][:12]
    return History(
        customers=customers + phone_only,
        keyless=keyless,
        unknown_status=(plain[3], maker.deal(date(2026, 6, 8))),
        bad_amount=(plain[7], maker.deal(date(2026, 7, 15))),
        twice=_twice(customers),
        orphan=maker.deal(date(2026, 3, 3)),
    )


def _rhythmic(maker: Maker) -> list[Customer]:
    """Customers whose persona is a stage, with the deals that put them there."""
    found: list[Customer] = []
    given = ["20088123", "66012345", "0078123", "=tb88"]
    sizes = (("repeat", 130), ("churning", 66), ("lost_many", 36), ("lost_one", 105))
    for persona, size in (*sizes, ("one_time", 147), ("new", 74)):
        for place in range(size):
            pick = persona == "repeat" and place in (5, 25, 45, 65)
            customer = maker.customer(persona, given.pop(0) if pick else None)
            maker.fresh(customer.nick)
            customer.deals = [maker.deal(day, customer.kind) for day in maker.days(persona)]
            found.append(customer)
    return found


def _one_offs(maker: Maker) -> list[Customer]:
    """Those who never bought: prospects, unpaid orders, a free order, all sent back."""
    rng = maker.rng
    found: list[Customer] = []

    def add(persona: str, *deals: Deal) -> None:
        customer = maker.customer(persona)
        customer.deals = list(deals)
        found.append(customer)

    for _ in range(22):
        add("prospect")
        found[-1].registered = True
    for _ in range(22):
        add("unpaid", maker.unpaid(FIRST_DAY + timedelta(days=rng.randrange(2, 520))))
    for ago in (1, 1, 1, 1, 2, 2, 2, 3, 3, 3):
        add("unpaid", maker.unpaid(TODAY - timedelta(days=ago)))
    for day in (30, 31):
        add("unpaid", maker.unpaid(date(2025, 12, day)))
    for _ in range(3):
        deal = maker.deal(date(2026, 1, 1))
        add("one_time", replace(deal, created=deal.created - timedelta(days=1)))
    for style in range(8):
        # All the words for an order under way, at the end of each file.
        add("one_time", replace(maker.deal(date(2025, 12, 31)), style=style))
        add("new", replace(maker.deal(date(2026, 11, 19)), style=style))
    gift = (Line(words.GIFT, 1, 0, ""),)
    add("free", replace(maker.deal(date(2026, 4, 18), lines=gift), postage_fen=0))
    for place in range(16):
        days = sorted(rng.sample(range(40, 500), 2 if place % 5 == 0 else 1), reverse=True)
        add("sent_back", *(maker.refunded(TODAY - timedelta(days=ago)) for ago in days))
    return found


def _returners(maker: Maker) -> list[Customer]:
    """Serial returners, and those who look like one and are not."""
    rng = maker.rng
    dear = [p for p in words.PRODUCTS if p.price_fen >= 30_000 and p.price_fen < 100_000]
    cheap = (Line(words.CHEAP_PILLOW, 1, 5900, "颜色分类：奶白;尺寸：1.8m床"),)
    found: list[Customer] = []

    def back(ago: int, reason: str = "") -> Deal:
        line = Line(rng.choice(dear), 1, 0, "颜色分类：浅灰;尺寸：1.5m床")
        line = replace(line, price_fen=line.product.price_fen)
        return maker.refunded(TODAY - timedelta(days=ago), reason, (line,))

    def keep(ago: int, lines: tuple[Line, ...] = ()) -> Deal:
        return maker.deal(TODAY - timedelta(days=ago), lines=lines)

    def add(persona: str, deals: Iterable[Deal]) -> None:
        customer = maker.customer(persona)
        customer.deals = sorted(deals, key=lambda deal: deal.created)
        found.append(customer)

    for place in range(12):
        agos = rng.sample(range(50, 320), 5 + place % 3)
        kept = [keep(rng.randrange(120, 300), cheap)] if place >= 4 else []
        add("returner", [*(back(ago) for ago in agos), *kept])
    for place in range(3):
        faults = [back(60 + 45 * n, words.FAULT_REASONS[(n + place) % 4]) for n in range(4)]
        add("fault", [*faults, keep(200, cheap)])
        add("half", _mixed(back, keep))
        add("two_back", [back(70 + place), back(150)])
        fresh = [back(ago, words.BUYER_REASONS[n]) for n, ago in enumerate((10, 16, 22))]
        add("fresh_back", [*fresh, keep(150 + place)])
    return found


def _mixed(back: Callable[[int], Deal], keep: Callable[[int], Deal]) -> list[Deal]:
    """Half sent back, half kept."""
    return [*(back(90 + 40 * n) for n in range(3)), *(keep(15 + 40 * n) for n in range(4))]


def _odd_days(maker: Maker, customers: list[Customer]) -> None:
    """A second deal on the same day for some, and pay times one day after the deal."""
    for customer in customers:
        if customer.persona not in ("repeat", "churning", "lost_many"):
            continue
        for deal in list(customer.deals):
            chance = maker.rng.random()
            if chance < 0.04:
                customer.deals.append(maker.deal(deal.day, customer.kind))
            elif chance < 0.09 and deal.day > FIRST_DAY + timedelta(days=2):
                deal.created -= timedelta(days=1)
        customer.deals.sort(key=lambda deal: deal.created)


def _registered(maker: Maker, customers: list[Customer]) -> None:
    """Who stands in the register, and which of their deals: only there, or in an export too."""
    rng = maker.rng
    chances = {"repeat": 0.82, "churning": 0.75, "lost_many": 0.5, "one_time": 0.28}
    chances |= {"lost_one": 0.25, "new": 0.35}
    special = ("20088123", "66012345", "0078123", "=tb88")
    for customer in customers:
        chosen = rng.random() < chances.get(customer.persona, 0) or customer.nick in special
        if not chosen:
            continue
        only = customer.nick == "=tb88" or (customer.nick not in special and rng.random() < 0.11)
        for deal in customer.deals:
            chance = rng.random()
            if only or chance < 0.23:
                noon = datetime.combine(deal.day, time(12))
                deal.channel, deal.in_register = "register", True
                deal.created = deal.paid = noon
                deal.shipped = deal.confirmed = None
                deal.number, deal.postage_fen = "", 0
            elif chance < 0.51 and deal.created.date() == deal.day:
                deal.in_register = True
        if customer.nick in special and not any(deal.in_register for deal in customer.deals):
            plain = [d for d in customer.deals if d.created.date() == d.day]
            plain[0].in_register = True
        customer.registered = any(deal.in_register for deal in customer.deals)
    _double_rows(maker, customers)


def _double_rows(maker: Maker, customers: list[Customer]) -> None:
    """Two pairs of identical register deals, and two deals of two products in merged rows."""
    pool = [c for c in customers if c.persona == "repeat" and c.nick != "=tb88"]
    spots = [(c, d) for c in pool for d in c.deals[:-1] if d.channel == "register"]
    pillow = words.PRODUCTS[13]
    for place in (4, 19):
        customer, deal = spots[place]
        deal.lines = (Line(pillow, 1, pillow.price_fen, ""),)
        customer.deals.insert(customer.deals.index(deal) + 1, replace(deal, twin=True))
    for place in (9, 26):
        deal = spots[place][1]
        two = maker.rng.sample(words.PRODUCTS, 2)
        deal.lines = tuple(Line(product, 1, product.price_fen, "") for product in two)
        deal.merged = True


def _noise(maker: Maker, customers: list[Customer]) -> None:
    """Unpaid, sent back and partly refunded orders among the customers whose stage stands."""
    rng = maker.rng
    stages = ("repeat", "churning", "lost_many", "lost_one", "one_time", "new")
    gift = (Line(words.GIFT, 1, 0, ""),)
    free = 2
    for customer in customers:
        if customer.persona not in stages or all(d.channel == "register" for d in customer.deals):
            continue
        for deal in customer.deals:
            if deal.channel == "taobao" and not deal.in_register and rng.random() < 0.09:
                maker.part_refund(deal)
        first = (TODAY - customer.deals[0].day).days
        near = TODAY - timedelta(days=rng.randrange(5, first + 6))
        if rng.random() < 0.09:
            customer.deals.append(maker.unpaid(near))
        elif rng.random() < 0.06 and (TODAY - near).days > 12:
            reason = rng.choice((*words.BUYER_REASONS, *words.FAULT_REASONS))
            customer.deals.append(maker.refunded(near, reason))
        elif free and customer.persona == "repeat" and len(customer.deals) > 4:
            free -= 1
            extra = maker.deal(customer.deals[1].day + timedelta(days=2), lines=gift)
            customer.deals.append(replace(extra, postage_fen=0))
        customer.deals.sort(key=lambda deal: deal.created)


def _linked(maker: Maker, customers: list[Customer]) -> list[Customer]:
    """Ten customers whose last deal is in the Qianniu sheet, tied to them by their phone only."""
    found: list[Customer] = []
    for customer in customers:
        last = customer.deals[-1] if customer.deals else None
        if (
            len(found) == 10
            or customer.persona != "repeat"
            or last is None
            or not date(2026, 11, 2) <= last.day <= date(2026, 11, 17)
            or last.created.month != 11
            or last.in_register
            or not last.successful
            or not any(d.channel == "taobao" and d.successful for d in customer.deals[:-1])
        ):
            continue
        last.channel = "qianniu"
        last.refund_fen, last.refunded = 0, None
        customer.open_phone = True
        found.append(customer)
    if len(found) != 10:
        msg = f"{len(found)} customers to tie to the Qianniu sheet, 10 wanted"
        raise ValueError(msg)
    maker.part_refund(found[2].deals[-1], after_days=2)
    found[4].deals[-1].asked_back = "open"
    found[6].deals[-1].asked_back = "refused"
    return found


def _qianniu(maker: Maker) -> tuple[list[Customer], list[Customer]]:
    """The other 50 deals of the Qianniu sheet: 15 with a phone nobody else has, 35 masked."""
    rng = maker.rng
    known: list[Customer] = []
    for place in range(13):
        customer = maker.customer("phone_only", "")
        customer.open_phone = True
        days = [rng.randrange(4, 8), 16] if place < 2 else [rng.randrange(2, 18)]
        if place == 5:
            customer.deals = [maker.refunded(TODAY - timedelta(days=15))]
        elif place == 6:
            customer.deals = [maker.unpaid(TODAY - timedelta(days=9))]
        else:
            customer.deals = [maker.deal(TODAY - timedelta(days=ago)) for ago in sorted(days)[::-1]]
        known.append(customer)
    maker.part_refund(known[8].deals[0], after_days=1)
    known[9].deals[0].asked_back = "open"
    unknown: list[Customer] = []
    for place in range(35):
        customer = maker.customer("keyless", "")
        customer.open_phone = False
        ago = rng.randrange(2, 19)
        if place in (3, 17):
            deal = maker.refunded(TODAY - timedelta(days=14 + place % 3))
        elif place in (8, 21, 30):
            deal = maker.unpaid(TODAY - timedelta(days=1 if place == 8 else ago + 3))
        else:
            deal = maker.deal(TODAY - timedelta(days=ago))
            if place in (11, 25):
                maker.part_refund(deal, after_days=1)
            deal.asked_back = {5: "open", 14: "refused"}.get(place, "")
        customer.deals = [deal]
        unknown.append(customer)
    for customer in (*known, *unknown):
        for deal in customer.deals:
            deal.channel = "qianniu"
    return known, unknown


def _twice(customers: list[Customer]) -> str:
    """The order number that stands twice in the second file: sent, then done."""
    for customer in customers:
        for deal in customer.deals:
            whole = deal.channel == "taobao" and deal.successful and not deal.refund_fen
            if whole and deal.day > date(2026, 5, 1) and deal.confirmed:
                return deal.number
    raise ValueError("no order to write twice")
