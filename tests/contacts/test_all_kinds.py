"""Laws of the plan for all kinds of contact together, asked of a shop that is at work."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pytest

from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.plan import Plan, due_contacts
from shopcrm.contacts.rules import RULES
from shopcrm.contacts.world import Care
from shopcrm.labels import names, t
from tests.contacts.year import Day, Year
from tests.tables import policy_with

WHAT = ["customer", "kind", "about", "order"]


def plan(
    year: Year, shop: Day, after: int = 0, values: dict[str, Any] | None = None, **more: Any
) -> Plan:
    """Plan so many days later, with nothing written in the log and everybody labelled as today."""
    policy = policy_with({**year.policy.values, **(values or {})})  # noqa: PD011
    today = shop.today + dt.timedelta(days=after)
    return due_contacts(
        shop.orders, shop.customers, shop.segments, shop.log, policy, today, "zh",
        care=shop.care, **more,
    )  # fmt: skip


def everyone(shop: Day) -> set[str]:
    """Return all customers."""
    return {*shop.customers["customer"]}


@pytest.fixture(scope="module")
def today(year: Year, shop: Day) -> Plan:
    """The plan of the day."""
    return plan(year, shop)


@pytest.fixture(scope="module")
def told(year: Year, shop: Day) -> pd.DataFrame:
    """Everything that is told of every task of the day."""
    return plan(year, shop, only=everyone(shop)).considered


@pytest.mark.parametrize("more", [1, 4, 33])
def test_due_stays_due(year: Year, shop: Day, today: Plan, more: int) -> None:
    """Nobody leaves the list without a word said, but by a last day or a rule, and it is told."""
    later = plan(year, shop, more)
    missing = today.contacts[~today.contacts["customer"].isin(later.contacts["customer"])]
    assert len(missing) < len(today.contacts)
    if missing.empty:
        return
    told = plan(year, shop, more, only=set(missing["customer"])).considered
    assert not told["held"].isin(["due", "one_a_day"]).any()
    same = missing[WHAT].merge(told.astype({"kind": "str"}), how="left", on=WHAT)
    # The next birthday and the next holidays are other tasks: what is over is told no more.
    near = same["kind"].isin(["birthday", "holiday"])
    assert (same["held"].isin(["lapsed", *RULES]) | (near & same["held"].isna())).all()


def test_order_of_rows_says_nothing(year: Year, shop: Day, today: Plan) -> None:
    """However the rows of the tables stand, the plan is the same."""

    def mixed(table: pd.DataFrame) -> pd.DataFrame:
        return table.sample(frac=1, random_state=3).reset_index(drop=True)

    care = Care(**{one.name: mixed(getattr(shop.care, one.name)) for one in fields(Care)})
    tables: dict[str, Any] = {
        name: mixed(getattr(shop, name)) for name in ("orders", "customers", "segments", "log")
    }
    other = plan(year, replace(shop, care=care, **tables))
    pd.testing.assert_frame_equal(other.contacts, today.contacts)
    assert other.held == today.held


def test_everything_is_explained(shop: Day, today: Plan, told: pd.DataFrame) -> None:
    """What is told of each task agrees with the list, in words that there are for it."""
    assert set(told["held"]) <= {*names("held"), "due"}
    assert {t(f"held.{name}", "zh") for name in set(told["held"]) - {"due"}}
    assert told[["reason", "due_from", "due_by"]].notna().all(axis=None)
    due = told[told["held"] == "due"]
    listed = today.contacts[["customer", "kind"]].astype("str")
    assert set(map(tuple, due[["customer", "kind"]].astype("str").to_numpy())) == set(
        map(tuple, listed.to_numpy())
    )
    others = told[told["held"] == "one_a_day"]
    assert set(others["customer"]) <= set(today.contacts["customer"])
    assert set(told["customer"]) <= everyone(shop)


def test_held_are_counted_once(today: Plan, told: pd.DataFrame) -> None:
    """Each customer without a contact is counted under one rule that holds a task of theirs."""
    silent = told[~told["customer"].isin(today.contacts["customer"])]
    held = silent[silent["held"].isin(RULES)]
    assert sum(today.held.values()) == held["customer"].nunique()
    assert set(today.held) <= set(held["held"])


def test_most_important_kind(today: Plan, told: pd.DataFrame) -> None:
    """Of several kinds that are due today, one that was agreed comes first, then by priority."""
    rivals = told[told["held"].isin(["due", "one_a_day"])]
    rivals = rivals[rivals["customer"].duplicated(keep=False)]
    assert len(rivals)
    best = rivals.assign(unpromised=rivals["agreed"].isna()).sort_values(["unpromised", "rank"])
    first = best.drop_duplicates("customer").set_index("customer")["kind"].astype("str")
    made = today.contacts.set_index("customer")["kind"].reindex(first.index)
    assert (made == first).all()


def test_priority_and_off(year: Year, shop: Day, told: pd.DataFrame) -> None:
    """The owner's order of kinds decides, and a kind that is off is never made."""
    off = ["after_sale", "winback"]
    order = list(KINDS)[::-1]
    found = plan(year, shop, values={"callbacks.off": off, "callbacks.priority": order}).contacts
    assert not found["kind"].isin(off).any()
    free = told[told["held"].isin(["due", "one_a_day"]) & ~told["kind"].isin(off)]
    free = free[~free["customer"].isin(free.loc[free["agreed"].notna(), "customer"])]
    best = free["kind"].astype("str").map(order.index).groupby(free["customer"]).min()
    made = found.set_index("customer")["kind"].map(order.index).reindex(best.index)
    assert (made == best).all()


def test_look_ahead(year: Year, shop: Day) -> None:
    """Looking ahead lists whom the days until then bring, each on the day it says."""
    days = 4
    ahead = plan(year, shop, days=days).contacts
    then = plan(year, shop, days).contacts
    assert set(then["customer"]) <= set(ahead["customer"])
    wait = (ahead["due_from"] - pd.Timestamp(shop.today)).dt.days
    assert wait.between(1, days).any()
    for after in sorted(set(wait[wait > 0])):
        soon = ahead[wait == after].set_index("customer")["kind"]
        on_day = plan(year, shop, int(after)).contacts.set_index("customer")["kind"]
        assert set(soon.index) <= set(on_day.index)


def test_closed_today(year: Year, shop: Day) -> None:
    """On a day off nobody is contacted, what is owed too, and it is told."""
    closed = dt.date(2026, 10, 2)
    found = plan(year, shop, (closed - shop.today).days)
    assert found.contacts.empty
    assert "closed" in found.held
