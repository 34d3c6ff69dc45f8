"""When the goods arrived: a date of the file where there is one, else an estimate.

The order of trust (DOMAIN, callbacks): signed, confirmed, shipped plus days on the road, paid plus
days on the road, and for a deal of the register, which only has its own day, that plus the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from shopcrm.policy import Policy

ARRIVING: Final = ("shipped", "signed", "success")
"""Orders that have been sent: one that is only paid has not arrived, however long ago."""

RECEIPT_FROM: Final = ("signed", "confirmed", "shipped", "paid", "created")
"""Columns of ORDERS that tell the day of receipt, the surest first."""

_KNOWN: Final = ("signed", "confirmed")


def receipt_dates(orders: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the day of receipt of each order, and which date it was taken from.

    Args:
        orders: ORDERS with a status of ARRIVING.
        policy: ``callbacks.transit_days``.

    Returns:
        Columns ``receipt_date`` (a day) and ``receipt_from`` (signed, confirmed, shipped, paid,
        deal), rows as in ``orders``.
    """
    transit = pd.Timedelta(days=policy.whole("callbacks.transit_days"))
    days = {name: orders[name].dt.normalize() for name in RECEIPT_FROM}
    days |= {name: days[name] + transit for name in RECEIPT_FROM if name not in _KNOWN}
    there = [day.notna().to_numpy() for day in days.values()]
    names = ["deal" if name == "created" else name for name in RECEIPT_FROM]
    day = days[RECEIPT_FROM[0]]
    for name in RECEIPT_FROM[1:]:
        day = day.fillna(days[name])
    first = np.where(np.any(there, axis=0), np.argmax(there, axis=0), -1)
    source = pd.Categorical.from_codes(first, dtype=pd.CategoricalDtype(names))
    return pd.DataFrame({"receipt_date": day, "receipt_from": source}, index=orders.index)
