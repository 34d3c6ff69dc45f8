"""Laws of 大客户问候: VIPs and business customers are not left without a word for too long."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import nothing, state, told_of
from tests.tables import Row, deal, talk

TYPES = {
    "silent": "批发",
    "soon": "定制",
    "ordered": "批发",
    "sheet": "批发",
    "retail": "零售",
    "no_order": "批发",
    "skipped": "批发",
    "missed": "批发",
    "left": "批发",
}


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """Everybody bought 200 days ago; the words since then differ."""
    deals = [deal(who, 200) for who in TYPES if who != "no_order"]
    deals.append(deal("ordered", 61))
    register: list[Row] = [{"who": who, "type": kind} for who, kind in TYPES.items()]
    register.append({"who": "sheet", "last_contact": 62})
    talks = [
        talk("silent", 70),
        talk("soon", 59),
        talk("ordered", 100),
        talk("retail", 90),
        talk("skipped", 5, "skipped", kind="key_account"),
        talk("missed", 90),
        talk("missed", 1, "no_answer", kind="key_account"),
        talk("left", 90, "opt_out"),
    ]
    return told_of("key_account", deals, talks, register=register)


def test_silence(told: pd.DataFrame) -> None:
    """Sixty days after the last talk, by log or register, or the last order; a week to do it."""
    assert state(told, "silent") == ("due", -10, -3)
    assert state(told, "sheet") == ("due", -2, 5)
    assert state(told, "ordered") == ("due", -1, 6)
    assert state(told, "soon") == ("later", 1, 8)


def test_who_is_one(told: pd.DataFrame) -> None:
    """Retail customers, and business customers who never bought, are no key accounts."""
    assert nothing(told, "retail", "no_order")


def test_results(told: pd.DataFrame) -> None:
    """Left out once it is settled for this silence; who did not answer stays due."""
    assert state(told, "skipped")[0] == "settled"
    assert state(told, "missed") == ("due", 0, -23)
    assert state(told, "left")[0] == "opt_out"
