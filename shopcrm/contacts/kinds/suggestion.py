"""建议: who has suggested something is told what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.contacts.columns import chosen, days_of
from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World

_WHY = {"adopted": "suggestion_adopted", "declined": "suggestion_declined"}


def tasks(world: World) -> Columns:
    """Return the suggestions that have been decided on and not answered."""
    heard = world.care.suggestions
    if heard.empty:
        return {}
    ready = heard["outcome"].isin(_WHY) & heard["decided"].notna() & heard["told"].isna()
    found = heard[ready & heard["customer"].notna()]
    decided = days_of(found["decided"])
    why = chosen((found["outcome"] == "declined").to_numpy(), *_WHY.values())
    return {
        "who": world.places(found["customer"]),
        "about": found["id"].array,
        "begins": decided,
        "first_from": decided,
        "first_by": decided + world.policy.whole("suggestion.by_days"),
        "why": why,
        "script": why,
        "what": found["what"].array,
        "day": days_of(found["made"]),
    }


SUGGESTION = Kind(tasks, "owed")
