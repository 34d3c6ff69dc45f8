"""The orders by time, those of one customer at one moment by their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.customers.turns import begins, turn_by

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Moments = npt.NDArray[np.datetime64]


def moments_of(orders: pd.DataFrame) -> Moments:
    """Return when each order was paid, or else placed."""
    return orders["paid"].fillna(orders["created"]).to_numpy()


def by_time(orders: pd.DataFrame, codes: Whole) -> tuple[pd.DataFrame, Whole]:
    """Return ORDERS by time, those of one customer at one moment by key, and their customers.

    Orders that stand so already, as stage 1 leaves them, are not copied.

    Args:
        orders: ORDERS.
        codes: customer number of each.
    """
    when = moments_of(orders).view(np.int64)
    if (when[1:] < when[:-1]).any():
        turn = np.argsort(when, kind="stable")
        orders, codes, when = orders.iloc[turn].reset_index(drop=True), codes[turn], when[turn]
    place = _ties_by_key(orders["order"], codes, when)
    if place is None:
        return orders, codes
    return orders.iloc[place].reset_index(drop=True), codes[place]


def _ties_by_key(names: pd.Series[str], codes: Whole, when: Whole) -> Whole | None:
    """Return orders by time in turn of their keys where customer and moment are the same.

    None where they stand so already.
    """
    again = np.flatnonzero(when[1:] == when[:-1]) + 1
    near = np.zeros(len(when), bool)
    near[again] = near[again - 1] = True
    at = np.flatnonzero(near)  # all others are alone at their moment
    moment: Whole = np.cumsum(begins(when[at]), dtype=np.int64)
    by_customer = turn_by(codes[at], moment)
    at, moment = at[by_customer], moment[by_customer]
    fresh = begins(codes[at], moment)
    tied = ~fresh
    tied[:-1] |= tied[1:]
    at, group = at[tied], np.cumsum(fresh, dtype=np.int64)[tied]
    by_key = at[turn_by(group, pd.factorize(names.iloc[at], sort=True)[0])]
    if (by_key == at).all():
        return None
    place = np.arange(len(when))
    place[at] = by_key
    return place
