"""The oracle: what a right program must say of the example shop, by plain loops.

It reads the simulated history and never the files, and shares no code with shopcrm.
`truth(history)` gives the answers as plain data, `check(history, answers)` says whether they
keep clear of every threshold (an example on a knife's edge tests nothing).
"""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist, median
from typing import TYPE_CHECKING, Any

from examples.shop_model import TODAY, Customer, Deal, History

if TYPE_CHECKING:
    from datetime import date

FAULT_WORDS = ("漏发", "破损", "质量", "发错")
STAGES = ("potential", "new", "one_time", "repeat", "churning", "lost")
TAGS = ("vip", "serial_returner", "refund_only")


def truth(history: History) -> dict[str, Any]:
    """`{"customers": {id: {...}}, "totals": {...}}`; money in fen, days as ISO text."""
    gap_lists = {c.key: _gaps(_purchase_days(c.deals)) for c in history.customers}
    shop_gap = float(median([gap for gaps in gap_lists.values() for gap in gaps]))
    people: dict[str, dict[str, Any]] = {}
    for customer in history.customers:
        people[customer.key] = _person(customer, gap_lists[customer.key], shop_gap)
    repeat_nets = sorted(p["net_fen"] for p in people.values() if p["orders"] >= 2)
    vip_from = _quantile(repeat_nets, 0.9)
    for person in people.values():
        if person["orders"] >= 2 and person["net_fen"] >= vip_from:
            person["tags"] = sorted([*person["tags"], "vip"])
    nameless = [deal for customer in history.keyless for deal in customer.deals]
    good = [deal for deal in nameless if deal.successful]
    orders = sum(p["orders"] for p in people.values())
    net = sum(p["net_fen"] for p in people.values())
    keyless_net = sum(d.paid_fen - d.refund_fen for d in good)
    totals = {
        "today": TODAY.isoformat(),
        "customers": len(people),
        "buyers": sum(p["orders"] >= 1 for p in people.values()),
        "repeat_buyers": sum(p["orders"] >= 2 for p in people.values()),
        "refund_only": sum("refund_only" in p["tags"] for p in people.values()),
        "successful_orders": orders,
        "net_fen": net,
        "orders_without_key": len(nameless),
        "successful_orders_without_key": len(good),
        "net_fen_without_key": keyless_net,
        "successful_orders_with_keyless": orders + len(good),
        "net_fen_with_keyless": net + keyless_net,
        "shop_gap": shop_gap,
        "vip_from_fen": round(vip_from, 3),
        "stages": {s: sum(p["stage"] == s for p in people.values()) for s in STAGES},
        "tags": {t: sum(t in p["tags"] for p in people.values()) for t in TAGS},
    }
    return {"totals": totals, "customers": people}


def _purchase_days(deals: list[Deal]) -> list[date]:
    return sorted({deal.day for deal in deals if deal.successful})


def _gaps(days: list[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(days)]


def _person(customer: Customer, gaps: list[int], shop_gap: float) -> dict[str, Any]:
    """Numbers, stage and tags (all but vip) of one customer."""
    orders = net = gross = refund = paid = 0
    for deal in customer.deals:
        if deal.paid_fen > 0:
            paid += 1
            refund += deal.refund_fen
        if deal.successful:
            orders += 1
            gross += deal.paid_fen
            net += deal.paid_fen - deal.refund_fen
    days = _purchase_days(customer.deals)
    since = (TODAY - days[-1]).days if days else None
    expected: float | None = None
    if days:
        logs = sum(math.log(gap) for gap in gaps) + 1.5 * math.log(shop_gap)
        expected = math.exp(logs / (len(gaps) + 1.5))
    tags = []
    if paid and not orders:
        tags.append("refund_only")
    if _serial_bound(customer.deals) >= 0.70:
        tags.append("serial_returner")
    return {
        "orders": orders,
        "net_fen": net,
        "gross_fen": gross,
        "refund_fen": refund,
        "first_order": days[0].isoformat() if days else None,
        "last_order": days[-1].isoformat() if days else None,
        "days_since": since,
        "expected_gap": None if expected is None else round(expected, 3),
        "stage": _stage(orders, since, expected),
        "tags": sorted(tags),
    }


def _stage(orders: int, since: int | None, expected: float | None) -> str:
    if since is None or expected is None:
        return "potential"
    if orders == 1:
        if since <= 90:
            return "new"
        return "lost" if since > 365 else "one_time"
    if since > 365:
        return "lost"
    if since > 2.0 * expected and since > 30:
        return "churning"
    return "repeat"


def _serial_bound(deals: list[Deal]) -> float:
    """Lower bound of the share sent back, 0 when there are too few orders to say."""
    count = sent_back = 0
    paid_fen = back_fen = 0
    for deal in deals:
        age = (TODAY - deal.day).days
        if deal.paid_fen == 0 or not 30 <= age < 365:
            continue
        count += 1
        paid_fen += deal.paid_fen
        fault = any(word in deal.reason for word in FAULT_WORDS)
        if deal.refund_fen and not fault:
            sent_back += 1
            back_fen += deal.refund_fen
    if count < 3 or sent_back < 2:
        return 0.0
    z = NormalDist().inv_cdf(0.80)
    share = back_fen / paid_fen
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (share + z * z / (2 * count) - spread) / (1 + z * z / count)


def _quantile(ordered: list[int], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def check(history: History, answers: dict[str, Any]) -> list[str]:
    """Every place where an answer stands too near a threshold; empty when all is well."""
    found = []
    totals = answers["totals"]
    for kind in ("stages", "tags"):
        found += [f"only {n} of {name}" for name, n in totals[kind].items() if n < 8]
    for key, person in answers["customers"].items():
        since, expected = person["days_since"], person["expected_gap"]
        if since is None:
            continue
        if person["orders"] == 1 and 80 <= since <= 100:
            found.append(f"{key}: new or one_time, {since} days")
        if 358 <= since <= 372:
            found.append(f"{key}: lost or not, {since} days")
        if person["orders"] >= 2 and 28 < since <= 365 and 0.85 < since / 2 / expected < 1.2:
            found.append(f"{key}: churning or repeat, {since} days, expected {expected}")
        if abs(person["net_fen"] - totals["vip_from_fen"]) < 500:
            found.append(f"{key}: vip or not, {person['net_fen']}")
    for customer in history.customers:
        found += _near_deals(customer)
    return found


def _near_deals(customer: Customer) -> list[str]:
    """What in one customer's deals might be read in two ways."""
    found = []
    bound = _serial_bound(customer.deals)
    if 0.65 < bound < 0.75:
        found.append(f"{customer.key}: returner or not, {bound:.3f}")
    edges = {(TODAY - d.day).days for d in customer.deals if d.refund_fen}
    if customer.persona == "returner" and edges & {29, 30, 31, 364, 365, 366}:
        found.append(f"{customer.key}: a refund on the edge of the year")
    days = [(d.day, d.paid_fen) for d in customer.deals if d.channel != "register"]
    only = [d for d in customer.deals if d.channel == "register"]
    clash = [d for d in only if (d.day, d.paid_fen) in days]
    twins = [d for d in customer.deals if d.in_register and days.count((d.day, d.paid_fen)) > 1]
    if clash or twins:
        found.append(f"{customer.key}: a deal may be matched with the wrong one")
    return found
