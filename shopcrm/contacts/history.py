"""What the contact log says about the order that a customer is to be called about."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

_COUNTS: Final = ("done", "skipped")
"""Results that settle a round: a skipped one was left out on purpose."""

_TALKS: Final = ("done", "snoozed", "opt_out")
_OURS: Final = ("after_sale", "one_week")
CAP_DAYS: Final = 30


def contact_history(plans: pd.DataFrame, log: pd.DataFrame, snooze_days: int) -> pd.DataFrame:
    """Return what has happened since the goods arrived, one row a plan.

    A contact counts for an order when it names the order, or was made on or after its receipt;
    which round a line says does not matter, for rounds are re-anchored on real dates.

    Args:
        plans: ``customer``, ``order_no`` and ``receipt_date``; one row a customer.
        log: CONTACT_LOG with ``customer``, no line later than today.
        snooze_days: for another day that was agreed without saying which.

    Returns:
        Indexed as ``plans``: ``settled`` (contacts that count, one a day), ``previous`` (the last
        of them), ``attempts`` (not reached since), ``not_before`` (another day agreed, or the day
        after the last line), ``agreed`` (the other day alone).
    """
    lines = log[log["kind"].isna() | log["kind"].isin(_OURS)]
    known = plans.reset_index(names="plan")[["plan", "customer", "order_no", "receipt_date"]]
    lines = lines.merge(known, on="customer", suffixes=("", "_plan"))
    named = lines["order_no"].notna() & (lines["order_no"] == lines["order_no_plan"])
    lines = lines[named | (lines["date"] >= lines["receipt_date"])]
    counted = lines[lines["result"].isin(_COUNTS)]
    found = pd.DataFrame(index=plans.index)
    found["settled"] = counted.groupby("plan")["date"].nunique().reindex(plans.index).fillna(0)
    found["previous"] = counted.groupby("plan")["date"].max().reindex(plans.index)
    last = found["previous"].reindex(lines["plan"]).set_axis(lines.index)
    since = lines[last.isna() | (lines["date"] > last)]
    missed = since[since["result"] == "no_answer"]
    found["attempts"] = missed.groupby("plan").size().reindex(plans.index).fillna(0)
    snoozed = since[since["result"] == "snoozed"]
    other = snoozed["next_date"].fillna(snoozed["date"] + pd.Timedelta(days=snooze_days))
    found["agreed"] = other.groupby(snoozed["plan"]).max().reindex(plans.index)
    day_after = log.groupby("customer")["date"].max() + pd.Timedelta(days=1)
    after = day_after.reindex(plans["customer"]).set_axis(plans.index)
    found["not_before"] = pd.concat([found["agreed"], after], axis=1).max(axis=1)
    for name in ("previous", "agreed", "not_before"):
        found[name] = found[name].astype("datetime64[us]")
    return found.astype({"settled": "int64", "attempts": "int64"})


def free_again(log: pd.DataFrame, cap: int) -> pd.Series[pd.Timestamp]:
    """Return by customer the first day on which the cap of talks in 30 days allows another.

    Args:
        log: CONTACT_LOG with ``customer``.
        cap: talks allowed within CAP_DAYS; 0 for no cap.
    """
    talks = log[log["result"].isin(_TALKS)]
    if not cap or talks.empty:
        return pd.Series(np.array([], "datetime64[us]"), index=pd.Index([], dtype="str"))
    nth = talks.sort_values("date").groupby("customer")["date"].nth(-cap)
    customers = talks.loc[nth.index, "customer"]
    free = nth + pd.Timedelta(days=CAP_DAYS)
    return free.set_axis(pd.Index(customers))
