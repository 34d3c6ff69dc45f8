"""Places by a figure, how right they were, and groups of alike customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Number = npt.NDArray[np.float64]


def places(safety: Number) -> Whole:
    """Return the place of each customer by a rule's figure, the likeliest to come at 0.

    Customers ranked alike have one place.

    Args:
        safety: the higher the likelier to come.
    """
    found: Whole = np.unique(-safety, return_inverse=True)[1].astype(np.int64)
    return found


def area(place: Whole, came: Flags) -> float | None:
    """Return the area under the ROC curve; None where all or nobody came.

    It is how often, of one who came and one who did not, the first is ranked the likelier; a tie
    counts half.

    Args:
        place: of :func:`places`.
        came: who did.
    """
    yes, no = int(came.sum()), int((~came).sum())
    if not yes or not no:
        return None
    size = int(place.max()) + 1
    with_yes = np.bincount(place[came], minlength=size)
    with_no = np.bincount(place[~came], minlength=size)
    behind = no - np.cumsum(with_no)
    return float((with_yes * (behind + with_no / 2)).sum() / (yes * no))


def group_edges(score: Number, most: int, size: int) -> Number:
    """Return the values that part customers into groups alike in a score.

    Args:
        score: one a customer.
        most: groups at most.
        size: customers that a group must have; equal scores are never parted.
    """
    ordered = np.sort(score)
    number = max(min(most, len(ordered) // size), 1)
    values = ordered[np.arange(1, number) * len(ordered) // number]
    # A group begins with a new score: alike customers stand together.
    found = set(np.searchsorted(ordered, values, side="left").tolist()) - {0}
    # Where most are alike, those who differ are few, and all the more a group of their own.
    for start in np.unique(np.searchsorted(ordered, values, side="right"))[::-1].tolist():
        rest = min(abs(start - other) for other in (*found, 0, len(ordered)))
        if len(found) < number - 1 and rest >= size:
            found.add(start)
    return ordered[sorted(found)]
