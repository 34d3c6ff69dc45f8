"""Why a customer has each label: what the screen and the JSON both ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.customers.currency import of_currency
from shopcrm.segments.past import Past
from shopcrm.segments.why import explain

if TYPE_CHECKING:
    from shopcrm.segments.why import Why
    from shopcrm.shop import Shop


def explained(shop: Shop, customer: str) -> list[Why]:
    """Return the labels of a customer with rule, numbers and what would change them."""
    orders = of_currency(shop.orders[shop.orders["customer"] == customer], shop.currency)
    items = shop.items[shop.items["order"].isin(orders["order"])]
    return explain(
        shop.customers[shop.customers["customer"] == customer],
        shop.segments[shop.segments["customer"] == customer],
        shop.thresholds,
        Past(orders, items, shop.today),
        shop.policy,
        shop.lang,
        shop.currency,
    )
