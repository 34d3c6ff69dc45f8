"""The test itself: stand on past days, let each rule speak, and compare with what came after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.returning.chances import learn_chances
from shopcrm.customers.returning.history import LEAST_DAYS, NEVER, history_of, standing
from shopcrm.customers.returning.measures import area, places
from shopcrm.customers.returning.value import YEAR, year_values
from shopcrm.customers.returning.windows import next_windows
from shopcrm.customers.rhythm import expected_gaps, purchase_gaps, usual_gap
from shopcrm.segments.backtest.limits import best_factor, best_lost
from shopcrm.segments.backtest.measures import FIRST, bands, first_part
from shopcrm.segments.stages import risk_ranks

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.customers.returning.history import History, Standing
    from shopcrm.policy import Policy
    from shopcrm.segments.backtest.limits import Choice
    from shopcrm.segments.backtest.measures import Band

    Flags = npt.NDArray[np.bool_]
    Number = npt.NDArray[np.float64]

MOST_DAYS: Final = 4
RULES: Final = ("chance", "rank", "silence", "overdue", "orders", "money")
"""What is scored: the chance, the rank by risk, the silence alone (what any other must beat or
equal), silence as a multiple of the expected gap, the number of purchases, the money so far."""

_REPEAT: Final = 2


@dataclass(frozen=True)
class Score:
    """How right one rule was, on average over the past days.

    Attributes:
        rule: one of RULES.
        area: under the ROC curve.
        hits: of the tenth ranked first, the share who ordered.
        caught: of the money spent in the days ahead, the share that this tenth spent.
    """

    rule: str
    area: float
    hits: float
    caught: float


@dataclass(frozen=True)
class Held:
    """How often what was said held.

    Attributes:
        number: customers of whom it was said.
        back: of these, who ordered again until today; for a range, all.
        held: of those, the share for whom it held.
        held_of_all: the same of all of whom it was said: who never came back counts against it.
    """

    number: int
    back: int
    held: float
    held_of_all: float


@dataclass(frozen=True)
class Backtest:
    """What the test found.

    Attributes:
        ahead: days looked ahead from each past day.
        history_days: days from the first order until today.
        days: the past days, the latest first; none where the history is too short.
        customers: who had bought by the latest of them.
        came: share who ordered within the days ahead, over all past days.
        scores: in the order of RULES; those that could not be told are left out.
        bands: tenths by the chance told; none where no chance could be.
        windows: the next orders expected.
        ranges: what a year would bring; None where the history is too short for it.
        factor: limits of churning.
        lost: limits of lost.
    """

    ahead: int
    history_days: int
    days: list[dt.date]
    customers: int = 0
    came: float = 0.0
    scores: list[Score] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    windows: Held | None = None
    ranges: Held | None = None
    factor: Choice | None = None
    lost: Choice | None = None

    @property
    def wanted_days(self) -> int:
        """Days of history that a test of everything but a year's range wants."""
        return LEAST_DAYS + 2 * self.ahead


@dataclass(frozen=True, eq=False)
class _Day:
    """One past day: who had bought, what each rule said, and what came.

    Attributes:
        who: the customers.
        rules: by rule, the higher the likelier to come.
        lateness: the greatest ``churn.factor`` by which each would have been late.
        waited: whether the days of grace were over.
        said: the chance told; None where none could be.
        came: who ordered within the days ahead.
        spent: fen of these days.
    """

    who: Standing
    rules: dict[str, Number]
    lateness: Number
    waited: Flags
    said: Number | None
    came: Flags
    spent: Number


def try_rules(
    orders: pd.DataFrame, policy: Policy, today: dt.date, ahead: int | None = None
) -> Backtest:
    """Test the rules on the shop's own past.

    Args:
        orders: ORDERS with ``customer``, money of one currency.
        policy: the rules in force.
        today: the last day that is known.
        ahead: days to look ahead; without it ``returning.days``.
    """
    keys = pd.Series(np.sort(orders["customer"].dropna().unique()), dtype="str")
    history = history_of(orders, keys, today)
    return judge(history, policy, today, ahead or policy.whole("returning.days"))


def judge(history: History, policy: Policy, today: dt.date, ahead: int) -> Backtest:
    """Test the rules on purchase days; see :func:`try_rules`."""
    now = int(np.datetime64(today, "D").astype(np.int64))
    if not len(history.days):
        return Backtest(ahead, 0, [])
    long = now - history.first_day
    past = [now - ahead * (back + 1) for back in range(MOST_DAYS)]
    past = [day for day in past if day >= history.first_day + LEAST_DAYS]
    found = {day: _look_back(history, day, ahead, policy) for day in past}
    told = {day: one for day, one in found.items() if one.came.any() and not one.came.all()}
    # Rules are compared on the same days: those of which the chance can be told, if there are any.
    with_chance = {day: one for day, one in told.items() if one.said is not None}
    kept = with_chance or told
    if not kept:
        return Backtest(ahead, long, [])
    days = list(kept.values())
    came = np.concatenate([one.came for one in days])
    silence = np.concatenate([one.who.silence for one in days]).astype(np.float64)
    lateness = np.concatenate([one.lateness for one in days])
    waited = np.concatenate([one.waited for one in days])
    several = np.concatenate([one.who.days for one in days]) >= max(
        policy.whole("stages.repeat_orders"), _REPEAT
    )
    said = [one.said for one in days if one.said is not None]
    return Backtest(
        ahead,
        long,
        [dt.date(1970, 1, 1) + dt.timedelta(days=day) for day in kept],
        len(days[0].who.codes),
        float(came.mean()),
        [_score(rule, days) for rule in RULES if rule in days[0].rules],
        bands(np.concatenate(said), came) if said else [],
        _windows(history, list(kept), policy),
        _ranges(history, now, policy),
        best_factor(lateness[several], waited[several], came[several], policy),
        best_lost(silence, came, policy),
    )


def _look_back(history: History, day: int, ahead: int, policy: Policy) -> _Day:
    """Return what each rule said on a day, and what came; only the last looks past the day."""
    who = standing(history, day)
    known = history.until(day)
    gap_codes, gaps = purchase_gaps(known.codes, known.days)
    shop = usual_gap(
        gaps, policy.whole("rhythm.min_gaps"), policy.number("rhythm.default_gap_days")
    )
    weight = policy.number("rhythm.weight")
    expected = expected_gaps(gap_codes, gaps, known.size, shop, weight)[who.codes]
    table = pd.DataFrame(
        {
            "days_since": who.silence,
            "orders": who.days,
            "net_fen": who.fen,
            "customer": who.codes,
        }
    )
    rules: dict[str, Number] = {
        "rank": risk_ranks(table).to_numpy().astype(np.float64),
        "silence": -who.silence.astype(np.float64),
        "overdue": -who.silence / expected,
        "orders": who.days.astype(np.float64),
        "money": who.fen.astype(np.float64),
    }
    chances = learn_chances(history, day, ahead, policy)
    said = None
    if chances is not None:
        said = chances.share(who)
        rules["chance"] = chances.score(who)
    came = history.came(day, day + ahead)[who.codes]
    lateness, waited = _lateness(known, day, shop, policy)
    spent = history.spent(day, day + ahead)[who.codes]
    return _Day(who, rules, lateness, waited, said, came, spent)


def _lateness(known: History, day: int, shop: float, policy: Policy) -> tuple[Number, Flags]:
    """Return by which factor each who has bought is late, and whether the days of grace are over.

    As for the stage, the waiting after each purchase day counts, and the calmest of them decides:
    see :func:`shopcrm.customers.rhythm.expected_by`.
    """
    starts = np.flatnonzero(np.append(True, known.codes[1:] != known.codes[:-1]))
    first = np.repeat(starts, np.diff(np.append(starts, len(known.codes))))
    logs = np.log(np.maximum(np.diff(known.days, prepend=known.days[0]), 1))
    logs[starts] = 0
    total = np.cumsum(logs)
    count = np.arange(len(first)) - first
    weight = policy.number("rhythm.weight")
    sums = total - total[first] + weight * np.log(shop)
    gaps = np.where(count + weight > 0, np.exp(sums / np.maximum(count + weight, 1e-9)), shop)
    passed = day - known.days
    calmest = np.minimum.reduceat(passed / gaps, starts)
    # Before one is a repeat customer, nobody is late within the days in which one is new.
    early = count + 1 < policy.whole("stages.repeat_orders")
    fresh = early & (passed <= policy.whole("stages.new_days"))
    silence = np.minimum.reduceat(passed, starts)
    waited = silence > policy.whole("churn.min_days")
    return calmest, waited & ~np.logical_or.reduceat(fresh, starts)


def _score(rule: str, days: list[_Day]) -> Score:
    areas, hits, caught = [], [], []
    for one in days:
        place = places(one.rules[rule])
        areas.append(area(place, one.came) or 0.0)
        first = first_part(place, one.came.astype(np.float64))
        hits.append(first / (FIRST * len(place)))
        caught.append(first_part(place, one.spent) / max(float(one.spent.sum()), 1.0))
    return Score(rule, float(np.mean(areas)), float(np.mean(hits)), float(np.mean(caught)))


def _windows(history: History, days: list[int], policy: Policy) -> Held | None:
    """Return how many windows said on past days held the next order."""
    number = back = held = 0
    for day in days:
        said = next_windows(history, day, policy)
        if said is None:
            continue
        then = history.next_day(day)[said.codes][said.there]
        begin, end = said.begin[said.there], said.end[said.there]
        number += len(then)
        back += int((then < NEVER).sum())
        held += int(((then >= begin) & (then <= end)).sum())
    return Held(number, back, held / back, held / number) if back else None


def _ranges(history: History, now: int, policy: Policy) -> Held | None:
    """Return how many of the ranges for a year that were said a year ago held what was spent."""
    day = now - YEAR
    chances = learn_chances(history, day, policy.whole("returning.days"), policy)
    said = None if chances is None else year_values(history, day, chances, policy)
    if said is None:
        return None
    spent = history.spent(day, now)[standing(history, day).codes]
    if not said.there.any():
        return None
    held = float(((spent >= said.low) & (spent <= said.high))[said.there].mean())
    number = int(said.there.sum())
    return Held(number, number, held, held)
