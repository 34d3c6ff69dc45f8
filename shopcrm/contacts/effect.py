"""Does it help: how many of those talked to order again, beside others like them left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.newest import newest_order
from shopcrm.customers.returns import lower_bound
from shopcrm.tables import EFFECT, SUCCESSFUL, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

_TALKS: Final = ("done", "snoozed", "opt_out")
_WEEK: Final = 7
_THURSDAY: Final = 3
"""Day 0 of numpy was a Thursday: weeks of so many days later begin on Mondays."""
_QUIET: Final = 30
"""Whoever was talked to in so many days before a week is none of its others."""
_SPAN: Final = 1 << 17
"""More days than any shop has, so that customer and day are one number."""


def contact_effect(
    orders: pd.DataFrame, log: pd.DataFrame, policy: Policy, today: dt.date
) -> pd.DataFrame:
    """Compare by kind of contact who ordered again, of those talked to and of others like them.

    The others of a talk are the customers who in its week had been silent for as long, had as
    many orders, and likewise had or had not an unpaid one, and who were not talked to in that
    week nor in the 30 days before. Whether they are talked to later is not looked at: it often
    follows from an order, and leaving them out would make the others look worse than they are.
    Their rate is weighted by where the contacted stand. A customer counts once a kind, with the
    first talk; talks whose days are not over yet, or not all in the files, do not count.

    The interval of the difference is R. G. Newcombe's hybrid score interval ("Interval estimation
    for the difference between independent proportions", Statistics in Medicine 17, 1998,
    method 10), with the effective number of the others (L. Kish, Survey Sampling, 1965), which
    is never more than there are.

    It is no experiment: nobody drew lots about who is talked to.

    Args:
        orders: ORDERS with ``customer``.
        log: CONTACT_LOG with ``customer``.
        policy: ``effect``.
        today: the day to count from.

    Returns:
        EFFECT, one row a kind and number of days, by kind.
    """
    past = _Past.of(orders, log)
    now = int(np.datetime64(today, "D").astype(np.int64))
    first = now - policy.whole("effect.look_back")
    # Beyond the newest order nobody knows who came.
    newest = newest_order(orders) or today
    end = min(now, int(np.datetime64(newest, "D").astype(np.int64)))
    rows = []
    for days in policy.wholes("effect.days"):
        talks = past.first_talks(first, end - days)
        others = {
            week: past.others(week, days, policy) for week in np.unique(talks["week"]).tolist()
        }
        for kind in sorted(talks["kind"].unique()):
            these = talks[talks["kind"] == kind]
            rows.append(
                {"kind": kind, "days": days, **_compared(past, these, others, days, policy)}
            )
    return conform(pd.DataFrame(rows, columns=list(EFFECT)), EFFECT)


@dataclass(frozen=True, eq=False)
class _Others:
    """Who was left alone in a week: their number, their stratum, and whether they came."""

    codes: Whole
    strata: Whole
    came: Flags


@dataclass(frozen=True, eq=False)
class _Past:
    """Orders and talks as numbers: customers from 0, days since 1970, sorted.

    Attributes:
        bought: customer and day of each successful order as one number, sorted.
        since: first day on which each customer placed any order.
        unpaid: ``code``, ``placed`` and ``paid`` (the last day possible without) of orders that
            were not paid on their day.
        talks: ``code``, ``day``, ``kind`` and ``result`` of the talks.
    """

    bought: Whole
    since: Whole
    unpaid: pd.DataFrame
    talks: pd.DataFrame

    @classmethod
    def of(cls, orders: pd.DataFrame, log: pd.DataFrame) -> _Past:
        """Return the past of a shop."""
        orders = orders[
            orders["customer"].notna() & orders["created"].fillna(orders["paid"]).notna()
        ]
        codes, people = pd.factorize(orders["customer"])
        placed = _days(orders["created"].fillna(orders["paid"]))
        good = orders["status"].isin(SUCCESSFUL).to_numpy()
        day = np.where(
            orders["paid"].isna(), placed, _days(orders["paid"].fillna(orders["created"]))
        )
        since = np.full(len(people), _SPAN, np.int64)
        np.minimum.at(since, codes, np.minimum(placed, day))
        late = (orders["paid"].isna().to_numpy() & ~good) | (day > placed)
        paid = np.where(orders["paid"].isna(), _SPAN, day)
        unpaid = pd.DataFrame({"code": codes[late], "placed": placed[late], "paid": paid[late]})
        log = log[log["result"].isin(_TALKS) & log["date"].notna()]
        who = pd.Index(people).get_indexer(pd.Index(log["customer"]))
        talks = pd.DataFrame(
            {
                "code": who,
                "day": _days(log["date"]),
                "kind": log["kind"].to_numpy(),
                "result": log["result"].to_numpy(),
            }
        )
        bought = np.sort(codes[good].astype(np.int64) * _SPAN + day[good])
        return cls(bought, since, unpaid, talks[who >= 0])

    def first_talks(self, first: int, last: int) -> pd.DataFrame:
        """Return each customer's first talk of each kind, in whole weeks between two days.

        Returns:
            Columns ``code``, ``day``, ``kind``, ``week``.
        """
        made = self.talks[(self.talks["result"] == "done") & self.talks["kind"].notna()]
        made = made.assign(week=(made["day"] + _THURSDAY) // _WEEK)
        ends = made["week"] * _WEEK - _THURSDAY + _WEEK - 1
        made = made[(made["day"] > first) & (ends <= last)]
        made = made.sort_values(["kind", "code", "day"]).drop_duplicates(["kind", "code"])
        return made[made["day"] >= self.since[made["code"]]]

    def others(self, week: int, days: int, policy: Policy) -> _Others:
        """Return who was left alone in a week and the time before it."""
        monday = week * _WEEK - _THURSDAY
        talked = self.talks[self.talks["day"].between(monday - _QUIET, monday + _WEEK - 1)]
        alone = self.since <= monday
        alone[talked["code"].to_numpy()] = False
        codes = np.flatnonzero(alone)
        at = np.full(len(codes), monday + _WEEK // 2, np.int64)
        return _Others(codes, self.strata(codes, at, policy), self.came(codes, at, days))

    def strata(self, codes: Whole, at: Whole, policy: Policy) -> Whole:
        """Return where customers stand on a day: silence, orders, something unpaid."""
        before = np.searchsorted(self.bought, codes * _SPAN + at, "right")
        start = np.searchsorted(self.bought, codes * _SPAN, "left")
        orders = before - start
        last = self.bought[np.maximum(before - 1, 0)] % _SPAN if len(self.bought) else at
        edges, steps = policy.wholes("effect.recency_days"), policy.wholes("effect.orders")
        silence = np.where(orders > 0, np.searchsorted(edges, at - last, "left"), len(edges) + 1)
        many = np.where(orders > 0, np.searchsorted(steps, orders, "left") + 1, 0)
        found: Whole = (silence * (len(steps) + 2) + many) * 2 + self._unpaid(codes, at)
        return found

    def came(self, codes: Whole, at: Whole, days: int) -> Flags:
        """Tell who ordered within so many days after a day."""
        following = np.searchsorted(self.bought, codes * _SPAN + at, "right")
        until = np.searchsorted(self.bought, codes * _SPAN + at + days, "right")
        found: Flags = until > following
        return found

    def _unpaid(self, codes: Whole, at: Whole) -> Flags:
        has = np.zeros(len(self.since), bool)
        has[self.unpaid["code"].to_numpy()] = True
        places = np.flatnonzero(has[codes])
        asked = pd.DataFrame({"code": codes[places], "at": at[places], "place": places})
        open_then = asked.merge(self.unpaid, on="code")
        then = (open_then["placed"] <= open_then["at"]) & (open_then["paid"] > open_then["at"])
        recent = open_then["at"] - open_then["placed"] < _WEEK
        found = np.zeros(len(codes), bool)
        found[open_then.loc[then & recent, "place"].to_numpy()] = True
        return found


def _compared(
    past: _Past, talks: pd.DataFrame, others: dict[int, _Others], days: int, policy: Policy
) -> dict[str, object]:
    """Return the figures of one kind."""
    codes, at = talks["code"].to_numpy(np.int64), talks["day"].to_numpy(np.int64)
    strata, came = past.strata(codes, at, policy), past.came(codes, at, days)
    weeks = talks["week"].to_numpy()
    shares, sizes = np.full(len(codes), np.nan), np.zeros(len(codes))
    used: list[Whole] = []
    for week in np.unique(weeks).tolist():
        left, here = others[week], weeks == week
        number = np.bincount(left.strata, minlength=strata.max() + 1)
        hits = np.bincount(left.strata, weights=left.came, minlength=len(number))
        sizes[here] = number[strata[here]]
        shares[here] = hits[strata[here]] / np.maximum(number[strata[here]], 1)
        used.append(left.codes[np.isin(left.strata, strata[here])])
    matched = sizes > 0
    count, hit = int(matched.sum()), int(came[matched].sum())
    if not count:
        return {"contacted": 0, "came": 0, "unlike": len(codes), "others": 0, "verdict": "too_few"}
    people = len(np.unique(np.concatenate(used)))
    # Each cell weighs as many contacted as it has: sum of (n / N)^2 / m over the cells.
    cells = pd.DataFrame({"week": weeks[matched], "at": strata[matched], "size": sizes[matched]})
    weights = cells.groupby(["week", "at"])["size"].agg(["size", "first"])
    effective = min(1 / float(((weights["size"] / count) ** 2 / weights["first"]).sum()), people)
    share, other = hit / count, float(shares[matched].mean())
    low, high = difference_interval(
        share, count, other, effective, policy.number("effect.confidence")
    )
    least = policy.whole("effect.least")
    verdict = "more" if low > 0 else "less" if high < 0 else "open"
    return {
        "contacted": count,
        "came": hit,
        "unlike": len(codes) - count,
        "others": people,
        "share": share,
        "others_share": other,
        "difference": share - other,
        "low": low,
        "high": high,
        "verdict": "too_few" if min(count, effective) < least else verdict,
    }


def difference_interval(
    first: float, first_count: float, second: float, second_count: float, confidence: float
) -> tuple[float, float]:
    """Return the interval of the difference of two rates (Newcombe 1998, method 10).

    >>> low, high = difference_interval(56 / 70, 70, 48 / 80, 80, 0.95)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)

    Args:
        first: a rate, 0 to 1.
        first_count: of how many.
        second: the rate that is taken from it.
        second_count: of how many; an effective number need not be whole.
        confidence: two-sided, 0.9 for 90 %.
    """
    one_sided = 1 - (1 - confidence) / 2
    rates, counts = np.array([first, second]), np.array([first_count, second_count])
    low = lower_bound(rates, counts, one_sided)
    high = 1 - lower_bound(1 - rates, counts, one_sided)
    difference = first - second
    down = np.hypot(first - low[0], high[1] - second)
    up = np.hypot(high[0] - first, second - low[1])
    return float(difference - down), float(difference + up)


def _days(times: pd.Series[pd.Timestamp]) -> Whole:
    found: Whole = times.to_numpy("datetime64[D]").astype(np.int64)
    return found
