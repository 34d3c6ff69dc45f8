"""催付: an order that was placed and not paid is asked about soon, and once more, then let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.kind import Kind, Rounds
from shopcrm.customers.turns import ends
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy


def rounds(policy: Policy) -> Rounds:
    """Return the two reminders: the second counts from the first."""
    again = policy.wholes("unpaid.again_days")
    return [(0, 0), (again[0], again[1])]


def tasks(world: World) -> Columns:
    """Return the newest unpaid order of each customer who has paid none since."""
    created = world.orders["created"].to_numpy()
    rows = np.flatnonzero(world.has_status(("unpaid",)) & (world.buyers >= 0) & ~np.isnat(created))
    if not rows.size:
        return {}
    rows = rows[~(_last_paid(world, world.buyers[rows]) >= created[rows])]
    who = world.buyers[rows]
    order = world.in_order(rows, who, created[rows])
    rows, who = rows[order], who[order]
    rows = rows[ends(who)]
    day = created[rows].astype("datetime64[D]")
    lapses = day + world.policy.whole("unpaid.last_days")
    return {
        "who": world.buyers[rows],
        **world.of_orders(rows, "order", "order_no", "product"),
        "order_date": day,
        "begins": day,
        "first_from": day,
        "first_by": day,
        "lapses": lapses,
        "why": "unpaid",
        "script": "unpaid",
        "day": lapses,
    }


def _last_paid(world: World, who: np.ndarray) -> np.ndarray:
    """Return when each customer last paid an order."""
    paying = world.has_status((*SUCCESSFUL, "refunded")) & np.isin(world.buyers, who)
    rows = np.flatnonzero(paying)
    paid, created = (world.orders[name].to_numpy()[rows] for name in ("paid", "created"))
    moment = np.where(np.isnat(paid), created, paid)
    last = np.full(who.max() + 1, np.iinfo(np.int64).min)
    np.maximum.at(last, world.buyers[rows], moment.view(np.int64))
    found: np.ndarray = last[who].view(moment.dtype)
    return found


UNPAID = Kind(tasks, "care", rounds)
