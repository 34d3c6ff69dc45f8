"""代理通知: a notice to the group of agents when an activity of the shop is near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.world import World


def tasks(world: World) -> pd.DataFrame:
    """Return one notice for each agent and activity, some days before it begins."""
    policy, people = world.policy, world.people
    agents = people.loc[people["type"].isin(policy.words("callbacks.message_types")), ["customer"]]
    plans = world.care.activities.dropna(subset=["first", "name"])
    if agents.empty or plans.empty:
        return pd.DataFrame()
    found = agents.merge(plans, how="cross")
    first = found["first"] - pd.Timedelta(days=policy.whole("agent_notice.lead_days"))
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": found["name"] + found["first"].dt.strftime(" %Y-%m-%d"),
            "begins": first,
            "first_from": first,
            "first_by": found["first"],
            "lapses": found["last"].fillna(found["first"]),
            "why": "agent_notice",
            "script": "agent_notice",
            "channel": "group",
            "what": found["name"] + ("：" + found["text"]).fillna(""),
            "day": found["first"],
        }
    )


AGENT_NOTICE = Kind(tasks)
