"""What the contact log says about the orders that customers are to be called about."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from shopcrm.tables import CONTACT_LOG, conform

_COUNTS: Final = ("done", "skipped")
"""Results that settle a round: a skipped one was left out on purpose."""

_TALKS: Final = ("done", "snoozed", "opt_out")
_OURS: Final = ("after_sale", "one_week")
CAP_DAYS: Final = 30


def register_talks(register: pd.DataFrame) -> pd.DataFrame:
    """Return the talks that stand only in the register (最近一次联系时间) as CONTACT_LOG.

    Nobody knows what was said, so it counts as a talk about whatever was due then: a customer who
    has just been talked to is not called again for the same thing.

    Args:
        register: REGISTER with ``customer``.
    """
    talks = register.dropna(subset=["customer", "last_contact"])
    talks = talks.drop_duplicates(["customer", "last_contact"])
    columns = {"customer": talks["customer"], "date": talks["last_contact"], "result": "done"}
    return conform(columns, CONTACT_LOG)


def talks_so_far(log: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return the log up to today, by whole days, each record once.

    Args:
        log: CONTACT_LOG with ``customer``.
        now: today.
    """
    log = log.assign(date=log["date"].dt.normalize(), next_date=log["next_date"].dt.normalize())
    again = log["id"].notna() & log["id"].duplicated()
    return log[log["date"].le(now) & ~again]


def contact_history(plans: pd.DataFrame, log: pd.DataFrame, snooze_days: int) -> pd.DataFrame:
    """Return what has happened since each order's contacts began, one row a plan.

    A contact counts for an order when it names the order, or was made on or after its receipt
    (or the first day of its first contact, where that is earlier); which round a line says does
    not matter, for rounds are re-anchored on real dates. A talk ends what was agreed before it.

    Args:
        plans: ``customer``, ``order_no``, ``receipt_date`` and ``first_from``.
        log: of :func:`talks_so_far`.
        snooze_days: for another day that was agreed without saying which.

    Returns:
        Indexed as ``plans``: ``settled`` (contacts that count, one a day), ``previous`` (the last
        of them), ``attempts`` (not reached since), ``agreed`` (the day agreed last), ``day_after``
        (the day after the last line of the customer, of whatever kind).
    """
    lines = log[log["kind"].isna() | log["kind"].isin(_OURS)]
    talked = plans[plans["customer"].isin(lines["customer"].unique())]
    known = talked.reset_index(names="plan")
    known["begins"] = known[["receipt_date", "first_from"]].min(axis=1)
    lines = lines.merge(
        known[["plan", "customer", "order_no", "begins"]], on="customer", suffixes=("", "_plan")
    )
    settling = lines["result"].isin(_COUNTS)
    last_talk = lines[settling].groupby("customer")["date"].max()
    named = lines["order_no"].notna() & (lines["order_no"] == lines["order_no_plan"])
    ours = named | (lines["date"] >= lines["begins"])
    counted = lines[ours & settling].groupby("plan")["date"]
    open_lines = ours & ~(lines["date"] <= last_talk.reindex(lines["customer"]).to_numpy())
    missed = lines[open_lines & (lines["result"] == "no_answer")]
    snoozed = lines[open_lines & (lines["result"] == "snoozed")]
    other = snoozed["next_date"].fillna(snoozed["date"] + pd.Timedelta(days=snooze_days))
    latest = snoozed["date"] == snoozed.groupby("plan")["date"].transform("max")
    day_after = log.groupby("customer")["date"].max() + pd.Timedelta(days=1)
    found = pd.DataFrame(
        {
            "settled": counted.nunique(),
            "previous": counted.max(),
            "attempts": missed.groupby("plan").size(),
            "agreed": other[latest].groupby(snoozed["plan"]).max(),
        }
    ).reindex(plans.index)
    found["day_after"] = day_after.reindex(plans["customer"]).to_numpy()
    for name in ("previous", "agreed", "day_after"):
        found[name] = found[name].astype("datetime64[us]")
    return found.fillna({"settled": 0, "attempts": 0}).astype(
        {"settled": "int64", "attempts": "int64"}
    )


def free_again(log: pd.DataFrame, cap: int) -> pd.Series[pd.Timestamp]:
    """Return by customer the first day on which the cap of talks in 30 days allows another.

    Args:
        log: of :func:`talks_so_far`; what is noted twice on a day is one talk.
        cap: talks allowed within CAP_DAYS; 0 for no cap.
    """
    talks = log[log["result"].isin(_TALKS)].drop_duplicates(["customer", "date"])
    if not cap or talks.empty:
        return pd.Series(np.array([], "datetime64[us]"), index=pd.Index([], dtype="str"))
    nth = talks.sort_values("date").groupby("customer").nth(-cap).set_index("customer")["date"]
    free: pd.Series[pd.Timestamp] = nth + pd.Timedelta(days=CAP_DAYS)
    return free
