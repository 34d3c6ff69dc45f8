"""Sales month by month: of new customers, of those who came back, and customer by customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.each import numbers_of
from shopcrm.tables import MONTHLY_SALES, SUCCESSFUL, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]

_NEW, _REPEAT, _UNKNOWN = range(3)
_KINDS: Final = ("new", "repeat", "unknown")
_NEVER: Final = 10**8


def monthly_sales(orders: pd.DataFrame, today: dt.date, months: int = 12) -> pd.DataFrame:
    """Return what new and returning customers brought in each of the last months.

    All orders of a customer's first day are those of a new customer, as an order is often paid in
    two parts; everything later is repeat business.

    Args:
        orders: ORDERS with ``customer``, money of one currency.
        today: the last day that counts.
        months: so many calendar months, up to that of today.

    Returns:
        MONTHLY_SALES, the oldest month first.
    """
    good = orders["status"].isin(SUCCESSFUL).to_numpy()
    day = _days(orders)
    codes, keys = pd.factorize(orders["customer"])
    there = good & (day <= _number(today))
    known = there & (codes >= 0)
    # A first day before the window makes every order in the window a repeat.
    first = np.full(len(keys) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, codes[known], day[known])
    kind = np.where(codes < 0, _UNKNOWN, np.where(day > first[codes], _REPEAT, _NEW))
    month = _months(day) - _first_month(today, months)
    inside = there & (month >= 0)
    place = month[inside] * len(_KINDS) + kind[inside]
    size, shape = months * len(_KINDS), (months, len(_KINDS))
    net = orders["net_fen"].to_numpy()[inside]
    # Sums of whole fen in floats are exact below 2^53 fen, ninety thousand billion yuan.
    fen = np.bincount(place, net, size).astype(np.int64).reshape(shape)
    number = np.bincount(place, minlength=size).reshape(shape)
    return conform(
        {
            "month": month_starts(today, months),
            **{f"{name}_fen": fen[:, at] for at, name in enumerate(_KINDS)},
            **{f"{name}_orders": number[:, at] for at, name in enumerate(_KINDS)},
        },
        MONTHLY_SALES,
    )


def customer_months(
    orders: pd.DataFrame, customers: pd.Series[str], today: dt.date, months: int = 12
) -> Whole:
    """Return what each of some customers brought in each of the last months, in fen.

    Args:
        orders: ORDERS with ``customer``, money of one currency.
        customers: keys, each once.
        today: the last day that counts.
        months: so many calendar months, up to that of today.

    Returns:
        One row a customer in their order, one column a month, the oldest first.
    """
    theirs = orders["customer"].isin(customers) & orders["status"].isin(SUCCESSFUL)
    part = orders.loc[theirs, ["customer", "paid", "created", "net_fen"]]
    who = numbers_of(part["customer"], customers)
    day = _days(part)
    month = _months(day) - _first_month(today, months)
    inside = (month >= 0) & (day <= _number(today))
    place = who[inside] * months + month[inside]
    net = part["net_fen"].to_numpy()[inside]
    sums = np.bincount(place, net, len(customers) * months).astype(np.int64)
    return sums.reshape(len(customers), months)


def month_starts(today: dt.date, months: int) -> pd.DatetimeIndex:
    """Return the first days of the last months, that of today being the last."""
    numbers = _first_month(today, months) + np.arange(months)
    return pd.DatetimeIndex(numbers.astype("datetime64[M]").astype("datetime64[us]"))


def _days(orders: pd.DataFrame) -> Whole:
    """Return the day of each order as a number; an unknown one is after all others."""
    when = orders["paid"].fillna(orders["created"]).to_numpy()
    days = when.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(when), _NEVER, days)


def _months(days: Whole) -> Whole:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _number(day: dt.date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _first_month(today: dt.date, months: int) -> int:
    return int(np.datetime64(today, "M").astype(np.int64)) - months + 1
