"""All that can be said of a shop's goods: the branch of the arrow beside its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shopcrm.customers.biggest import biggest
from shopcrm.customers.bought import bought
from shopcrm.customers.currency import of_currency
from shopcrm.products.pairs import pairs_bought
from shopcrm.products.proposals import proposals
from shopcrm.products.regions import regions
from shopcrm.products.sold import Sold, products_sold
from shopcrm.sources.opening.memory import give_back

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from shopcrm.policy import Policy


_OF_ORDERS: Final = (
    *("order", "customer", "status", "created", "paid", "province", "city", "currency"),
    *("gross_fen", "refund_fen", "net_fen", "quantity", "product", "category"),
    *("refund_open", "refund_reason", "seller_fault"),
)
"""Columns of ORDERS that are looked at; the others would only be copied."""


@dataclass(frozen=True, eq=False)
class Goods:
    """What a shop sells.

    Attributes:
        sold: products, the reasons of returns, and what could not be told.
        pairs: PAIRS.
        proposals: PROPOSALS.
        provinces: REGIONS by province.
        cities: REGIONS by city.
    """

    sold: Sold
    pairs: pd.DataFrame
    proposals: pd.DataFrame
    provinces: pd.DataFrame
    cities: pd.DataFrame


def goods(
    orders: pd.DataFrame,
    items: pd.DataFrame,
    customers: pd.DataFrame,
    policy: Policy,
    today: dt.date,
    currency: str,
) -> Goods:
    """Look at what was bought.

    Args:
        orders: ORDERS with ``customer``.
        items: ITEMS.
        customers: CUSTOMERS; those of most value are told what to offer them.
        policy: ``products`` and ``returns``.
        today: the day to count from.
        currency: of the money; orders in another one are orders without money.
    """
    orders = of_currency(orders[list(_OF_ORDERS)], currency).reset_index(drop=True)
    lines = bought(orders, items)
    give_back()
    most = policy.whole("products.customers")
    only = biggest(customers, most)["customer"].tolist() if len(customers) > most else None
    return Goods(
        sold=products_sold(orders, lines, policy, today),
        pairs=pairs_bought(orders, lines, policy),
        proposals=proposals(orders, lines, policy, only),
        provinces=regions(orders),
        cities=regions(orders, "city"),
    )
