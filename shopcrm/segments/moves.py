"""Who moved between stages since an earlier day, from the orders as they are known now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.customers.rhythm import buying_rhythm
from shopcrm.segments.own.assign import members
from shopcrm.segments.stages import lifecycle_stages
from shopcrm.tables import STAGES, SUCCESSFUL

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.policy import Policy

UNKNOWN: Final = "not_yet"
"""Where customers stood who were none on the earlier day."""

LISTS: Final = ("new_vip", "vip_leaving", "won_back", "second_order", "no_longer_vip")
"""The lists of who moved, in the order in which they are shown."""

NOBODY_YET: Final = "potential"
"""The stage of those who have bought nothing."""

_GONE: Final = ("churning", "lost")
_ONCE: Final = ("new", "one_time")


def until(
    orders: pd.DataFrame, register: pd.DataFrame, log: pd.DataFrame, day: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return orders, register rows and talks of a day and before; nothing is stored between runs.

    An order's status is that of today: a refund since then counts. What a list states without a
    day is taken to have held always.

    Args:
        orders: ORDERS with ``customer``.
        register: REGISTER with ``customer``.
        log: CONTACT_LOG with ``customer``.
        day: the day to look back to.
    """
    evening = pd.Timestamp(day) + pd.Timedelta(days=1)
    when = orders["paid"].fillna(orders["created"])
    told = _told(register, evening)
    return orders[when < evening], register[told], log[~(log["date"] >= evening)]


def _told(register: pd.DataFrame, evening: pd.Timestamp) -> pd.Series[bool]:
    """Tell which rows of the register stood there on the evening before."""
    # A row without a day of its own is dated by its deal; a prospect's has always been there.
    dated = register["registered"].notna() | register["order"].isna()
    return dated & ~(register["registered"] >= evening)


def stage_counts_on(
    orders: pd.DataFrame, register: pd.DataFrame, policy: Policy, day: dt.date
) -> dict[str, int]:
    """Return how many customers were in each stage on an earlier day, quickly.

    Args:
        orders: ORDERS with ``customer``.
        register: REGISTER with ``customer``.
        policy: the policy in force.
        day: the day to look back to.
    """
    # No table is cut down to that day: a copy of a million orders is what this must not cost.
    evening = pd.Timestamp(day) + pd.Timedelta(days=1)
    when = orders["paid"].fillna(orders["created"])
    codes, keys = pd.factorize(orders["customer"])
    there = (codes >= 0) & (when < evening).to_numpy()
    good = there & orders["status"].isin(SUCCESSFUL).to_numpy()
    rhythm, _ = buying_rhythm(codes[good], when.to_numpy()[good], len(keys), policy, day)
    known = np.zeros(len(keys), bool)
    known[codes[there]] = True
    counts = lifecycle_stages(rhythm[known], policy).value_counts().to_dict()
    told = register.loc[_told(register, evening), "customer"].dropna().unique()
    only_told = int((~pd.Index(told).isin(pd.Index(keys)[known])).sum()) if len(told) else 0
    counts[NOBODY_YET] = counts.get(NOBODY_YET, 0) + only_told
    return {stage: int(counts.get(stage, 0)) for stage in STAGES}


@dataclass(frozen=True, eq=False)
class Moves:
    """Who moved between two days.

    Attributes:
        table: one row a customer of the later day, by net amount: ``customer``, ``id``,
            ``before`` (a stage, or UNKNOWN), ``now``, ``net_fen``, and a flag for each of LISTS.
        matrix: people by stage before (rows, UNKNOWN last) and now (columns).
    """

    table: pd.DataFrame
    matrix: pd.DataFrame

    def moved(self) -> pd.DataFrame:
        """Return the rows of those whose stage is another one."""
        return self.table[self.table["before"] != self.table["now"]]

    def listed(self, name: str) -> pd.DataFrame:
        """Return the rows of one of LISTS."""
        return self.table[self.table[name]]


def moves_between(
    earlier: pd.DataFrame, customers: pd.DataFrame, later: pd.DataFrame, since: dt.date
) -> Moves:
    """Say who moved.

    Args:
        earlier: SEGMENTS of the earlier day.
        customers: CUSTOMERS of the later day.
        later: SEGMENTS of the later day, rows as in ``customers``.
        since: the earlier day.
    """
    then = earlier.set_index("customer")["stage"].reindex(later["customer"]).to_numpy()
    before = pd.Series(then, dtype="str").fillna(UNKNOWN)
    was_vip = _vip(earlier).reindex(later["customer"]).eq(other=True).to_numpy()
    is_vip = _vip(later).to_numpy()
    now = later["stage"].reset_index(drop=True)
    ordered = customers["last_order"] >= pd.Timestamp(since) + pd.Timedelta(days=1)
    ordered = ordered.reset_index(drop=True)
    gone, was_gone = now.isin(_GONE), before.isin(_GONE)
    flags = {
        "new_vip": is_vip & ~was_vip,
        "vip_leaving": (is_vip | was_vip) & gone & ~was_gone,
        "won_back": was_gone & ~gone & ordered,
        "second_order": before.isin(_ONCE) & (now == "repeat") & ordered,
        "no_longer_vip": was_vip & ~is_vip,
    }
    columns: dict[str, Any] = {
        "customer": later["customer"].to_numpy(),
        "id": customers["id"].to_numpy(),
        "before": before,
        "now": now,
        "net_fen": customers["net_fen"].to_numpy(),
        "days_since": customers["days_since"].array,
    }
    table = pd.DataFrame({**columns, **flags})
    rows, names = [*STAGES, UNKNOWN], list(STAGES)
    matrix = pd.crosstab(table["before"], table["now"]).reindex(index=rows, columns=names)
    by_money = table.sort_values(["net_fen", "customer"], ascending=[False, True])
    return Moves(by_money.reset_index(drop=True), matrix.fillna(0).astype(int))


def _vip(labels: pd.DataFrame) -> pd.Series[bool]:
    return members(labels, "vip").set_axis(labels["customer"])
