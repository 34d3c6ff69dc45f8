"""首单答谢: thanks for the first order, which lead to the second one, the hard step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.world import World


def tasks(world: World) -> pd.DataFrame:
    """Return the customers of one successful order, some weeks after it."""
    policy, people = world.policy, world.people
    found = people[(people["orders"] == 1) & people["last_order"].notna()]
    day = found["last_order"].dt.normalize()
    first, last = (pd.Timedelta(days=n) for n in policy.wholes("first_order.days"))
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": day.dt.strftime("%Y-%m-%d"),
            "product": found["product"],
            "order_date": day,
            # Whoever was talked to shortly before has been thanked then.
            "begins": day + first - pd.Timedelta(days=policy.whole("first_order.quiet_days")),
            "first_from": day + first,
            "first_by": day + last,
            "lapses": day + last + pd.Timedelta(days=policy.whole("first_order.last_days")),
            "why": "first_order",
            "script": "first_order",
            "day": day,
        }
    ).reset_index(drop=True)


FIRST_ORDER = Kind(tasks, any_talk=True, settled_by=("after_sale", "one_week"))
