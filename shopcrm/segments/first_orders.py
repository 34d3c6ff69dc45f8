"""What the first order tells: how soon the second one follows, and after which products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.customers.distinct import distinct
from shopcrm.customers.returns import lower_bound
from shopcrm.tables import FIRST_PRODUCTS, SUCCESSFUL, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SecondOrders:
    """How many buyers came back on a later day, and after how long.

    Attributes:
        buyers: customers with a successful order whose day is known.
        came_back: of these, with another one on a later day.
        quartiles: days from the first to the second: a quarter, half and three quarters of those
            who came back did so within them; None where nobody did.
    """

    buyers: int
    came_back: int
    quartiles: tuple[float, float, float] | None


@dataclass(frozen=True)
class FirstOrders:
    """What first orders tell.

    Attributes:
        second: of all buyers.
        days: the horizon of what follows.
        buyers: customers whose first order is at least so many days old.
        came_back: of these, those who bought again within so many days of it.
        products: FIRST_PRODUCTS, those with the highest lower end first.
    """

    second: SecondOrders
    days: int
    buyers: int
    came_back: int
    products: pd.DataFrame


def first_orders(
    orders: pd.DataFrame, lines: pd.DataFrame, policy: Policy, today: dt.date
) -> FirstOrders:
    """Look at each customer's first day with a successful order, and at the next one.

    Who bought for the first time too short a while ago to have come back in time is left out, so
    that a young shop does not look worse than it is.

    Args:
        orders: ORDERS with ``customer``, numbered from 0.
        lines: BOUGHT of these orders.
        policy: ``first_products`` and ``products.confidence``.
        today: the day to count from.
    """
    codes, keys = pd.factorize(orders["customer"])
    when = orders["paid"].fillna(orders["created"]).to_numpy().astype("datetime64[D]")
    good = orders["status"].isin(SUCCESSFUL).to_numpy() & (codes >= 0) & ~np.isnat(when)
    day = when.astype(np.int64)
    far = np.iinfo(np.int64).max
    first = np.full(len(keys) + 1, far)  # the last one is nobody: code -1
    np.minimum.at(first, codes[good], day[good])
    later = good & (day > first[codes])
    second = np.full(len(keys) + 1, far)
    np.minimum.at(second, codes[later], day[later])
    bought = first < far
    back = second < far
    gaps = (second - first)[back]
    found = SecondOrders(int(bought.sum()), int(back.sum()), _quartiles(gaps))
    days = policy.whole("first_products.days")
    now = int(np.datetime64(today, "D").astype(np.int64))
    old = bought & (np.where(bought, first, now) <= now - days)
    returned = old & back & (np.where(back, second, 0) - np.where(back, first, 0) <= days)
    row = lines["row"].to_numpy()
    begun = good[row] & (day[row] == first[codes[row]]) & old[codes[row]]
    return FirstOrders(
        found,
        days,
        int(old.sum()),
        int(returned.sum()),
        _products(lines[begun], codes[row[begun]], returned, old, policy),
    )


def _quartiles(gaps: Whole) -> tuple[float, float, float] | None:
    if not len(gaps):
        return None
    low, middle, high = np.quantile(gaps, [0.25, 0.5, 0.75])
    return float(low), float(middle), float(high)


def _products(
    lines: pd.DataFrame,
    who: Whole,
    returned: npt.NDArray[np.bool_],
    old: npt.NDArray[np.bool_],
    policy: Policy,
) -> pd.DataFrame:
    """Return for each first product how many of its buyers came back, with the interval."""
    code = lines["product"].cat.codes.to_numpy().astype(np.int64)
    names = lines["product"].cat.categories
    known = code >= 0
    pairs = distinct(code[known] * max(len(returned), 1) + who[known])
    product, buyer = np.divmod(pairs, max(len(returned), 1))
    buyers = np.bincount(product, minlength=len(names))
    back = np.bincount(product[returned[buyer]], minlength=len(names))
    rate = np.where(buyers > 0, back / np.maximum(buyers, 1), np.nan)
    one_sided = 1 - (1 - policy.number("products.confidence")) / 2
    low = lower_bound(rate, buyers, one_sided)
    high = 1 - lower_bound(1 - rate, buyers, one_sided)
    base = float(returned.sum()) / max(int(old.sum()), 1)
    enough = buyers >= policy.whole("first_products.min_buyers")
    verdict = np.select([~enough, low > base, high < base], ["unsure", "more", "less"], "usual")
    table = pd.DataFrame(
        {
            "product": names,
            "buyers": buyers,
            "came_back": back,
            "rate": np.where(enough, rate, np.nan),
            "low": np.where(enough, low, np.nan),
            "high": np.where(enough, high, np.nan),
            "verdict": verdict,
        }
    )[buyers > 0]
    by = ["low", "buyers", "product"]
    table = table.sort_values(by, ascending=[False, False, True], na_position="last")
    return conform(table.reset_index(drop=True), FIRST_PRODUCTS)
