"""What is worked out only where it is shown: tastes, types, agents, groups, suspicions, offers.

All of it is said of each customer alone, against what is usual in the whole shop. So it can be
worked out for some customers, and says the same of them as of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.agents import PROFILE
from shopcrm.customers.biggest import biggest
from shopcrm.customers.bought import bought
from shopcrm.customers.currency import of_currency
from shopcrm.customers.preferences import BANDS, HOURS, WEEKDAYS, preferences, usual_of
from shopcrm.labels import has, t
from shopcrm.products.proposals import proposals
from shopcrm.segments.agents import agents
from shopcrm.segments.groups import groups
from shopcrm.segments.standings import standings_on
from shopcrm.segments.suspicion import suspects
from shopcrm.segments.types import customer_types, usual_order
from shopcrm.sources.kinds.meanings import contains_any
from shopcrm.sources.opening.memory import give_back
from shopcrm.tables import once_each, rows_of
from shopcrm.tables.among import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.shop import Shop

_OF_ORDERS: Final = (
    *("order", "customer", "status", "created", "paid", "phone", "name", "province", "city"),
    *("currency", "gross_fen", "refund_fen", "net_fen", "quantity", "product", "category"),
    *("payment", "seller_fault"),
)
"""Columns of ORDERS that are looked at; the others would only be copied."""

_OURS: Final = frozenset({*BANDS, *HOURS, *WEEKDAYS, "campaign"})
"""Preferences that are words of the program."""


@dataclass(frozen=True, eq=False)
class People:
    """Some customers of a shop, and what is worked out of them when it is asked for.

    Attributes:
        shop: the shop, not masked.
        customers: some of CUSTOMERS, numbered from 0.
        rows: which of CUSTOMERS they are.
    """

    shop: Shop
    customers: pd.DataFrame
    rows: npt.NDArray[np.bool_] | pd.Index[int]

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Their orders, money of one currency, numbered from 0."""
        found = self.shop.orders[list(_OF_ORDERS)]
        found = found[among(found["customer"], self.customers["customer"])]
        return of_currency(found.reset_index(drop=True), self.shop.currency)

    @cached_property
    def preferences(self) -> pd.DataFrame:
        """PREFERENCES."""
        shop, lines = self.shop, bought(self.orders, self.shop.items)
        give_back()
        usual = usual_of(_orders(shop), shop.policy, shop.care.activities)
        return preferences(self.orders, lines, shop.policy, shop.care.activities, usual)

    @cached_property
    def types(self) -> pd.DataFrame:
        """TYPES, in the order of ``customers``."""
        shop = self.shop
        usual = usual_order(_orders(shop))
        return customer_types(self.customers, self.orders, shop.policy, shop.lang, usual)

    @cached_property
    def agents(self) -> pd.DataFrame:
        """AGENTS."""
        shop, orders = self.shop, self.orders
        sheet = shop.register[among(shop.register["customer"], self.customers["customer"])]
        people, kinds = self.customers, self.types
        return agents(people, kinds, orders, sheet, shop.policy, shop.today, shop.lang)

    @cached_property
    def groups(self) -> pd.Series[str]:
        """The group of each, in the order of ``customers``."""
        labels = self.shop.segments.loc[self.rows].reset_index(drop=True)  # rows as in CUSTOMERS
        return groups(self.customers, labels, self.agents, self.orders, self.shop.policy)

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """SUSPECTS."""
        shop = self.shop
        known = standings_on(shop.care.standings, pd.Timestamp(shop.today))
        return suspects(
            self.customers,
            self.orders,
            shop.reviews,
            shop.policy,
            shop.lang,
            set(known["whitelist"]),
        )

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """PROPOSALS, by what all customers of the shop bought after what."""
        shop, orders = self.shop, _orders(self.shop)
        lines = bought(orders, shop.items)
        give_back()
        return proposals(orders, lines, shop.policy, list(self.customers["customer"]))


def people(shop: Shop, rows: npt.NDArray[np.bool_] | pd.Index[int]) -> People:
    """Return some customers of a shop.

    Args:
        shop: the shop, not masked.
        rows: which rows of CUSTOMERS.
    """
    return People(shop, shop.customers.loc[rows].reset_index(drop=True), rows)


def one_person(shop: Shop, customer: str) -> People:
    """Return one customer, by key."""
    return people(shop, (shop.customers["customer"] == customer).to_numpy())


@lru_cache(maxsize=1)
def profiled(shop: Shop) -> People:
    """Return who is on the sheets: the biggest, as many as the policy says, and stated agents."""
    give_back()  # what the sheets before it took is free, and a large shop needs it again
    found = biggest(shop.customers, shop.policy.whole("workbook.profiles")).index
    if len(found) == len(shop.customers):
        return people(shop, found)
    told = shop.register.loc[shop.register[list(PROFILE)].notna().any(axis=1), "customer"]
    stated = contains_any(shop.customers["type"].fillna(""), shop.policy.words("agents.words"))
    stated |= among(shop.customers["customer"], told.dropna())
    more = shop.customers.index[stated].difference(found, sort=False)
    return people(shop, found.append(more))


def shown(shop: Shop) -> pd.Series[str]:
    """Return the keys of those on the sheet of profiles, the biggest first, as the shop has them.

    Args:
        shop: the shop, masked or not.
    """
    return _masked(shop, profiled(_plain(shop)).customers[["customer"]])["customer"]


def preferences_of(shop: Shop) -> pd.DataFrame:
    """Return PREFERENCES of those on the sheets."""
    return _masked(shop, profiled(_plain(shop)).preferences, ("kind",))


def types_of(shop: Shop) -> pd.DataFrame:
    """Return TYPES, in the order of :func:`shown`."""
    return _masked(shop, profiled(_plain(shop)).types, ("type", "type_by"))


def agents_of(shop: Shop) -> pd.DataFrame:
    """Return AGENTS."""
    return _masked(shop, profiled(_plain(shop)).agents, ("quality",))


def groups_of(shop: Shop) -> pd.Series[str]:
    """Return the group of each customer, in the order of :func:`shown`."""
    return profiled(_plain(shop)).groups


def suspects_of(shop: Shop) -> pd.DataFrame:
    """Return SUSPECTS, of all customers: those to look at are seldom the biggest."""
    return _masked(shop, _suspects(_plain(shop)), ("patterns",))


@lru_cache(maxsize=1)
def _suspects(shop: Shop) -> pd.DataFrame:
    # No pattern is without several orders that money came back of, or reviews that are not good.
    back = shop.orders.loc[(shop.orders["refund_fen"] > 0).to_numpy(), "customer"]
    bad = shop.reviews.loc[shop.reviews["rating"].isin(("bad", "neutral")), "customer"]
    keys = ("suspicion.min_cases", "returns.min_refunds")
    often = back.value_counts() >= min(map(shop.policy.whole, keys))
    few = [*often.index[often], *bad.dropna().unique()]
    return people(shop, among(shop.customers["customer"], few)).suspects


def all_groups(shop: Shop) -> pd.Series[str]:
    """Return the group of every customer, rows as in CUSTOMERS."""
    return _as_in_customers(shop, _everybody(_plain(shop)).groups)


def all_types(shop: Shop) -> pd.Series[str]:
    """Return the type of every customer, rows as in CUSTOMERS; missing before any order."""
    return _as_in_customers(shop, _everybody(_plain(shop)).types["type"])


def all_preferences(shop: Shop) -> pd.DataFrame:
    """Return PREFERENCES of every customer."""
    return _masked(shop, _everybody(_plain(shop)).preferences, ("kind",))


def types_by_rule(shop: Shop) -> pd.Series[str]:
    """Return the type that a rule found, rows as in CUSTOMERS; missing where the register says it.

    Who has fewer orders than a rule takes is not looked at: without a word they are 零售.
    """
    plain = _plain(shop)
    enough = plain.customers["orders"] >= plain.policy.whole("types.min_orders")
    rows = (enough & plain.customers["type"].isna()).to_numpy()
    found = people(plain, rows).types["type"]
    codes = np.where(rows, np.cumsum(rows) - 1, -1)
    taken = pd.Series(found.array.take(codes, allow_fill=True), dtype="str")
    return taken.set_axis(shop.customers.index)


@lru_cache(maxsize=1)
def _everybody(shop: Shop) -> People:
    return people(shop, shop.customers.index)


def _as_in_customers(shop: Shop, values: pd.Series[str]) -> pd.Series[str]:
    return values.set_axis(shop.customers.index)


def preference_texts(table: pd.DataFrame, lang: Lang) -> list[str]:
    """Return rows of PREFERENCES as sentences with their evidence."""
    return [
        t(
            "preference.evidence",
            lang,
            kind=t(f"preference.{row.kind}", lang),
            value=preferred(row.value, lang),
            orders=row.orders,
            known=row.known,
        )
        for row in rows_of(table)
    ]


def preferred(value: str, lang: Lang) -> str:
    """Return the word of a preference; the owner's own words stand as they are."""
    return t(f"preferred.{value}", lang) if has(f"preferred.{value}") else value


@lru_cache(maxsize=1)
def _orders(shop: Shop) -> pd.DataFrame:
    return of_currency(shop.orders[list(_OF_ORDERS)], shop.currency).reset_index(drop=True)


def _plain(shop: Shop) -> Shop:
    return shop if shop.masked is None else shop.masked.plain


def _masked(shop: Shop, table: pd.DataFrame, ours: Sequence[str] = ()) -> pd.DataFrame:
    """Return a table as the shop shows it: in a masked one nobody is in its texts.

    What is worked out of a masked shop would not be the same: receivers and the words of the
    owner's whitelist are masked there.

    Args:
        shop: the shop, masked or not.
        table: what was worked out of the plain one.
        ours: columns that hold names of the program's own.
    """
    mask = shop.masked
    if mask is None:
        return table

    def text(value: str) -> str:
        return value if value in _OURS else mask.text(value)

    kept = ("customer", *ours)
    texts = [name for name in map(str, table) if name not in kept and table[name].dtype == "str"]
    who = once_each(table["customer"], mask.person)
    return table.assign(customer=who, **{name: once_each(table[name], text) for name in texts})
