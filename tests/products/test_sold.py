"""One row a product."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given
from pandas.testing import assert_frame_equal

from shopcrm.customers.bought import bought
from shopcrm.products.sold import Sold, products_sold
from tests.goods import EXAMPLES, SHOPS, bags, mixed, rows_by
from tests.tables import NO_ITEMS, TODAY, deal, orders_of, policy_with

Shop = tuple[pd.DataFrame, pd.DataFrame]


def sold(orders: pd.DataFrame, items: pd.DataFrame = NO_ITEMS, today: dt.date = TODAY) -> Sold:
    return products_sold(orders, bought(orders, items), policy_with(), today)


@given(SHOPS)
@EXAMPLES
def test_products_add_up_to_the_shop(shop: Shop) -> None:
    """The net of all products, and of the orders without one, is the net of all orders."""
    orders, items = shop
    found = sold(orders, items)
    assert found.products["net_fen"].sum() + found.unknown_fen == orders["net_fen"].sum()
    assert (found.products["customers"] <= found.products["orders"]).all()
    assert (found.products["again"] <= found.products["customers"]).all()
    assert found.products["product"].is_unique
    back = found.products.set_index("product")["returned"]
    reasons = found.reasons.groupby("product")["orders"].sum()
    assert (back.reindex(reasons.index) <= reasons).all()  # the window waits, the reasons do not


@given(SHOPS)
@EXAMPLES
def test_shuffled_orders_say_the_same(shop: Shop) -> None:
    """The order of rows changes nothing."""
    orders, items = shop
    one, other = sold(orders, items), sold(mixed(orders), mixed(items))
    assert_frame_equal(one.products, other.products)
    assert_frame_equal(one.reasons, other.reasons)


def test_life_stages() -> None:
    """More each month rises, less falls, the same is mature, silence is slow, few say nothing."""
    plans = {
        "涨": [1, 2, 3, 4, 5, 6, 7, 8],
        "跌": [8, 7, 6, 5, 4, 3, 2, 1],
        "平": [3, 3, 3, 3, 3, 3, 3, 3],
        "停": [9, 9, 9, 9, 9, 9, 0, 0],
        "新": [0, 0, 0, 0, 0, 0, 9, 9],
        "少": [1, 0, 0, 1, 0, 0, 0, 1],
    }
    deals = [
        (f"{title}{month}{n}", (len(counts) - 1 - month) * 30 + n, title)
        for title, counts in plans.items()
        for month, count in enumerate(counts)
        for n in range(count)
    ]
    deals += [(f"{title}x", 240, title) for title in plans if title != "新"]  # eight whole months
    stages = sold(bags(*deals)).products.set_index("product")["stage"]
    assert stages.to_dict() == {
        "涨": "rising",
        "跌": "falling",
        "平": "mature",
        "停": "slow",
        "新": "unsure",
        "少": "unsure",
    }


def test_what_was_hardly_ever_sold_is_not_slow() -> None:
    """Two orders long ago are too few to tell; from the third on silence is slow."""
    deals = [(f"{title}{n}", 200 + n, title) for title, many in (("二", 2), ("三", 3))
             for n in range(many)]  # fmt: skip
    stages = sold(bags(*deals)).products.set_index("product")["stage"]
    assert stages.to_dict() == {"二": "unsure", "三": "slow"}


def test_return_rate_wants_enough_orders() -> None:
    """Too few paid orders have no rate; young ones and open refunds are not counted."""
    many = [deal(f"a{n}", 60, product="被套", status="refunded" if n < 4 else "success",
                 refund_reason="尺寸不合" if n < 3 else "破损", seller_fault=n == 3)
            for n in range(20)]  # fmt: skip
    few = [deal(f"b{n}", 60, product="枕头", status="refunded") for n in range(3)]
    waiting = [deal("c", 5, product="被套"), deal("d", 60, product="被套", refund_open=True)]
    found = sold(orders_of([*many, *few, *waiting]))
    table = rows_by(found.products, "product")
    assert table["被套"]["paid_orders"] == 20
    assert (table["被套"]["returned"], table["被套"]["returned_by_fault"]) == (4, 1)
    assert table["被套"]["return_rate"] == 0.2
    assert table["被套"]["return_low"] < 0.2 < table["被套"]["return_high"]
    assert np.isnan(table["枕头"]["return_rate"])
    reasons = found.reasons[found.reasons["product"] == "被套"]
    assert list(reasons["reason"]) == ["尺寸不合", "破损"]
    assert list(reasons["orders"]) == [3, 1]


def test_best_and_before() -> None:
    """The window and the one before it do not overlap, and the best of the window come first."""
    found = sold(
        bags(("a", 0, "甲"), ("b", 89, "甲"), ("c", 90, "乙"), ("d", 179, "乙"), ("e", 180, "乙"))
    )
    table = found.products
    assert list(table["product"]) == ["甲", "乙"]
    assert list(table["window_orders"]) == [2, 0]
    assert list(table["before_orders"]) == [0, 2]
