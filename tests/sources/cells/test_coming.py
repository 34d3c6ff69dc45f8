"""Days to come as people write them beside a talk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.sources.cells.clean import BadCellError
from shopcrm.sources.cells.coming import coming_day

FRIDAY = dt.date(2026, 11, 20)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-25", "2026-11-25"),
        ("11.25", "2026-11-25"),
        (11.25, "2026-11-25"),
        ("11/25", "2026-11-25"),
        ("11月25日", "2026-11-25"),
        ("1.5", "2027-01-05"),
        ("25号", "2026-11-25"),
        ("25", "2026-11-25"),
        (25.0, "2026-11-25"),
        ("19号", "2026-12-19"),
        ("31号", "2026-12-31"),
        ("下个月5号", "2026-12-05"),
        ("周三", "2026-11-25"),
        ("星期五", "2026-11-27"),
        ("周三下午3点", "2026-11-25"),
        ("下周三", "2026-11-25"),
        ("下周", "2026-11-23"),
        ("本周日", "2026-11-22"),
        ("周末", "2026-11-21"),
        ("明天", "2026-11-21"),
        ("后天上午", "2026-11-22"),
        ("三天后", "2026-11-23"),
        ("过10天", "2026-11-30"),
        ("两周后", "2026-12-04"),
        ("半个月后", "2026-12-05"),
        ("月底", "2026-11-30"),
        ("周一再联系", "2026-11-23"),
        ("Wed", "2026-11-25"),
        ("tomorrow", "2026-11-21"),
        ("in 3 days", "2026-11-23"),
        (dt.datetime(2026, 11, 25), "2026-11-25"),  # noqa: DTZ001
        (" ", None),
    ],
)
def test_what_people_write(cell: Any, day: str | None) -> None:
    """Each way to write a day, read on a Friday."""
    found = coming_day(cell, FRIDAY)
    assert (None if found is None else found.isoformat()) == day


@pytest.mark.parametrize("cell", ["过几天", "13.5", "等通知", "本周一", 11.3, "年后", "0号"])
def test_what_is_no_day(cell: Any) -> None:
    """Nothing is guessed; Excel's 11.3 is the 3rd or the 30th."""
    with pytest.raises(BadCellError):
        coming_day(cell, FRIDAY if cell != 11.3 else dt.date(2026, 11, 1))


@given(DAYS, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_such_day(since: dt.date, number: int) -> None:
    """It lies ahead, is that day of its month, and no nearer one is passed over."""
    day = coming_day(f"{number}号", since)
    assert day is not None
    assert day >= since
    assert day.day == number
    between = ((since + dt.timedelta(at)).day for at in range((day - since).days))
    assert number not in between


@given(DAYS, st.sampled_from("一二三四五六日"))
def test_a_weekday_is_within_a_week(since: dt.date, word: str) -> None:
    """周三 is the next Wednesday behind today."""
    day = coming_day(f"周{word}", since)
    assert day is not None
    assert 1 <= (day - since).days <= 7
    assert day.weekday() == "一二三四五六日".index(word)


@given(DAYS, st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_a_day_without_its_year_lies_ahead(since: dt.date, day: dt.date) -> None:
    """11/25 is the first 25th of November from that day on."""
    found = coming_day(f"{day.month}/{day.day}", since)
    assert found is not None
    assert found >= since
    assert (found.month, found.day) == (day.month, day.day)
