"""Does it help: planted effects are found, and what only looks like one is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.contacts.effect import contact_effect, difference_interval
from shopcrm.policy import load_policy
from shopcrm.tables import CONTACT_LOG, EFFECT, ORDERS, conform
from tests.making import examples

TODAY = dt.date(2026, 11, 20)
TALK = pd.Timestamp("2026-09-02")


def past(
    customers: int,
    bought: np.ndarray,
    talked: np.ndarray,
    again: np.ndarray,
    talk: pd.Timestamp = TALK,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return orders and log: one order each so many days before the talk, perhaps one after.

    An order of nobody known on the last day says that the files go so far.
    """
    names = np.array([f"c{at}" for at in range(customers)])
    before = talk - pd.to_timedelta(bought, unit="D")
    later = names[again]
    who = np.concatenate([names, later])
    days = np.concatenate([before.to_numpy(), np.full(len(later), talk + pd.Timedelta(days=10))])
    orders = conform(
        {
            "order": [f"o{at}" for at in range(len(who))],
            "customer": who,
            "status": "success",
            "created": days,
            "paid": days,
        },
        ORDERS,
    )
    end = orders.iloc[[0]].assign(order="end", created=pd.Timestamp(TODAY), customer=np.nan)
    end["paid"] = end["created"]
    orders = conform(pd.concat([orders, end], ignore_index=True), ORDERS)
    told = names[talked]
    log = {"date": talk, "customer": told, "kind": "repurchase", "result": "done"}
    return orders, conform(pd.DataFrame(log), CONTACT_LOG)


def effect(orders: pd.DataFrame, log: pd.DataFrame, today: dt.date = TODAY) -> Any:
    found = contact_effect(orders, log, load_policy(None), today)
    return found[found["days"] == 30].iloc[0]


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_effect_is_found(seed: int) -> None:
    """Who was talked to came twice as often: it is said, and the interval holds the truth."""
    chance = np.random.default_rng(seed)
    talked = chance.random(3000) < 0.3
    again = chance.random(3000) < np.where(talked, 0.6, 0.3)
    row = effect(*past(3000, chance.integers(1, 300, 3000), talked, again))
    assert row["verdict"] == "more"
    assert abs(row["difference"] - 0.3) < 0.08
    assert row["contacted"] + row["unlike"] == talked.sum()


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of 30 shops without any effect about one in ten shows one."""
    wrong = 0
    for seed in range(30):
        chance = np.random.default_rng(seed)
        talked, again = chance.random(600) < 0.3, chance.random(600) < 0.4
        row = effect(*past(600, chance.integers(1, 60, 600), talked, again))
        wrong += not row["low"] <= 0 <= row["high"]
    assert wrong <= 8


@pytest.mark.parametrize("seed", range(3))
def test_calling_those_who_come_anyway_is_no_effect(seed: int) -> None:
    """Recent buyers come more often and are called more often: that alone is no difference."""
    chance = np.random.default_rng(seed)
    recent = chance.random(4000) < 0.5
    bought = np.where(recent, 5, 200)
    talked = chance.random(4000) < np.where(recent, 0.8, 0.1)
    again = chance.random(4000) < np.where(recent, 0.6, 0.1)
    row = effect(*past(4000, bought, talked, again))
    assert again[talked].mean() - again[~talked].mean() > 0.2
    assert abs(row["difference"]) < 0.06
    assert row["low"] <= 0 <= row["high"]


def test_few_are_too_few() -> None:
    """Twenty customers prove nothing, whatever they did."""
    talked = np.arange(500) < 20
    row = effect(*past(500, np.full(500, 10), talked, talked))
    assert row["verdict"] == "too_few"
    assert row["difference"] == 1.0


def test_days_that_are_not_over_do_not_count() -> None:
    """A talk of last week cannot have led to an order within 30 days that is not there yet."""
    talked = np.arange(200) < 100
    orders, log = past(200, np.full(200, 10), talked, talked)
    assert contact_effect(orders, log, load_policy(None), dt.date(2026, 9, 20)).empty


def test_days_that_are_in_no_file_do_not_count() -> None:
    """Where the files end before the days are over nobody knows who came: nothing is said."""
    talked = np.arange(200) < 100
    orders, log = past(200, np.full(200, 10), talked, talked & False)
    policy = load_policy(None)
    assert set(contact_effect(orders, log, policy, TODAY)["days"]) == {30, 60}
    cut = orders["order"] == "end"
    for ago, days in ((60, {30, 60}), (50, {30}), (30, {30}), (20, set())):
        last = TALK + pd.Timedelta(days=ago + 7)  # the week of the talk has to be over
        some = orders.assign(
            created=orders["created"].mask(cut, last), paid=orders["paid"].mask(cut, last)
        )
        assert set(contact_effect(some, log, policy, TODAY)["days"]) == days


def test_nobody_like_them() -> None:
    """Where everybody was talked to there is nobody to compare with, and that is said."""
    everybody = np.ones(100, bool)
    row = effect(*past(100, np.full(100, 10), everybody, everybody))
    assert (row["contacted"], row["unlike"], row["verdict"]) == (0, 100, "too_few")


def test_an_unpaid_order_is_compared_with_unpaid_ones() -> None:
    """Who has just ordered without paying comes back more often: others like that are asked."""
    talked = np.arange(200) < 100
    orders, log = past(200, np.full(200, 10), talked, talked)
    open_orders = orders.iloc[:100].assign(status="unpaid", created=TALK - pd.Timedelta(days=1))
    open_orders["paid"] = open_orders["paid"].mask(open_orders["paid"].notna())
    open_orders["order"] += "u"
    row = effect(conform(pd.concat([orders, open_orders]), ORDERS), log)
    assert row["unlike"] == 100


@examples(8)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(random: Any) -> None:
    """Orders and log in any order give the same table."""
    chance = np.random.default_rng(1)
    orders, log = past(
        60, chance.integers(1, 60, 60), chance.random(60) < 0.5, chance.random(60) < 0.5
    )
    mixed = [
        table.sample(frac=1, random_state=random.randrange(1000)).reset_index(drop=True)
        for table in (orders, log)
    ]
    policy = load_policy(None)
    first = contact_effect(orders, log, policy, TODAY)
    second = contact_effect(mixed[0], mixed[1], policy, TODAY)
    pd.testing.assert_frame_equal(first, second)
    assert list(first.columns) == list(EFFECT)


@given(st.integers(1, 200), st.integers(1, 200), st.floats(0, 1), st.floats(0, 1))
def test_the_interval_is_around_the_difference(n: int, m: int, p: float, q: float) -> None:
    """It holds the difference, lies within -1 and 1, and turns over with the two sides."""
    low, high = difference_interval(p, n, q, m, 0.9)
    assert -1 - 1e-9 <= low <= p - q + 1e-9
    assert p - q - 1e-9 <= high <= 1 + 1e-9
    back = difference_interval(q, m, p, n, 0.9)
    assert back == pytest.approx((-high, -low))


def test_newcombe_s_own_example() -> None:
    """56 of 70 against 48 of 80, from the table of the paper."""
    assert difference_interval(56 / 70, 70, 48 / 80, 80, 0.95) == pytest.approx(
        (0.0524, 0.3339), abs=1e-4
    )
