"""承诺: what was promised comes first on the day that the customer orders again, else when due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    from shopcrm.contacts.world import World


def tasks(world: World) -> pd.DataFrame:
    """Return what is owed and either due on a day or brought up by a new order."""
    owed = open_promises(world)
    if owed.empty:
        return pd.DataFrame()
    placed = world.orders[
        world.orders["customer"].isin(owed["customer"])
        & world.orders["status"].isin((*SUCCESSFUL, "unpaid"))
    ]
    placed = placed.assign(ordered=placed["created"].fillna(placed["paid"]).dt.normalize())
    again = owed[["id", "customer", "made"]].merge(
        placed[["customer", "ordered", "order", "order_no", "product"]], on="customer"
    )
    again = again[(again["ordered"] > again["made"]) | again["made"].isna()]
    first = again.sort_values(["ordered", "order"]).drop_duplicates("id").set_index("id")
    found = (
        owed.set_index("id")
        .drop(columns="order_no")
        .join(first[["ordered", "order", "order_no", "product"]])
    )
    sooner = found["ordered"].notna() & ~(found["due"] < found["ordered"])
    start = found["ordered"].where(sooner, found["due"])
    found = found.assign(start=start, sooner=sooner)[start.notna()]
    days = pd.Timedelta(days=world.policy.whole("promise.by_days"))
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": found.index.astype("str"),
            "order": found["order"].where(found["sooner"]),
            "order_no": found["order_no"].where(found["sooner"]),
            "product": found["product"].where(found["sooner"]),
            "order_date": found["ordered"].where(found["sooner"]),
            "begins": found["made"].fillna(found["start"]),
            "first_from": found["start"],
            "first_by": (found["start"] + days).where(found["sooner"], found["start"]),
            "why": found["sooner"].map({True: "promise_order", False: "promise_due"}),
            "script": "promise",
            "what": found["what"],
            "day": found["made"],
        }
    )


def open_promises(world: World) -> pd.DataFrame:
    """Return the PROMISES that are not kept yet, of customers that are known."""
    promises = world.care.promises
    return promises[promises["kept"].isna() & promises["customer"].notna()]


PROMISE = Kind(tasks, "owed")
