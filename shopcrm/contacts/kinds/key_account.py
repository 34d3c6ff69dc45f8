"""大客户问候: key accounts are not left without a word for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.world import World


def tasks(world: World) -> pd.DataFrame:
    """Return VIPs and business customers, counted from the last talk, else the last order."""
    policy, people = world.policy, world.people
    key = people["tags"].fillna("").str.contains(r"\bvip\b")
    key |= people["type"].isin(policy.words("callbacks.phone_types"))
    found = people[key & (people["orders"] > 0)]
    talked = found["last_contact"].dt.normalize()
    logged = world.talks.reindex(found.index)
    talked = talked.where(~(logged > talked), logged).fillna(logged)
    # An order is a word too: who has just bought is not greeted for a long silence.
    last = found["last_order"].dt.normalize()
    start = talked.where(~(last > talked), last).fillna(last)
    found, start, talked = found[start.notna()], start[start.notna()], talked[start.notna()]
    first = start + pd.Timedelta(days=policy.whole("key_account.days"))
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": start.dt.strftime("%Y-%m-%d"),
            "product": found["product"],
            "order_date": found["last_order"].dt.normalize(),
            "begins": start + pd.Timedelta(days=1),
            "first_from": first,
            "first_by": first + pd.Timedelta(days=policy.whole("key_account.by_days")),
            "why": talked.eq(start).map({True: "key_account", False: "key_account_order"}),
            "script": "key_account",
            "day": start,
            "number": float(policy.whole("key_account.days")),
        }
    ).reset_index(drop=True)


KEY_ACCOUNT = Kind(tasks, any_talk=True)
