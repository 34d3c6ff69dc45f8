"""Customers whose orders are in no file, by what a list of customers states of them.

A platform's customer export and the richer registration sheets say how often and for how much
somebody has bought. It counts for those of whom no order was read, and for them alone: what can be
counted is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt


def stated_history(
    register: pd.DataFrame, codes: npt.NDArray[np.int64], size: int
) -> dict[str, pd.Series]:
    """Return what the lists state of each customer: of several rows the most.

    Args:
        register: REGISTER.
        codes: customer number of each of its rows, in 0 ... size - 1.
        size: number of customers.
    """
    wanted = ["stated_orders", "stated_fen", "stated_last"]
    most = register[wanted].groupby(codes).max().reindex(range(size))
    return {name: most[name].reset_index(drop=True) for name in wanted}


def count_stated(
    frame: pd.DataFrame, last: pd.Series[pd.Timestamp], gap: float, today: dt.date
) -> pd.DataFrame:
    """Return the facts with those of whom no order was read counted as the lists state.

    Args:
        frame: CUSTOMERS so far, with ``stated_orders`` and ``stated_fen``.
        last: last order as stated.
        gap: the shop's usual days between two orders.
        today: the day to count from.
    """
    taken = (frame["orders"] == 0) & (frame["stated_orders"].fillna(0) > 0)
    frame = frame.assign(counted_from=np.where(taken, "stated", "orders"))
    if not taken.any():
        return frame
    orders = frame["stated_orders"].where(taken).fillna(0).astype(np.int64)
    money = frame["stated_fen"].where(taken).fillna(0).astype(np.int64)
    since = (np.datetime64(today, "D") - last.to_numpy().astype("datetime64[D]")).astype(np.float64)
    since = np.where(last.isna(), np.nan, since)
    of_list = {
        "orders": orders,
        "gross_fen": money,
        "net_fen": money,
        "average_fen": money // orders.clip(lower=1),
        "last_order": last,
        "days_since": pd.Series(since).round().astype("Int64"),
        "expected_gap": pd.Series(gap, index=frame.index),
        "overdue": pd.Series(since / gap),
    }
    return frame.assign(**{name: frame[name].mask(taken, new) for name, new in of_list.items()})
