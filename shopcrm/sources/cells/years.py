"""Days without a year, as hand-kept sheets write them (11.12): which year it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    Times = npt.NDArray[np.datetime64]

_NEVER: Final = np.iinfo(np.int64).max


def with_years(days: Times, in_row: Times, today: dt.date | None = None) -> Times | None:
    """Give each day the year that the other dates of the file tell.

    Of the years around it takes the one in which the day comes nearest to another date of its row,
    for what stands in one row belongs together; alone, nearest to the latest day of the file, and
    not later than today. The order of rows says nothing, for a sheet is sorted in many ways.

    Args:
        days: one a row, in whatever year; NaT for rows that are not asked for.
        in_row: the date with a year in the same row, NaT for none.
        today: the last day that a day alone in its row can be; None for the latest of the file.

    Returns:
        The days in their years, NaT for 29 February where no year near has one; or None when no
        row of the file has a date with a year.
    """
    whole = in_row[~np.isnat(in_row)]
    if not len(whole):
        return None
    latest = whole.max()
    alone = np.isnat(in_row)
    anchor = np.where(alone, latest, in_row)
    years = np.array([-1, 0, 1])
    month = days.astype("datetime64[M]")
    rest = days - month.astype("datetime64[us]")
    months = month - month.astype("datetime64[Y]").astype("datetime64[M]")
    first = anchor.astype("datetime64[Y]")
    starts = (first + years[:, None]).astype("datetime64[M]") + months
    tries = starts + rest
    far = np.abs((tries - anchor).astype(np.int64))
    last = latest.astype("datetime64[D]") if today is None else np.datetime64(today, "D")
    too_late = alone & (tries.astype("datetime64[D]") > last)
    no_such_day = tries.astype("datetime64[M]") != starts
    far = np.where(too_late | no_such_day, _NEVER, far)
    nearest, places = far.argmin(axis=0), np.arange(len(days))
    chosen: Times = tries[nearest, places]
    chosen[far[nearest, places] == _NEVER] = np.datetime64("NaT")
    return chosen
