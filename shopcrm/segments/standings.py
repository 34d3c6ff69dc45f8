"""The owner's lists of people: who is on which on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.tables import STANDING_KINDS

if TYPE_CHECKING:
    import pandas as pd


def standings_on(standings: pd.DataFrame, day: pd.Timestamp) -> dict[str, pd.Series[str]]:
    """Return the customers of each list, by its name.

    Args:
        standings: STANDINGS with ``customer``.
        day: the day on which it holds.
    """
    holds = ~(standings["since"] > day) & ~(standings["until"] < day)
    return {
        name: standings.loc[holds & (standings["standing"] == name), "customer"].dropna()
        for name in STANDING_KINDS
    }
