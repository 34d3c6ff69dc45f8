"""挽回: once in each silence, a word to those who are going or have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import chosen, days_more, iso
from shopcrm.contacts.kind import Kind
from shopcrm.customers.each import told

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World


def tasks(world: World) -> Columns:
    """Return churning and lost customers, from the day on which they became so.

    The limits are those of :func:`shopcrm.segments.stages.lifecycle_stages`.
    """
    policy, people = world.policy, world.customers
    silent = world.is_of("stage", ("churning", "lost"))
    who = np.flatnonzero(silent & ~np.isnat(world.last_orders))
    if not who.size:
        return {}
    last, churning = world.last_orders[who], world.is_of("stage", ("churning",))[who]
    late = np.floor(people["expected_gap"].to_numpy()[who] * policy.number("churn.factor"))
    churns = last + days_more(np.maximum(late, policy.whole("churn.min_days")) + 1)
    lost = last + (policy.whole("stages.lost_days") + 1)
    turned = np.where(churning, churns, lost)
    why = chosen(churning, "winback_lost", "winback_churning")
    return {
        "who": who,
        "about": iso(last),
        "product": told(people["product"], who),
        "order_date": last,
        "begins": turned,
        "first_from": turned,
        "first_by": turned + policy.whole("winback.by_days"),
        "lapses": turned + policy.whole("winback.last_days"),
        "why": why,
        "script": why,
        "day": last,
        "number": people["days_since"].array.take(who).astype("float64"),
    }


WINBACK = Kind(tasks, any_talk=True)
