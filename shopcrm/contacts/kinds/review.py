"""评价: a neutral or bad review is answered at once, and once more some days later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.contacts.columns import chosen, days_of, iso
from shopcrm.contacts.kind import Kind, Rounds

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy

_WHY = {"neutral": "review_neutral", "bad": "review_bad"}

UNHAPPY = tuple(_WHY)


def rounds(policy: Policy) -> Rounds:
    """Return the two talks: the second counts from the first."""
    again = policy.wholes("review.again_days")
    return [(0, 0), (again[0], again[1])]


def tasks(world: World) -> Columns:
    """Return the reviews that need an answer."""
    reviews = world.care.reviews
    if reviews.empty:
        return {}
    unhappy = reviews["rating"].isin(UNHAPPY)
    bad = reviews[unhappy & reviews["customer"].notna() & reviews["time"].notna()]
    if bad.empty:
        return {}
    day = days_of(bad["time"])
    return {
        "who": world.places(bad["customer"]),
        "about": iso(day),
        "order": bad["order"].array,
        **world.of_orders(world.rows_of(bad["order"]), "order_no", "product"),
        "begins": day,
        "first_from": day,
        "first_by": day,
        "lapses": day + world.policy.whole("review.last_days"),
        "why": chosen((bad["rating"] == "bad").to_numpy(), *_WHY.values()),
        "script": "review",
        "what": bad["text"].array,
        "day": day,
    }


REVIEW = Kind(tasks, "owed", rounds)
