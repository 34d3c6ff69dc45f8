"""复购提醒: a word inside the window in which the next order is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.world import World


def tasks(world: World) -> pd.DataFrame:
    """Return the repeat customers whose own rhythm says when they buy again."""
    policy, people = world.policy, world.people
    # With fewer gaps no method gives a date (DOMAIN, segments).
    known = people["purchase_days"] > policy.whole("repurchase.min_gaps")
    found = people[known & (people["stage"] == "repeat")]
    last, gap = found["last_order"].dt.normalize(), found["expected_gap"]
    first = last + pd.to_timedelta((gap * policy.number("repurchase.from_share")).round(), "D")
    by = last + pd.to_timedelta((gap * policy.number("repurchase.by_share")).round(), "D")
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": last.dt.strftime("%Y-%m-%d"),
            "product": found["product"],
            "order_date": last,
            "begins": first,
            "first_from": first,
            "first_by": by,
            "why": "repurchase",
            "script": "repurchase",
            "day": last,
            "number": gap.round(),
        }
    ).reset_index(drop=True)


REPURCHASE = Kind(tasks, any_talk=True)
