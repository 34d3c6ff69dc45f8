"""What was bought in each order, and each product's part of the money."""

from __future__ import annotations

import pandas as pd
from hypothesis import given

from shopcrm.customers.bought import PAID, bought
from tests.goods import EXAMPLES, SHOPS, bags, items_of, mixed
from tests.tables import NO_ITEMS, deal, orders_of

Shop = tuple[pd.DataFrame, pd.DataFrame]


@given(SHOPS)
@EXAMPLES
def test_the_parts_of_an_order_add_up(shop: Shop) -> None:
    """The lines of each paid order sum to its own money and pieces; no part is negative."""
    orders, items = shop
    lines = bought(orders, items)
    paid = orders[orders["status"].isin(PAID)]
    assert set(lines["row"]) == set(paid.index)
    for name in ("gross_fen", "refund_fen", "net_fen", "quantity"):
        sums = lines.groupby("row")[name].sum().reindex(paid.index)
        assert list(sums) == list(paid[name]), name
        assert (lines[name] >= 0).all(), name


@given(SHOPS)
@EXAMPLES
def test_the_order_of_rows_says_nothing(shop: Shop) -> None:
    """Shuffled orders and items share out the same."""
    orders, items = shop
    other = mixed(orders)

    def told(table: pd.DataFrame, lines: pd.DataFrame) -> list[tuple[object, ...]]:
        named = lines.assign(row=table["order"].iloc[lines["row"]].to_numpy())
        plain = named.astype({"product": "str", "category": "str"}).fillna("")
        return sorted(plain.itertuples(index=False, name=None))

    assert told(orders, bought(orders, items)) == told(other, bought(other, mixed(items)))


def test_by_list_price() -> None:
    """Where every item has a price, the money goes by it, and a refund to the item it was for."""
    orders = orders_of([deal("a", 9, 90, refund=30, product=None, quantity=3)])
    items = items_of(
        [
            {"order": "o0", "product": "被套", "quantity": 1, "price_fen": 8_000, "refund_fen": 0},
            {"order": "o0", "product": "枕头", "quantity": 2, "price_fen": 2_000,
             "refund_fen": 3_000},
        ]
    )  # fmt: skip
    lines = bought(orders, items).set_index("product")
    assert list(lines.loc[["被套", "枕头"], "gross_fen"]) == [6_000, 3_000]
    assert list(lines.loc[["被套", "枕头"], "net_fen"]) == [6_000, 0]


def test_by_what_each_usually_costs() -> None:
    """Without list prices the money goes by what a piece costs in orders of one product alone."""
    orders = orders_of(
        [
            deal("a", 9, 300, product="被套"),
            deal("b", 9, 200, product="枕头", quantity=2),
            deal("c", 9, 200, product="被套，枕头", quantity=2),
        ]
    )
    lines = bought(orders, NO_ITEMS)
    both = lines[lines["row"] == 2].set_index("product")["gross_fen"]
    assert (both["被套"], both["枕头"]) == (15_000, 5_000)


def test_unpaid_orders_are_no_purchases() -> None:
    """An order that was not paid has no lines; one without a product has one line without."""
    orders = orders_of([deal("a", 9, status="unpaid", product="被套"), deal("b", 9)])
    lines = bought(orders, NO_ITEMS)
    assert list(lines["row"]) == [1]
    assert lines["product"].isna().all()


def test_titles_of_one_order_stand_once() -> None:
    """A title that stands twice in an order is one line."""
    lines = bought(bags(("a", 3, "被套,被套,枕头")), NO_ITEMS)
    assert sorted(lines["product"]) == ["枕头", "被套"]
