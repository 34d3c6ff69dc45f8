"""How right a rule was: what its first tenth caught, and chances told against what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.customers.returning.measures import group_edges

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Number = npt.NDArray[np.float64]

FIRST: Final = 0.1
_TENTHS: Final = 10


@dataclass(frozen=True)
class Band:
    """Customers of like chances: what was said and what came.

    Attributes:
        people: how many.
        said: the mean chance told.
        came: the share who ordered.
    """

    people: int
    said: float
    came: float


def first_part(place: Whole, worth: Number, share: float = FIRST) -> float:
    """Return how much of something falls on the customers whom a rule ranks first.

    Of customers ranked alike no one comes before another: where the first part ends among them, a
    part of what they have together counts.

    Args:
        place: of :func:`shopcrm.customers.returning.measures.places`.
        worth: what is summed up.
        share: of the customers, for the first part.
    """
    people = np.append(0, np.cumsum(np.bincount(place)))
    found = np.append(0, np.cumsum(np.bincount(place, weights=worth)))
    return float(np.interp(share * len(place), people, found))


def bands(said: Number, came: Flags) -> list[Band]:
    """Return customers in tenths by what was said of them, the least likely first."""
    edges = group_edges(said, _TENTHS, 1)
    group = np.searchsorted(edges, said, side="right")
    count = np.bincount(group)
    means = np.bincount(group, weights=said) / count
    found = np.bincount(group, weights=came) / count
    return [Band(int(n), float(p), float(c)) for n, p, c in zip(count, means, found, strict=True)]
