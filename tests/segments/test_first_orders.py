"""What first orders tell."""

from __future__ import annotations

import pandas as pd
from hypothesis import given

from shopcrm.customers.bought import bought
from shopcrm.segments.first_orders import FirstOrders, first_orders
from tests.goods import EXAMPLES, SHOPS, bags, mixed
from tests.tables import NO_ITEMS, TODAY, policy_with

Shop = tuple[pd.DataFrame, pd.DataFrame]


def told(orders: pd.DataFrame, items: pd.DataFrame = NO_ITEMS) -> FirstOrders:
    return first_orders(orders, bought(orders, items), policy_with(), TODAY)


@given(SHOPS)
@EXAMPLES
def test_by_plain_loops(shop: Shop) -> None:
    """Who came back, and when, is what a look at each customer's days says."""
    orders, items = shop
    found = told(orders, items)
    good = orders[orders["status"].isin(("success", "paid")) & orders["customer"].notna()]
    days = {who: sorted(set(part["paid"].dt.date)) for who, part in good.groupby("customer")}
    gaps = [(when[1] - when[0]).days for when in days.values() if len(when) > 1]
    assert (found.second.buyers, found.second.came_back) == (len(days), len(gaps))
    if gaps:
        assert found.second.quartiles is not None
        assert min(gaps) <= found.second.quartiles[1] <= max(gaps)
    old = {who: when for who, when in days.items() if (TODAY - when[0]).days >= 180}
    back = [who for who, when in old.items() if len(when) > 1 and (when[1] - when[0]).days <= 180]
    assert (found.buyers, found.came_back) == (len(old), len(back))
    assert (found.products["came_back"] <= found.products["buyers"]).all()
    other = told(mixed(orders), mixed(items))
    assert found.products.equals(other.products)
    assert found.second == other.second


def test_verdicts() -> None:
    """Above or below all only where the interval says so; few buyers say nothing."""
    deals = []
    for title, buyers, back in (("多", 40, 30), ("少", 40, 2), ("中", 40, 15), ("新", 5, 5)):
        deals += [(f"{title}{n}", 300, title) for n in range(buyers)]
        deals += [(f"{title}{n}", 250, "别的") for n in range(back)]
    found = told(bags(*deals)).products.set_index("product")
    assert found["verdict"].to_dict() == {
        "多": "more", "少": "less", "中": "usual", "新": "unsure"
    }  # fmt: skip
    assert found["rate"].isna().to_dict() == {"多": False, "少": False, "中": False, "新": True}
    assert (found["buyers"]["多"], found["came_back"]["多"]) == (40, 30)


def test_the_young_are_left_out() -> None:
    """Who began too short ago to have come back in time is not counted as lost."""
    found = told(bags(("old", 200, "甲"), ("old", 150, "乙"), ("young", 20, "甲")))
    assert (found.buyers, found.came_back) == (1, 1)
    assert list(found.products["buyers"]) == [1]
