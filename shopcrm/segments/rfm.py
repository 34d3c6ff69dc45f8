"""RFM scores by quantiles of the values or by the owner's bands: equal customers, equal scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy

    Numbers = npt.NDArray[np.float64]


EDGE_DIGITS: Final = 6
"""Digits kept of a quantile: interpolation noise must not part a value from the edge it is on."""

AXES: Final = {"recency": "days_since", "frequency": "orders", "monetary": "net_fen"}
"""The column of CUSTOMERS that each score is of."""

_UNITS: Final = {"recency": 1, "frequency": 1, "monetary": 100}
"""A day, an order, a yuan, in the unit of the column."""

_BANDS: Final = {
    "recency": "rfm.recency_days",
    "frequency": "rfm.frequency_orders",
    "monetary": "rfm.amount_yuan",
}
"""The setting with the owner's bands of each score."""


@dataclass(frozen=True)
class RfmEdges:
    """Where the classes begin: a value of k edges and more is in class k + 1.

    Attributes:
        recency: days since the last order; few days are a high score.
        frequency: successful orders.
        monetary: net amount in fen.
        fixed: the scores whose edges are the owner's bands.
        moved: the scores of which ties moved an edge off its quantile.
    """

    recency: tuple[float, ...] = ()
    frequency: tuple[float, ...] = ()
    monetary: tuple[float, ...] = ()
    fixed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def rfm_scores(customers: pd.DataFrame, policy: Policy) -> tuple[pd.DataFrame, RfmEdges]:
    """Score the buyers from 1, the highest being best; others have none.

    Edges are the owner's bands, else as the R package rfm has them: a day, an order or a yuan
    above the quantile of the values by linear interpolation (Hyndman and Fan's type 7, the default
    of R and numpy), so that a value on a quantile is in the lower class; then moved apart where
    ties let them fall together (see :func:`apart`). Classes are of values, so ties never part.

    Args:
        customers: CUSTOMERS.
        policy: ``rfm``.

    Returns:
        Columns ``recency_score``, ``frequency_score``, ``monetary_score``; and the edges.
    """
    scores = policy.whole("rfm.scores")
    # Of whom a list states orders and no day, nothing can be said by recency.
    buyers = ((customers["orders"] > 0) & customers["days_since"].notna()).to_numpy()
    if not buyers.any():
        return pd.DataFrame(index=customers.index), RfmEdges()
    edges: dict[str, Numbers] = {}
    fixed, moved, found = [], [], {}
    for name, column in AXES.items():
        values = customers[column].to_numpy(np.float64, na_value=np.nan)
        own = policy.numbers(_BANDS[name])
        if own:
            edges[name] = (np.array(own) * _UNITS[name]).round(EDGE_DIGITS)
            edges[name] += name == "recency"  # up to 30 days is less than 31
            fixed.append(name)
        else:
            plain = _quantiles(values[buyers], scores) + _UNITS[name]
            edges[name] = apart(values[buyers], plain)
            if (edges[name] != plain).any():
                moved.append(name)
        score = np.searchsorted(edges[name], values, side="right") + 1
        if name == "recency":
            score = len(edges[name]) + 2 - score
        found[f"{name}_score"] = pd.arrays.IntegerArray(score, ~buyers)
    table = pd.DataFrame(found, index=customers.index, copy=False)
    told = {name: tuple(map(float, edge)) for name, edge in edges.items()}
    return table, RfmEdges(**told, fixed=tuple(fixed), moved=tuple(moved))


def score_of(name: str, value: float, edges: RfmEdges) -> int:
    """Return the score of one value by known edges."""
    own: tuple[float, ...] = getattr(edges, name)
    score = int(np.searchsorted(np.array(own), value, side="right")) + 1
    return len(own) + 2 - score if name == "recency" else score


def apart(values: Numbers, edges: Numbers) -> Numbers:
    """Move edges just so far apart that no fewer scores are given than the values allow.

    Where nine in ten customers have one order, four quantiles of the orders are all 1, and two and
    twenty orders would score the same. As many different scores as there are scores or different
    values are to be given, whichever are fewer: so each edge that falls into the class of the one
    below it goes up to the next value that occurs, and no further than leaves a value for every
    edge above it. Edges that part the values already stay where the quantile put them.

    Args:
        values: the values that are scored.
        edges: rising, some of them equal.

    Returns:
        The edges; one that was moved is on a value that occurs.
    """
    distinct = np.unique(values)
    size, number = len(distinct), len(edges)
    below = np.searchsorted(distinct, edges, side="left")
    parting, last = below.copy(), 0
    for at in range(number):
        room = size - number + at  # so many leave one value for each edge above, and for the top
        if room > at:
            parting[at] = np.clip(below[at], last + 1, room)
        else:  # fewer values than scores: each has its own, and some edges are the same
            least, most = max(last, room, 1), min(last + 1, size)
            parting[at] = np.clip(below[at], least, most)
        last = int(parting[at])
    return np.where(parting == below, edges, distinct[np.minimum(parting, size - 1)])


def _quantiles(values: Numbers, scores: int) -> Numbers:
    shares = np.arange(1, scores) / scores
    edges: Numbers = np.quantile(values, shares).round(EDGE_DIGITS)
    return edges
