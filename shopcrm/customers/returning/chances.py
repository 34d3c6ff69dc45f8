"""The chance of an order in the days ahead, learned on the shop's own past.

A logistic regression on three figures of each customer, fitted on what came of the customers of
past days: how long the silence, how many purchase days, and how many of them lately. Each may only
pull the way it must: silence down, purchases up. A weight of the wrong sign is chance, and is left
out; and where plain silence has ranked this shop's customers better, it alone remains. A penalty
shrinks the weights where a shop is small. Buyers need not follow the curve: what it says is bent,
group by group, to what came, and stays in order. What it is worth out of time: docs/evidence.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.customers.returning.history import past_cuts, standing
from shopcrm.customers.returning.measures import area, group_edges, places

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.customers.returning.history import History, Standing
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Number = npt.NDArray[np.float64]

_SIGNS: Final = np.array([-1.0, 1.0, 1.0])
_PENALTY: Final = 2.0
"""Of 1 to 20 the one that served shops of 20 to 1,000 customers best (drawn from CDNOW)."""

_FITTED: Final = 40_000
"""Customers of a past day that are fitted on; more would cost time and change no weight."""

_ROUNDS: Final = 40
_STILL: Final = 1e-9
_LEAST_OUTCOMES: Final = 3
"""So many must have come, and so many not, or nothing can be learned."""

_GROUPS: Final = 20
_GROUP_SIZE: Final = 30
_ALIKE: Final = 10
"""Customers that are alike enough to be counted as evidence: at least so many together."""

_TRUST: Final = 15.0
"""The curve counts like so many customers of a group when it is bent to what came."""

_SLOPE: Final = 0.1
"""What the curve keeps of its own slope, so that unlike customers never become alike."""


@dataclass(frozen=True, eq=False)
class Chances:
    """What the past says of who comes back.

    Attributes:
        weights: of 1, silence, purchase days and faded count, on a log scale.
        curve: log odds by these weights, of the middle of each group.
        bent: what they become: bent to what came.
        ahead: the chance is of an order within so many days.
        edges: scores at which the next group of alike customers begins.
        alike: customers in each group on the latest past day of which the outcome is known.
        came: of these, who ordered within the days ahead.
    """

    weights: Number
    curve: Number
    bent: Number
    ahead: int
    edges: Number
    alike: Whole
    came: Whole

    def score(self, who: Standing) -> Number:
        """Return the log odds of an order: the higher the likelier."""
        return _bend(figures(who) @ self.weights, self.curve, self.bent)

    def share(self, who: Standing) -> Number:
        """Return the chance of an order within the days ahead, in 0 ... 1."""
        return _logistic(self.score(who))

    def told(self, who: Standing) -> tuple[Number, Whole]:
        """Return the chance of each, and in which group of alike customers they stand."""
        score = self.score(who)
        return _logistic(score), np.searchsorted(self.edges, score, side="right")


def figures(who: Standing) -> Number:
    """Return what the chance depends on: 1, log silence, log purchase days, log faded count."""
    columns = (
        np.ones(len(who.codes)),
        np.log1p(np.maximum(who.silence, 0)) - 4,  # about the middle: the penalty is on slopes
        np.log(who.days),
        np.log(np.maximum(who.faded, 1e-9)),
    )
    return np.column_stack(columns)


def learn_chances(history: History, day: int, ahead: int, policy: Policy) -> Chances | None:
    """Learn from the past what the chance of an order depends on.

    Args:
        history: purchase days; those after ``day`` are not looked at.
        day: the day from which the chance counts.
        ahead: of an order within so many days.
        policy: ``returning.min_customers``.

    Returns:
        None where the history is too short, the shop too small, or all or nobody came.
    """
    known = history.until(day)
    cases = _gather(known, day, ahead, policy)
    if cases is None:
        return None
    weights = _fit(cases, _earned(known, cases, ahead, policy))
    curve, bent = _straighten(cases.rows @ weights, cases.outcome, cases.heft)
    score = _bend(figures(cases.who) @ weights, curve, bent)
    edges = group_edges(score, _GROUPS, _ALIKE)
    group = np.searchsorted(edges, score, side="right")
    return Chances(
        weights,
        curve,
        bent,
        ahead,
        edges,
        np.bincount(group, minlength=len(edges) + 1),
        np.bincount(group[cases.came], minlength=len(edges) + 1),
    )


@dataclass(frozen=True, eq=False)
class _Cases:
    """Customers on past days, and what came of them.

    Attributes:
        rows: their figures, one row a customer and day.
        outcome: 1 for who came, else 0.
        heft: how much each counts; one customer stands on several days and is no more evidence.
        day: the latest of the days.
        who: all who had bought by then.
        came: who of these came.
    """

    rows: Number
    outcome: Number
    heft: Number
    day: int
    who: Standing
    came: npt.NDArray[np.bool_]


def _gather(known: History, day: int, ahead: int, policy: Policy) -> _Cases | None:
    """Return the cases to learn from on a day, None where there are too few."""
    rows, outcomes, counts = [], [], []
    latest = None
    for cut in past_cuts(known, day, ahead):
        who = standing(known, cut)
        if len(who.codes) < policy.whole("returning.min_customers"):
            break
        came = known.came(cut, cut + ahead)[who.codes]
        latest = latest or (cut, who, came)
        step = -(-len(who.codes) // _FITTED)
        rows.append(figures(who.every(step)))
        outcomes.append(came[::step].astype(np.float64))
        counts.append(np.full(len(rows[-1]), float(step)))
    if latest is None:
        return None
    cut, who, came = latest
    if min(int(came.sum()), int((~came).sum())) < _LEAST_OUTCOMES:
        return None
    heft = np.concatenate(counts) / len(rows)
    return _Cases(np.concatenate(rows), np.concatenate(outcomes), heft, cut, who, came)


def _earned(known: History, cases: _Cases, ahead: int, policy: Policy) -> list[int]:
    """Return the columns of :func:`figures` that have earned their place in this shop.

    What was learned before the latest past day is tried on it: where silence alone ranks those who
    came better than all figures together, silence alone it is. All of them where the past is too
    short to try.
    """
    everything = list(range(cases.rows.shape[1]))
    before = _gather(known.until(cases.day), cases.day, ahead, policy)
    if before is None:
        return everything
    told = figures(cases.who) @ _fit(before, everything)
    together = area(places(told), cases.came)
    silence = area(places(-cases.who.silence.astype(np.float64)), cases.came)
    if together is None or silence is None or together >= silence:
        return everything
    return [0, 1]


def _straighten(odds: Number, outcome: Number, heft: Number) -> tuple[Number, Number]:
    """Return for groups of customers the log odds told, and those that what came asks for.

    The latter never fall while the former rise (pool adjacent violators).
    """
    edges = group_edges(odds, _GROUPS, int(np.ceil(_GROUP_SIZE * len(odds) / heft.sum())))
    group = np.searchsorted(edges, odds, side="right")
    people: Number = np.bincount(group, weights=heft).astype(np.float64)
    told = np.bincount(group, weights=heft * _logistic(odds)) / people
    came = np.bincount(group, weights=heft * outcome)
    share: Number = (came + _TRUST * told) / (people + _TRUST)
    return _log_odds(told), _log_odds(_never_falling(share, people))


def _never_falling(share: Number, people: Number) -> Number:
    """Return shares, neighbours that fall taken together until none does."""
    pools: list[list[float]] = []  # sum, weight, number of groups
    for one, weight in zip(share, people, strict=True):
        pools.append([one * weight, weight, 1])
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            last = pools.pop()
            pools[-1] = [old + new for old, new in zip(pools[-1], last, strict=True)]
    return np.repeat([pool[0] / pool[1] for pool in pools], [int(pool[2]) for pool in pools])


def _bend(odds: Number, curve: Number, bent: Number) -> Number:
    """Return log odds bent as the groups were; beyond the last group shifted as it was."""
    inside = np.clip(odds, curve[0], curve[-1])
    found: Number = np.interp(inside, curve, bent) + (odds - inside)
    return (1 - _SLOPE) * found + _SLOPE * odds


def _fit(cases: _Cases, columns: list[int]) -> Number:
    """Return the weights of the penalised logistic regression, none of the wrong sign."""
    weights = np.zeros(cases.rows.shape[1])
    kept = list(columns)
    while True:
        found = _newton(cases.rows[:, kept], cases.outcome, cases.heft)
        pulls = found[1:] * _SIGNS[[column - 1 for column in kept[1:]]]
        if not len(pulls) or pulls.min() >= 0:
            weights[kept] = found
            return weights
        kept.pop(1 + int(pulls.argmin()))


def _newton(rows: Number, outcome: Number, heft: Number) -> Number:
    """Return the most likely weights by Newton's method (iteratively reweighted least squares)."""
    weights = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], _PENALTY)
    penalty[0] = 1e-6  # the shop's own share is not shrunk
    for _ in range(_ROUNDS):
        share = _logistic(rows @ weights)
        bend = (rows * (heft * (share * (1 - share) + 1e-9))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(bend, rows.T @ (heft * (outcome - share)) - penalty * weights)
        weights = weights + np.clip(step, -4, 4)
        if np.abs(step).max() < _STILL:
            break
    return weights


def _log_odds(share: Number) -> Number:
    found: Number = np.log(share / (1 - share))
    return found


def _logistic(odds: Number) -> Number:
    found: Number = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return found
