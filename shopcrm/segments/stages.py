"""The lifecycle stage: every customer is in exactly one (DOMAIN, segments)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.each import worded
from shopcrm.customers.turns import turn_by

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

RANKED_BY: Final = ("days_since", "orders", "net_fen", "customer")
"""Columns of CUSTOMERS that the risk of losing somebody depends on, the weightiest first."""


def lifecycle_stages(customers: pd.DataFrame, policy: Policy) -> pd.Series[str]:
    """Return the stage of each customer.

    Lost comes before churning: whoever is silent past the lost limit is no warning any more.
    Only repeat buyers churn; one order is no rhythm to be late against. With the shop's usual gap
    as it is, a later order never makes anyone more churned: see
    :func:`shopcrm.customers.rhythm.expected_by`.

    Args:
        customers: CUSTOMERS, or of it ``orders``, ``days_since``, ``overdue`` and ``late_by``.
        policy: ``stages`` and ``churn``.
    """
    orders = customers["orders"].to_numpy()
    since = customers["days_since"].to_numpy(np.float64, na_value=np.nan)
    late = customers["overdue"].to_numpy() > policy.number("churn.factor")
    late &= since > policy.whole("churn.min_days")
    # Not known of those whose orders a list states.
    late &= ~(customers["late_by"].to_numpy() <= 0)
    several = orders >= policy.whole("stages.repeat_orders")
    rules = {
        "potential": orders == 0,
        "lost": since > policy.whole("stages.lost_days"),
        "churning": several & late,
        "repeat": several,
        "new": since <= policy.whole("stages.new_days"),
        "one_time": np.ones(len(orders), bool),
    }
    place = np.select(list(rules.values()), list(range(len(rules))))
    return pd.Series(worded(place, list(rules)), index=customers.index)


def risk_ranks(
    customers: pd.DataFrame, among: npt.NDArray[np.bool_] | None = None
) -> pd.Series[int]:
    """Rank the buyers by the risk of losing them: 1 is most at risk; others have no rank.

    Days since the last order rank future buyers as well as the best published model, and a ratio
    to the customer's own gaps ranks worse (DOMAIN, measured on CDNOW and grocery data): so silence
    is the order, and only between equal silences do fewer orders and less money come first.

    Args:
        customers: CUSTOMERS, or of it RANKED_BY.
        among: who is ranked; all buyers without.
    """
    bought = customers["orders"].to_numpy() > 0
    rows = np.flatnonzero(bought if among is None else bought & among)
    silence, orders, net = (
        customers[name].to_numpy(np.float64, na_value=np.nan)[rows] for name in RANKED_BY[:3]
    )
    # Of whom a list states orders and no day, nothing is known: behind all others.
    heard = np.where(np.isnan(silence), 1 - np.nanmin(silence, initial=0), -silence)
    turn = turn_by(
        *(one.astype(np.int64) for one in (heard, orders, net)), _by_key(customers)[rows]
    )
    ranks, missing = np.zeros(len(bought), np.int64), np.ones(len(bought), bool)
    ranks[rows[turn]] = np.arange(1, len(rows) + 1)
    missing[rows] = False
    return pd.Series(pd.arrays.IntegerArray(ranks, missing), index=customers.index)


def _by_key(customers: pd.DataFrame) -> Whole:
    """Return a number for each customer that rises with the key."""
    keys = customers["customer"].array
    if (keys[1:] > keys[:-1]).all():  # as stage 2 leaves them
        return np.arange(len(keys))
    found: Whole = pd.factorize(keys, sort=True)[0]
    return found
