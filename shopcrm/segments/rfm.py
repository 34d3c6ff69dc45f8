"""RFM scores by quantiles of the values, so that equal customers get equal scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt


EDGE_DIGITS: Final = 6
"""Digits kept of a quantile: interpolation noise must not part a value from the edge it is on."""


@dataclass(frozen=True)
class RfmEdges:
    """Upper edges of the lower scores: a value above k edges is in class k + 1.

    Attributes:
        recency: days since the last order; few days are a high score.
        frequency: successful orders.
        monetary: net amount in fen.
    """

    recency: tuple[float, ...] = ()
    frequency: tuple[float, ...] = ()
    monetary: tuple[float, ...] = ()


def rfm_scores(customers: pd.DataFrame, scores: int) -> tuple[pd.DataFrame, RfmEdges]:
    """Score the buyers 1 to ``scores``, 5 being best; others have none.

    Edges are quantiles of the values by linear interpolation (Hyndman and Fan's type 7, the
    default of R and numpy); a value on an edge belongs to the lower class, so ties never part.

    Args:
        customers: CUSTOMERS.
        scores: number of classes.

    Returns:
        Columns ``recency_score``, ``frequency_score``, ``monetary_score``; and the edges.
    """
    # Of whom a list states orders and no day, nothing can be said by recency.
    buyers = ((customers["orders"] > 0) & customers["days_since"].notna()).to_numpy()
    if not buyers.any():
        return pd.DataFrame(index=customers.index), RfmEdges()
    values = {
        "recency": customers["days_since"].to_numpy(np.float64, na_value=np.nan),
        "frequency": customers["orders"].to_numpy(np.float64),
        "monetary": customers["net_fen"].to_numpy(np.float64),
    }
    edges = {name: _edges(column[buyers], scores) for name, column in values.items()}
    found = {}
    for name, column in values.items():
        score = np.searchsorted(edges[name], column, side="left") + 1
        if name == "recency":
            score = scores + 1 - score
        found[f"{name}_score"] = pd.array(score, dtype="Int64")
    table = pd.DataFrame(found, index=customers.index)
    table[~buyers] = pd.NA
    return table, RfmEdges(**{name: tuple(map(float, edge)) for name, edge in edges.items()})


def _edges(values: npt.NDArray[np.float64], scores: int) -> npt.NDArray[np.float64]:
    shares = np.arange(1, scores) / scores
    edges: npt.NDArray[np.float64] = np.quantile(values, shares).round(EDGE_DIGITS)
    return edges
