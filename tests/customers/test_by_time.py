"""Laws of the orders by time."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.by_time import by_time
from tests.making import examples
from tests.tables import deal, orders_of


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=10),
    st.randoms(use_true_random=False),
)
@examples(20)
def test_by_time_then_key(rows: list[tuple[int, int]], rng: random.Random) -> None:
    """Each customer's orders go by time and then by key, however they stood."""
    deals = [{**deal(f"k{who}", ago), "order": f"o{n}"} for n, (who, ago) in enumerate(rows)]
    rng.shuffle(deals)
    table = orders_of(deals)
    codes = np.array([int(row["customer"][1]) for row in deals], np.int64)
    orders, found = by_time(table, codes)
    assert [f"k{code}" for code in found] == orders["customer"].tolist()
    assert orders["created"].is_monotonic_increasing
    assert sorted(orders["order"]) == sorted(table["order"])
    for who in range(3):
        own = orders[orders["customer"] == f"k{who}"]
        wanted = own.sort_values(["created", "order"])["order"]
        assert own["order"].tolist() == wanted.tolist()
    again, same = by_time(orders, found)
    assert again is orders
    assert same is found


def test_nobody() -> None:
    """No order, no turn."""
    orders, codes = by_time(orders_of([]), np.zeros(0, np.int64))
    assert len(orders) == len(codes) == 0
    assert isinstance(orders, pd.DataFrame)
