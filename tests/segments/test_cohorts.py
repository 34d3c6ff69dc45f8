"""Who comes back, by the month of the first order."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given
from pandas.testing import assert_frame_equal

from shopcrm.segments.cohorts import WITHIN, cohorts
from tests.goods import EXAMPLES, SHOPS, mixed
from tests.tables import TODAY, deal, orders_of

Shop = tuple[pd.DataFrame, pd.DataFrame]


@given(SHOPS)
@EXAMPLES
def test_by_plain_loops(shop: Shop) -> None:
    """A cell is what a look at each customer's days says; a time not over is no figure."""
    orders, _ = shop
    table = cohorts(orders, TODAY, months=60)
    good = orders[orders["status"].isin(("success", "paid")) & orders["customer"].notna()]
    days = [sorted(set(part["paid"].dt.date)) for _, part in good.groupby("customer")]
    assert table.loc[table["within"] == 1, "buyers"].sum() == len(days)
    for row in table.to_dict("records"):
        month = row["month"].date()
        part = [when for when in days if when[0].replace(day=1) == month]
        span = dt.timedelta(days=30 * int(row["within"]))
        last = (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        back = sum(len(when) > 1 and when[1] - when[0] <= span for when in part)
        assert row["buyers"] == len(part)
        if last + span <= TODAY:
            assert row["came_back"] == back
        else:
            assert pd.isna(row["came_back"])
            assert pd.isna(row["rate"])
    assert_frame_equal(table, cohorts(mixed(orders), TODAY, months=60))


def test_months_that_are_looked_at() -> None:
    """The months before those asked for are left out, not added to the first."""
    orders = orders_of([deal("old", 400), deal("new", 3), deal("new", 1)])
    table = cohorts(orders, TODAY, months=2)
    assert set(table["month"]) == {pd.Timestamp(TODAY.replace(day=1))}
    assert list(table["within"]) == list(WITHIN)
    assert cohorts(orders_of([]), TODAY).empty
