"""What a customer prefers, and on what evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from pandas.testing import assert_frame_equal

from shopcrm.customers.bought import bought
from shopcrm.customers.preferences import (
    keywords_in,
    near_campaign,
    preferences,
    price_edges,
    usual_of,
)
from shopcrm.outputs.people import preference_texts
from shopcrm.policy import Policy
from shopcrm.tables import ACTIVITIES, PREFERENCE_KINDS, conform
from tests.goods import EXAMPLES, SHOPS, mixed
from tests.tables import NO_ITEMS, Row, deal, orders_of, policy_with

WORDS = {"床品": ["床单", "被套"], "夏凉": ["席"]}
LOOSE = policy_with(
    {
        "preferences.min_orders": 1,
        "preferences.min_share": 0.0,
        "preferences.min_prices": 1,
        "preferences.categories": WORDS,
    }
)
Shop = tuple[pd.DataFrame, pd.DataFrame]


def liked(rows: list[Row], policy: Policy | None = None) -> pd.DataFrame:
    orders = orders_of(rows)
    table = preferences(orders, bought(orders, NO_ITEMS), policy or policy_with())
    return table.set_index(["customer", "kind"])


@given(SHOPS)
@EXAMPLES
def test_what_holds_of_every_preference(shop: Shop) -> None:
    """One of a kind each, in the order of the kinds; the evidence is a count of known orders."""
    orders, items = shop
    table = preferences(orders, bought(orders, items), LOOSE)
    assert not table.duplicated(["customer", "kind"]).any()
    assert set(table["kind"]) <= set(PREFERENCE_KINDS)
    assert (table["orders"] <= table["known"]).all()
    assert np.allclose(table["share"], table["orders"] / table["known"])
    good = orders["status"].isin(("success", "paid"))
    number = orders.loc[good, "customer"].value_counts()
    assert (table["known"] <= number.reindex(table["customer"]).to_numpy()).all()
    against = table["kind"].isin(("hour", "weekday", "campaign"))
    assert table.loc[against, "base"].between(0, 1).all()


@given(SHOPS)
@EXAMPLES
def test_shuffled_orders_say_the_same(shop: Shop) -> None:
    """The order of rows changes nothing."""
    orders, items = shop
    other = mixed(orders)
    assert_frame_equal(
        preferences(orders, bought(orders, items), LOOSE),
        preferences(other, bought(other, mixed(items)), LOOSE),
    )


@given(SHOPS)
@EXAMPLES
def test_some_prefer_the_same(shop: Shop) -> None:
    """Of some customers, against what is usual in the whole shop, the same is said as of all."""
    orders, items = shop
    few = orders[orders["customer"].isin(["a", "c"])].reset_index(drop=True)
    table = preferences(orders, bought(orders, items), LOOSE)
    theirs = table[table["customer"].isin(["a", "c"])].reset_index(drop=True)
    usual = usual_of(orders, LOOSE)
    assert_frame_equal(preferences(few, bought(few, items), LOOSE, usual=usual), theirs)


def test_category_by_keyword() -> None:
    """The owner's word wins; a title without one goes by the file's category."""
    rows = [deal("a", n, product="纯棉床单", category="家纺") for n in range(3)]
    rows += [deal("b", n, product="牙刷", category="日用") for n in range(3)]
    found = liked(rows, policy_with({"preferences.categories": WORDS}))
    assert found.loc[("a", "category"), "value"] == "床品"
    assert found.loc[("b", "category"), "value"] == "日用"


def test_two_orders_are_no_preference() -> None:
    """Below the minimum count, or the minimum share, nothing is claimed."""
    two = [deal("a", n, product="床单", category="床品") for n in range(2)]
    split = [deal("b", n, category="床品" if n % 2 else "夏凉") for n in range(6)]
    assert liked(two + split).empty


def test_price_bands() -> None:
    """Bands are those of the shop's prices for a piece, and equal prices are in one band."""
    rows = [deal(f"x{n}", 9, 10 * (n + 1), product="床单") for n in range(30)]
    rows += [deal("low", n, 10, product="床单") for n in range(3)]
    rows += [deal("high", n, 600, product="床单", quantity=2) for n in range(3)]
    found = liked(rows)
    assert found.loc[("low", "price_band"), "value"] == "low"
    assert found.loc[("high", "price_band"), "value"] == "high"
    assert price_edges(np.arange(5), policy_with()) is None


def test_hour_and_day_against_the_shop() -> None:
    """Evenings count where the shop sells by day; days without a time say no hour."""
    rows = [deal(f"x{n}", n + 0.5) for n in range(60)]
    rows += [deal("night", n + 1 - 20 / 24) for n in range(6)]  # at eight in the evening
    rows += [deal("sheet", n) for n in range(6)]
    found = liked(rows)
    told = [found[name]["night", "hour"] for name in ("value", "orders", "known")]
    assert told == ["18-24", 6, 6]
    assert ("sheet", "hour") not in found.index


def test_payment() -> None:
    """How they pay, as the file says it."""
    found = liked([deal("a", n, payment="花呗") for n in range(3)])
    assert found.loc[("a", "payment"), "value"] == "花呗"


def test_campaign_buyer() -> None:
    """Orders near 11-11 and near the shop's own sale make a campaign buyer where others do not."""
    rows = [deal(f"x{n}", 30 + n) for n in range(60)]  # TODAY is 2026-11-20
    rows += [deal("sale", ago) for ago in (9, 8, 10, 374)]
    assert [liked(rows)[name]["sale", "campaign"] for name in ("orders", "known")] == [4, 4]
    days = np.array(["2026-11-07", "2026-11-08", "2026-11-14", "2026-11-15", "NaT"], "M8[D]")
    assert near_campaign(days, policy_with()).tolist() == [False, True, True, False, False]
    own = policy_with({"preferences.own_campaigns": ["2026-03-01"]})
    assert near_campaign(np.array(["2026-03-04", "2026-03-05"], "M8[D]"), own).tolist() == [
        True,
        False,
    ]
    sale = conform(pd.DataFrame({"first": pd.to_datetime(["2026-04-01"]),
                                 "last": pd.to_datetime(["2026-04-09"])}), ACTIVITIES)  # fmt: skip
    days = np.array(["2026-03-28", "2026-03-29", "2026-04-12", "2026-04-13"], "M8[D]")
    assert near_campaign(days, policy_with(), sale).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("title", "words"), [("纯棉床单+凉席", ["床品", "夏凉"]), ("牙刷", []), ("席", ["夏凉"])]
)
def test_keywords(title: str, words: list[str]) -> None:
    """A title has every word of which it has a keyword; capitals do not count."""
    assert keywords_in([title], WORDS) == [words]
    assert keywords_in(["nike Air"], {"Nike": ["NIKE"]}) == [["Nike"]]


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh", "大促：大促客（4 单里 3 单）"), ("en", "sales: buys near sales (3 of 4 orders)")],
)
def test_in_words(lang: str, text: str) -> None:
    """A preference is said with its evidence."""
    table = pd.DataFrame({"kind": ["campaign"], "value": ["campaign"], "orders": [3], "known": [4]})
    assert preference_texts(table, "zh" if lang == "zh" else "en") == [text]
