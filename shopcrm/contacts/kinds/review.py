"""评价: a neutral or bad review is answered at once, and once more some days later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind, Rounds

if TYPE_CHECKING:
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy

_WHY = {"neutral": "review_neutral", "bad": "review_bad"}

UNHAPPY = tuple(_WHY)


def rounds(policy: Policy) -> Rounds:
    """Return the two talks: the second counts from the first."""
    again = policy.wholes("review.again_days")
    return [(0, 0), (again[0], again[1])]


def tasks(world: World) -> pd.DataFrame:
    """Return the reviews that need an answer."""
    reviews = world.care.reviews
    bad = reviews[
        reviews["rating"].isin(UNHAPPY) & reviews["customer"].notna() & reviews["time"].notna()
    ]
    if bad.empty:
        return pd.DataFrame()
    day = bad["time"].dt.normalize()
    orders = world.orders.drop_duplicates("order").set_index("order")
    about = orders[["order_no", "product"]].reindex(bad["order"]).set_axis(bad.index)
    return pd.DataFrame(
        {
            "customer": bad["customer"],
            "about": day.dt.strftime("%Y-%m-%d"),
            "order": bad["order"],
            "order_no": about["order_no"],
            "product": about["product"],
            "begins": day,
            "first_from": day,
            "first_by": day,
            "lapses": day + pd.Timedelta(days=world.policy.whole("review.last_days")),
            "why": bad["rating"].map(_WHY),
            "script": "review",
            "what": bad["text"],
            "day": day,
        }
    )


REVIEW = Kind(tasks, "owed", rounds)
