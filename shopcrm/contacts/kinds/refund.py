"""退款: each step of a refund has its word to the buyer: asked for, agreed, refused, paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import at, days_of, iso
from shopcrm.contacts.kind import Kind
from shopcrm.tables import TIMES

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns, Days, Whole
    from shopcrm.contacts.world import World

SPOKEN = {
    "applied": "refund_applied",
    "agreed": "refund_agreed",
    "refused": "refund_refused",
    "done": "refund_done",
}
"""The steps of a refund that are spoken of, and the labels of why and what to say."""


def tasks(world: World) -> Columns:
    """Return the steps of refunds whose day is known, and refunds that an order says are open."""
    policy, cases = world.policy, world.care.refunds
    if len(cases):
        cases = cases[cases["phase"].isin(SPOKEN) & cases["time"].notna()]
    open_orders = np.flatnonzero(world.orders["refund_open"])
    if cases.empty and not open_orders.size:
        return {}
    told = world.rows_of(cases["order"])
    cases, told = cases[told >= 0], told[told >= 0]
    # Only the order's own column tells of it: it was open at the latest when the order last moved.
    untold = open_orders[~np.isin(open_orders, told)]
    rows = np.concatenate([told, untold])
    phase = pd.Categorical([*cases["phase"], *["applied"] * len(untold)], [*SPOKEN])
    day = np.concatenate([days_of(cases["time"]), _last_move(untold, world)])
    lapses = day + policy.whole("refund.last_days")
    found: Columns = {
        "who": world.buyers[rows],
        "about": _about(phase, day, len(told)),
        **world.of_orders(rows, "order", "order_no", "product"),
        "begins": day,
        "first_from": day,
        "first_by": day + policy.whole("refund.by_days"),
        # What is still asked for has to be dealt with, however late.
        "lapses": np.where(phase == "applied", np.datetime64("NaT", "D"), lapses),
        "why": phase.rename_categories(SPOKEN),
        "script": phase.rename_categories(SPOKEN),
        "what": pd.array([*cases["reason"], *[None] * len(untold)], dtype="str"),
        "day": day,
    }
    return at(found, (found["who"] >= 0) & ~np.isnat(day))


def _about(phase: pd.Categorical, day: Days, dated: int) -> Any:
    """Return the step and its day; what only an order tells of has none that would not move."""
    words = pd.Series(phase).astype("str")
    return words.where(words.index >= dated, words + " " + iso(day)).array


def _last_move(rows: Whole, world: World) -> Days:
    """Return the last day that orders tell of."""
    days = [days_of(world.orders[name], rows) for name in TIMES]
    found: Days = np.fmax.reduce(days)
    return found


REFUND = Kind(tasks, "owed")
