"""复购提醒: a word inside the window in which the next order is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import days_more, iso
from shopcrm.contacts.kind import Kind
from shopcrm.customers.each import told

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World


def tasks(world: World) -> Columns:
    """Return the repeat customers whose own rhythm says when they buy again."""
    policy, people = world.policy, world.customers
    # With fewer gaps no method gives a date (DOMAIN, segments).
    known = people["purchase_days"].to_numpy() > policy.whole("repurchase.min_gaps")
    who = np.flatnonzero(known & world.is_of("stage", ("repeat",)))
    if not who.size:
        return {}
    last, gap = world.last_orders[who], people["expected_gap"].to_numpy()[who]
    first = last + days_more((gap * policy.number("repurchase.from_share")).round())
    return {
        "who": who,
        "about": iso(last),
        "product": told(people["product"], who),
        "order_date": last,
        "begins": first,
        "first_from": first,
        "first_by": last + days_more((gap * policy.number("repurchase.by_share")).round()),
        "why": "repurchase",
        "script": "repurchase",
        "day": last,
        "number": gap.round(),
    }


REPURCHASE = Kind(tasks, any_talk=True)
