"""Laws of sales by month."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from pandas.testing import assert_frame_equal

from shopcrm.segments.months import customer_months, month_starts, monthly_sales
from shopcrm.tables import SUCCESSFUL
from tests.goods import EXAMPLES, SHOPS, mixed
from tests.tables import TODAY, deal, orders_of

Shop = tuple[pd.DataFrame, pd.DataFrame]
MONTHS = 7


def in_window(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the successful orders of the months that are looked at."""
    when = orders["paid"].fillna(orders["created"])
    begin, end = month_starts(TODAY, MONTHS)[0], pd.Timestamp(TODAY) + pd.Timedelta(days=1)
    return orders[orders["status"].isin(SUCCESSFUL) & (when >= begin) & (when < end)]


@given(SHOPS)
@EXAMPLES
def test_nothing_is_lost_or_counted_twice(shop: Shop) -> None:
    """New, repeat and unknown together are the orders of the window, and their money."""
    orders, _ = shop
    table, there = monthly_sales(orders, TODAY, MONTHS), in_window(orders)
    assert list(table["month"]) == list(month_starts(TODAY, MONTHS))
    for kind, wanted in (("orders", len(there)), ("fen", there["net_fen"].sum())):
        assert table.filter(like=f"_{kind}").to_numpy().sum() == wanted
    nobody = there[there["customer"].isna()]
    assert table["unknown_orders"].sum() == len(nobody)
    assert table["unknown_fen"].sum() == nobody["net_fen"].sum()
    assert_frame_equal(table, monthly_sales(mixed(orders), TODAY, MONTHS))


@given(SHOPS)
@EXAMPLES
def test_new_is_the_first_day(shop: Shop) -> None:
    """By plain loops: what somebody bought on their first day is new, and nothing else is."""
    orders, _ = shop
    good = orders[orders["status"].isin(SUCCESSFUL)].assign(day=lambda one: one["paid"].dt.date)
    first = good.groupby("customer")["day"].min().to_dict()
    wanted = dict.fromkeys(month_starts(TODAY, MONTHS), 0)
    for row in in_window(good).to_dict("records"):
        if first.get(row["customer"]) == row["day"]:
            wanted[pd.Timestamp(row["day"].replace(day=1))] += row["net_fen"]
    table = monthly_sales(orders, TODAY, MONTHS)
    assert dict(zip(table["month"], table["new_fen"], strict=True)) == wanted


@given(SHOPS)
@EXAMPLES
def test_customers_add_up_to_the_shop(shop: Shop) -> None:
    """Month by month the customers' money is that of the shop, without what is nobody's."""
    orders, _ = shop
    people = pd.Series(sorted(orders["customer"].dropna().unique()), dtype="str")
    sums = customer_months(orders, people, TODAY, MONTHS)
    table = monthly_sales(orders, TODAY, MONTHS)
    assert list(sums.sum(axis=0)) == list(table["new_fen"] + table["repeat_fen"])
    some = people[::-2]
    wanted = dict(zip(people, sums.tolist(), strict=True))
    assert customer_months(orders, some, TODAY, MONTHS).tolist() == [wanted[who] for who in some]


def test_what_lies_outside() -> None:
    """Orders of tomorrow, of no known day and of nobody who is asked for are not counted."""
    orders = orders_of([deal("a", -1), deal("a", 0, 5), deal("b", 0, 7)])
    orders.loc[2, ["paid", "created"]] = pd.NaT
    table = monthly_sales(orders, TODAY, 2)
    assert table[["new_fen", "repeat_fen", "new_orders"]].to_numpy().tolist() == [
        [0, 0, 0],
        [500, 0, 1],
    ]
    people = pd.Series(["a", "b"], dtype="str")
    assert customer_months(orders, people, TODAY, 2).tolist() == [[0, 500], [0, 0]]
