"""升级: a grade that was reached is congratulated on, one that is near is held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import below, chosen
from shopcrm.contacts.kind import Kind
from shopcrm.customers.turns import ends
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns, Days, Flags, Whole
    from shopcrm.contacts.world import World

_FEN = 100


@dataclass(frozen=True, eq=False)
class _Climb:
    """How each customer came to the grade of today, order by order.

    Attributes:
        rows: rows of ORDERS, a customer's together, the oldest first.
        ends: the last of each customer's, as a place in ``rows``.
        runs: how many each customer has.
        net: fen up to and with each order.
        count: orders up to and with each.
        rung: the grade after each, 0 below the lowest.
    """

    rows: Whole
    ends: Whole
    runs: Whole
    net: Whole
    count: Whole
    rung: Whole


def tasks(world: World) -> Columns:
    """Return who has reached a grade of the owner's ladder, or is within reach of the next."""
    ladder = world.policy.rows("grade.ladder")
    if not ladder:
        return {}
    amounts = np.array([round(float(one.get("amount", 0) or 0) * _FEN) for one in ladder])
    counts = np.array([int(one.get("orders", 0) or 0) for one in ladder])
    rows = np.flatnonzero(world.has_status(SUCCESSFUL) & (world.buyers >= 0))
    if not rows.size:
        return {}
    climb = _climb(rows, amounts, counts, world)
    return below([_reached(climb, world), _near(climb, amounts, counts, world)])


def _climb(rows: Whole, amounts: Whole, counts: Whole, world: World) -> _Climb:
    paid, created = (world.orders[name].to_numpy()[rows] for name in ("paid", "created"))
    when = np.where(np.isnat(paid), created, paid)
    rows = rows[world.in_order(rows, world.buyers[rows], when)]
    who = world.buyers[rows]
    last = np.flatnonzero(ends(who))
    runs = np.diff(last, prepend=-1)
    before = np.repeat(last - runs + 1, runs)  # the first of each customer's
    total = np.append(0, world.orders["net_fen"].to_numpy()[rows].cumsum())
    net, count = total[1:] - total[before], np.arange(1, len(rows) + 1) - before
    rung = np.zeros(len(rows), np.int64)
    for place, (amount, number) in enumerate(zip(amounts, counts, strict=True), start=1):
        rung[((net >= amount) & (amount > 0)) | ((count >= number) & (number > 0))] = place
    return _Climb(rows, last, runs, net, count, rung)


def _reached(climb: _Climb, world: World) -> Columns:
    """Return the order that brought each customer to the grade of today."""
    rung = climb.rung
    # The lowest rung is not reached, it is where everybody begins.
    new = np.flatnonzero((rung == np.repeat(rung[climb.ends], climb.runs)) & (rung > 1))
    _, first = np.unique(world.buyers[climb.rows[new]], return_index=True)
    new = new[first]
    return _table(world, climb.rows[new], rung[new]) | {
        "why": "grade_reached",
        "script": "grade_reached",
        "number": 0,
    }


def _near(climb: _Climb, amounts: Whole, counts: Whole, world: World) -> Columns:
    """Return those whom a small sum, or one order, parts from the next grade."""
    last = climb.ends[climb.rung[climb.ends] < len(amounts)]
    rung = climb.rung[last]
    amount, number = amounts[rung], counts[rung]
    share = world.policy.number("grade_talk.near_share")
    missing = amount - climb.net[last]
    close: Flags = (amount > 0) & (missing > 0) & (missing <= share * amount)
    by_order = (number > 1) & (climb.count[last] == number - 1) & ~close
    near = close | by_order
    return _table(world, climb.rows[last[near]], rung[near] + 1, "→") | {
        "why": chosen(close[near], "grade_near_order", "grade_near"),
        "script": "grade_near",
        "number": np.where(close, missing / _FEN, np.nan)[near],
    }


def _table(world: World, rows: Whole, rung: Whole, mark: str = "") -> dict[str, Any]:
    """Return the tasks of some orders.

    Args:
        world: the shop.
        rows: rows of ORDERS.
        rung: the grade that is spoken of.
        mark: stands before it, so that who was told that it is near is congratulated on it too.
    """
    names = pd.array([str(one["name"]) for one in world.policy.rows("grade.ladder")], dtype="str")
    wait, by, last = world.policy.wholes("grade_talk.days")
    day: Days = world.deal_days[rows]
    grade = names.take(rung - 1)
    return {
        "who": world.buyers[rows],
        "about": (mark + pd.Series(grade)).array,
        **world.of_orders(rows, "order", "order_no", "product"),
        "order_date": day,
        "begins": day,
        "first_from": day + wait,
        "first_by": day + by,
        "lapses": day + last,
        "what": grade,
        "day": day,
    }


GRADE = Kind(tasks)
