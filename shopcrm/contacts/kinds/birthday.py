"""生日祝福: the day before a birthday, solar or lunar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.contacts.birthdays import as_birthday
from shopcrm.contacts.columns import DAY, chosen, iso
from shopcrm.contacts.kind import Kind
from shopcrm.customers.each import told

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World


def tasks(world: World) -> Columns:
    """Return the birthday of each buyer that is nearest: just gone, or the next one."""
    people, last = world.customers, world.policy.whole("birthday.last_days")
    who = np.flatnonzero(people["birthday"].notna() & (people["orders"] > 0))
    codes, written = pd.factorize(people["birthday"].array.take(who))
    after = world.now.date() - dt.timedelta(days=last)
    days = np.array([_next(text, after) for text in written], DAY)
    by_moon = np.array([bool((one := as_birthday(text)) and one.lunar) for text in written], bool)
    known = ~np.isnat(days[codes])
    who, codes = who[known], codes[known]
    if not who.size:
        return {}
    day = days[codes]
    return {
        "who": who,
        "about": iso(day),
        "product": told(people["product"], who),
        "order_date": world.last_orders[who],
        "begins": day - 4,
        "first_from": day - 1,
        "first_by": day - 1,
        "lapses": day + last,
        "why": chosen(by_moon[codes], "birthday", "birthday_lunar"),
        "script": "birthday",
        "what": people["birthday"].array.take(who),
        "day": day,
    }


def _next(text: str, after: dt.date) -> dt.date | None:
    """Return the first day from ``after`` on that is this birthday."""
    birthday = as_birthday(text)
    if birthday is None:
        return None
    days = (birthday.on(year) for year in range(after.year - 1, after.year + 2))
    return min((day for day in days if day is not None and day >= after), default=None)


BIRTHDAY = Kind(tasks)
