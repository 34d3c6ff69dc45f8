"""Which limit would have been best: where churning and lost should begin in this shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.customers.returns import lower_bound

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy

    Flags = npt.NDArray[np.bool_]
    Number = npt.NDArray[np.float64]

FACTORS: Final = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
LOST_DAYS: Final = (60, 90, 120, 150, 180, 240, 300, 365, 450, 540, 730)

_SURE: Final = 3.0
_CONFIDENCE: Final = 0.8


@dataclass(frozen=True)
class Limit:
    """What a limit would have done.

    Attributes:
        value: the limit.
        flagged: customers beyond it, on all past days together.
        came: share of them who ordered all the same.
        missed: share of those within it who did not order.
        gain: share of those who stayed away that is flagged, less that of those who came.
    """

    value: float
    flagged: int
    came: float
    missed: float
    gain: float


@dataclass(frozen=True)
class Choice:
    """The limits that were tried.

    Attributes:
        limits: by value.
        now: the one in force.
        best: the best for this shop; None where the past does not tell one.
        why: ``better``: clearly better than the present; ``same``: the present one is as good, or
            nearly; ``none``: no limit tells; ``few``: too few customers to tell.
    """

    limits: list[Limit]
    now: float
    best: float | None
    why: str


def best_factor(lateness: Number, waited: Flags, came: Flags, policy: Policy) -> Choice:
    """Return how well multiples of the expected gap told who would stay away.

    The best parts those who stayed away from those who came the furthest (Youden's index). It is
    better than the present one only where the gain is more than three times its standard error:
    it is the best of several.

    Args:
        lateness: of repeat buyers, the greatest factor by which they would count as churning.
        waited: whether the days of grace are over, without which nobody is churning.
        came: who ordered within the days ahead.
        policy: ``churn.factor`` and ``returning.min_customers``.
    """
    now = policy.number("churn.factor")
    limits = [_limit(value, (lateness > value) & waited, came) for value in sorted({*FACTORS, now})]
    least = policy.whole("returning.min_customers")
    if min(int(came.sum()), int((~came).sum())) < least:
        return Choice(limits, now, None, "few")
    best = max(limits, key=lambda one: (one.gain, one.value == now))
    if best.gain <= 0:
        return Choice(limits, now, None, "none")
    present = next(one for one in limits if one.value == now)
    # Only those between the two limits are judged differently.
    between = (min(best.value, now) < lateness) & (lateness <= max(best.value, now))
    between &= waited
    doubt = np.sqrt(
        sum(
            share * (1 - share) / max(int(side.sum()), 1)
            for side in (came, ~came)
            for share in [float(between[side].mean()) if side.any() else 0.0]
        )
    )
    if best.value == now or best.gain - present.gain <= _SURE * doubt:
        return Choice(limits, now, now, "same")
    return Choice(limits, now, best.value, "better")


def best_lost(silence: Number, came: Flags, policy: Policy) -> Choice:
    """Return after what silence hardly anybody came back within the days ahead.

    Few enough they are when the upper confidence bound of their share is below the limit.

    Args:
        silence: in days, of all who have bought.
        came: who ordered within the days ahead.
        policy: ``stages.lost_days`` and ``new_days``, ``returning.gone_share`` and
            ``min_customers``.
    """
    now = float(policy.whole("stages.lost_days"))
    limits = [_limit(float(v), silence > v, came) for v in sorted({*LOST_DAYS, int(now)})]
    told = [one for one in limits if one.flagged >= policy.whole("returning.min_customers")]
    share = policy.number("returning.gone_share")
    # Nobody is lost before a first order ceases to be new.
    least = policy.whole("stages.new_days")
    fit = [one.value for one in told if _at_most(one) < share and one.value >= least]
    if not fit:
        return Choice(limits, now, None, "none" if told else "few")
    return Choice(limits, now, fit[0], "same" if fit[0] == now else "better")


def _at_most(limit: Limit) -> float:
    """Return the share who came, on its upper confidence bound: a few may be few by chance."""
    stayed, number = np.array([1 - limit.came]), np.array([limit.flagged])
    return 1 - float(lower_bound(stayed, number, _CONFIDENCE)[0])


def _limit(value: float, flagged: Flags, came: Flags) -> Limit:
    def share(part: Flags, of: Flags) -> float:
        return float(part[of].mean()) if of.any() else 0.0

    return Limit(
        value,
        int(flagged.sum()),
        share(came, flagged),
        share(~came, ~flagged),
        share(flagged, ~came) - share(flagged, came),
    )
