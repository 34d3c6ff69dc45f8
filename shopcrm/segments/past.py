"""What is known beside the facts of each customer: single orders, what was in them, and the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from shopcrm.customers.each import numbers_of
from shopcrm.tables import ITEMS, ORDERS, SUCCESSFUL, empty

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Past:
    """The single orders behind the facts, for rules that look into them.

    Attributes:
        orders: ORDERS with ``customer``, money of one currency.
        items: ITEMS.
        today: the day to count from.
    """

    orders: pd.DataFrame = field(default_factory=lambda: empty(ORDERS))
    items: pd.DataFrame = field(default_factory=lambda: empty(ITEMS))
    today: dt.date = dt.date.max

    def bought(self, people: pd.Series[str], days: int = 0) -> Bought:
        """Return the successful orders of these customers.

        Args:
            people: keys, as in CUSTOMERS.
            days: those of the last so many days alone; 0 for all.
        """
        good = self.orders["status"].isin(SUCCESSFUL) & self.orders["customer"].notna()
        if days:
            when = self.orders["paid"].fillna(self.orders["created"])
            first = np.datetime64(self.today, "D") - np.timedelta64(days - 1, "D")
            good &= when >= first
        orders = self.orders.loc[good, ["order", "customer", "net_fen", "product"]]
        who = numbers_of(orders["customer"], people)
        return Bought(orders[who >= 0], who[who >= 0], len(people))


@dataclass(frozen=True, eq=False)
class Bought:
    """Successful orders, and the number of the customer of each.

    Attributes:
        orders: of ORDERS the columns ``order``, ``customer``, ``net_fen`` and ``product``.
        who: place of each order's customer among the customers asked about.
        size: number of these.
    """

    orders: pd.DataFrame
    who: npt.NDArray[np.int64]
    size: int

    def count(self) -> npt.NDArray[np.int64]:
        """Return the orders of each customer."""
        return np.bincount(self.who, minlength=self.size)

    def net_fen(self) -> npt.NDArray[np.int64]:
        """Return the net amount of each customer."""
        net = self.orders["net_fen"].to_numpy()
        return np.bincount(self.who, weights=net, minlength=self.size).astype(np.int64)
