"""Made shops whose truth is known: how often each customer buys, and when they stop."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.returning.history import History
from shopcrm.tables import CUSTOMERS, ORDERS, conform

if TYPE_CHECKING:
    import numpy.typing as npt

TODAY: Final = dt.date(2026, 11, 20)
DAY: Final = int(np.datetime64(TODAY, "D").astype(np.int64))


def history_from(days: list[list[int]], fen: int = 10_000, product: int = -1) -> History:
    """Return a history: for each customer the days ago of the purchases, each of as much money."""
    codes = [code for code, ago in enumerate(days) for _ in set(ago)]
    when = [DAY - one for ago in days for one in sorted(set(ago), reverse=True)]
    size = len(codes)
    return History(
        np.array(codes, np.int64),
        np.array(when, np.int64),
        np.full(size, fen, np.int64),
        np.full(size, product, np.int64),
        len(days),
    )


@cache
def steady_shop(size: int = 600, length: int = 1000, seed: int = 5, stop: float = 0.15) -> History:
    """Return a shop of customers with rates of their own, who stop after any order by chance."""
    maker = np.random.default_rng(seed)
    days: list[list[int]] = []
    for _ in range(size):
        when = float(maker.integers(0, length))
        usual = np.exp(maker.normal(np.log(60), 0.6))
        bought = []
        while when < length:
            bought.append(length - int(when))
            if maker.random() < stop:
                break
            when += max(usual * np.exp(maker.normal(0, 0.5)), 1)
        days.append(bought)
    return history_from(days)


def orders_from(history: History) -> pd.DataFrame:
    """Return ORDERS of a history, a customer of number 7 being ``c007``."""
    when = pd.Series(history.days.astype("datetime64[D]").astype("datetime64[us]"))
    size = len(when)
    return conform(
        {
            "order": pd.Series([f"o{n}" for n in range(size)], dtype="str"),
            "customer": pd.Series([name(code) for code in history.codes], dtype="str"),
            "status": pd.Series(["success"] * size, dtype="str"),
            "created": when,
            "paid": when,
            "net_fen": history.fen,
        },
        ORDERS,
    )


def people_from(history: History) -> pd.DataFrame:
    """Return CUSTOMERS of a history, with nothing but their keys."""
    keys = pd.Series([name(code) for code in range(history.size)], dtype="str")
    return conform({"customer": keys}, CUSTOMERS)


def name(code: int | np.int64) -> str:
    """Return the key of a customer."""
    return f"c{code:05d}"


def same(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> bool:
    """Tell whether two columns are the same to the last bit."""
    return bool(np.array_equal(one, other))
