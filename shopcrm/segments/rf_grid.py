"""Recency by frequency: how many buyers stand in each square of the two scores, and their money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.tables import RF_GRID, conform

if TYPE_CHECKING:
    import pandas as pd

SCORES: Final = 5


def rf_grid(
    customers: pd.DataFrame, segments: pd.DataFrame, recency: int = SCORES, frequency: int = SCORES
) -> pd.DataFrame:
    """Return buyers and net amount for each pair of recency and frequency scores.

    Args:
        customers: CUSTOMERS.
        segments: SEGMENTS, rows as in ``customers``.
        recency: the highest recency score that can be given.
        frequency: the highest frequency score that can be given.

    Returns:
        RF_GRID, every pair of scores once, by recency, then frequency.
    """
    there = segments["recency_score"].notna().to_numpy()
    recent = segments["recency_score"].to_numpy(np.int64, na_value=0)[there]
    often = segments["frequency_score"].to_numpy(np.int64, na_value=0)[there]
    net = customers["net_fen"].to_numpy()[there]
    place, size = (recent - 1) * frequency + often - 1, recency * frequency
    # Sums of whole fen in floats are exact below 2^53 fen, ninety thousand billion yuan.
    return conform(
        {
            "recency_score": np.repeat(np.arange(1, recency + 1), frequency),
            "frequency_score": np.tile(np.arange(1, frequency + 1), recency),
            "customers": np.bincount(place, minlength=size),
            "net_fen": np.bincount(place, net, size).astype(np.int64),
        },
        RF_GRID,
    )
