"""Days of the lunar calendar (农历) as days of the solar one, by the tables of ``lunardate``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

YEARS = range(1900, 2100)
"""Lunar years that the tables know."""

_LAST_DAYS = 30


@lru_cache(maxsize=4096)
def solar_day(year: int, month: int, day: int, *, leap: bool = False) -> dt.date | None:
    """Return the solar day of a lunar one, None outside the years that are known.

    A leap month that the year does not have is the month itself, and a 三十 that the month does
    not have is its 廿九: so birthdays are kept.

    Args:
        year: the lunar year, named by the solar year in which it begins.
        month: 1 to 12.
        day: 1 to 30.
        leap: the leap month of that number.
    """
    from lunardate import LunarDate

    if year not in YEARS:
        return None
    leap = leap and LunarDate.leap_month_for_year(year) == month
    try:
        found: dt.date = LunarDate(year, month, day, leap).to_solar_date()
    except ValueError:
        if day != _LAST_DAYS:
            return None
        found = LunarDate(year, month, day - 1, leap).to_solar_date()
    return found
