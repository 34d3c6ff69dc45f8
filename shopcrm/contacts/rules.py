"""The rules that hold a contact back, whatever kind it is; each has its word under ``held``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.history import free_again
from shopcrm.customers.ids import among
from shopcrm.segments.standings import standings_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from shopcrm.contacts.kind import Kind
    from shopcrm.contacts.world import Care, World
    from shopcrm.policy import Policy

RULES: Final = (
    "opt_out",
    "blacklist",
    "serial_returner",
    "refund_open",
    "review_open",
    "cap",
    "closed",
)
"""In the order in which they are asked; the first that applies is the one that is told."""

_TROUBLE: Final = {"refund_open": "refund", "review_open": "review"}
"""While this is open, only that kind of contact is made (DOMAIN, callbacks)."""


def held_by(
    tasks: pd.DataFrame, world: World, kinds: Mapping[str, Kind], unanswered: npt.NDArray[np.int64]
) -> pd.Series[str]:
    """Return the rule that holds each task back, missing where none does.

    Args:
        tasks: PLANNED that are neither settled nor over, of :func:`put_off`.
        world: the shop.
        kinds: the kinds by name.
        unanswered: places of the customers whose bad review is still being dealt with.
    """
    owed, who = _is_owed(tasks, kinds), tasks["who"].to_numpy()
    standing = standings_on(world.care.standings, world.now)
    found = {
        "opt_out": world.tagged("opt_out", who) | among(tasks["customer"], standing["opt_out"]),
        "blacklist": among(tasks["customer"], standing["blacklist"]),
        "serial_returner": world.tagged("serial_returner", who)
        & ~among(tasks["customer"], standing["whitelist"]),
        "refund_open": world.tagged("refund_open", who),
        "review_open": np.isin(who, unanswered),
    }
    found["cap"] = (tasks["due_from"] > world.horizon).to_numpy()
    shut = np.full(len(tasks), _closed(world))
    held = pd.Series(pd.NA, index=tasks.index, dtype="str")
    for rule in reversed(RULES):
        held[shut if rule == "closed" else found[rule] & ~owed] = rule
    return held


def put_off(tasks: pd.DataFrame, world: World, kinds: Mapping[str, Kind]) -> pd.Series:
    """Return the first day of each task that the cap of talks in 30 days allows.

    What is owed is no talk too many.
    """
    release = free_again(world.log, world.policy.whole("callbacks.cap"))
    if release.empty:
        return tasks["due_from"]
    release = release.reindex(tasks["customer"]).set_axis(tasks.index)
    later = (release > tasks["due_from"]) & ~_is_owed(tasks, kinds)
    return tasks["due_from"].mask(later, release)


def _is_owed(tasks: pd.DataFrame, kinds: Mapping[str, Kind]) -> npt.NDArray[np.bool_]:
    owed = [name for name, kind in kinds.items() if kind.standing == "owed"]
    return tasks["kind"].isin(owed).to_numpy()


def _closed(world: World) -> bool:
    """Tell whether the shop is closed on every day that is planned: then nobody is contacted."""
    days = pd.date_range(world.now, world.horizon)
    return bool(is_closed(days.to_series(), world.care).all())


def is_closed(days: pd.Series[pd.Timestamp], care: Care) -> pd.Series[bool]:
    """Tell on which days the shop is closed, by the owner's own sheet of days."""
    found = pd.Series(data=False, index=days.index)
    shut = care.shop_days[care.shop_days["closed"] & care.shop_days["first"].notna()]
    for first, last in zip(shut["first"], shut["last"].fillna(shut["first"]), strict=True):
        found |= (days >= first.normalize()) & (days <= last.normalize())
    return found


def working_days(days: pd.Series[pd.Timestamp], policy: Policy, care: Care) -> pd.Series:
    """Return the next working day after each day: a weekday of the policy, the shop open.

    Args:
        days: days, some missing.
        policy: ``callbacks.workdays``, 1 for Monday to 7 for Sunday.
        care: the owner's sheet of days.
    """
    wanted = policy.wholes("callbacks.workdays") or list(range(1, 8))
    following = days + pd.Timedelta(days=1)
    for _ in range(_LONGEST_REST):
        weekday = following.dt.day_of_week + 1
        rest = following.notna() & (~weekday.isin(wanted) | is_closed(following, care))
        if not rest.any():
            break
        following = following.where(~rest, following + pd.Timedelta(days=1))
    return following.astype("datetime64[us]")


_LONGEST_REST: Final = 40
"""Days after which the search for a working day ends: a shop closed for longer has no next one."""
