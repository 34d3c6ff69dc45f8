"""What a customer may spend in the year ahead, as a range: what alike customers spent in the last.

Alike is who had the same prospects a year ago: the chance of an order times the average order.
No distribution is assumed; the range holds the middle of what those customers did spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.customers.returning.history import past_cuts, standing
from shopcrm.customers.returning.measures import group_edges

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.customers.returning.chances import Chances
    from shopcrm.customers.returning.history import History, Standing
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Number = npt.NDArray[np.float64]

YEAR: Final = 365
_GROUPS: Final = 20
_GROUP_SIZE: Final = 30
_TYPICAL_ORDERS: Final = 1.0
"""The shop's average purchase counts like so many of one's own: one order may be a freak."""


@dataclass(frozen=True, eq=False)
class Values:
    """What alike customers spent in a year, one entry for each customer asked about.

    Attributes:
        low: fen that one in ten of them stayed below (with a window share of 0.8).
        mean: fen on average.
        high: fen that one in ten exceeded.
        cases: how many they are.
        there: whether that can be told: a year holds the days of the chance, so where fewer of a
            group bought in it than now should within those days alone, last year was another.
    """

    low: Whole
    mean: Whole
    high: Whole
    cases: Whole
    there: npt.NDArray[np.bool_]


def year_values(
    history: History,
    day: int,
    chances: Chances,
    policy: Policy,
    *,
    ahead: int = YEAR,
    now: tuple[Standing, Number] | None = None,
) -> Values | None:
    """Return what each customer who has bought by ``day`` may spend in the days after it.

    Args:
        history: purchase days; those after ``day`` are not looked at.
        day: the day from which the year counts.
        chances: learned no later than on that day.
        policy: ``returning.min_customers`` and ``window_share``.
        ahead: days of the "year".
        now: how they stand on ``day`` and the chance of each, where that is known already.

    Returns:
        None where no past day has both a year after it and some history before it, or had too
        few customers; else one entry a customer of :func:`standing` on ``day``.
    """
    known = history.until(day)
    cuts = past_cuts(known, day, ahead, most=1)
    if not cuts:
        return None
    then = standing(known, cuts[0])
    if len(then.codes) < policy.whole("returning.min_customers"):
        return None
    prospects = _prospects(then, chances.share(then))
    edges = group_edges(prospects, _GROUPS, _GROUP_SIZE)
    group = np.searchsorted(edges, prospects, side="right")
    spent = known.spent(cuts[0], cuts[0] + ahead)[then.codes]
    cut = (1 - policy.number("returning.window_share")) / 2
    found = np.zeros((len(edges) + 1, 3))
    count = np.bincount(group, minlength=len(edges) + 1)
    ordered = np.split(spent[np.lexsort((spent, group))], np.cumsum(count)[:-1])
    for number, part in enumerate(ordered):
        low, high = np.quantile(part, [cut, 1 - cut])
        found[number] = low, part.mean(), high
    who, likely = now or _told(known, day, chances)
    mine = np.searchsorted(edges, _prospects(who, likely), side="right")
    low, mean, high = np.rint(found[mine]).astype(np.int64).T
    came = known.came(cuts[0], cuts[0] + ahead)[then.codes]
    share = (np.bincount(group[came], minlength=len(count)) + 1) / (count + 2)
    most = share + 2 * np.sqrt(share * (1 - share) / count)
    people = np.bincount(mine, minlength=len(count))
    told = np.bincount(mine, weights=likely, minlength=len(count))
    there = told <= most * people
    return Values(low, mean, high, count[mine], there[mine])


def _told(known: History, day: int, chances: Chances) -> tuple[Standing, Number]:
    who = standing(known, day)
    return who, chances.share(who)


def _prospects(who: Standing, share: Number) -> Number:
    """Return the chance of an order times the average purchase, shrunk toward the shop's."""
    shop = who.fen.sum() / max(int(who.days.sum()), 1)
    average = (who.fen + _TYPICAL_ORDERS * shop) / (who.days + _TYPICAL_ORDERS)
    found: Number = share * average
    return found
