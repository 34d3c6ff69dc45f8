"""The stages of an earlier day, from the orders as they are known now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.customers.rhythm import buying_rhythm
from shopcrm.segments.stages import lifecycle_stages
from shopcrm.tables import STAGES, SUCCESSFUL

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.policy import Policy


def stage_counts_on(
    orders: pd.DataFrame, register: pd.DataFrame, policy: Policy, day: dt.date
) -> dict[str, int]:
    """Return how many customers were in each stage on an earlier day.

    Later orders and register rows are left out; nothing is stored between runs.

    Args:
        orders: ORDERS with ``customer``.
        register: REGISTER with ``customer``.
        policy: the policy in force.
        day: the day to look back to.
    """
    evening = pd.Timestamp(day) + pd.Timedelta(days=1)
    when = orders["paid"].fillna(orders["created"])
    there = orders["customer"].notna() & (when < evening)
    # A row without a day of its own is dated by its deal; a prospect's has always been there.
    dated = register["registered"].notna() | register["order"].isna()
    told = register["customer"].notna() & dated & ~(register["registered"] >= evening)
    everyone = pd.concat([orders.loc[there, "customer"], register.loc[told, "customer"]])
    codes, keys = pd.factorize(everyone)
    good = orders.loc[there, "status"].isin(SUCCESSFUL).to_numpy()
    bought_by = codes[: len(good)][good]
    rhythm, _ = buying_rhythm(bought_by, when[there].to_numpy()[good], len(keys), policy, day)
    counts = lifecycle_stages(rhythm, policy).value_counts()
    return {stage: int(counts.get(stage, 0)) for stage in STAGES}
