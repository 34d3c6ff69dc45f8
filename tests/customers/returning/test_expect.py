"""Laws of the columns, and of the money of a year."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shopcrm.customers.returning.chances import learn_chances
from shopcrm.customers.returning.expect import expect_orders
from shopcrm.customers.returning.history import History, history_of, standing
from shopcrm.customers.returning.value import year_values
from shopcrm.tables import CUSTOMERS, NEXT_BASES, conform
from tests.customers.returning.shops import (
    DAY,
    TODAY,
    history_from,
    orders_from,
    people_from,
    steady_shop,
)
from tests.tables import policy_with

SAID = [name for name in CUSTOMERS if name.startswith(("next_", "again_", "year_"))]


def expected(history: History, orders: pd.DataFrame | None = None) -> pd.DataFrame:
    orders = orders_from(history) if orders is None else orders
    return expect_orders(people_from(history), orders, policy_with(), TODAY)


def test_the_order_of_rows_does_not_matter() -> None:
    """Shuffled orders give the same to the last digit."""
    history = steady_shop()
    orders = orders_from(history).assign(
        product=pd.Categorical(["b", "a"] * 5000)[: len(history.days)]
    )
    shuffled = orders.sample(frac=1, random_state=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(expected(history, orders), expected(history, shuffled))


def test_later_orders_are_not_looked_at() -> None:
    """Today in the past uses the orders until then alone."""
    history, then = steady_shop(), TODAY - dt.timedelta(days=150)
    orders, people = orders_from(history), people_from(history)
    early = orders[orders["paid"] <= pd.Timestamp(then)]
    whole = expect_orders(people, orders, policy_with(), then)
    pd.testing.assert_frame_equal(whole, expect_orders(people, early, policy_with(), then))


def test_only_purchases_count() -> None:
    """Unpaid and refunded orders, and those of nobody known, change nothing."""
    history = steady_shop()
    orders = orders_from(history)
    others = orders.head(30).assign(order=[f"x{n}" for n in range(30)])
    others["status"] = ["unpaid", "refunded", "closed"] * 10
    nobody = orders.head(5).assign(customer=None)
    more = pd.concat([orders, others, nobody.astype({"customer": "str"})], ignore_index=True)
    pd.testing.assert_frame_equal(expected(history), expected(history, more))


@pytest.mark.parametrize("size", [0, 3, 30, 300])
def test_shops_of_any_size(size: int) -> None:
    """Small shops get what can be said, never a figure without evidence, and no error."""
    found = expected(steady_shop(size, seed=size))
    assert list(found.columns) == list(CUSTOMERS)
    assert set(found["next_basis"].dropna()) <= set(NEXT_BASES)
    told = found["again_share"].notna()
    assert found.loc[told, "again_share"].between(0, 1).all()
    assert (found.loc[told, "again_alike"] >= found.loc[told, "again_came"]).all()
    window = found["next_by"].notna()
    assert (window == found["next_basis"].isin(["shop", "product"])).all()
    assert (window == found["next_cases"].notna()).all()
    if size == 3:
        assert found[[name for name in SAID if name != "next_basis"]].isna().all(axis=None)
        assert set(found["next_basis"]) <= {"few_orders", "few_gaps"}
    if size == 300:
        assert told.all()
        assert window.sum() > 50


def test_who_has_no_order_has_no_prospects() -> None:
    """A customer without an order in the files gets no figure."""
    history = steady_shop()
    keys = [*people_from(history)["customer"], "zz"]
    people = conform({"customer": pd.Series(keys, dtype="str")}, CUSTOMERS)
    found = expect_orders(people, orders_from(history), policy_with(), TODAY)
    assert found.iloc[-1][SAID].isna().all()


def test_a_day_is_one_purchase() -> None:
    """Two orders of one day are one purchase day with the money of both."""
    history = steady_shop()
    orders = orders_from(history)
    twice = pd.concat([orders, orders.assign(order="y" + orders["order"])], ignore_index=True)
    people = people_from(history)["customer"]
    one, two = history_of(orders, people, TODAY), history_of(twice, people, TODAY)
    assert np.array_equal(one.days, two.days)
    assert np.array_equal(2 * one.fen, two.fen)


def test_a_range_holds_the_middle() -> None:
    """The ranges of a past day hold at least as many as they say; who spends more gets more."""
    history, ahead = steady_shop(1500), 300
    rich = np.where(history.codes % 2 == 0, 50_000, 2_000)
    history = History(history.codes, history.days, rich, history.products, history.size)
    then = DAY - ahead
    chances = learn_chances(history, then, 90, policy_with())
    assert chances is not None
    found = year_values(history, then, chances, policy_with(), ahead=ahead)
    assert found is not None
    assert (found.low <= found.high).all()
    assert (found.low >= 0).all()
    who = standing(history, then)
    spent = history.spent(then, DAY)[who.codes]
    inside = (spent >= found.low) & (spent <= found.high)
    assert inside[found.there].mean() > 0.75
    even = who.codes % 2 == 0
    assert found.mean[even].mean() > 5 * found.mean[~even].mean()


def test_a_year_takes_more_than_a_year() -> None:
    """Without a year after a past day, and 60 days before it, no year is told."""
    history = steady_shop(300, 420)
    chances = learn_chances(history, DAY, 90, policy_with())
    assert chances is not None
    assert year_values(history, DAY, chances, policy_with()) is None


def test_another_year_is_none_to_go_by() -> None:
    """Where nobody of last year's customers bought again, today's eager buyers get no range."""
    old = [[500 + n % 60] for n in range(60)]
    eager = [[n % 30 + 25 * k for k in range(1 + n % 9)] for n in range(200)]
    found = expected(history_from(old + eager))
    likely = found["again_share"] > 0.6
    assert likely.any()
    assert found.loc[likely, "year_high_fen"].isna().all()
