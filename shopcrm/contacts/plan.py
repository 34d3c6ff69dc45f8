"""The plan: whom to contact from today on, about which order, in which round, by when.

One contact a customer: the newest order that is due carries it, and its contact stands for the
earlier ones too. A round counts from receipt, the next from the day on which the one before was
really done (DOMAIN, callbacks). The day on which an order's contact falls due follows from the
files and the log alone, never from today, so that what is due stays due until it is done or
skipped, another day is agreed, or a rule holds it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.history import contact_history, free_again, talks_so_far
from shopcrm.contacts.honorific import honorifics
from shopcrm.contacts.reasons import why_now
from shopcrm.contacts.receipt import ARRIVING, RECEIPT_FROM, receipt_dates
from shopcrm.contacts.scripts import write_scripts
from shopcrm.customers.facts import by_time
from shopcrm.tables import CONTACTS, conform

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_PLANS_FROM: Final = (
    "order",
    "order_no",
    "customer",
    "status",
    *RECEIPT_FROM,
    "product",
)
"""Columns of ORDERS that plans are made of."""

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
    horizon = now + pd.Timedelta(days=days)
    log = talks_so_far(log, now)
    due = _due(orders, log, policy, now, horizon)
    release = free_again(log, policy.whole("callbacks.cap")).reindex(due["customer"])
    release = release.set_axis(due.index)
    due["due_from"] = due["due_from"].where(~release.gt(due["due_from"]), release)
    tags = segments.set_index("customer")["tags"].reindex(due["customer"]).fillna("")
    due["tags"] = tags.to_numpy()
    tagged = {tag: due["tags"].str.contains(rf"\b{tag}\b") for tag in _HELD_BY_TAG}
    holds = {**tagged, "cap": release.gt(horizon)}
    held, free = {}, pd.Series(data=True, index=due.index)
    for rule, rows in holds.items():
        held[rule] = int((rows & free).sum())
        free &= ~rows
    contacts = _describe(due[free].reset_index(drop=True), customers, policy, now, lang)
    return Plan(contacts, {rule: number for rule, number in held.items() if number})


def _due(
    orders: pd.DataFrame,
    log: pd.DataFrame,
    policy: Policy,
    now: pd.Timestamp,
    horizon: pd.Timestamp,
) -> pd.DataFrame:
    """Return the plans that are due by the horizon, one a customer."""
    orders = by_time(orders[list(_PLANS_FROM)])
    arriving = _arriving(orders, policy)
    plans = _worth_planning(_first_contacts(arriving, policy), log, now)
    plans = plans.join(orders["order_no"])
    plans = plans.join(contact_history(plans, log, policy.whole("callbacks.snooze_days")))
    due = _first_due(_windows(plans, policy), now, horizon)
    due = due.join(orders[["order", "product"]]).join(arriving["receipt_from"])
    return due.reset_index(drop=True)


def _arriving(orders: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the orders that customers are to be called about: who, order and receipt date."""
    wanted = orders["status"].isin(ARRIVING) & orders["customer"].notna()
    wanted &= bool(_rounds(policy))
    sent = orders.loc[wanted, ["customer", *RECEIPT_FROM]]
    order_date = sent["paid"].fillna(sent["created"]).dt.normalize()
    found = sent[["customer"]].assign(order_date=order_date, **receipt_dates(sent, policy))
    since = policy.day("callbacks.since")
    early = found["receipt_date"].isna()
    if since is not None:
        early |= order_date < pd.Timestamp(since)
    return found[~early]


def _first_contacts(arriving: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the window of the first contact about each order."""
    plans = arriving[["customer", "order_date", "receipt_date"]]
    first_from, first_by = _first_window(plans, policy)
    return plans.assign(first_from=first_from, first_by=first_by)


def _worth_planning(plans: pd.DataFrame, log: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Leave out what cannot come first: with nothing logged, only the newest order due can."""
    settled = plans["customer"].isin(log["customer"].dropna().unique())
    begun = plans[~settled & (plans["first_from"] <= now)]
    newest = begun[["customer", "first_from"]].sort_values("first_from", kind="stable")
    older = newest.index[newest["customer"].duplicated(keep="last")]
    return plans.drop(index=older)


def _rounds(policy: Policy) -> list[tuple[int, int]]:
    """Return first and last day of each round, counted from the round before; none when off."""
    plan = policy.text("callbacks.plan")
    if plan == "one_week":
        return [(0, 0)]  # the one call counts from the deal, see _first_window
    starts, ends = policy.wholes("callbacks.from_days"), policy.wholes("callbacks.by_days")
    return [] if plan == "off" else list(zip(starts, ends, strict=True))


def _first_due(plans: pd.DataFrame, now: pd.Timestamp, horizon: pd.Timestamp) -> pd.DataFrame:
    """Return the plan of each customer that falls due first; of those due then, the newest."""
    due = plans[plans["due_from"] <= horizon]
    first = due.groupby("customer")["due_from"].transform("min")
    due = due[(due["due_from"] <= now) | (due["due_from"] == first)]
    newest = due.sort_values("first_from", kind="stable")
    return newest.drop_duplicates("customer", keep="last")


def _first_window(
    plans: pd.DataFrame, policy: Policy
) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timestamp]]:
    """Return the days of the first contact: of round 1, of the one-week call, or both as one."""
    start, end = next(iter(_rounds(policy)), (0, 0))
    round_from = plans["receipt_date"] + pd.Timedelta(days=start)
    round_by = plans["receipt_date"] + pd.Timedelta(days=end)
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
    rounds = np.array(_rounds(policy), dtype=np.int64).reshape(-1, 2)
    plans = plans[plans["settled"] < len(rounds)].copy()
    place = plans["settled"].to_numpy()
    later = place > 0
    begin = plans["previous"] + pd.to_timedelta(rounds[place, 0], unit="D")
    end = plans["previous"] + pd.to_timedelta(rounds[place, 1], unit="D")
    # An agreed day moves the whole window; a day that only passed without an answer does not.
    agreed = plans["agreed"]
    due_from = agreed.fillna(plans["first_from"].mask(later, begin))
    due_by = agreed.fillna(plans["first_by"].mask(later, end))
    due_from = due_from.where(~(plans["day_after"] > due_from), plans["day_after"])
    return plans.assign(round=place + 1, due_from=due_from, due_by=due_by)


def _describe(
    due: pd.DataFrame, customers: pd.DataFrame, policy: Policy, now: pd.Timestamp, lang: Lang
) -> pd.DataFrame:
    """Sort the most important first, and fill in who, how, why and what to say."""
    plan = policy.text("callbacks.plan")
    overdue = (now - due["due_by"]).dt.days.clip(lower=0)
    contacts = due.assign(
        kind="one_week" if plan == "one_week" else "after_sale",
        folded=(plan == "both") & (due["round"] == 1),
        days_overdue=overdue,
        stale=overdue > policy.whole("callbacks.stale_days"),
        ordinary=~due["tags"].str.contains(r"\bvip\b"),
        rush=-overdue,
        unpromised=due["agreed"].isna(),
    )
    # Sorted before the long texts are written, which would all be copied.
    ranking = ["stale", "unpromised", "ordinary", "rush", "due_by", "round", "customer"]
    contacts = contacts.sort_values(ranking, ignore_index=True)
    contacts["priority"] = np.arange(1, len(contacts) + 1)
    if plan == "one_week":
        contacts["round"] = pd.NA
    _address(contacts, customers, policy)
    contacts["reason"] = why_now(contacts, policy, lang)
    contacts["script"] = write_scripts(contacts, policy, lang)
    return conform(contacts[[name for name in CONTACTS if name in contacts]], CONTACTS)


def _address(contacts: pd.DataFrame, customers: pd.DataFrame, policy: Policy) -> None:
    """Add how each customer is reached and addressed."""
    known = customers.set_index("customer")[["name", "sex", "type", "phone"]]
    people = known.reindex(contacts["customer"]).reset_index()
    by_message = people["type"].isin(policy.words("callbacks.message_types"))
    by_phone = people["type"].isin(policy.words("callbacks.phone_types")) | ~contacts["ordinary"]
    by_phone &= ~by_message & people["phone"].notna()
    contacts["channel"] = np.where(by_phone, "phone", "message")
    contacts["honorific"] = honorifics(people, policy)
