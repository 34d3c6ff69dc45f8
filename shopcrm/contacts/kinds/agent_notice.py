"""代理通知: a notice to the group of agents when an activity of the shop is near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import days_of, iso
from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World


def tasks(world: World) -> Columns:
    """Return one notice for each agent and activity, some days before it begins."""
    policy, plans = world.policy, world.care.activities
    if plans.empty:
        return {}
    plans = plans[plans["first"].notna() & plans["name"].notna()]
    agents = np.flatnonzero(world.is_of("type", policy.words("callbacks.message_types")))
    if plans.empty or not agents.size:
        return {}
    each = np.tile(np.arange(len(plans)), len(agents))
    first, last = (days_of(plans[name]) for name in ("first", "last"))
    said = plans["name"] + ("：" + plans["text"]).fillna("")
    begins = first[each] - policy.whole("agent_notice.lead_days")
    return {
        "who": np.repeat(agents, len(plans)),
        "about": (plans["name"] + " " + iso(first)).array.take(each),
        "begins": begins,
        "first_from": begins,
        "first_by": first[each],
        "lapses": np.where(np.isnat(last), first, last)[each],
        "why": "agent_notice",
        "script": "agent_notice",
        "channel": "group",
        "what": said.array.take(each),
        "day": first[each],
    }


AGENT_NOTICE = Kind(tasks)
