"""Where the orders come from."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given

from shopcrm.products.regions import concentration, regions
from tests.goods import EXAMPLES, SHOPS
from tests.tables import deal, orders_of

Shop = tuple[pd.DataFrame, pd.DataFrame]


@given(SHOPS)
@EXAMPLES
def test_places_add_up(shop: Shop) -> None:
    """Orders and money of all places are those of all successful orders."""
    orders, _ = shop
    good = orders[orders["status"].isin(("success", "paid"))]
    for level in ("province", "city"):
        table = regions(orders, "province" if level == "province" else "city")
        assert table["orders"].sum() == len(good)
        assert table["net_fen"].sum() == good["net_fen"].sum()
        if len(good):
            assert table["order_share"].sum() == pytest.approx(1)
        if good["net_fen"].sum():
            assert table["net_running"].iloc[-1] == pytest.approx(1)


def test_concentration() -> None:
    """Two of three places bring 80 %; orders of unknown places are no place."""
    deals = [deal("a", 3, 60, province="浙江"), deal("b", 3, 30, province="广东")]
    deals += [deal("c", 3, 10, province="北京"), deal("d", 3, 900)]
    table = regions(orders_of(deals))
    assert list(table["province"][:3]) == ["浙江", "广东", "北京"]
    assert pd.isna(table["province"].iloc[3])
    assert concentration(table, 0.8) == (2, 3)
    assert concentration(table, 1.0) == (3, 3)
    assert concentration(table.iloc[:0], 0.8) == (0, 0)
