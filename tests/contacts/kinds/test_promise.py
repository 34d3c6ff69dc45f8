"""Laws of 承诺: on the day of the next order, else on its day, whoever it is owed to."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import care_of, nothing, state, told_of
from tests.tables import deal, talk

WHO = ("due", "soon", "open", "ordered", "sooner", "later", "kept", "said", "left", "bad", "unpaid")


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """Everybody bought 40 days ago and was promised something ten days later."""
    deals = [deal(who, 40, signed=38) for who in WHO]
    deals += [
        deal(who, ago) for who, ago in (("ordered", 0), ("sooner", 1), ("later", 1), ("bad", 0))
    ]
    deals += [deal("open", 35), deal("unpaid", 0, status="unpaid")]
    days: dict[str, dict[str, float]] = {
        "due": {"due": 2},
        "soon": {"due": -5},
        "sooner": {"due": -5},
        "later": {"due": 5},
        "kept": {"due": 5, "kept": 1},
        "said": {"due": 5},
        "left": {"due": 0},
    }
    promises = [
        {"id": f"p-{who}", "customer": who, "what": "补发", "made": 30, **days.get(who, {})}
        for who in WHO
    ]
    talks = [
        talk("said", 1, kind="promise", about="p-said"),
        talk("due", 1, kind="promise", about="p-other"),
        talk("left", 3, "opt_out"),
    ]
    care = care_of(promises=promises, standings=[{"customer": "bad", "standing": "blacklist"}])
    return told_of(("promise", "after_sale", "unpaid"), deals, talks, care=care)


def promise(told: pd.DataFrame, who: str) -> tuple[str, int, int]:
    """Return what became of a promise."""
    return state(told[told["kind"] == "promise"], who)


def test_due_on_its_day(told: pd.DataFrame) -> None:
    """A promise with a day is due on it, and stays: talk of another promise does not settle it."""
    assert promise(told, "due") == ("due", 0, -2)  # not on the day of a talk, whatever about
    assert promise(told, "soon") == ("later", 5, 5)


def test_next_order_brings_it_up(told: pd.DataFrame) -> None:
    """An order after the promise, paid or not, brings it up on its day, and it goes first."""
    assert promise(told, "ordered") == ("due", 0, 1)
    assert promise(told, "unpaid") == ("due", 0, 1)
    assert promise(told, "sooner") == ("due", -1, 0)
    assert promise(told, "later") == ("due", -5, -5)
    others = told[(told["customer"] == "unpaid") & (told["kind"] == "unpaid")]
    assert list(others["held"]) == ["one_a_day"]


def test_no_day_and_no_order(told: pd.DataFrame) -> None:
    """Without a day it waits for an order; one from before the promise is none."""
    assert nothing(told[told["kind"] == "promise"], "open")


def test_kept_or_said(told: pd.DataFrame) -> None:
    """What is kept, by the sheet or by the log, is owed no more."""
    assert nothing(told[told["kind"] == "promise"], "kept")
    assert promise(told, "said")[0] == "settled"


def test_owed_to_everyone(told: pd.DataFrame) -> None:
    """What is owed goes to opt-outs and the blacklist too, and nothing else does."""
    assert promise(told, "left")[0] == "due"
    assert promise(told, "bad")[0] == "due"
    care = told[(told["kind"] != "promise") & told["customer"].isin(["left", "bad"])]
    assert set(care["held"]) <= {"opt_out", "blacklist", "later"}
    assert {"opt_out", "blacklist"} & set(care["held"])
