"""退款: each step of a refund has its word to the buyer: asked for, agreed, refused, paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind
from shopcrm.tables import TIMES, stacked

if TYPE_CHECKING:
    from shopcrm.contacts.world import World

_ABOUT = ("customer", "order_no", "product")
SPOKEN = {
    "applied": "refund_applied",
    "agreed": "refund_agreed",
    "refused": "refund_refused",
    "done": "refund_done",
}
"""The steps of a refund that are spoken of, and the labels of why and what to say."""


def tasks(world: World) -> pd.DataFrame:
    """Return the steps of refunds whose day is known, and refunds that an order says are open."""
    policy = world.policy
    cases = world.care.refunds
    orders = world.orders
    cases = cases[cases["phase"].isin(SPOKEN) & cases["time"].notna()]
    of_cases = orders[orders["order"].isin(list(cases["order"]))] if len(cases) else orders[:0]
    cases = cases.merge(of_cases[[*_ABOUT, "order"]], on="order")
    # Only the order's own column tells of it: it was open at the latest when the order last moved.
    untold = orders[orders["refund_open"]]
    untold = untold[~untold["order"].isin(list(cases["order"]))]
    if cases.empty and untold.empty:
        return pd.DataFrame()
    parts = [
        cases.assign(day=cases["time"], what=cases["reason"], dated=True),
        untold.assign(phase="applied", day=untold[list(TIMES)].max(axis=1), what=None, dated=False),
    ]
    told = stacked([part[[*_ABOUT, "order", "phase", "day", "what", "dated"]] for part in parts])
    told = told.assign(day=told["day"].dt.normalize())
    told = told[told["customer"].notna() & told["day"].notna()]
    by = pd.Timedelta(days=policy.whole("refund.by_days"))
    lapses = told["day"] + pd.Timedelta(days=policy.whole("refund.last_days"))
    return pd.DataFrame(
        {
            "customer": told["customer"],
            # What only the order tells of has no day of its own that would not move.
            "about": told["phase"] + told["day"].dt.strftime(" %Y-%m-%d").where(told["dated"], ""),
            "order": told["order"],
            "order_no": told["order_no"],
            "product": told["product"],
            "begins": told["day"],
            "first_from": told["day"],
            "first_by": told["day"] + by,
            # What is still asked for has to be dealt with, however late.
            "lapses": lapses.where(told["phase"] != "applied"),
            "why": told["phase"].map(SPOKEN),
            "script": told["phase"].map(SPOKEN),
            "what": told["what"],
            "day": told["day"],
        }
    )


REFUND = Kind(tasks, "owed")
