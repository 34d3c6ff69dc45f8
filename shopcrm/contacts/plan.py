"""The plan: whom to contact from today on, about which order, in which round, by when.

One plan a customer: the latest order that has arrived carries it, and its contact stands for the
earlier ones too. A round counts from receipt, the next from the day on which the one before was
really done (DOMAIN, callbacks). A contact stays due until it is done or skipped, another day is
agreed, or a newer order takes it over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.history import contact_history, free_again
from shopcrm.contacts.honorific import honorifics
from shopcrm.contacts.receipt import ARRIVING, receipt_dates
from shopcrm.contacts.scripts import write_scripts
from shopcrm.labels import t
from shopcrm.tables import CONTACTS, conform, empty

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_HELD_BY_TAG: Final = ("opt_out", "serial_returner", "refund_open")


@dataclass(frozen=True)
class Plan:
    """What is due, and what a rule holds back.

    Attributes:
        contacts: CONTACTS, the most important first.
        held: number of customers whose contact would be due, by the rule that holds it back:
            opt_out, serial_returner, refund_open, cap.
    """

    contacts: pd.DataFrame
    held: dict[str, int] = field(default_factory=dict)


def due_contacts(
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    segments: pd.DataFrame,
    log: pd.DataFrame,
    policy: Policy,
    today: dt.date,
    lang: Lang,
    *,
    days: int = 0,
) -> Plan:
    """Return the contacts due today, or within the next ``days``; one a customer.

    Args:
        orders: ORDERS with ``customer``.
        customers: CUSTOMERS.
        segments: SEGMENTS.
        log: CONTACT_LOG with ``customer``.
        policy: ``callbacks``, ``scripts``, ``shop.name``.
        today: the day.
        lang: language of reasons and scripts.
        days: how far to look ahead.
    """
    now = pd.Timestamp(today)
    log = log[log["date"] <= now]
    plans = _open_plans(orders, policy, now)
    if plans.empty:
        return Plan(empty(CONTACTS))
    plans = plans.join(contact_history(plans, log, policy.whole("callbacks.snooze_days")))
    plans = _windows(plans, policy)
    horizon = now + pd.Timedelta(days=days)
    due = plans[plans["due_from"].le(horizon)].copy()
    release = free_again(log, policy.whole("callbacks.cap"))
    due["release"] = release.reindex(due["customer"]).to_numpy()
    due = due.merge(
        segments[["customer", "tags"]].assign(tags=segments["tags"].fillna("")), on="customer"
    )
    tagged = {tag: due["tags"].str.contains(rf"\b{tag}\b") for tag in _HELD_BY_TAG}
    holds = {**tagged, "cap": due["release"].gt(horizon)}
    held, free = {}, pd.Series(data=True, index=due.index)
    for rule, rows in holds.items():
        held[rule] = int((rows & free).sum())
        free &= ~rows
    contacts = _describe(due[free], customers, policy, now, lang)
    return Plan(contacts, {rule: number for rule, number in held.items() if number})


def _open_plans(orders: pd.DataFrame, policy: Policy, now: pd.Timestamp) -> pd.DataFrame:
    """Return the order that each customer is to be called about, with its dates."""
    if policy.text("callbacks.plan") == "off":
        return empty(CONTACTS)
    arriving = orders[orders["status"].isin(ARRIVING) & orders["customer"].notna()]
    arriving = arriving.reset_index(drop=True)
    when = arriving["paid"].fillna(arriving["created"]).dt.normalize()
    plans = pd.DataFrame(
        {
            "customer": arriving["customer"],
            "order": arriving["order"],
            "order_no": arriving["order_no"],
            "product": arriving["product"],
            "order_date": when,
            **receipt_dates(arriving, policy),
        }
    )
    since = policy.day("callbacks.since")
    if since is not None:
        plans = plans[plans["order_date"] >= pd.Timestamp(since)]
    plans = plans[plans["receipt_date"].notna()]
    first_from, first_by = _first_window(plans, policy)
    plans = plans.assign(first_from=first_from, first_by=first_by)
    # A newer order takes over once its own first contact is due, so nothing becomes un-due.
    started = plans["first_from"] <= now
    ranked = plans.assign(
        started=started, key=np.where(started, 1, -1) * plans["first_from"].astype("int64")
    ).sort_values(["customer", "started", "key", "order"])
    return ranked.drop_duplicates("customer", keep="last").drop(columns=["started", "key"])


def _first_window(
    plans: pd.DataFrame, policy: Policy
) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timestamp]]:
    """Return first and last day of the first contact: round 1, the one-week call, or both as one."""
    starts, ends = policy.wholes("callbacks.from_days"), policy.wholes("callbacks.by_days")
    round_from = plans["receipt_date"] + pd.Timedelta(days=starts[0])
    round_by = plans["receipt_date"] + pd.Timedelta(days=ends[0])
    week_from = plans["order_date"] + pd.Timedelta(days=policy.whole("callbacks.one_week_days"))
    week_by = week_from + pd.Timedelta(days=policy.whole("callbacks.one_week_grace"))
    plan = policy.text("callbacks.plan")
    if plan == "one_week":
        return week_from, week_by
    if plan == "after_sale":
        return round_from, round_by
    overlap = (week_from <= round_by) & (round_from <= week_by)
    both_from = round_from.where(round_from >= week_from, week_from)
    both_by = round_by.where(round_by <= week_by, week_by)
    return round_from.mask(overlap, both_from), round_by.mask(overlap, both_by)


def _windows(plans: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Give each plan its next round and window; plans whose rounds are all done are left out."""
    starts, ends = policy.wholes("callbacks.from_days"), policy.wholes("callbacks.by_days")
    rounds = 1 if policy.text("callbacks.plan") == "one_week" else len(starts)
    plans = plans[plans["settled"] < rounds].copy()
    later = plans["settled"] > 0
    place = plans["settled"].to_numpy()
    begin = plans["previous"] + pd.to_timedelta(np.array(starts)[place], unit="D")
    end = plans["previous"] + pd.to_timedelta(np.array(ends)[place], unit="D")
    due_from = plans["first_from"].mask(later, begin)
    due_by = plans["first_by"].mask(later, end)
    due_from = due_from.where(~(plans["not_before"] > due_from), plans["not_before"])
    # An agreed day moves the whole window; a day that only passed without an answer does not.
    due_by = due_by.where(plans["agreed"].isna(), plans["agreed"])
    return plans.assign(round=place + 1, due_from=due_from, due_by=due_by)


def _describe(
    due: pd.DataFrame, customers: pd.DataFrame, policy: Policy, now: pd.Timestamp, lang: Lang
) -> pd.DataFrame:
    """Fill in who, how, why and what to say, and sort the most important first."""
    plan = policy.text("callbacks.plan")
    people = customers.set_index("customer").reindex(due["customer"]).reset_index()
    due = due.reset_index(drop=True)
    vip = due["tags"].str.contains(r"\bvip\b")
    by_message = people["type"].isin(policy.words("callbacks.message_types"))
    by_phone = (people["type"].isin(policy.words("callbacks.phone_types")) | vip) & ~by_message
    overdue = (now - due["due_by"]).dt.days.clip(lower=0)
    contacts = due.assign(
        kind="one_week" if plan == "one_week" else "after_sale",
        folded=(plan == "both") & (due["round"] == 1),
        days_overdue=overdue,
        channel=np.where(by_phone & people["phone"].notna(), "phone", "message"),
        honorific=honorifics(people, policy),
        stale=overdue > policy.whole("callbacks.stale_days"),
        vip=~vip,
        rush=-overdue,
    )
    if plan == "one_week":
        contacts["round"] = pd.NA
    contacts["reason"] = _reasons(contacts, policy, lang)
    contacts["script"] = write_scripts(contacts, policy, lang)
    contacts = contacts.sort_values(["stale", "vip", "rush", "due_by", "round", "customer"])
    contacts["priority"] = np.arange(1, len(contacts) + 1)
    return conform(contacts[[name for name in CONTACTS if name in contacts]], CONTACTS)


def _reasons(contacts: pd.DataFrame, policy: Policy, lang: Lang) -> list[str]:
    ends = policy.wholes("callbacks.by_days")
    found = []
    for row in contacts.itertuples():
        settled = 0 if pd.isna(row.previous) else 1
        key = "one_week" if row.kind == "one_week" else f"round_{'next' if settled else 'first'}"
        text = t(
            f"why.{key}",
            lang,
            round=row.round,
            within=0 if pd.isna(row.round) else ends[int(row.round) - 1],
            order_date=f"{row.order_date:%m-%d}",
            receipt=f"{row.receipt_date:%m-%d}",
            source=t(f"receipt.{row.receipt_from}", lang),
            previous="" if not settled else f"{row.previous:%m-%d}",
        )
        if row.folded:
            text += t("why.folded", lang)
        if not pd.isna(row.agreed):
            text += t("why.agreed", lang, day=f"{row.agreed:%m-%d}")
        if row.attempts:
            text += t("why.attempts", lang, attempts=row.attempts)
        if row.days_overdue:
            text += t("why.overdue", lang, days=row.days_overdue)
        found.append(text)
    return found
