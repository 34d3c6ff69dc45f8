"""All that a kind of contact may look at: the tables of the arrow, the owner's sheets, the day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.ids import among
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
    from collections.abc import Collection

    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_PEOPLE: Final = (
    "type",
    "birthday",
    "last_contact",
    "orders",
    "net_fen",
    "last_order",
    "purchase_days",
    "days_since",
    "expected_gap",
    "product",
)
"""Columns of CUSTOMERS that kinds of contact look at; the others would only be copied."""


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
        orders: ORDERS with ``customer``, in any order.
        customers: CUSTOMERS.
        segments: SEGMENTS.
        log: CONTACT_LOG of :func:`contacts.history.talks_so_far`.
        care: the owner's own sheets, reviews and refunds.
        policy: the policy in force.
        now: today.
        horizon: the last day that is planned.
        lang: language of what is said.
        alone: it is the world of a few customers, of whom everything is told.
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
        """What kinds of contact look at of CUSTOMERS and SEGMENTS, by customer."""
        columns = {"customer": self.customers["customer"]}
        columns |= {name: self.customers[name] for name in _PEOPLE}
        columns |= {name: self._labels[name] for name in ("stage", "tags")}
        people = pd.DataFrame(columns, copy=False)
        return people.set_axis(pd.Index(people["customer"], name=None))

    @cached_property
    def _labels(self) -> pd.DataFrame:
        """SEGMENTS, rows as in CUSTOMERS."""
        segments, customers = self.segments, self.customers["customer"]
        if segments["customer"].equals(customers):
            return segments
        return segments.set_index("customer").reindex(customers).reset_index()

    def places(self, customers: pd.Series[str]) -> npt.NDArray[np.int64]:
        """Return the row of each customer in CUSTOMERS; of others, numbers behind the last row."""
        import pyarrow as pa
        import pyarrow.compute as pc

        keys = pa.array(self.customers["customer"].array)
        found = pc.fill_null(pc.index_in(pa.array(customers.array), value_set=keys), -1)
        places: npt.NDArray[np.int64] = found.to_numpy(zero_copy_only=False).astype(np.int64)
        strange = places < 0
        if strange.any():
            places[strange] = len(keys) + pd.factorize(customers[strange])[0]
        return places

    def of_people(self, name: str, places: npt.NDArray[np.int64]) -> pd.Series:
        """Return a column of CUSTOMERS or SEGMENTS at :meth:`places`, missing for others."""
        column = self.customers[name] if name in self.customers else self._labels[name]
        rows = np.where(places < len(column), places, -1)
        return pd.Series(column.array.take(rows, allow_fill=True))

    def tagged(self, tag: str, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell who of :meth:`places` has a tag."""
        codes, texts = self._tags
        flags = np.array([*(tag in text.split() for text in texts), False])[codes]
        found: npt.NDArray[np.bool_] = np.append(flags, np.False_)[np.minimum(places, len(flags))]
        return found

    @cached_property
    def _tags(self) -> tuple[npt.NDArray[np.intp], pd.Index[str]]:
        return pd.factorize(self._labels["tags"])

    @cached_property
    def talks(self) -> pd.Series[pd.Timestamp]:
        """The last talk with each customer that the log tells of, by customer."""
        talked = self.log[self.log["result"].isin(("done", "snoozed", "opt_out"))]
        return talked.groupby("customer")["date"].max()

    def only(self, customers: Collection[str]) -> World:
        """Return the world of a few customers."""

        def theirs(table: pd.DataFrame) -> pd.DataFrame:
            return table[among(table["customer"], list(customers))].reset_index(drop=True)

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
