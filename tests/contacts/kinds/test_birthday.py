"""Laws of 生日祝福: the day before, by either calendar, to those who buy."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import care_of, nothing, state, told_of
from tests.tables import deal, talk

BIRTHDAYS = {
    "eve": "1990-11-21",
    "later": "11月22日",
    "gone": "11-18",
    "over": "11月17日",
    "moon": "农历十月十三",  # 2026-11-21
    "moon_later": "农历十月十四",
    "unclear": "不详",
    "nobody": "11月21日",
    "said": "11月21日",
    "year_ago": "11月21日",
    "left": "11月21日",
    "bad": "11月21日",
}


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """One customer an example, on 20 November 2026; ``nobody`` has bought nothing."""
    deals = [deal(who, 200) for who in BIRTHDAYS if who != "nobody"]
    register = [{"who": who, "birthday": text} for who, text in BIRTHDAYS.items()]
    talks = [
        talk("said", 1, kind="birthday", about="2026-11-21"),
        talk("year_ago", 364, kind="birthday", about="2025-11-21"),
        talk("eve", 3, kind="after_sale"),
        talk("left", 3, "opt_out"),
    ]
    care = care_of(standings=[{"customer": "bad", "standing": "blacklist"}])
    return told_of("birthday", deals, talks, register=register, care=care)


def test_day_before(told: pd.DataFrame) -> None:
    """The wish is due the day before, for two more days after the birthday."""
    assert state(told, "eve") == ("due", 0, 0)
    assert state(told, "later") == ("later", 1, 1)
    assert state(told, "gone") == ("due", -3, -3)
    assert state(told, "over") == ("later", 361, 361)


def test_lunar(told: pd.DataFrame) -> None:
    """A lunar birthday is on its day of this year, and the reason says how it was written."""
    assert state(told, "moon") == ("due", 0, 0)
    assert state(told, "moon_later") == ("later", 1, 1)
    assert "农历十月十三" in told.set_index("customer")["reason"]["moon"]


def test_nothing_to_wish(told: pd.DataFrame) -> None:
    """What is no birthday, and who has bought nothing, brings no wish."""
    assert nothing(told, "unclear", "nobody")


def test_once_a_year(told: pd.DataFrame) -> None:
    """Who was wished this year is not again; last year's wish is another one."""
    assert state(told, "said")[0] == "settled"
    assert state(told, "year_ago")[0] == "due"


def test_standings(told: pd.DataFrame) -> None:
    """No wish to those who are left alone."""
    assert state(told, "left")[0] == "opt_out"
    assert state(told, "bad")[0] == "blacklist"
