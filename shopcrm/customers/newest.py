"""The newest order: up to that day the files tell what was bought, and not beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd


def newest_order(orders: pd.DataFrame) -> dt.date | None:
    """Return the day on which an order was last placed or paid, whatever became of it.

    Args:
        orders: ORDERS; those of nobody known count too.
    """
    last = orders[["created", "paid"]].max().max()
    return None if last is None or last != last else last.date()  # noqa: PLR0124  NaT
