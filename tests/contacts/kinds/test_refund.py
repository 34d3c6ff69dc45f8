"""Laws of 退款跟进: each step has its word, and nothing else is said while it is open."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import care_of, nothing, state, told_of
from tests.tables import day, deal, talk

STEPS = {
    "applied": ("applied", 0),
    "agreed": ("agreed", 1),
    "refused": ("refused", 14),
    "done": ("done", 3),
    "over": ("done", 15),
    "old": ("applied", 40),
    "unknown": ("processing", 1),
    "said": ("done", 2),
    "earlier": ("done", 1),
}
OPEN = ("applied", "agreed", "old", "untold")


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """One customer a step; ``untold`` has a refund of which only the order tells."""
    deals = [
        deal(who, 60, signed=50, order=f"o-{who}", order_no=f"n-{who}", refund_open=who in OPEN)
        for who in (*STEPS, "untold")
    ]
    refunds = [
        {"order": f"o-{who}", "phase": phase, "time": ago, "reason": "尺码不合"}
        for who, (phase, ago) in STEPS.items()
    ]
    talks = [
        talk("said", 1, kind="refund", about=f"done {day(2):%Y-%m-%d}", order_no="n-said"),
        talk("earlier", 2, kind="refund", about=f"applied {day(4):%Y-%m-%d}", order_no="n-earlier"),
    ]
    return told_of(("refund", "after_sale"), deals, talks, care=care_of(refunds=refunds))


def of(told: pd.DataFrame, kind: str, who: str) -> tuple[str, int, int]:
    """Return what became of a task of a kind."""
    return state(told[told["kind"] == kind], who)


def test_each_step(told: pd.DataFrame) -> None:
    """A step is told on its day or the day after; each has its own words."""
    assert of(told, "refund", "applied") == ("due", 0, 1)
    assert of(told, "refund", "agreed") == ("due", -1, 0)
    assert of(told, "refund", "done") == ("due", -3, -2)
    assert nothing(told[told["kind"] == "refund"], "unknown")
    words = told[told["kind"] == "refund"].set_index("customer")["script"]
    assert words["refused"] != words["done"] != words["agreed"] != words["applied"]


def test_let_go(told: pd.DataFrame) -> None:
    """A step that is over is let go after two weeks, a refund that waits never."""
    assert of(told, "refund", "refused")[0] == "due"
    assert of(told, "refund", "over")[0] == "lapsed"
    assert of(told, "refund", "old") == ("due", -40, -39)


def test_talk_settles_its_own_step(told: pd.DataFrame) -> None:
    """The word at one step is not the word at the next one, though the order is the same."""
    assert of(told, "refund", "said")[0] == "settled"
    assert of(told, "refund", "earlier") == ("due", -1, 0)


def test_only_the_order_tells(told: pd.DataFrame) -> None:
    """Without a sheet of refunds the order's own column is enough, from when it last moved."""
    assert of(told, "refund", "untold") == ("due", -50, -49)


def test_takes_the_place_of_other_talks(told: pd.DataFrame) -> None:
    """While a refund is open there is no after-sale call; when it is over there is."""
    held = told[told["kind"] == "after_sale"].set_index("customer")["held"]
    assert set(held[list(OPEN)]) == {"refund_open"}
    assert set(held[["over", "unknown", "said"]]) == {"due"}
