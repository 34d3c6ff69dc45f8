"""催付: an order that was placed and not paid is asked about soon, and once more, then let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind, Rounds
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy


def rounds(policy: Policy) -> Rounds:
    """Return the two reminders: the second counts from the first."""
    again = policy.wholes("unpaid.again_days")
    return [(0, 0), (again[0], again[1])]


def tasks(world: World) -> pd.DataFrame:
    """Return the newest unpaid order of each customer who has paid none since."""
    orders = world.orders[world.orders["customer"].notna()]
    waiting = orders[(orders["status"] == "unpaid") & orders["created"].notna()]
    if waiting.empty:
        return pd.DataFrame()
    paid = orders[
        orders["status"].isin((*SUCCESSFUL, "refunded"))
        & orders["customer"].isin(waiting["customer"])
    ]
    last_paid = paid["paid"].fillna(paid["created"]).groupby(paid["customer"]).max()
    bought = last_paid.reindex(waiting["customer"]).to_numpy() >= waiting["created"].to_numpy()
    waiting = waiting[~bought].sort_values(["created", "order"], kind="stable")
    waiting = waiting.drop_duplicates("customer", keep="last")
    day = waiting["created"].dt.normalize()
    lapses = day + pd.Timedelta(days=world.policy.whole("unpaid.last_days"))
    return pd.DataFrame(
        {
            "customer": waiting["customer"],
            "order": waiting["order"],
            "order_no": waiting["order_no"],
            "product": waiting["product"],
            "order_date": day,
            "begins": day,
            "first_from": day,
            "first_by": day,
            "lapses": lapses,
            "why": "unpaid",
            "script": "unpaid",
            "day": lapses,
        }
    )


UNPAID = Kind(tasks, "care", rounds)
