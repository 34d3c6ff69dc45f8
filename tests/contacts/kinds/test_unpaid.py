"""Laws of 催付: two reminders soon, none once anything is paid, then peace."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.contacts.kinds.told import nothing, state, told_of
from tests.tables import Row, deal, talk


def unpaid(who: str, ago: float, **more: Any) -> Row:
    """Return an order that was placed and not paid."""
    return deal(who, ago, status="unpaid", **more)


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """One customer an example."""
    deals = [
        unpaid("today", 0),
        unpaid("last", 5),
        unpaid("over", 6),
        unpaid("paid", 2), deal("paid", 1),
        unpaid("refunded", 2), deal("refunded", 1, status="refunded"),
        deal("before", 9), unpaid("before", 1),
        unpaid("again", 2, order_no="n1"),
        unpaid("twice", 4, order_no="n2"),
        unpaid("newer", 3, order_no="n3"), unpaid("newer", 1, order_no="n4"),
        unpaid("agreed", 8, order_no="n5"),
        unpaid("left", 1),
    ]  # fmt: skip
    talks = [
        talk("again", 1, kind="unpaid", order_no="n1"),
        talk("twice", 3, kind="unpaid", order_no="n2"),
        talk("twice", 2, kind="unpaid", order_no="n2"),
        talk("newer", 2, kind="unpaid", order_no="n3"),
        talk("agreed", 7, "snoozed", kind="unpaid", order_no="n5", back_in=0),
        talk("left", 20, "opt_out", kind="after_sale"),
    ]
    return told_of("unpaid", deals, talks)


def test_window(told: pd.DataFrame) -> None:
    """It is due on the day of the order, and let go after five days."""
    assert state(told, "today") == ("due", 0, 0)
    assert state(told, "last") == ("due", -5, -5)
    assert state(told, "over")[0] == "lapsed"


def test_any_paid_order_stops_it(told: pd.DataFrame) -> None:
    """Whoever has paid any order since, refunded or not, is not reminded; before is not since."""
    assert nothing(told, "paid", "refunded")
    assert state(told, "before") == ("due", -1, -1)


def test_second_reminder(told: pd.DataFrame) -> None:
    """The second reminder is one to two days after the first, and there is no third."""
    assert state(told, "again") == ("due", 0, 1)
    assert state(told, "twice")[0] == "settled"


def test_newest_order(told: pd.DataFrame) -> None:
    """Of several the newest is asked about, and a reminder of another one is none of it."""
    assert state(told, "newer") == ("due", -1, -1)
    assert told.set_index("customer")["order_no"]["newer"] == "n4"
    assert told.set_index("customer")["round"]["newer"] == 1


def test_agreed_day_is_kept(told: pd.DataFrame) -> None:
    """A day that was agreed is kept, also when it lies behind the last one."""
    assert state(told, "agreed") == ("due", 0, 0)


def test_opt_out(told: pd.DataFrame) -> None:
    """Who wants to be left alone is not reminded."""
    assert state(told, "left")[0] == "opt_out"
