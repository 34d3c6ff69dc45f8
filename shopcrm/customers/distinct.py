"""Distinct whole numbers of a long column, by sorting: several times as fast as numpy's hashing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.customers.turns import begins

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]


def distinct(numbers: Whole) -> Whole:
    """Return each number once, rising."""
    ordered = np.sort(numbers)
    found: Whole = ordered[begins(ordered)]
    return found


def tally(numbers: Whole) -> tuple[Whole, Whole]:
    """Return each number once, rising, and how often it stands there."""
    ordered = np.sort(numbers)
    starts = np.flatnonzero(begins(ordered))
    return ordered[starts], np.diff(np.append(starts, len(ordered)))
