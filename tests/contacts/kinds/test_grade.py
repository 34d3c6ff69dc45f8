"""Laws of 升级祝贺: a grade that was reached is congratulated on, one that is near is held out."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import nothing, state, told_of
from tests.tables import deal, talk

LADDER = [
    {"name": "普通", "orders": 1},
    {"name": "高级", "amount": 1000, "orders": 3},
    {"name": "VIP", "amount": 5000},
]


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """One customer an example of a ladder of three rungs."""
    deals = [
        deal("first", 1, 100),
        deal("reached", 90, 700), deal("reached", 1, 700),
        deal("by_count", 90, 10), deal("by_count", 50, 10), deal("by_count", 2, 10),
        deal("long_ago", 60, 1500), deal("long_ago", 1, 100),
        deal("near", 40, 500), deal("near", 5, 450),
        deal("near_order", 40, 10), deal("near_order", 5, 10),
        deal("far", 5, 800),
        deal("top", 90, 5000), deal("top", 31, 100),
        deal("refunded", 3, 1500, refund=800),
        deal("told_near", 40, 4800, order_no="a"), deal("told_near", 2, 400, order_no="b"),
        deal("said", 40, 500, order_no="c"), deal("said", 3, 1000, order_no="d"),
        deal("left", 3, 1500),
    ]  # fmt: skip
    talks = [
        talk("told_near", 20, kind="grade", about="→VIP", order_no="a"),
        talk("said", 1, kind="grade", about="高级", order_no="d"),
        talk("left", 40, "opt_out"),
    ]
    return told_of("grade", deals, talks, policy={"grade.ladder": LADDER})


def of(told: pd.DataFrame, who: str, grade: str) -> tuple[str, int, int]:
    """Return what became of the talk about a grade."""
    return state(told[told["about"] == grade], who)


def test_reached(told: pd.DataFrame) -> None:
    """From the day after the order that reached it, by amount or by count, for a week."""
    assert of(told, "reached", "高级") == ("due", 0, 6)
    assert of(told, "by_count", "高级") == ("due", -1, 5)
    assert of(told, "long_ago", "高级")[0] == "lapsed"
    assert nothing(told[told["about"] == "普通"], "first", "reached")


def test_near(told: pd.DataFrame) -> None:
    """A tenth of the amount, or one order, away from the next grade; refunds do not count."""
    assert of(told, "near", "→高级") == ("due", -4, 2)
    assert of(told, "near_order", "→高级") == ("due", -4, 2)
    assert nothing(told, "far", "refunded")
    assert nothing(told[told["about"].str.startswith("→")], "top")
    said = told.set_index("customer")["reason"]
    assert "50" in said["near"]
    assert said["near"] != said["near_order"]


def test_near_is_not_reached(told: pd.DataFrame) -> None:
    """Who was told that a grade is near is congratulated on reaching it, once."""
    assert of(told, "told_near", "VIP") == ("due", -1, 5)
    assert of(told, "said", "高级")[0] == "settled"
    assert of(told, "left", "高级")[0] == "opt_out"
