"""What a kind of contact is: which tasks it has, in how many rounds, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy

Standing = Literal["owed", "care", "marketing"]
"""What the shop owes goes to everyone; care is held back from those who want to be left alone;
marketing also from those who are not to be courted."""

Rounds = list[tuple[int, int]]
"""First and last day of each round, counted from the talk before; those of the first round are
set by the task itself."""

ONCE: Rounds = [(0, 0)]


def once(_policy: Policy) -> Rounds:
    """Return the one round of a kind that has no others."""
    return ONCE


@dataclass(frozen=True)
class Kind:
    """A kind of contact.

    Attributes:
        tasks: what may be due: columns of TASKS, of which ``who``, ``first_from``, ``first_by`` and
            ``why`` are needed. It depends on the files and the log, never on today, but for
            tasks beyond the horizon, which may be left out.
        standing: whom it is held back from.
        rounds: its rounds, by the policy; none when it is switched off.
        any_talk: a talk of which nobody knows what was said settles it too, and so does one
            that is older than the register's last row.
        settled_by: kinds whose lines in the log settle it, beside its own.
    """

    tasks: Callable[[World], Columns]
    standing: Standing = "marketing"
    rounds: Callable[[Policy], Rounds] = once
    any_talk: bool = False
    settled_by: tuple[str, ...] = ()
