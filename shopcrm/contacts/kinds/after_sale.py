"""售后回访: rounds after receipt, a call one week after the deal, or both as one (DOMAIN 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.kind import Kind, Rounds
from shopcrm.contacts.receipt import ARRIVING, RECEIPT_FROM, receipt_dates
from shopcrm.customers.ids import among

if TYPE_CHECKING:
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy

    Days = pd.Series[pd.Timestamp]


def rounds(policy: Policy) -> Rounds:
    """Return first and last day of each round, counted from the round before; none when off."""
    if policy.text("callbacks.plan") not in ("after_sale", "both"):
        return []
    starts, ends = policy.wholes("callbacks.from_days"), policy.wholes("callbacks.by_days")
    return list(zip(starts, ends, strict=True))


def one_week_rounds(policy: Policy) -> Rounds:
    """Return the one call, which counts from the deal; none when it is off or folded."""
    return [(0, 0)] if policy.text("callbacks.plan") == "one_week" else []


def tasks(world: World) -> pd.DataFrame:
    """Return the first contact about each order that has been sent."""
    policy, orders = world.policy, world.orders
    wanted = orders["status"].isin(ARRIVING) & orders["customer"].notna()
    sent = orders.loc[wanted, ["customer", *RECEIPT_FROM]]
    order_date = sent["paid"].fillna(sent["created"]).dt.normalize()
    found = sent[["customer"]].assign(order_date=order_date, **receipt_dates(sent, policy))
    since = policy.day("callbacks.since")
    early = found["receipt_date"].isna()
    if since is not None:
        early |= order_date < pd.Timestamp(since)
    found = found[~early]
    first_from, first_by = _first_window(found, policy)
    found = found.assign(first_from=first_from, first_by=first_by)
    found = _worth_planning(found, world)
    one_week = policy.text("callbacks.plan") == "one_week"
    told = orders.loc[found.index, ["order", "order_no", "product"]]
    return pd.concat([found, told], axis=1).assign(
        begins=found[["receipt_date", "first_from"]].min(axis=1),
        folded=policy.text("callbacks.plan") == "both",
        why="one_week" if one_week else "round",
        script="one_week" if one_week else "after_sale",
    )


def _worth_planning(plans: pd.DataFrame, world: World) -> pd.DataFrame:
    """Leave out what cannot come first: with nothing logged, only the newest order due can."""
    begun = ~among(plans["customer"], world.log["customer"]) & (plans["first_from"] <= world.now)
    rivals = plans.loc[begun, ["customer", "first_from"]]
    codes, _ = pd.factorize(rivals["customer"])
    newest = rivals["first_from"] == rivals.groupby(codes)["first_from"].transform("max")
    older = rivals.index[~newest]
    # Of several at once the first by key, so that the order of rows says nothing.
    ties = rivals[newest & pd.Series(codes, rivals.index).where(newest).duplicated(keep=False)]
    ties = ties.assign(order=world.orders.loc[ties.index, "order"]).sort_values("order")
    older = older.append(ties.index[ties["customer"].duplicated()])
    return plans.drop(index=older) if len(older) else plans


def _first_window(plans: pd.DataFrame, policy: Policy) -> tuple[Days, Days]:
    """Return the days of the first contact: of round 1, of the one-week call, or both as one."""
    start, end = next(iter(rounds(policy)), (0, 0))
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


AFTER_SALE = Kind(tasks, "care", rounds, any_talk=True, settled_by=("one_week",))
ONE_WEEK = Kind(tasks, "care", one_week_rounds, any_talk=True, settled_by=("after_sale",))
