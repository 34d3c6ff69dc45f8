"""Virtual numbers: how a customer without a known phone is dialled, and until when that works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shopcrm.customers.each import last_rows, told
from shopcrm.tables import TIMES

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

_OVER: Final = ("success", "refunded", "closed")
"""Statuses of a trade that is over; in a trade that is under way its number works."""


def virtual_phones(
    orders: pd.DataFrame, codes: Whole, size: int, policy: Policy
) -> tuple[Any, npt.NDArray[np.datetime64]]:
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
    there = orders["virtual_phone"].notna().to_numpy()
    place = last_rows(codes, size, np.flatnonzero(there))
    number = told(orders["virtual_phone"], place)
    until = np.full(size, np.datetime64("NaT", "us"))
    known = np.flatnonzero(place >= 0)
    if not len(known):
        return number, until
    rows = place[known]
    moments = {name: orders[name].to_numpy()[rows] for name in TIMES}
    end = moments.pop("confirmed")
    last = np.fmax.reduce(list(moments.values()))
    over = np.isnat(end) & orders["status"].iloc[rows].isin(_OVER).to_numpy()
    end = np.where(over, last, end).astype("datetime64[D]")
    until[known] = end + np.timedelta64(policy.whole("callbacks.virtual_days"), "D")
    return number, until
