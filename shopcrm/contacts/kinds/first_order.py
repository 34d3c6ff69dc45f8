"""首单答谢: thanks for the first order, which lead to the second one, the hard step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import iso
from shopcrm.contacts.kind import Kind
from shopcrm.customers.each import told

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World


def tasks(world: World) -> Columns:
    """Return the customers of one successful order, some weeks after it."""
    policy, people = world.policy, world.customers
    who = np.flatnonzero((people["orders"].to_numpy() == 1) & ~np.isnat(world.last_orders))
    if not who.size:
        return {}
    day = world.last_orders[who]
    first, last = policy.wholes("first_order.days")
    return {
        "who": who,
        "about": iso(day),
        "product": told(people["product"], who),
        "order_date": day,
        # Whoever was talked to shortly before has been thanked then.
        "begins": day + first - policy.whole("first_order.quiet_days"),
        "first_from": day + first,
        "first_by": day + last,
        "lapses": day + last + policy.whole("first_order.last_days"),
        "why": "first_order",
        "script": "first_order",
        "day": day,
    }


FIRST_ORDER = Kind(tasks, any_talk=True, settled_by=("after_sale", "one_week"))
