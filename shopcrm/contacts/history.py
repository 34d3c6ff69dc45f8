"""What the contact log says about the orders that customers are to be called about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.ids import among
from shopcrm.tables import CONTACT_LOG, conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from shopcrm.contacts.kind import Kind
    from shopcrm.policy import Policy

_COUNTS: Final = ("done", "skipped")
"""Results that settle a round: a skipped one was left out on purpose."""

_TALKS: Final = ("done", "snoozed", "opt_out")
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


def all_talks(log: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Return the talks of the log and those that stand only in the register, as CONTACT_LOG.

    Args:
        log: CONTACT_LOG with ``customer``.
        register: REGISTER with ``customer``.
    """
    return pd.concat([log, register_talks(register)], ignore_index=True)


def talks_so_far(log: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return the log up to today, by whole days, each record once.

    Args:
        log: CONTACT_LOG with ``customer``.
        now: today.
    """
    log = log.assign(date=log["date"].dt.normalize(), next_date=log["next_date"].dt.normalize())
    again = log["id"].notna() & log["id"].duplicated()
    return log[log["date"].le(now) & ~again]


def contact_history(
    plans: pd.DataFrame, log: pd.DataFrame, kinds: Mapping[str, Kind], policy: Policy
) -> pd.DataFrame:
    """Return what has happened about each task since it began, one row a task.

    A line of the log is about a task when its kind may settle the task and it names the same
    thing or order, or names neither and was made on or after the day on which the task begins;
    which round a line says does not matter, for rounds are re-anchored on real dates. Where both
    say what they are about that decides: two steps of one refund have one order. A talk ends what
    was agreed before. For kinds that any talk settles, lines that say no kind may be about them
    too, and lines about one task count for the other tasks of the customer that have begun.

    Args:
        plans: ``kind``, ``customer``, ``about``, ``order_no``, ``begins``.
        log: of :func:`talks_so_far`.
        kinds: the kinds by name: whose lines settle them.
        policy: ``callbacks.snooze_days``, for another day that was agreed without saying which.

    Returns:
        Indexed as ``plans``: ``settled`` (contacts that count, one a day), ``previous`` (the last
        of them), ``attempts`` (days on which they were not reached since), ``missed`` (the last of
        these), ``agreed`` (the day agreed last), ``unsaid`` (it was put off, and no day said),
        ``day_after`` (the day after the last line of the customer, of whatever
        kind).
    """
    talked = plans[among(plans["customer"], log["customer"])]
    known = talked[["kind", "customer", "about", "order_no", "begins"]].reset_index(names="plan")
    lines = log.merge(known, on="customer", suffixes=("", "_plan"))
    lines = lines[_may_settle(lines["kind"], lines["kind_plan"], kinds)]
    same: dict[str, pd.Series[bool]] = {}
    elsewhere = pd.Series(data=False, index=lines.index)
    for name in ("about", "order_no"):
        there = lines[name].notna() & lines[f"{name}_plan"].notna()
        same[name] = there & (lines[name] == lines[f"{name}_plan"])
        # Where both say what they are about the order says no more.
        elsewhere |= there & ~same[name] & ~(same["about"] if name != "about" else False)
    named = same["about"] | (same["order_no"] & lines["about_plan"].isna())
    any_talk = lines["kind_plan"].isin([name for name, kind in kinds.items() if kind.any_talk])
    begun = lines["date"] >= lines["begins"]
    lines = lines[named | (begun & (any_talk | ~elsewhere))]
    settling = lines["result"].isin(_COUNTS)
    by_plan = lines[settling].groupby("plan")["date"]
    last = by_plan.max().reindex(lines["plan"]).to_numpy()
    ended = (lines["date"] <= last).to_numpy()
    missed = lines[~ended & (lines["result"] == "no_answer")].groupby("plan")["date"]
    # Who was talked to and named a day is promised that day as much as who put the talk off.
    named_day = settling & lines["next_date"].gt(lines["date"]) & (lines["date"] == last)
    named_day &= lines["kind"] == lines["kind_plan"]
    snoozed = lines[(~ended & (lines["result"] == "snoozed")) | named_day]
    days = pd.Timedelta(days=policy.whole("callbacks.snooze_days"))
    other = snoozed["next_date"].fillna(snoozed["date"] + days)
    latest = snoozed["date"] == snoozed.groupby("plan")["date"].transform("max")
    unsaid = snoozed["next_date"].isna() & latest
    found = pd.DataFrame(
        {
            "settled": by_plan.nunique(),
            "previous": by_plan.max(),
            "attempts": missed.nunique(),  # a line that corrects a note is no second call
            "missed": missed.max(),
            "agreed": other[latest].groupby(snoozed["plan"]).max(),
            "unsaid": unsaid.groupby(snoozed["plan"]).all(),
        }
    ).reindex(plans.index)
    found["unsaid"] = found["unsaid"].eq(other=True)
    day_after = log.groupby("customer")["date"].max() + pd.Timedelta(days=1)
    found["day_after"] = day_after.reindex(plans["customer"]).to_numpy()
    for name in ("previous", "missed", "agreed", "day_after"):
        found[name] = found[name].astype("datetime64[us]")
    return found.fillna({"settled": 0, "attempts": 0}).astype(
        {"settled": "int64", "attempts": "int64"}
    )


def _may_settle(
    lines: pd.Series[str], plans: pd.Series[str], kinds: Mapping[str, Kind]
) -> npt.NDArray[np.bool_]:
    """Tell by pairs of kinds whether a line of the one may settle a task of the other."""
    names = pd.Index([*kinds], dtype="str")
    table = np.zeros((len(names) + 2, len(names)), bool)  # at the end: another kind, and none
    for place, (name, kind) in enumerate(kinds.items()):
        table[names.get_indexer(pd.Index([name, *kind.settled_by])), place] = True
        table[-1, place] = kind.any_talk
    rows = np.where(lines.isna(), len(names) + 1, names.get_indexer(pd.Index(lines.astype("str"))))
    rows = np.where(rows < 0, len(names), rows)
    found: npt.NDArray[np.bool_] = table[rows, names.get_indexer(pd.Index(plans.astype("str")))]
    return found


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
