"""The six groups of 1688 shops: 已成交, 代理商, 潜在, 已寄样, VIP客户, VIP代理商."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from shopcrm.policy import Policy

GROUPS: Final = ("vip_agent", "agent", "vip_customer", "bought", "sampled", "prospect")
"""Of several that hold the first one is it: each customer is in one group."""


def groups(
    customers: pd.DataFrame,
    segments: pd.DataFrame,
    agents: pd.DataFrame,
    orders: pd.DataFrame,
    policy: Policy,
) -> pd.Series[str]:
    """Return the group of each customer, one of GROUPS.

    Args:
        customers: CUSTOMERS.
        segments: SEGMENTS, in the order of ``customers``.
        agents: AGENTS.
        orders: ORDERS with ``customer``: an order that nobody paid for is a sample.
        policy: ``agents.sample_words``, looked for in the register's notes.
    """
    agent = customers["customer"].isin(agents["customer"]).to_numpy()
    tags = segments["tags"].fillna("").str.split(" ")
    vip = np.array(["vip" in some for some in tags], bool)
    sampled = customers["customer"].isin(orders.loc[orders["status"] == "free", "customer"])
    words = policy.words("agents.sample_words")
    if words:
        pattern = "|".join(map(re.escape, words))
        sampled |= customers["note"].fillna("").str.contains(pattern, regex=True)
    bought = (customers["orders"] > 0).to_numpy()
    rules = [agent & vip, agent, vip, bought, sampled.to_numpy()]
    found = np.select(rules, list(GROUPS[:-1]), GROUPS[-1])
    return pd.Series(found, index=customers.index, dtype="str")
