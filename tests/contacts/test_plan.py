"""Laws of the plan: who is due, when, and about which order."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.contacts.plan import Plan, due_contacts
from shopcrm.contacts.world import Care
from shopcrm.policy import Policy
from shopcrm.tables import CONTACTS, CUSTOMERS, PROMISES, SEGMENTS, conform
from tests.making import examples
from tests.tables import (
    TODAY,
    Row,
    after_sale_policy,
    contact,
    day,
    deal,
    log_of,
    orders_of,
    plan_of,
    sheet_deal,
    talk,
)

Shop = tuple[list[Row], list[Row], Policy]
PLANS = ("after_sale", "one_week", "both")


def received(who: str, ago: float, yuan: float = 100, **more: Any) -> Row:
    """Return an order received so many days ago, bought five days before."""
    return deal(who, ago + 5, yuan, signed=ago, **more)


@cache
def strangers(*names: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return CUSTOMERS and SEGMENTS in which nothing is known but who there is."""
    given = {"customer": list(names)}
    return conform(given, CUSTOMERS), conform(given, SEGMENTS)


def lean(
    deals: list[Row],
    talks: Iterable[Row] = (),
    policy: Policy | None = None,
    today: dt.date = TODAY,
    days: int = 0,
) -> Plan:
    """Run the planner alone, for customers of whom nothing is known: quicker than `plan_of`."""
    orders, log = orders_of(deals), log_of(talks)
    people, labels = strangers(*sorted({*orders["customer"].dropna()}))
    policy = policy or after_sale_policy()
    return due_contacts(orders, people, labels, log, policy, today, "zh", days=days)


def lean_plan(shop: Shop, after: int = 0, days: int = 0) -> Plan:
    """Run the planner alone, so many days after TODAY."""
    return lean(*shop, TODAY + timedelta(days=after), days)


def window(row: Row) -> tuple[float, float]:
    """Return first and last day of a contact, counted from today."""
    first, last = (row[name] - day(0) for name in ("due_from", "due_by"))
    return first / pd.Timedelta(days=1), last / pd.Timedelta(days=1)


def test_first_round() -> None:
    """The first round is due from the day after receipt, by the third day after it."""
    assert plan_of([received("a", 0)]).contacts.empty
    for ago in (1, 3, 4, 20):
        row = contact(plan_of([received("a", ago)]))
        assert (row["round"], *window(row)) == (1, 1 - ago, 3 - ago)
        assert row["days_overdue"] == max(0, ago - 3)


@pytest.mark.parametrize(("settled", "first", "last"), [(1, 7, 10), (2, 10, 15)])
@pytest.mark.parametrize("late", [0, 9])
def test_rounds_count_from_the_real_contact(settled: int, first: int, last: int, late: int) -> None:
    """A round counts from the day of the contact before it, however late that was."""
    ago = first + 2
    talks = [talk("a", ago + settled - n - 1) for n in range(settled)]
    row = contact(lean([received("a", ago + settled + late)], talks))
    assert (row["round"], row["previous"]) == (settled + 1, day(ago))
    assert window(row) == (first - ago, last - ago)
    early = timedelta(days=ago - first + 1)
    assert lean([received("a", ago + settled + late)], talks, today=TODAY - early).contacts.empty


def test_left_in_peace_after_the_last_round() -> None:
    """After three rounds, done or left out on purpose, nothing more is due for the order."""
    talks = [talk("a", 50), talk("a", 40, "skipped"), talk("a", 25)]
    assert lean([received("a", 60)], talks).contacts.empty
    assert contact(lean([received("a", 60), received("a", 3)], talks))["round"] == 1


def test_two_talks_a_day_are_one() -> None:
    """Two lines of one day, by the hour or by the same record twice, settle one round."""
    talks = [talk("a", 10), talk("a", 9.5, id="x"), talk("a", 9.5, id="x")]
    row = contact(lean([received("a", 11)], [{**talks[0], "date": day(9.8)}, *talks[1:]]))
    assert (row["round"], row["previous"]) == (2, day(10))


def test_nobody_answered() -> None:
    """Who was not reached comes back the day after, in the same window, with the attempts told."""
    talks = [talk("a", 2, "no_answer"), talk("a", 1, "no_answer")]
    row = contact(lean([received("a", 3)], talks))
    assert (row["attempts"], row["round"], *window(row)) == (2, 1, 0, 0)
    assert "2 次未接通" in row["reason"]
    again = [*talks, talk("a", 0, "no_answer")]
    assert lean([received("a", 3)], again).contacts.empty
    assert contact(lean([received("a", 8)], [*again[:2], talk("a", 7)]))["round"] == 2


@pytest.mark.parametrize("back", [-4, 0, 5])
def test_agreed_day(back: int) -> None:
    """Who wants another day comes on that day, earlier or later than the round would have."""
    talks = [talk("a", 20), talk("a", 8, "snoozed", back_in=back)]
    rounds = {"callbacks.from_days": [1, 18, 10], "callbacks.by_days": [3, 20, 15]}
    policy = after_sale_policy(rounds)
    deals = [received("a", 21)]
    on = TODAY + timedelta(days=back)
    row = contact(lean(deals, talks, policy, today=on))
    assert (row["due_from"], row["due_by"], row["days_overdue"]) == (day(-back), day(-back), 0)
    assert lean(deals, talks, policy, today=on - timedelta(days=1)).contacts.empty


def test_agreed_without_a_day() -> None:
    """Another day without saying which is so many days later as the owner set."""
    row = contact(lean([received("a", 9)], [talk("a", 4, "snoozed")]))
    assert window(row) == (-1, -1)


def test_put_off_without_a_day_is_no_agreement() -> None:
    """A day that nobody named is not said to be agreed."""
    said = contact(lean([received("a", 9)], [talk("a", 4, "snoozed")]))["reason"]
    assert "约好" not in said
    assert "改约没写哪天" in said


def test_talked_and_named_a_day() -> None:
    """Who was talked to and named a day is contacted on it, also after the last round."""
    talks = [talk("a", 50), talk("a", 40), talk("a", 5, back_in=-1)]
    row = contact(lean([received("a", 60)], talks))
    assert window(row) == (-1, -1)
    assert lean([received("a", 60)], talks, today=TODAY - timedelta(days=2)).contacts.empty
    assert lean([received("a", 60)], [*talks, talk("a", 0)]).contacts.empty


def test_a_corrected_note_is_no_second_call() -> None:
    """A line that adds a note to a talk of the same day is not one more attempt."""
    talks = [talk("a", 2, "no_answer"), talk("a", 2, "no_answer", note="关机")]
    assert contact(lean([received("a", 3)], talks))["attempts"] == 1


def test_agreed_again() -> None:
    """Of several agreed days the one agreed last holds, and a talk after it ends it."""
    talks = [talk("a", 8, "snoozed", back_in=20), talk("a", 5, "snoozed", back_in=-1)]
    assert window(contact(lean([received("a", 9)], talks))) == (-1, -1)
    row = contact(lean([received("a", 30)], [talk("a", 9, "snoozed", back_in=9), talk("a", 8)]))
    assert (row["round"], *window(row)) == (2, -1, 2)


@pytest.mark.parametrize("kind", ["after_sale", None, "birthday"])
def test_once_a_day(kind: str | None) -> None:
    """On a day with a contact of whatever kind nothing more is due; the next day it is."""
    talks = [talk("a", 0, "no_answer", kind=kind)]
    assert lean([received("a", 3)], talks).contacts.empty
    assert len(lean([received("a", 3)], talks, today=TODAY + timedelta(days=1)).contacts) == 1


def test_other_kinds_settle_nothing() -> None:
    """A birthday greeting is no after-sale round; a talk of no kind is one."""
    assert contact(lean([received("a", 9)], [talk("a", 8, kind="birthday")]))["round"] == 1
    assert contact(lean([received("a", 9)], [talk("a", 8, kind=None)]))["round"] == 2


def test_talk_before_receipt() -> None:
    """A talk before receipt counts only for the order that it names."""
    deals = [received("a", 9, order_no="77")]
    assert contact(lean(deals, [talk("a", 12)]))["round"] == 1
    assert contact(lean(deals, [talk("a", 12, order_no="77")]))["round"] == 2


def test_log_of_later_days() -> None:
    """Lines of the log that are dated after today are not there yet."""
    assert contact(lean([received("a", 3)], [talk("a", -2)]))["round"] == 1


def test_newest_due_order_carries() -> None:
    """A newer order takes over as soon as its own contact is due, one contact for both."""
    deals = [received("a", 30), received("a", 2)]
    assert contact(lean(deals))["order"] == "o1"
    assert contact(lean([received("a", 30), received("a", 0)]))["order"] == "o0"


def test_newer_order_takes_nothing_off_the_list() -> None:
    """What is due about one order stays due when a newer one, talked of already, has its day."""
    starts = {"callbacks.from_days": [5, 10, 1], "callbacks.by_days": [9, 14, 9]}
    deals, talks = [received("a", 20), received("a", 10)], [talk("a", 15), talk("a", 10)]
    for ago in range(10):
        on = TODAY - timedelta(days=ago)
        assert len(lean(deals, talks, after_sale_policy(starts), on).contacts) == 1


def test_held_back() -> None:
    """Opt-outs, serial returners and open refunds are held back and counted, each once."""
    deals = [received(who, 5) for who in "abcd"]
    deals += [deal("b", 60 + n, 100, "refunded") for n in range(9)]
    deals += [received("c", 9, refund_open=True), received("a", 9, refund_open=True)]
    plan = plan_of(deals, [talk("a", 8, "opt_out")])
    assert list(plan.contacts["customer"]) == ["d"]
    assert plan.held == {"opt_out": 1, "serial_returner": 1, "refund_open": 1}


def test_not_due_is_not_held() -> None:
    """Who is held back but would not be due is not counted."""
    assert plan_of([received("a", 0, refund_open=True)]).held == {}


def test_cap() -> None:
    """After the cap of talks in 30 days the next waits until the oldest is 30 days back."""
    deals = [received("a", 40), received("a", 2)]
    talks = [talk("a", ago, kind="birthday") for ago in (29, 20, 10, 5)]
    plan = lean(deals, talks)
    assert plan.contacts.empty
    assert plan.held == {"cap": 1}
    tomorrow = contact(lean(deals, talks, today=TODAY + timedelta(days=1)))
    assert tomorrow["due_from"] == day(-1)
    assert not lean(deals, talks[1:]).held
    assert not lean(deals, [*talks[1:], talk("a", 20, kind=None)]).held  # one talk, noted twice
    assert not lean(deals, talks, after_sale_policy({"callbacks.cap": 0})).held
    silent = [talk("a", ago, "no_answer", kind="birthday") for ago in (29, 20, 10, 5)]
    assert not lean(deals, silent).held


@pytest.mark.parametrize("status", ["unpaid", "closed", "paid", "refunded", "free"])
def test_orders_without_callback(status: str) -> None:
    """What is unpaid, unsent, given away or wholly refunded gets no after-sale call."""
    assert lean([deal("a", 60, status=status)]).contacts.empty


def test_nobodys_order() -> None:
    """An order that nobody can be named for makes no contact."""
    assert lean([deal(None, 60)]).contacts.empty


def test_since() -> None:
    """Orders before the day that the owner set get no call, those of the day itself do."""
    for moved, due in ((0, 1), (1, 0)):
        since = (TODAY - timedelta(days=10 - moved)).isoformat()
        policy = after_sale_policy({"callbacks.since": since})
        assert len(lean([deal("a", 10, signed=5)], policy=policy).contacts) == due


def test_off_and_no_rounds() -> None:
    """A plan that is off, or has no rounds, makes no contact; the one-week call needs none."""
    none: Row = {"callbacks.from_days": [], "callbacks.by_days": []}
    for values in ({"callbacks.plan": "off"}, none):
        plan = lean([received("a", 9)], policy=after_sale_policy(values))
        assert plan.contacts.empty
        assert list(plan.contacts.columns) == list(CONTACTS)
    policy = after_sale_policy({**none, "callbacks.plan": "one_week"})
    assert len(lean([received("a", 9)], policy=policy).contacts) == 1


def test_empty_shop() -> None:
    """Without orders nothing is due, and every column is there."""
    plan = plan_of([], [talk("a", 3)])
    assert plan.contacts.empty
    assert list(plan.contacts.columns) == list(CONTACTS)
    assert plan.held == {}


def test_four_rounds() -> None:
    """The owner may have more rounds than there are scripts; the last script serves the others."""
    policy = after_sale_policy(
        {"callbacks.from_days": [1, 7, 10, 20], "callbacks.by_days": [3, 10, 15, 30]}
    )
    talks = [talk("a", 60), talk("a", 50), talk("a", 40)]
    row = contact(plan_of([received("a", 61)], talks, policy))
    assert row["round"] == 4
    assert "祝您生活愉快" in row["script"]


def test_one_week_call() -> None:
    """The one-week call is due a week after the deal, for the days of grace, and once."""
    policy = after_sale_policy({"callbacks.plan": "one_week"})
    assert lean([deal("a", 6, signed=3)], policy=policy).contacts.empty
    row = contact(lean([deal("a", 10, signed=8)], policy=policy))
    assert (row["kind"], *window(row), row["folded"]) == ("one_week", -3, -1, False)
    assert row["round"] is pd.NA
    called = [talk("a", 2, kind="one_week")]
    assert lean([deal("a", 10, signed=8)], called, policy).contacts.empty


def test_one_week_call_before_receipt() -> None:
    """A call made on its day counts, also when the goods were still on the road."""
    policy = after_sale_policy({"callbacks.plan": "one_week", "callbacks.transit_days": 20})
    assert lean([sheet_deal("a", 9)], [talk("a", 2, kind="one_week")], policy).contacts.empty


def test_both_fold() -> None:
    """With both plans on, the first contact is one, inside both windows where they overlap."""
    policy = after_sale_policy({"callbacks.plan": "both"})
    row = contact(lean([deal("a", 9, signed=5)], policy=policy))
    assert (row["kind"], row["round"], row["folded"]) == ("after_sale", 1, True)
    assert window(row) == (-2, -2)  # round 1: -4 to -2, one-week call: -2 to 0
    quick = contact(lean([deal("a", 9, signed=8)], policy=policy))
    assert (*window(quick), quick["folded"]) == (-7, -5, True)
    second = contact(lean([deal("a", 20, signed=18)], [talk("a", 12)], policy))
    assert (second["round"], second["folded"]) == (2, False)


def test_look_ahead() -> None:
    """Looking ahead lists also whom the coming days bring, with the day they fall due."""
    deals = [received("a", 9), received("a", -2), received("b", -2), received("c", -9)]
    talks = [talk("a", 8), talk("a", 7), talk("a", 6)]
    assert lean(deals, talks).contacts.empty
    ahead = lean(deals, talks, days=3).contacts.set_index("customer")
    assert sorted(ahead.index) == ["a", "b"]
    assert (ahead["due_from"] == day(-3)).all()
    assert (ahead["days_overdue"] == 0).all()


def test_look_ahead_keeps_what_is_due() -> None:
    """A newer order on its way does not push out what is due before it."""
    row = contact(lean([received("a", 9), received("a", -2)], days=7))
    assert (row["order"], row["days_overdue"]) == ("o0", 6)


def test_priority() -> None:
    """VIPs come first, then the longest overdue; what is overdue too long comes at the end."""
    deals = [received(f"c{n}", 100 + n, 10) for n in range(9) for _ in range(2)]
    deals += [received("v", 100, 900), received("v", 3, 900)]
    deals += [received("x", 10), received("y", 20), received("z", 2)]
    contacts = plan_of(deals).contacts
    assert list(contacts["customer"])[:4] == ["v", "y", "x", "z"]
    assert list(contacts["priority"]) == list(range(1, len(contacts) + 1))


def test_strangers_by_name() -> None:
    """Who stands in no row of CUSTOMERS has a place by name too, whoever was asked for first."""
    orders = orders_of([received("zoe", 2), received("adam", 2), received("b", 2)])
    owed = {"customer": ["zoe"], "id": ["p1"], "what": ["x"], "due": [day(-90)], "made": [day(1)]}
    people = conform({"customer": ["b"]}, CUSTOMERS)
    labels = conform({"customer": ["b"]}, SEGMENTS)
    policy = after_sale_policy({"callbacks.off": []})
    care = Care(promises=conform(owed, PROMISES))
    plan = due_contacts(orders, people, labels, log_of([]), policy, TODAY, "zh", care=care)
    calls = plan.contacts[plan.contacts["kind"] == "after_sale"]
    assert list(calls["customer"]) == ["adam", "b", "zoe"]


def test_register_deal_by_phone() -> None:
    """A customer known by phone only is contacted, and the log speaks of them by phone."""
    row = deal(None, 20, signed=9, phone="13800000001")
    assert contact(plan_of([row]))["customer"] == "13800000001"
    assert contact(plan_of([row], [talk("13800000001", 8)]))["round"] == 2


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Orders, a log and a plan of one's own; ``late`` orders are on the road for long."""
    deals: list[Row] = []
    for number in range(draw(st.integers(1, 4))):
        ago = draw(st.integers(1, 70))
        road = draw(st.integers(0, 25))
        row = deal(
            draw(st.sampled_from("aab")),
            ago,
            signed=ago - road,
            status=draw(st.sampled_from(("success", "success", "shipped", "paid"))),
            order_no=f"n{number}",
        )
        deals.append({"order": f"o{number}", **row})
    talks: list[Row] = []
    results = ("done", "done", "skipped", "no_answer", "snoozed")
    for _ in range(draw(st.integers(0, 5))):
        line = talk(
            draw(st.sampled_from("aab")),
            draw(st.integers(0, 60)),
            draw(st.sampled_from(results)),
            order_no=draw(st.sampled_from((None, "n0", "n1"))),
            kind=draw(st.sampled_from(("after_sale", "one_week", None, "birthday"))),
        )
        if line["result"] == "snoozed" and draw(st.booleans()):
            line["next_date"] = line["date"] + pd.Timedelta(days=draw(st.integers(1, 30)))
        talks.append(line)
    starts = draw(st.lists(st.integers(0, 20), min_size=1, max_size=3))
    values = {
        "callbacks.plan": draw(st.sampled_from(PLANS)),
        "callbacks.from_days": starts,
        "callbacks.by_days": [start + 3 for start in starts],
        "callbacks.cap": draw(st.sampled_from((0, 2))),
    }
    return deals, talks, after_sale_policy(values)


@given(shops(), st.integers(0, 30), st.integers(1, 10))
@examples(25)
def test_due_stays_due(shop: Shop, start: int, more: int) -> None:
    """Moving today on, with nothing written in the log, never takes a customer off the list."""
    first, later = (lean_plan(shop, after) for after in (start, start + more))
    assert set(first.contacts["customer"]) <= set(later.contacts["customer"])


@given(shops(), st.integers(0, 9), st.randoms(use_true_random=False))
@examples(8)
def test_list(shop: Shop, days: int, rng: random.Random) -> None:
    """One contact a customer, in time, numbered from 1, whole, however the rows are sorted."""
    deals, talks, policy = shop
    talks = [{"id": f"t{number}", **line} for number, line in enumerate(talks)]
    plan = lean_plan((deals, talks, policy), days=days)
    contacts = plan.contacts
    assert contacts["customer"].is_unique
    assert list(contacts["priority"]) == list(range(1, len(contacts) + 1))
    assert (contacts["due_from"] <= day(-days)).all()
    today = {row["customer"] for row in talks if row["date"] == day(0)}
    assert contacts.loc[contacts["customer"].isin(today), "due_from"].gt(day(0)).all()
    told = contacts[["order", "reason", "script", "channel", "receipt_from", "due_by"]]
    assert told.notna().all(axis=None)
    mixed = (rng.sample(deals, len(deals)), rng.sample(talks, len(talks)), policy)
    pd.testing.assert_frame_equal(contacts, lean_plan(mixed, days=days).contacts)


@given(shops(), st.integers(1, 6))
@examples(8)
def test_look_ahead_by_days(shop: Shop, days: int) -> None:
    """Looking ahead lists exactly the customers whom the days until then would bring."""
    ahead = lean_plan(shop, days=days).contacts
    assert set(ahead["customer"]) == set(lean_plan(shop, after=days).contacts["customer"])
    after = (ahead["due_from"] - day(0)).dt.days.clip(lower=0)
    for who, order, wait in zip(ahead["customer"], ahead["order"], after, strict=True):
        then = lean_plan(shop, after=wait).contacts.set_index("customer")
        assert then["order"][who] == order
