"""All that a kind of contact may look at: the tables of the arrow, the owner's sheets, the day.

Whom a row is about is told by a number, the customer's *place*: the row in CUSTOMERS, and numbers
behind the last one for those who stand in no row of it. Texts are fetched once it is known whose.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import days_of, sorted_rows
from shopcrm.customers.each import numbers_of, told
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
from shopcrm.tables.among import among

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopcrm.contacts.columns import Columns, Days, Flags, Whole
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_TALKS: Final = ("done", "snoozed", "opt_out")


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

    @cached_property
    def rests(self) -> list[tuple[np.datetime64, np.datetime64]]:
        """First and last day of each time that the shop is closed."""
        shut = self.shop_days
        if shut.empty:
            return []
        shut = shut[shut["closed"] & shut["first"].notna()]
        first, last = (days_of(shut[name]) for name in ("first", "last"))
        return [*zip(first, np.where(np.isnat(last), first, last), strict=True)]


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
    _strangers: dict[str, int] = field(default_factory=dict, init=False)
    """Places of customers who stand in no row of CUSTOMERS, as far as they were asked for."""

    _codes: dict[str, tuple[Whole, list[str]]] = field(default_factory=dict, init=False)
    """Columns of few distinct texts, as numbers and the texts."""

    @cached_property
    def today(self) -> np.datetime64:
        """Today as numpy's day."""
        return np.datetime64(self.now.date(), "D")

    @cached_property
    def last_day(self) -> np.datetime64:
        """The horizon as numpy's day."""
        return np.datetime64(self.horizon.date(), "D")

    def places(self, customers: pd.Series[str]) -> Whole:
        """Return the place of each customer, -1 for a missing one."""
        places = _rows_in(self.customers["customer"], customers)
        strange = places < 0
        if strange.any():
            known, names = len(self.customers), customers.array[strange]
            for name in sorted({*names.dropna()}):
                self._strangers.setdefault(name, known + len(self._strangers))
            places[strange] = [self._strangers.get(name, -1) for name in names]
        return places

    def names(self, places: Whole) -> Any:
        """Return the customers at places, as an array of texts."""
        known = self.customers["customer"].array
        found = known.take(np.where(places < len(known), places, -1), allow_fill=True)
        strange = places >= len(known)
        if strange.any():
            found[strange] = np.array([*self._strangers], object)[places[strange] - len(known)]
        return found

    @cached_property
    def buyers(self) -> Whole:
        """The place of the customer of each order, -1 where nobody knows who it is."""
        return self.places(self.orders["customer"])

    @cached_property
    def talkers(self) -> Whole:
        """The place of the customer of each line of the log, -1 where nobody knows who it is."""
        return self.places(self.log["customer"])

    @cached_property
    def labels(self) -> pd.DataFrame:
        """SEGMENTS, rows as in CUSTOMERS."""
        segments, customers = self.segments, self.customers["customer"]
        if segments["customer"].equals(customers):
            return segments
        return segments.set_index("customer").reindex(customers).reset_index()

    @cached_property
    def last_orders(self) -> Days:
        """The day of the last successful order of each of CUSTOMERS."""
        return days_of(self.customers["last_order"])

    @cached_property
    def deal_days(self) -> Days:
        """The day on which each order was paid, else placed."""
        paid, created = (days_of(self.orders[name]) for name in ("paid", "created"))
        return np.where(np.isnat(paid), created, paid)

    @cached_property
    def last_talks(self) -> Days:
        """The last talk with each of CUSTOMERS that the log tells of."""
        found = np.full(len(self.customers), "NaT", "datetime64[D]").view(np.int64)
        rows = self.log["result"].isin(_TALKS).to_numpy() & (self.talkers >= 0)
        rows &= self.talkers < len(found)
        np.maximum.at(found, self.talkers[rows], days_of(self.log["date"])[rows].view(np.int64))
        return found.view("datetime64[D]")

    def is_of(self, name: str, words: Collection[str]) -> Flags:
        """Tell which rows of CUSTOMERS have one of some words in a column of few distinct texts.

        Args:
            name: a column of CUSTOMERS, or one of SEGMENTS that CUSTOMERS does not have.
            words: such texts.
        """
        table = self.customers if name in self.customers else self.labels
        codes, texts = self._coded(name, table)
        return np.array([*(text in words for text in texts), False])[codes]

    def has_status(self, statuses: Collection[str]) -> Flags:
        """Tell which orders have one of some statuses."""
        codes, texts = self._coded("status", self.orders)
        return np.array([*(text in statuses for text in texts), False])[codes]

    def tagged(self, tag: str, places: Whole | None = None) -> Flags:
        """Tell who of some places, or which rows of CUSTOMERS, have a tag."""
        codes, texts = self._coded("tags", self.labels)
        flags = np.array([*(tag in text.split() for text in texts), False])[codes]
        if places is None:
            return flags
        found: Flags = np.append(flags, np.False_)[np.where(places < len(flags), places, -1)]
        return found

    def _coded(self, name: str, table: pd.DataFrame) -> tuple[Whole, list[str]]:
        """Return a column as numbers and texts; a missing one is -1. Worked out once."""
        if name not in self._codes:
            codes, texts = pd.factorize(table[name].array)
            self._codes[name] = codes.astype(np.min_scalar_type(-len(texts) - 1)), [*texts]
        return self._codes[name]

    def of_people(self, name: str, places: Whole) -> pd.Series:
        """Return a column of CUSTOMERS at places, missing for others."""
        column = self.customers[name]
        rows = np.where(places < len(column), places, -1)
        return pd.Series(column.array.take(rows, allow_fill=True))

    def of_orders(self, rows: Whole, *names: str) -> dict[str, Any]:
        """Return columns of ORDERS at rows; the text of none for -1."""
        return {name: told(self.orders[name], rows) for name in names}

    def rows_of(self, orders: pd.Series[str]) -> Whole:
        """Return the row of each key of ORDERS, -1 for one that is not there."""
        return _rows_in(self.orders["order"], orders)

    def in_order(self, rows: Whole, *by: Days | Whole) -> Whole:
        """Return how rows of ORDERS are sorted: by some keys, the equal ones by the order's own.

        Args:
            rows: rows of ORDERS.
            by: one value a row each, the first counts most.
        """
        return sorted_rows(by, lambda few: [self.orders["order"].array.take(rows[few])])

    def timely(self, tasks: Columns) -> Flags:
        """Tell which tasks are to be looked at: of a few customers all.

        Not those that are over or not due yet, and of which no line of the log can tell otherwise.
        """
        if self.alone:
            return np.ones(len(tasks["who"]), bool)
        other_time = tasks["first_from"] > self.last_day
        if "lapses" in tasks:
            other_time |= tasks["lapses"] < self.today
        flags: Flags = ~other_time | np.isin(tasks["who"], self.talkers)
        return flags

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


def _rows_in(keys: pd.Series[str], wanted: pd.Series[str]) -> Whole:
    """Return the row of each text in a column of distinct ones, -1 where it is not there."""
    if len(wanted) >= len(keys) // _FEW:
        return numbers_of(wanted, keys)
    # To hash the many takes longer than to look them through.
    rows = np.flatnonzero(among(keys, wanted))
    return np.append(rows, -1)[numbers_of(wanted, keys.take(rows))]


_FEW: Final = 4
