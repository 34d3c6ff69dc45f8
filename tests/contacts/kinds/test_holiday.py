"""Laws of 节日问候: on the eve, in three tiers, the mailed gift its days earlier."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from tests.contacts.kinds.told import care_of, told_of
from tests.tables import day, deal, talk

MID_AUTUMN = dt.date(2026, 9, 25)
DEALS = [("message", 100), ("packet", 5000), ("rich", 9999), ("gift", 20000), ("lost", 20000)]


def greeted(on: dt.date, **more: object) -> pd.DataFrame:
    """Return the tasks of a day: customers of every tier, one of them lost."""
    ago = (dt.date(2026, 11, 20) - MID_AUTUMN).days
    deals = [deal(who, ago + (500 if who == "lost" else 40), yuan) for who, yuan in DEALS]
    return told_of("holiday", deals, today=on, **more)  # type: ignore[arg-type]


def of(told: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the greetings of a holiday by customer."""
    return told[told["about"].str.startswith(name)].set_index("customer")


def test_eve_and_gift() -> None:
    """A greeting is due on the eve, a gift is sent six days before that."""
    told = of(greeted(MID_AUTUMN - dt.timedelta(days=1)), "中秋节")
    assert list(told.loc[["message", "packet", "gift"], "from"]) == [0, 0, -6]
    assert set(told["held"].drop("gift")) == {"due"}
    assert told["held"]["gift"] == "one_a_day"  # the gift for 国庆 has its day today
    assert told["why"].astype("str").to_dict() == {
        "message": "holiday_message",
        "packet": "holiday_packet",
        "rich": "holiday_packet",
        "gift": "holiday_gift",
    }
    # A share of what they are worth, in whole yuan.
    assert (told["number"]["packet"], told["number"]["rich"]) == (25, 50)


def test_only_the_gift_is_early() -> None:
    """Six days before the eve the gift is due and the others are not; the day before, nothing."""
    early = MID_AUTUMN - dt.timedelta(days=7)
    told = of(greeted(early), "中秋节")
    assert told["held"].to_dict() == {
        "message": "later",
        "packet": "later",
        "rich": "later",
        "gift": "due",
    }
    assert "lost" not in told.index


def test_over_and_joined() -> None:
    """A greeting is in place for one more day; 中秋 inside 国庆 is one, on 30 September 2025."""
    told = of(greeted(MID_AUTUMN + dt.timedelta(days=1)), "中秋节")
    assert set(told["held"].drop("gift")) == {"due"}
    assert of(greeted(MID_AUTUMN + dt.timedelta(days=2)), "中秋节").empty
    deals = [deal("a", 460)]
    one = told_of("holiday", deals, today=dt.date(2025, 9, 30))
    row = one[one["held"] == "due"].iloc[0]
    assert row["about"] == "国庆节、中秋节 2025"
    after = told_of("holiday", deals, today=dt.date(2025, 10, 5))
    assert not after["about"].str.contains("中秋").any()


def test_settled_and_closed() -> None:
    """Who was greeted is not again; with the shop closed on the eve it goes out before."""
    eve = MID_AUTUMN - dt.timedelta(days=1)
    ago = (day(0) - pd.Timestamp(eve)).days
    talks = [
        talk("message", ago, kind="holiday", about="中秋节 2026"),
        talk("packet", ago + 60, kind="holiday", about="端午节 2026"),
        talk("rich", ago + 1, "opt_out"),
    ]
    told = of(greeted(eve + dt.timedelta(days=1), talks=talks), "中秋节")["held"]
    assert (told["message"], told["packet"], told["rich"]) == ("settled", "due", "opt_out")
    days = [{"name": "盘点", "first": ago, "last": ago, "closed": True}]
    moved = of(greeted(eve, care=care_of(shop_days=days)), "中秋节")
    assert (moved["from"]["message"], set(moved["held"])) == (-1, {"closed"})
