"""What is to be expected of each customer, as columns of CUSTOMERS, each with its evidence.

Where the shop's past is too short or too small to say something, nothing is said: the column is
missing, and ``next_basis`` says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.customers.returning.chances import learn_chances
from shopcrm.customers.returning.history import history_of, standing
from shopcrm.customers.returning.value import year_values
from shopcrm.customers.returning.windows import MIN_GAPS, next_windows
from shopcrm.tables import CUSTOMERS, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.customers.returning.history import History
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]


def expect_orders(
    customers: pd.DataFrame, orders: pd.DataFrame, policy: Policy, today: dt.date
) -> pd.DataFrame:
    """Return CUSTOMERS with what is to be expected of each.

    Args:
        customers: CUSTOMERS.
        orders: ORDERS with ``customer``, money of one currency.
        policy: ``returning`` and ``rhythm.weight``.
        today: the day to count from; later orders are not looked at.
    """
    history = history_of(orders, customers["customer"], today)
    day = int(np.datetime64(today, "D").astype(np.int64))
    size = len(customers)
    there = standing(history, day)
    found = _window_columns(history, day, policy)
    chances = learn_chances(history, day, policy.whole("returning.days"), policy)
    if chances is not None:
        share, group = chances.told(there)
        found["again_share"] = np.full(size, np.nan)
        found["again_share"][there.codes] = share
        found["again_alike"] = _spread(chances.alike[group], there.codes, size)
        found["again_came"] = _spread(chances.came[group], there.codes, size)
        values = year_values(history, day, chances, policy, now=(there, share))
        if values is not None:
            for name, column in (
                ("year_low_fen", values.low),
                ("year_mean_fen", values.mean),
                ("year_high_fen", values.high),
                ("year_alike", values.cases),
            ):
                found[name] = _spread(column[values.there], there.codes[values.there], size)
    columns = {name: pd.Series(column, index=customers.index) for name, column in found.items()}
    return conform(customers.assign(**columns), CUSTOMERS)


def _spread(values: Whole, codes: Whole, size: int) -> Any:
    """Return whole numbers of some customers as a column for all."""
    column, missing = np.zeros(size, np.int64), np.ones(size, bool)
    column[codes], missing[codes] = values, False
    return pd.arrays.IntegerArray(column, missing)


_BASES: Final = ("few_orders", "few_gaps", "silent", "shop", "product")
_FEW_ORDERS, _FEW_GAPS, _SILENT, _SHOP, _PRODUCT = range(len(_BASES))


def _window_columns(history: History, day: int, policy: Policy) -> dict[str, Any]:
    """Return window, basis and cases of every customer."""
    bought = np.bincount(history.codes, minlength=history.size)
    basis = np.where(bought > 0, _FEW_ORDERS, -1)
    begin = np.full(history.size, np.datetime64("NaT", "us"))
    end = begin.copy()
    cases = _spread(bought[:0], bought[:0], history.size)
    found = next_windows(history, day, policy)
    if found is None:
        basis[bought > MIN_GAPS] = _FEW_GAPS
    else:
        own = np.where(found.by_product, _PRODUCT, _SHOP)
        basis[found.codes] = np.where(found.there, own, _SILENT)
        seen = found.codes[found.there]
        begin[seen] = found.begin[found.there].astype("datetime64[D]")
        end[seen] = found.end[found.there].astype("datetime64[D]")
        cases = _spread(found.cases[found.there], seen, history.size)
    words = pd.array(_BASES, dtype="str").take(basis, allow_fill=True)
    return {"next_from": begin, "next_by": end, "next_basis": words, "next_cases": cases}
