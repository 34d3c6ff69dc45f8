"""The rules that hold a contact back, whatever kind it is; each has its word under ``held``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.contacts.history import free_again
from shopcrm.segments.standings import standings_on

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Days, Flags, Whole
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


def held_by(owed: Flags, due_from: Days, who: Whole, world: World, unanswered: Whole) -> Whole:
    """Return the rule that holds each task back, as its place in RULES; -1 where none does.

    Args:
        owed: tasks, neither settled nor over, of what the shop owes.
        due_from: the first day of each, of :func:`put_off`.
        who: the place of its customer.
        world: the shop.
        unanswered: places of the customers whose bad review is still being dealt with.
    """
    standing = {
        name: np.isin(who, world.places(listed)) if len(listed) else np.zeros(len(who), bool)
        for name, listed in standings_on(world.care.standings, world.now).items()
    }
    found = {
        "opt_out": world.tagged("opt_out", who) | standing["opt_out"],
        "blacklist": standing["blacklist"],
        "serial_returner": world.tagged("serial_returner", who) & ~standing["whitelist"],
        "refund_open": world.tagged("refund_open", who),
        "review_open": np.isin(who, unanswered),
        "cap": due_from > world.last_day,
    }
    held = np.full(len(who), -1)
    for rule in reversed(RULES):
        shut = rule == "closed" and _closed(world)
        held[shut if rule == "closed" else found[rule] & ~owed] = RULES.index(rule)
    return held


def put_off(owed: Flags, due_from: Days, who: Whole, world: World) -> Days:
    """Return the first day of each task that the cap of talks in 30 days allows.

    What is owed is no talk too many.

    Args:
        owed: tasks of what the shop owes.
        due_from: the first day of each.
        who: the place of its customer.
        world: the shop.
    """
    release = free_again(world, who)
    return np.where((release > due_from) & ~owed, release, due_from)


def _closed(world: World) -> bool:
    """Tell whether the shop is closed on every day that is planned: then nobody is contacted."""
    return bool(is_closed(np.arange(world.today, world.last_day + 1), world.care).all())


def is_closed(days: Days, care: Care) -> Flags:
    """Tell on which days the shop is closed, by the owner's own sheet of days."""
    found = np.zeros(len(days), bool)
    for first, last in care.rests:
        found |= (days >= first) & (days <= last)
    return found


def working_days(days: Days, policy: Policy, care: Care) -> Days:
    """Return the next working day after each day: a weekday of the policy, the shop open.

    Args:
        days: days, some missing.
        policy: ``callbacks.workdays``, 1 for Monday to 7 for Sunday.
        care: the owner's sheet of days.
    """
    wanted = policy.wholes("callbacks.workdays") or list(range(1, 8))
    known = ~np.isnat(days)
    following = days[known] + 1
    for _ in range(_LONGEST_REST):
        weekday = (following.astype(np.int64) + _THURSDAY) % 7 + 1
        rest = ~np.isin(weekday, wanted) | is_closed(following, care)
        if not rest.any():
            break
        following = following + rest
    found = days.copy()
    found[known] = following
    return found


_THURSDAY: Final = 3
"""The day from which numpy counts days, 1970-01-01."""

_LONGEST_REST: Final = 40
"""Days after which the search for a working day ends: a shop closed for longer has no next one."""
