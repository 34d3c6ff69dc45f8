"""承诺: what was promised comes first on the day that the customer orders again, else when due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.contacts.columns import DAY, chosen, days_of
from shopcrm.contacts.kind import Kind
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.contacts.columns import Columns, Days, Whole
    from shopcrm.contacts.world import World

_LONG: Final = 1 << 31
"""More days than there are: customer and day as one number, to be looked up in sorted ones."""


def tasks(world: World) -> Columns:
    """Return what is owed and either due on a day or brought up by a new order."""
    owed = open_promises(world)
    if owed.empty:
        return {}
    who, made, due = world.places(owed["customer"]), days_of(owed["made"]), days_of(owed["due"])
    again, ordered = _next_orders(who, made, world)
    sooner = ~np.isnat(ordered) & ~(due < ordered)
    start = np.where(sooner, ordered, due)
    first_by = np.where(sooner, start + world.policy.whole("promise.by_days"), start)
    found = np.flatnonzero(~np.isnat(start))
    return {
        "who": who[found],
        "about": owed["id"].array.take(found),
        **world.of_orders(np.where(sooner, again, -1)[found], "order", "order_no", "product"),
        "order_date": np.where(sooner, ordered, np.datetime64("NaT", "D"))[found],
        "begins": np.where(np.isnat(made), start, made)[found],
        "first_from": start[found],
        "first_by": first_by[found],
        "why": chosen(sooner[found], "promise_due", "promise_order"),
        "script": "promise",
        "what": owed["what"].array.take(found),
        "day": made[found],
    }


def _next_orders(who: Whole, made: Days, world: World) -> tuple[Whole, Days]:
    """Return the first order of each customer after a day, -1 for none, and the day of it."""
    theirs = np.isin(world.buyers, who) & world.has_status((*SUCCESSFUL, "unpaid"))
    rows = np.flatnonzero(theirs)
    created, paid = (days_of(world.orders[name], rows) for name in ("created", "paid"))
    placed = np.where(np.isnat(created), paid, created)
    order = world.in_order(rows, world.buyers[rows], placed)
    rows, placed = rows[order], placed[order]
    keys = world.buyers[rows] * _LONG + _number(placed, _LONG // 2 - 1)
    place = np.searchsorted(keys, who * _LONG + _number(made, -_LONG // 2), side="right")
    rows, placed = np.append(rows, -1), np.append(placed, np.datetime64("NaT", "D"))
    none = np.append(world.buyers[rows[:-1]], -1)[place] != who
    return np.where(none, -1, rows[place]), np.where(none, placed[-1], placed[place]).astype(DAY)


def _number(days: Days, missing: int) -> Whole:
    return np.where(np.isnat(days), missing, days.astype(np.int64))


def open_promises(world: World) -> pd.DataFrame:
    """Return the PROMISES that are not kept yet, of customers that are known."""
    promises = world.care.promises
    if promises.empty:
        return promises
    return promises[promises["kept"].isna() & promises["customer"].notna()]


PROMISE = Kind(tasks, "owed")
