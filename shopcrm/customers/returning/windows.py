"""The next order as a window: where so many of a hundred next orders of such customers fell.

A customer's own gaps are shrunk on a log scale toward the product's or the shop's usual gap. How
far next gaps stray from that is not assumed but counted: for every past gap with two before it,
what would have been said then is compared with what came. The window is the middle part of those
that outlasted the present silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.customers.turns import begins

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.customers.returning.history import History
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Number = npt.NDArray[np.float64]

MIN_GAPS: Final = 2
"""With one past gap no method gives a usable date (DOMAIN, segments)."""

_LEFT: Final = 20
"""So many past gaps must have outlasted the present silence, or there is no window."""

_FARTHEST: Final = 3650
"""Days; a window that ends later says nothing."""


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of customers with two gaps or more, one entry each.

    Attributes:
        codes: their numbers.
        begin: first day of the window; where there is none, 0.
        end: last day.
        gaps: own gaps.
        cases: past gaps, of all customers, that outlasted the present silence.
        there: whether there is a window; else the silence is longer than nearly all.
        by_product: the gaps were shrunk toward those of the product bought last.
    """

    codes: Whole
    begin: Whole
    end: Whole
    gaps: Whole
    cases: Whole
    there: npt.NDArray[np.bool_]
    by_product: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Gaps:
    """The gaps between purchase days, each customer's in order.

    Attributes:
        codes: customer number.
        logs: log of the days.
        before: own gaps before this one.
        sums: sum of their logs.
        products: product bought at the gap's beginning.
    """

    codes: Whole
    logs: Number
    before: Whole
    sums: Number
    products: Whole


def next_windows(history: History, day: int, policy: Policy) -> Windows | None:
    """Return the window of the next order for every customer with two gaps or more.

    Args:
        history: purchase days; those after ``day`` are not looked at.
        day: the day on which the window is said.
        policy: ``rhythm.weight``, ``returning.window_share``, ``min_gaps``, ``product_gaps``.

    Returns:
        None where the shop has too few gaps to say how far they stray.
    """
    known = history.until(day)
    gaps = _gaps(known)
    judged = gaps.before >= MIN_GAPS
    if int(judged.sum()) < max(policy.whole("returning.min_gaps"), 1):
        return None
    weight = policy.number("rhythm.weight")
    shop = float(np.median(gaps.logs))
    toward, of_products = _usual_by_product(gaps, shop, policy.whole("returning.product_gaps"))
    by_shop = gaps.logs - (gaps.sums + weight * shop) / (gaps.before + max(weight, 1e-9))
    by_product = gaps.logs - (gaps.sums + weight * toward) / (gaps.before + max(weight, 1e-9))
    # The product's gap must have told this shop's gaps better than the shop's own has.
    other = judged & (toward != shop)
    better = np.abs(by_product[other]).sum() < np.abs(by_shop[other]).sum()
    strayed = np.sort((by_product if better else by_shop)[judged])

    count = np.bincount(known.codes, minlength=known.size)
    several = np.flatnonzero(count > MIN_GAPS)
    last = np.cumsum(count)[several] - 1
    total = np.bincount(gaps.codes, weights=gaps.logs, minlength=known.size)[several]
    number = count[several] - 1
    product = known.products[last]
    usual = np.full(len(several), shop)
    if better:
        usual = np.where(product >= 0, of_products[product], shop)
    centre = (total + weight * usual) / (number + max(weight, 1e-9))

    silence = day - known.days[last]
    passed = np.searchsorted(strayed, np.log(np.maximum(silence, 0.5)) - centre, side="right")
    left = len(strayed) - passed
    cut = (1 - policy.number("returning.window_share")) / 2
    low = passed + np.floor(cut * left).astype(np.int64)
    high = passed + np.ceil((1 - cut) * left).astype(np.int64) - 1
    top = len(strayed) - 1
    longest = np.log(_FARTHEST)

    def days(place: Whole) -> Whole:
        logs = np.minimum(centre + strayed[np.clip(place, 0, top)], longest)
        return np.rint(np.exp(logs)).astype(np.int64)

    begin = np.maximum(days(low), np.maximum(silence, 1))
    end = np.maximum(days(high), begin)
    there = left >= _LEFT
    return Windows(
        several,
        np.where(there, known.days[last] + begin, 0),
        np.where(there, known.days[last] + end, 0),
        number,
        left,
        there,
        there & (usual != shop),
    )


def _gaps(history: History) -> _Gaps:
    same = history.codes[1:] == history.codes[:-1]
    codes = history.codes[1:][same]
    logs = np.log(history.days[1:][same] - history.days[:-1][same])
    new = begins(codes)
    begin = np.flatnonzero(new)[np.cumsum(new) - 1] if len(codes) else codes
    running = np.cumsum(logs) - logs
    return _Gaps(
        codes,
        logs,
        np.arange(len(codes)) - begin,
        running - running[begin],
        history.products[:-1][same],
    )


def _usual_by_product(gaps: _Gaps, shop: float, least: int) -> tuple[Number, Number]:
    """Return toward what each gap is shrunk, itself left out, and the usual log gap by product.

    A product with fewer than ``least`` gaps has no gap of its own: the shop's stands for it.
    """
    size = int(gaps.products.max(initial=-1)) + 1
    known = gaps.products >= 0
    count = np.bincount(gaps.products[known], minlength=size)
    total = np.bincount(gaps.products[known], weights=gaps.logs[known], minlength=size)
    enough = count >= max(least, 2)
    usual = np.where(enough, total / np.maximum(count, 1), shop)
    toward = np.full(len(gaps.logs), shop)
    own = known.copy()
    own[known] = enough[gaps.products[known]]
    at = gaps.products[own]
    toward[own] = (total[at] - gaps.logs[own]) / (count[at] - 1)
    return toward, usual
