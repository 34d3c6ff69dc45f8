"""Money of one currency: amounts in different currencies are never added together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.tables import SUCCESSFUL, YUAN

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.policy import Policy

_MONEY: Final = ("total_fen", "gross_fen", "refund_fen", "net_fen")


def shop_currency(orders: pd.DataFrame, policy: Policy) -> str:
    """Return the currency that the shop's customers are measured in.

    Args:
        orders: ORDERS.
        policy: ``shop.currency``; where it is empty, the currency of most successful orders, of
            equals the yuan, then the first by name.
    """
    chosen = policy.text("shop.currency")
    counts = orders.loc[orders["status"].isin(SUCCESSFUL), "currency"].value_counts()
    counts = counts[counts > 0]
    if chosen or not len(counts):
        return chosen or YUAN
    best = [str(name) for name in counts.index[counts == counts.max()]]
    return YUAN if YUAN in best else min(best)


def of_currency(orders: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return ORDERS in which orders in other currencies are orders still, but without money.

    Where all are of the one currency nothing is copied.
    """
    other = (orders["currency"] != currency).to_numpy() & orders["currency"].notna().to_numpy()
    if not other.any():
        return orders
    money = [name for name in _MONEY if name in orders]
    return orders.assign(**{name: np.where(other, 0, orders[name]) for name in money})
