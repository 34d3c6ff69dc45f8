"""建议: who has suggested something is told what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.world import World

_WHY = {"adopted": "suggestion_adopted", "declined": "suggestion_declined"}


def tasks(world: World) -> pd.DataFrame:
    """Return the suggestions that have been decided on and not answered."""
    heard = world.care.suggestions
    ready = heard["outcome"].notna() & heard["decided"].notna() & heard["told"].isna()
    found = heard[ready & heard["customer"].notna()]
    if found.empty:
        return pd.DataFrame()
    days = pd.Timedelta(days=world.policy.whole("suggestion.by_days"))
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": found["id"],
            "begins": found["decided"],
            "first_from": found["decided"],
            "first_by": found["decided"] + days,
            "why": found["outcome"].map(_WHY),
            "script": found["outcome"].map(_WHY),
            "what": found["what"],
            "day": found["made"],
        }
    )


SUGGESTION = Kind(tasks, "owed")
