"""Laws of 评价跟进: neutral and bad reviews, at once, twice at most, and nothing else meanwhile."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.contacts.kinds.told import care_of, nothing, state, told_of
from tests.tables import day, deal, talk

AGO = {"bad": 0, "neutral": 2, "good": 2, "between": 2, "second": 5, "twice": 12, "over": 31}


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """Everybody got their order two days before the day of the review, at the latest last week."""
    deals = [
        deal(who, ago + 9, signed=min(ago + 2, 8), order=f"o-{who}", order_no=f"n-{who}")
        for who, ago in AGO.items()
    ]
    reviews = [
        {"order": f"o-{who}", "customer": who, "rating": "bad", "text": "起球", "time": ago}
        for who, ago in AGO.items()
    ]
    for row in reviews:
        row["rating"] = row["customer"] if row["customer"] in ("neutral", "good") else "bad"

    def answered(who: str, ago: float) -> dict[str, object]:
        about = f"{day(AGO[who]):%Y-%m-%d}"
        return talk(who, ago, kind="review", about=about, order_no=f"n-{who}")

    talks = [answered("between", 1), answered("second", 4), answered("twice", 11)]
    talks += [answered("twice", 7), talk("bad", 1, "opt_out")]
    return told_of(("review", "after_sale"), deals, talks, care=care_of(reviews=reviews))


def of(told: pd.DataFrame, kind: str, who: str) -> tuple[str, int, int]:
    """Return what became of a task of a kind."""
    return state(told[told["kind"] == kind], who)


def test_at_once(told: pd.DataFrame) -> None:
    """Neutral and bad reviews are answered at once, opt-out or not; good ones need no answer."""
    assert of(told, "review", "bad") == ("due", 0, 0)
    assert of(told, "review", "neutral") == ("due", -2, -2)
    assert nothing(told[told["kind"] == "review"], "good")


def test_twice_at_most(told: pd.DataFrame) -> None:
    """The second talk is three to five days after the first, and there is no third."""
    assert of(told, "review", "between") == ("later", 2, 4)
    assert of(told, "review", "second") == ("due", -1, 1)
    assert of(told, "review", "twice")[0] == "settled"


def test_let_go(told: pd.DataFrame) -> None:
    """What nobody took up for a month is let go."""
    assert of(told, "review", "over")[0] == "lapsed"


def test_takes_the_place_of_other_talks(told: pd.DataFrame) -> None:
    """While a bad review is dealt with, between the two talks too, there is no after-sale call."""
    for who in ("neutral", "between", "second"):
        assert of(told, "after_sale", who)[0] == "review_open"
    for who in ("good", "twice", "over"):
        assert of(told, "after_sale", who)[0] == "due"
