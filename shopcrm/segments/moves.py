"""The stages of an earlier day, from the orders as they are known now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.customers.facts import customer_facts
from shopcrm.segments.stages import lifecycle_stages
from shopcrm.tables import STAGES

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.policy import Policy


def stage_counts_on(
    orders: pd.DataFrame,
    items: pd.DataFrame,
    register: pd.DataFrame,
    log: pd.DataFrame,
    policy: Policy,
    day: dt.date,
) -> dict[str, int]:
    """Return how many customers were in each stage on an earlier day.

    Later orders and register rows are left out; nothing is stored between runs.

    Args:
        orders: ORDERS with ``customer``.
        items: ITEMS.
        register: REGISTER with ``customer``.
        log: CONTACT_LOG with ``customer``.
        policy: the policy in force.
        day: the day to look back to.
    """
    evening = pd.Timestamp(day) + pd.Timedelta(days=1)
    when = orders["paid"].fillna(orders["created"])
    before = register[~(register["registered"] >= evening)]
    facts = customer_facts(orders[when < evening], items, before, log, policy, day)
    counts = lifecycle_stages(facts, policy).value_counts()
    return {stage: int(counts.get(stage, 0)) for stage in STAGES}
