"""Laws of 复购提醒: inside the window in which the next order is expected, by one's own rhythm."""

from __future__ import annotations

import pandas as pd

from tests.contacts.kinds.told import nothing, state, told_of
from tests.tables import deal, facts, talk


def test_window() -> None:
    """From nine tenths of the expected gap to a fifth more than it, for three orders and more."""
    lasts = {"early": 10, "due": 28, "said": 28, "sheet": 28, "left": 28, "two": 28, "gone": 200}
    deals = [
        deal(who, last + 30 * n)
        for who, last in lasts.items()
        for n in range(2 if who == "two" else 4)
    ]
    talks = [
        talk("said", 1, kind="repurchase"),
        talk("sheet", 0.5, kind=None),
        talk("left", 2, "opt_out"),
    ]
    told = told_of("repurchase", deals, talks)
    gap = facts(deals)["expected_gap"]["due"]
    first, last = (round(gap * share) - 28 for share in (0.9, 1.2))
    assert first <= 0 <= last  # else the example is none
    assert state(told, "due") == ("due", first, last)
    assert state(told, "early")[0] == "later"
    assert state(told, "said")[0] == "settled"
    assert state(told, "left")[0] == "opt_out"
    assert nothing(told, "two", "gone")  # too little is known of the one, the other is lost
    assert state(told, "sheet")[0] == "settled"  # whatever was said, a word was said
    assert pd.notna(told["reason"]).all()
