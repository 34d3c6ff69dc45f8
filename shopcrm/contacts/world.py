"""All that a kind of contact may look at: the tables of the arrow, the owner's sheets, the day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from shopcrm.tables import (
    ACTIVITIES,
    PROMISES,
    REFUNDS,
    REVIEWS,
    SHOP_DAYS,
    STANDINGS,
    SUGGESTIONS,
    empty,
)

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy


@dataclass(frozen=True, eq=False)
class Care:
    """What the shop owes, hears and plans, beside its orders.

    Attributes:
        reviews: REVIEWS with ``customer``.
        refunds: REFUNDS.
        promises: PROMISES with ``customer``.
        suggestions: SUGGESTIONS with ``customer``.
        standings: STANDINGS with ``customer``.
        activities: ACTIVITIES.
        shop_days: SHOP_DAYS.
    """

    reviews: pd.DataFrame = field(default_factory=partial(empty, REVIEWS))
    refunds: pd.DataFrame = field(default_factory=partial(empty, REFUNDS))
    promises: pd.DataFrame = field(default_factory=partial(empty, PROMISES))
    suggestions: pd.DataFrame = field(default_factory=partial(empty, SUGGESTIONS))
    standings: pd.DataFrame = field(default_factory=partial(empty, STANDINGS))
    activities: pd.DataFrame = field(default_factory=partial(empty, ACTIVITIES))
    shop_days: pd.DataFrame = field(default_factory=partial(empty, SHOP_DAYS))


@dataclass(frozen=True, eq=False)
class World:
    """A shop on one day, as the kinds of contact see it.

    Attributes:
        orders: ORDERS with ``customer``, in the order of :func:`customers.facts.by_time`.
        customers: CUSTOMERS.
        segments: SEGMENTS.
        log: CONTACT_LOG of :func:`contacts.history.talks_so_far`.
        care: the owner's own sheets, reviews and refunds.
        policy: the policy in force.
        now: today.
        horizon: the last day that is planned.
        lang: language of what is said.
        alone: it is the world of one customer, of whom everything is told.
    """

    orders: pd.DataFrame
    customers: pd.DataFrame
    segments: pd.DataFrame
    log: pd.DataFrame
    care: Care
    policy: Policy
    now: pd.Timestamp
    horizon: pd.Timestamp
    lang: Lang
    alone: bool = False

    @cached_property
    def people(self) -> pd.DataFrame:
        """CUSTOMERS with the columns of SEGMENTS beside them, by customer."""
        segments = self.segments.set_index("customer")
        customers = self.customers.set_index("customer", drop=False)
        return customers.join(segments[[one for one in segments if one not in customers]])

    @cached_property
    def talks(self) -> pd.Series[pd.Timestamp]:
        """The last talk with each customer that the log tells of, by customer."""
        talked = self.log[self.log["result"].isin(("done", "snoozed", "opt_out"))]
        return talked.groupby("customer")["date"].max()

    def only(self, customer: str) -> World:
        """Return the world of one customer."""

        def theirs(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["customer"] == customer]

        care = replace(
            self.care,
            reviews=theirs(self.care.reviews),
            promises=theirs(self.care.promises),
            suggestions=theirs(self.care.suggestions),
            standings=theirs(self.care.standings),
        )
        return replace(
            self,
            orders=theirs(self.orders),
            customers=theirs(self.customers),
            segments=theirs(self.segments),
            log=theirs(self.log),
            care=care,
            alone=True,
        )
