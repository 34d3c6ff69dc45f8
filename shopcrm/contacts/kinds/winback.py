"""挽回: once in each silence, a word to those who are going or have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.world import World

_WHY = {"churning": "winback_churning", "lost": "winback_lost"}


def tasks(world: World) -> pd.DataFrame:
    """Return churning and lost customers, from the day on which they became so.

    The limits are those of :func:`shopcrm.segments.stages.lifecycle_stages`.
    """
    policy, people = world.policy, world.people
    found = people[people["stage"].isin(_WHY) & people["last_order"].notna()]
    last = found["last_order"].dt.normalize()
    late = np.floor(found["expected_gap"] * policy.number("churn.factor"))
    churns = last + pd.to_timedelta(late.clip(lower=policy.whole("churn.min_days")) + 1, unit="D")
    lost = last + pd.Timedelta(days=policy.whole("stages.lost_days") + 1)
    turned = churns.where(found["stage"] == "churning", lost)
    by = turned + pd.Timedelta(days=policy.whole("winback.by_days"))
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": last.dt.strftime("%Y-%m-%d"),
            "product": found["product"],
            "order_date": last,
            "begins": turned,
            "first_from": turned,
            "first_by": by,
            "lapses": turned + pd.Timedelta(days=policy.whole("winback.last_days")),
            "why": found["stage"].map(_WHY),
            "script": found["stage"].map(_WHY),
            "day": last,
            "number": found["days_since"].astype("float64"),
        }
    ).reset_index(drop=True)


WINBACK = Kind(tasks, any_talk=True)
