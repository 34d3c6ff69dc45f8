"""The holidays on whose eve customers are greeted, and which of them are one greeting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.contacts.lunar import solar_day
from shopcrm.contacts.rules import is_closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.contacts.world import Care

SOLAR: Final = {"new_year": (1, 1), "labour": (5, 1), "national": (10, 1)}
LUNAR: Final = {
    "spring": (1, 1),
    "lantern": (1, 15),
    "dragon_boat": (5, 5),
    "double_seven": (7, 7),
    "mid_autumn": (8, 15),
    "double_nine": (9, 9),
}
"""Month and day of each. 清明 is none of them: nobody is wished a happy one (DOMAIN, callbacks)."""

HOLIDAYS: Final = (*SOLAR, *LUNAR)

_LENGTH: Final = {"spring": 8, "national": 7, "labour": 5}
"""Days that a holiday lasts, where it is more than one: what falls into them touches it."""

_OWN: Final = "own:"


@dataclass(frozen=True)
class Greeting:
    """One greeting.

    Attributes:
        names: the holidays that it is for: labels under ``holiday``, or ``own:`` and a name.
        day: the first of them.
        eve: the day of the greeting: the one before, or the last one before that on which the
            shop is open.
    """

    names: tuple[str, ...]
    day: dt.date
    eve: dt.date


def greetings(first: dt.date, last: dt.date, wanted: Sequence[str], care: Care) -> list[Greeting]:
    """Return the greetings whose holiday falls into a span, by day.

    When two holidays touch they are one greeting, on the eve of the first: 中秋 inside 国庆.

    Args:
        first: first day of the span.
        last: its last day.
        wanted: holidays that are greeted, of :data:`HOLIDAYS`.
        care: the owner's own days; on days when the shop is closed nobody is greeted.
    """
    # A little more on both sides, so that what touches is seen whatever the span is.
    margin = dt.timedelta(days=max(_LENGTH.values()) + 1)
    days = _days(first - margin, last + margin, wanted, care)
    groups: list[list[tuple[dt.date, str]]] = []
    ends = dt.date.min
    for day, name in days:
        if groups and day <= ends:
            groups[-1].append((day, name))
        else:
            groups.append([(day, name)])
        ends = max(ends, day + dt.timedelta(days=_LENGTH.get(name, 1)))
    found = [
        Greeting(tuple(name for _, name in group), group[0][0], _eve(group[0][0], care))
        for group in groups
    ]
    return [one for one in found if first <= one.day <= last]


def _days(
    first: dt.date, last: dt.date, wanted: Sequence[str], care: Care
) -> list[tuple[dt.date, str]]:
    found = []
    for year in range(first.year - 1, last.year + 1):
        for name in wanted:
            if name in SOLAR:
                day: dt.date | None = dt.date(year, *SOLAR[name])
            else:
                day = solar_day(year, *LUNAR[name])
            if day is not None and first <= day <= last:
                found.append((day, name))
    own = care.shop_days
    if len(own):
        own = own[~own["closed"]].dropna(subset=["name", "first"])
        moments = zip(own["first"].dt.date, own["name"], strict=True)
        found += [(day, _OWN + name) for day, name in moments if first <= day <= last]
    rank = {name: place for place, name in enumerate(HOLIDAYS)}
    return sorted(set(found), key=lambda one: (one[0], rank.get(one[1], len(rank)), one[1]))


def own_name(name: str) -> str | None:
    """Return the name of a holiday of the shop's own, None for one of the calendar."""
    return name.removeprefix(_OWN) if name.startswith(_OWN) else None


def _eve(day: dt.date, care: Care) -> dt.date:
    eve = np.datetime64(day, "D") - 1
    days = np.arange(eve - _LONGEST_REST, eve + 1)
    open_days = days[~is_closed(days, care)]
    found: dt.date = (open_days[-1] if len(open_days) else eve).item()
    return found


_LONGEST_REST: Final = 30
