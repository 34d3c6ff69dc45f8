"""The lifecycle stage: every customer is in exactly one (DOMAIN, segments)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from shopcrm.policy import Policy


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
    orders = customers["orders"]
    since = customers["days_since"].astype("float64")
    late = customers["overdue"] > policy.number("churn.factor")
    late &= since > policy.whole("churn.min_days")
    late &= ~(customers["late_by"] <= 0)  # not known of those whose orders a list states
    several = orders >= policy.whole("stages.repeat_orders")
    rules = [
        ("potential", orders == 0),
        ("lost", since > policy.whole("stages.lost_days")),
        ("churning", several & late),
        ("repeat", several),
        ("new", since <= policy.whole("stages.new_days")),
    ]
    stages = np.select([rule for _, rule in rules], [name for name, _ in rules], "one_time")
    return pd.Series(stages, index=customers.index, dtype="str")


def risk_ranks(customers: pd.DataFrame) -> pd.Series[int]:
    """Rank the buyers by the risk of losing them: 1 is most at risk; others have no rank.

    Days since the last order rank future buyers as well as the best published model, and a ratio
    to the customer's own gaps ranks worse (DOMAIN, measured on CDNOW and grocery data): so silence
    is the order, and only between equal silences do fewer orders and less money come first.
    """
    buyers = customers[customers["orders"] > 0]
    order = buyers.sort_values(list(RANKED_BY), ascending=[False, True, True, True]).index
    ranks = pd.Series(np.arange(1, len(order) + 1), index=order, dtype="Int64")
    return ranks.reindex(customers.index)
