"""售后回访: rounds after receipt, a call one week after the deal, or both as one (DOMAIN 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import DAY
from shopcrm.contacts.kind import Kind, Rounds
from shopcrm.contacts.receipt import ARRIVING, receipt_dates

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns, Days, Flags, Whole
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy


def rounds(policy: Policy) -> Rounds:
    """Return first and last day of each round, counted from the round before; none when off."""
    if policy.text("callbacks.plan") not in ("after_sale", "both"):
        return []
    starts, ends = policy.wholes("callbacks.from_days"), policy.wholes("callbacks.by_days")
    return list(zip(starts, ends, strict=True))


def one_week_rounds(policy: Policy) -> Rounds:
    """Return the one call, which counts from the deal; none when it is off or folded."""
    return [(0, 0)] if policy.text("callbacks.plan") == "one_week" else []


def tasks(world: World) -> Columns:
    """Return the first contact about each order that has been sent."""
    policy = world.policy
    rows = np.flatnonzero(world.has_status(ARRIVING) & (world.buyers >= 0))
    receipt, source = receipt_dates(world.orders, rows, policy)
    ordered = world.deal_days[rows]
    early = np.isnat(receipt)
    since = policy.day("callbacks.since")
    if since is not None:
        early |= ordered < np.datetime64(since, "D")
    first_from, first_by = _first_window(ordered, receipt, policy)
    timely = world.timely({"who": world.buyers[rows], "first_from": first_from})
    worth = np.flatnonzero(_worth_planning(rows, first_from, ~early & timely, world))
    rows, receipt, first_from = rows[worth], receipt[worth], first_from[worth]
    one_week = policy.text("callbacks.plan") == "one_week"
    return {
        "who": world.buyers[rows],
        **world.of_orders(rows, "order", "order_no", "product"),
        "order_date": ordered[worth],
        "receipt_date": receipt,
        "receipt_from": source[worth],
        "begins": np.fmin(receipt, first_from),
        "first_from": first_from,
        "first_by": first_by[worth],
        "folded": policy.text("callbacks.plan") == "both",
        "why": "one_week" if one_week else "round",
        "script": "one_week" if one_week else "after_sale",
    }


def _worth_planning(rows: Whole, first_from: Days, known: Flags, world: World) -> Flags:
    """Leave out what cannot come first: with nothing logged, only the newest order due can."""
    who = world.buyers[rows]
    begun = known & (first_from <= world.today)
    begun &= ~np.isin(who, world.talkers)
    day = first_from.view(np.int64)
    newest = np.full(who.max(initial=-1) + 1, np.iinfo(np.int64).min)
    np.maximum.at(newest, who[begun], day[begun])
    rivals = np.flatnonzero(begun & (day == newest[who]))
    # Of several at once the first by key, so that the order of rows says nothing.
    several = rivals[(np.bincount(who[rivals])[who[rivals]] > 1)] if rivals.size else rivals
    ranked = several[world.in_order(rows[several], who[several])]
    others = ranked[1:][who[ranked][1:] == who[ranked][:-1]]
    worth = known & ~begun
    worth[rivals] = True
    worth[others] = False
    return worth


def _first_window(ordered: Days, receipt: Days, policy: Policy) -> tuple[Days, Days]:
    """Return the days of the first contact: of round 1, of the one-week call, or both as one."""
    start, end = next(iter(rounds(policy)), (0, 0))
    week_from = ordered + policy.whole("callbacks.one_week_days")
    week_by = week_from + policy.whole("callbacks.one_week_grace")
    plan = policy.text("callbacks.plan")
    if plan == "one_week":
        return week_from, week_by
    round_from, round_by = receipt + start, receipt + end
    if plan == "after_sale":
        return round_from, round_by
    overlap = (week_from <= round_by) & (round_from <= week_by)
    return (
        np.where(overlap, np.maximum(round_from, week_from), round_from).astype(DAY),
        np.where(overlap, np.minimum(round_by, week_by), round_by).astype(DAY),
    )


AFTER_SALE = Kind(tasks, "care", rounds, any_talk=True, settled_by=("one_week",))
ONE_WEEK = Kind(tasks, "care", one_week_rounds, any_talk=True, settled_by=("after_sale",))
