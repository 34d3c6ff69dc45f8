"""What ``backtest`` found as data, for ``--json``; the fields are those of docs/json.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shopcrm.segments.backtest.limits import Choice
    from shopcrm.segments.backtest.run import Backtest, Held


def backtest_data(done: Backtest) -> dict[str, Any]:
    """Return the test by field; shares are numbers from 0 to 1."""
    return {
        "days_ahead": done.ahead,
        "history_days": done.history_days,
        "wanted_days": done.wanted_days,
        "days": [day.isoformat() for day in done.days],
        "customers": done.customers,
        "came": done.came,
        "rules": [
            {"rule": one.rule, "area": one.area, "hits": one.hits, "money": one.caught}
            for one in done.scores
        ],
        "tenths": [
            {"customers": one.people, "said": one.said, "came": one.came} for one in done.bands
        ],
        "windows": _held(done.windows),
        "ranges": _held(done.ranges),
        "churn_factor": _choice(done.factor),
        "lost_days": _choice(done.lost),
    }


def _held(found: Held | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "said": found.number,
        "came": found.back,
        "held": found.held,
        "held_of_all": found.held_of_all,
    }


def _choice(found: Choice | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "now": found.now,
        "best": found.best,
        "why": found.why,
        "limits": [
            {"limit": one.value, "flagged": one.flagged, "came": one.came, "missed": one.missed}
            for one in found.limits
        ],
    }
