"""Laws of 流失挽回: one word in each silence, when a customer turns churning or lost."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import nothing, state, told_of
from tests.tables import day, deal, talk

LAST = {
    "fresh": 5,
    "churning": 90,
    "said": 90,
    "lost": 370,
    "over": 430,
    "before": 370,
    "left": 370,
}


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """Everybody ordered four times, a month apart."""
    deals = [deal(who, last + 30 * n) for who, last in LAST.items() for n in range(4)]
    about = {who: f"{day(last):%Y-%m-%d}" for who, last in LAST.items()}
    talks = [
        talk("said", 1, kind="winback", about=about["said"]),
        # In the silence that has lasted since then, the word was said when it began.
        talk("before", 280, kind="winback", about=about["before"]),
        talk("lost", 800, kind="winback", about="2024-01-01"),
        talk("left", 380, "opt_out"),
    ]
    return told_of("winback", deals, talks)


def test_turning(told: pd.DataFrame) -> None:
    """It is due from the day on which the customer turned, for a week, and let go in the end."""
    held, first, last = state(told, "churning")
    assert (held, last - first) == ("due", 7)
    assert -60 < first <= 0
    assert state(told, "lost") == ("due", 366 - 370, 366 - 370 + 7)
    assert state(told, "over")[0] == "lapsed"
    assert nothing(told, "fresh")


def test_once_a_silence(told: pd.DataFrame) -> None:
    """Who heard a word when churning hears none when lost; an earlier silence was another one."""
    assert state(told, "said")[0] == "settled"
    assert state(told, "before")[0] == "settled"
    assert state(told, "left")[0] == "opt_out"
