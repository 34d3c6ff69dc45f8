"""A day as the owner types it."""

from __future__ import annotations

import datetime as dt

from shopcrm.errors import UsageError


def day_of(text: str, since: dt.date | None = None) -> dt.date:
    """Return the day that the owner typed, in any way in which a sheet may write one.

    Args:
        text: what was typed.
        since: a day without a year is the first such day from here on; None to want the year.

    Raises:
        UsageError: no date, or not one alone.
    """
    from shopcrm.sources.cells.clean import BadCellError, as_time

    wrong = UsageError("no_date", value=text)
    plain = text.strip()
    if plain.isdecimal() and len(plain) != len("20261120"):
        raise wrong  # in a sheet it could be Excel's count of days, which nobody types
    try:
        moment = as_time(plain)
    except BadCellError as error:
        if error.kind != "no_year" or since is None or not isinstance(error.instead, dt.datetime):
            raise wrong from None
        day = error.instead
        for year in range(since.year, since.year + 9):  # a 29th of February is that far at most
            try:
                found = dt.date(year, day.month, day.day)
            except ValueError:
                continue
            if found >= since:
                return found
        raise wrong from None
    if moment is None:
        raise wrong
    return moment.date()
