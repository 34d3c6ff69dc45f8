"""When the goods arrived: a date of the file where there is one, else an estimate.

The order of trust (DOMAIN, callbacks): signed, confirmed, shipped plus days on the road, paid plus
days on the road, and for a deal of the register, which only has its own day, that plus the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.contacts.columns import DAY, chosen, days_of

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.contacts.columns import Days, Whole
    from shopcrm.policy import Policy

ARRIVING: Final = ("shipped", "signed", "success")
"""Orders that have been sent: one that is only paid has not arrived, however long ago."""

RECEIPT_FROM: Final = ("signed", "confirmed", "shipped", "paid", "created")
"""Columns of ORDERS that tell the day of receipt, the surest first."""

_KNOWN: Final = ("signed", "confirmed")


def receipt_dates(orders: pd.DataFrame, rows: Whole, policy: Policy) -> tuple[Days, pd.Categorical]:
    """Return the day of receipt of orders, and which date it was taken from.

    Args:
        orders: ORDERS.
        rows: rows of those with a status of ARRIVING.
        policy: ``callbacks.transit_days``.

    Returns:
        The days, and of each where it is from: signed, confirmed, shipped, paid, deal.
    """
    transit = policy.whole("callbacks.transit_days")
    found = np.full(len(rows), "NaT", DAY)
    source = np.full(len(rows), -1, np.int8)
    left = np.arange(len(rows))
    for place, name in enumerate(RECEIPT_FROM):
        days = days_of(orders[name], rows[left])
        told = ~np.isnat(days)
        found[left[told]] = days[told] + (0 if name in _KNOWN else transit)
        source[left[told]] = place
        left = left[~told]
    names = ["deal" if name == "created" else name for name in RECEIPT_FROM]
    return found, chosen(source, *names)
