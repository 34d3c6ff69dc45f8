"""Customers whose orders are in no file, by what a list of customers states of them.

A platform's customer export and the richer registration sheets say how often and for how much
somebody has bought. It counts for those of whom no order was read, and for them alone: what can be
counted is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.customers.each import last_moment, most

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Facts = dict[str, Any]


def stated_history(register: pd.DataFrame, codes: Whole, size: int) -> Facts:
    """Return what the lists state of each customer: of several rows the most.

    Args:
        register: REGISTER.
        codes: customer number of each of its rows, in 0 ... size - 1.
        size: number of customers.

    Returns:
        ``stated_orders``, ``stated_fen`` and ``stated_last``, by customer number.
    """
    return {
        "stated_orders": most(codes, register["stated_orders"], size),
        "stated_fen": most(codes, register["stated_fen"], size),
        "stated_last": last_moment(codes, register["stated_last"].to_numpy(), size),
    }


def count_stated(facts: Facts, stated: Facts, gap: float, today: dt.date) -> Facts:
    """Return the facts with those of whom no order was read counted as the lists state.

    Args:
        facts: columns of CUSTOMERS so far, by customer number.
        stated: of :func:`stated_history`.
        gap: the shop's usual days between two orders.
        today: the day to count from.
    """
    stated = dict(stated)
    last = stated.pop("stated_last")
    of_list = {name: column.to_numpy(np.int64, na_value=0) for name, column in stated.items()}
    taken = (np.asarray(facts["orders"]) == 0) & (of_list["stated_orders"] > 0)
    by = pd.array(["orders", "stated"], dtype="str").take(taken.astype(np.int64))
    facts = {**facts, **stated, "counted_from": by}
    if not taken.any():
        return facts
    last = last[taken]
    orders, money = of_list["stated_orders"][taken], of_list["stated_fen"][taken]
    since = (np.datetime64(today, "D") - last.astype("datetime64[D]")).astype(np.float64)
    since[np.isnat(last)] = np.nan
    counted = {
        "orders": orders,
        "gross_fen": money,
        "net_fen": money,
        "average_fen": money // orders,
        "last_order": last,
        "days_since": pd.array(since, dtype="Int64"),
        "expected_gap": gap,
        "overdue": since / gap,
    }
    for name, column in counted.items():
        facts[name] = pd.Series(facts[name]).array.copy()
        facts[name][taken] = column
    return facts
