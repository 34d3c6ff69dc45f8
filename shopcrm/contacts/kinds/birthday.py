"""生日祝福: the day before a birthday, solar or lunar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.birthdays import as_birthday
from shopcrm.contacts.kind import Kind

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.contacts.world import World

_DAY = pd.Timedelta(days=1)


def tasks(world: World) -> pd.DataFrame:
    """Return the birthday of each buyer that is nearest: just gone, or the next one."""
    people = world.people
    people = people[people["birthday"].notna() & (people["orders"] > 0)]
    last = pd.Timedelta(days=world.policy.whole("birthday.last_days"))
    codes, written = pd.factorize(people["birthday"])
    after = (world.now - last).date()
    days = pd.Series([_next(text, after) for text in written], dtype="datetime64[us]")
    day = days.iloc[codes].set_axis(people.index)
    found, day = people[day.notna()], day[day.notna()]
    if found.empty:
        return pd.DataFrame()
    by_moon = pd.Series([bool((one := as_birthday(text)) and one.lunar) for text in written])
    lunar = by_moon.iloc[codes].set_axis(people.index)[day.index]
    return pd.DataFrame(
        {
            "customer": found["customer"],
            "about": day.dt.strftime("%Y-%m-%d"),
            "product": found["product"],
            "order_date": found["last_order"].dt.normalize(),
            "begins": day - 4 * _DAY,
            "first_from": day - _DAY,
            "first_by": day - _DAY,
            "lapses": day + last,
            "why": lunar.map({True: "birthday_lunar", False: "birthday"}),
            "script": "birthday",
            "what": found["birthday"],
            "day": day,
        }
    ).reset_index(drop=True)


def _next(text: str, after: dt.date) -> dt.date | None:
    """Return the first day from ``after`` on that is this birthday."""
    birthday = as_birthday(text)
    if birthday is None:
        return None
    days = (birthday.on(year) for year in range(after.year - 1, after.year + 2))
    return min((day for day in days if day is not None and day >= after), default=None)


BIRTHDAY = Kind(tasks)
