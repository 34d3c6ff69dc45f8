"""What is bought together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from shopcrm.customers.bought import bought
from shopcrm.products import pairs
from shopcrm.products.pairs import counted_pairs, pairs_bought
from tests.goods import EXAMPLES, SHOPS, bags, mixed
from tests.tables import NO_ITEMS, policy_with

ALL = policy_with(
    {"products.min_pair": 1, "products.min_support": 0.0, "products.confidence": 0.01}
)
Shop = tuple[pd.DataFrame, pd.DataFrame]


@given(st.lists(st.sets(st.integers(0, 5), max_size=5), max_size=12), st.booleans())
@EXAMPLES
def test_counted_as_by_hand(baskets: list[set[int]], tight: bool) -> None:  # noqa: FBT001
    """Every pair is counted once a basket, in one go or in many."""
    cells = [(number, one) for number, basket in enumerate(baskets) for one in sorted(basket)]
    basket = np.array([number for number, _ in cells], np.int64)
    code = np.array([one for _, one in cells], np.int64)
    with pytest.MonkeyPatch.context() as patch:
        if tight:
            patch.setattr(pairs, "_AT_ONCE", 1)
        keys, counts = counted_pairs(basket, code, 6)
    wanted: dict[int, int] = {}
    for one in baskets:
        for a, b in combinations(sorted(one), 2):
            wanted[a * 6 + b] = wanted.get(a * 6 + b, 0) + 1
    assert dict(zip(keys.tolist(), counts.tolist(), strict=True)) == wanted


@given(SHOPS)
@EXAMPLES
def test_a_pair_is_its_own_mirror(shop: Shop) -> None:
    """Lift is the same from either side: support / (share of one * share of the other)."""
    orders, items = shop
    table = pairs_bought(orders, bought(orders, items), ALL)
    chance = (table["with_product"] / table["total"]) * (table["with_other"] / table["total"])
    assert list(table["lift"]) == pytest.approx(list(table["support"] / chance))
    back = table["confidence_back"] / (table["with_product"] / table["total"])
    assert list(table["lift"]) == pytest.approx(list(back))
    assert (table["product"] != table["other"]).all()
    assert not table[["by", "product", "other"]].duplicated().any()
    assert (table["together"] <= table[["with_product", "with_other"]].min(axis=1)).all()


@given(SHOPS)
@EXAMPLES
def test_shuffled_orders_say_the_same(shop: Shop) -> None:
    """The order of rows changes nothing."""
    orders, items = shop
    other = mixed(orders)
    one = pairs_bought(orders, bought(orders, items), ALL)
    assert_frame_equal(one, pairs_bought(other, bought(other, items), ALL))


def test_by_order_and_by_customer() -> None:
    """Two orders of one customer are a pair of the customer and none of an order."""
    split = [(f"a{n}", 9, "甲") for n in range(9)] + [(f"a{n}", 3, "乙") for n in range(9)]
    others = [(f"b{n}", 3, "丙") for n in range(20)]
    orders = bags(*split, *others)
    table = pairs_bought(orders, bought(orders, NO_ITEMS), policy_with())
    assert list(table["by"]) == ["customer"]
    assert table.iloc[0][["together", "total"]].to_list() == [9, 29]
    assert table.iloc[0]["lift"] == pytest.approx(9 / 29 / (9 / 29) ** 2)


def test_few_say_nothing() -> None:
    """Fewer than the policy asks for, or no more than by chance, are no pair."""
    few = bags(*[(f"a{n}", 9, "甲,乙") for n in range(4)], *[(f"b{n}", 3, "丙") for n in range(20)])
    assert pairs_bought(few, bought(few, NO_ITEMS), policy_with()).empty
    always = bags(*[(f"a{n}", 9, "甲,乙") for n in range(20)])
    assert pairs_bought(always, bought(always, NO_ITEMS), policy_with()).empty
