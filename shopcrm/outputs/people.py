"""What is worked out only where it is shown: tastes, types, agents, groups, suspicions."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shopcrm.customers.bought import bought
from shopcrm.customers.currency import of_currency
from shopcrm.customers.preferences import preferences
from shopcrm.labels import has, t
from shopcrm.segments.agents import agents
from shopcrm.segments.groups import groups
from shopcrm.segments.suspicion import suspects
from shopcrm.segments.types import customer_types
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.labels import Lang
    from shopcrm.shop import Shop


@lru_cache(maxsize=1)
def preferences_of(shop: Shop) -> pd.DataFrame:
    """Return PREFERENCES."""
    orders = _orders(shop)
    return preferences(orders, bought(orders, shop.items), shop.policy)


@lru_cache(maxsize=1)
def types_of(shop: Shop) -> pd.DataFrame:
    """Return TYPES, in the order of CUSTOMERS."""
    return customer_types(shop.customers, _orders(shop), shop.policy, shop.lang)


@lru_cache(maxsize=1)
def agents_of(shop: Shop) -> pd.DataFrame:
    """Return AGENTS."""
    return agents(
        shop.customers,
        types_of(shop),
        _orders(shop),
        shop.register,
        shop.policy,
        shop.today,
        shop.lang,
    )


def groups_of(shop: Shop) -> pd.Series[str]:
    """Return the group of each customer, in the order of CUSTOMERS."""
    return groups(shop.customers, shop.segments, agents_of(shop), shop.orders, shop.policy)


@lru_cache(maxsize=1)
def suspects_of(shop: Shop) -> pd.DataFrame:
    """Return SUSPECTS."""
    return suspects(shop.customers, _orders(shop), shop.reviews, shop.policy, shop.lang)


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
    return of_currency(shop.orders, shop.currency).reset_index(drop=True)
