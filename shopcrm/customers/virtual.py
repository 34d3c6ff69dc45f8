"""Virtual numbers: how a customer without a known phone is dialled, and until when that works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

_OVER: Final = ("success", "refunded", "closed")
"""Statuses of a trade that is over; in a trade that is under way its number works."""


def virtual_phones(
    orders: pd.DataFrame, codes: Whole, size: int, policy: Policy
) -> tuple[pd.Series[str], pd.Series[pd.Timestamp]]:
    """Return the virtual number of each customer's latest order that has one, and its last day.

    The platform gives a number to one order, and takes it back some days after the end of the
    trade (DOMAIN, callbacks): the day of 确认收货, else the last day that is known of the order.

    Args:
        orders: ORDERS in order of time.
        codes: customer of each order, in 0 ... size - 1.
        size: number of customers.
        policy: ``callbacks.virtual_days``.

    Returns:
        Numbers, and their last days; no day while the trade is under way.
    """
    place = np.full(size, -1)
    there = orders["virtual_phone"].notna().to_numpy()
    place[codes[there]] = np.flatnonzero(there)  # of equal indices numpy keeps the last
    number = pd.Series(orders["virtual_phone"].array.take(place, allow_fill=True))
    known = np.flatnonzero(place >= 0)
    latest = orders.iloc[place[known]]
    last = latest[["created", "paid", "shipped", "signed"]].max(axis=1)
    end = latest["confirmed"].fillna(last.where(latest["status"].isin(_OVER)))
    days = pd.Timedelta(days=policy.whole("callbacks.virtual_days"))
    until = (end.dt.normalize() + days).set_axis(known).reindex(range(size))
    return number, until.astype("datetime64[us]")
