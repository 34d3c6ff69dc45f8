"""Laws of the calendar: lunar dates, eves of holidays, birthdays as people write them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from shopcrm.contacts.birthdays import Birthday, as_birthday
from shopcrm.contacts.holidays import HOLIDAYS, LUNAR, greetings
from shopcrm.contacts.lunar import solar_day
from shopcrm.contacts.world import Care
from shopcrm.tables import SHOP_DAYS, conform

# As calendars print them, month and day in each year.
NAMES = ("spring", "lantern", "dragon_boat", "double_seven", "mid_autumn", "double_nine")
DATES = {
    2024: "02-10 02-24 06-10 08-10 09-17 10-11",
    2025: "01-29 02-12 05-31 08-29 10-06 10-29",
    2026: "02-17 03-03 06-19 08-19 09-25 10-18",
    2027: "02-06 02-20 06-09 08-08 09-15 10-08",
    2028: "01-26 02-09 05-28 08-26 10-03 10-26",
    2029: "02-13 02-27 06-16 08-16 09-22 10-16",
    2030: "02-03 02-17 06-05 08-05 09-12 10-05",
    2031: "01-23 02-06 06-24 08-24 10-01 10-24",
}


def shop_days(*rows: tuple[str, str, str, bool]) -> Care:
    """Return the owner's sheet of days: name, first, last, closed."""
    table = pd.DataFrame(rows, columns=["name", "first", "last", "closed"])
    for name in ("first", "last"):
        table[name] = pd.to_datetime(table[name])
    return Care(shop_days=conform(table, SHOP_DAYS))


def eves(year: int, care: Care | None = None) -> dict[tuple[str, ...], str]:
    """Return the eve of each greeting of a year by the holidays that it is for."""
    span = dt.date(year, 1, 1), dt.date(year, 12, 31)
    found = greetings(*span, HOLIDAYS, care or Care())
    return {one.names: f"{one.eve:%m-%d}" for one in found}


@pytest.mark.parametrize("year", DATES)
def test_lunar_holidays(year: int) -> None:
    """Every lunar holiday of 2024 to 2031 is on its day, and greeted on the day before it."""
    known = dict(zip(NAMES, DATES[year].split(), strict=True))
    assert {name: f"{solar_day(year, *LUNAR[name]):%m-%d}" for name in LUNAR} == known
    found = eves(year)
    assert sorted(name for names in found for name in names) == sorted(HOLIDAYS)
    for names, eve in found.items():
        day = min(
            dt.date(year, int(known[name][:2]), int(known[name][3:]))
            if name in known
            else dt.date(year, *{"new_year": (1, 1), "labour": (5, 1), "national": (10, 1)}[name])
            for name in names
        )
        assert eve == f"{day - dt.timedelta(days=1):%m-%d}"


def test_holidays_that_touch_are_one_greeting() -> None:
    """中秋 inside 国庆 is one greeting on 30 September: in 2025, 2028 and 2031, else two."""
    for year in DATES:
        joined = {names for names in eves(year) if len(names) > 1}
        both = {"national", "mid_autumn"}
        if year in (2025, 2028, 2031):
            assert [set(names) for names in joined if set(names) & both] == [both]
            assert eves(year)[next(iter(names for names in joined if set(names) & both))] == "09-30"
        else:
            assert not any(both <= set(names) for names in joined)
    assert eves(2030)["national", "double_nine"] == "09-30"  # 重阳 on the fifth day of 国庆


def test_span_cuts_no_greeting_in_two() -> None:
    """What touches is one greeting from wherever one looks, and belongs to its first day."""
    for first in (dt.date(2025, 10, 1), dt.date(2025, 9, 20)):
        found = greetings(first, dt.date(2025, 10, 20), HOLIDAYS, Care())
        assert [one.names for one in found] == [("national", "mid_autumn")]
    assert not greetings(dt.date(2025, 10, 2), dt.date(2025, 10, 20), HOLIDAYS, Care())


def test_only_what_is_wanted() -> None:
    """A holiday that the owner does not greet joins no other."""
    span = dt.date(2025, 9, 1), dt.date(2025, 10, 20)
    one = greetings(*span, ["mid_autumn"], Care())
    assert [(each.names, each.eve) for each in one] == [(("mid_autumn",), dt.date(2025, 10, 5))]


def test_closed_days_move_the_eve() -> None:
    """With the shop closed on the eve the greeting goes out on the last open day before it."""
    closed = shop_days(("放假", "2027-02-01", "2027-02-12", True))
    assert eves(2027, closed)[("spring",)] == "01-31"
    assert eves(2027, closed)[("lantern",)] == eves(2027)[("lantern",)]
    for_ever = shop_days(("放假", "2026-11-01", "2027-12-31", True))
    assert eves(2027, for_ever)[("spring",)] == "02-05"  # nobody is there to be asked for a better


def test_days_of_ones_own() -> None:
    """A holiday of the shop's own is greeted like the others, and joins what it touches."""
    own = shop_days(
        ("店庆", "2026-11-20", "2026-11-21", False), ("老客日", "2026-10-03", "", False)
    )
    found = eves(2026, own)
    assert found["own:店庆",] == "11-19"
    assert found["national", "own:老客日"] == "09-30"


def test_new_years_eve_of_the_moon() -> None:
    """The lunar years 2024 to 2028 have no 腊月三十: it is the 廿九, the day before 春节."""
    for year in range(2023, 2030):
        spring = solar_day(year + 1, 1, 1)
        last = solar_day(year, 12, 30)
        assert spring is not None
        assert last == spring - dt.timedelta(days=1)
        ninth = solar_day(year, 12, 29)
        assert (ninth == last) == (2024 <= year <= 2028)


@pytest.mark.parametrize(
    ("year", "month", "common", "leap"),
    [(2025, 6, "2025-06-27", "2025-07-27"), (2028, 5, "2028-05-26", "2028-06-25")],
)
def test_leap_months(year: int, month: int, common: str, leap: str) -> None:
    """闰六月 2025 and 闰五月 2028 are the month after; in other years the month itself is meant."""
    first = solar_day(year, month, 3)
    again = solar_day(year, month, 3, leap=True)
    assert (str(first), str(again)) == (common, leap)
    assert solar_day(year + 1, month, 3, leap=True) == solar_day(year + 1, month, 3)


def test_years_without_tables() -> None:
    """Outside the years that the tables know there is no day, and no crash."""
    assert solar_day(1899, 1, 1) is None
    assert solar_day(2100, 1, 1) is None
    assert solar_day(2026, 1, 31) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-08-15", (8, 15)),
        ("1990/8/5", (8, 5)),
        ("1990.12.31", (12, 31)),
        ("19900815", (8, 15)),
        ("1990-08-15 00:00:00", (8, 15)),  # how Excel's dates come out of a text column
        ("8月15日", (8, 15)),
        ("8月15", (8, 15)),
        ("１９９０年８月１５日", (8, 15)),
        ("1990年8月15号", (8, 15)),
        ("8-15", (8, 15)),
        ("08.15", (8, 15)),
        ("阳历8月15日", (8, 15)),
        ("公历八月十五", (8, 15)),
        ("2月29日", (2, 29)),
    ],
)
def test_solar_birthdays(text: str, day: tuple[int, int]) -> None:
    """Arabic digits are the solar calendar, in every way people write them."""
    assert as_birthday(text) == Birthday(*day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("农历8月15", (8, 15, False)),
        ("阴历1990-08-15", (8, 15, False)),
        ("8月15日(农历)", (8, 15, False)),
        ("８月１５日（农）", (8, 15, False)),
        ("八月十五", (8, 15, False)),
        ("农历 八月 十五", (8, 15, False)),
        ("正月初一", (1, 1, False)),
        ("冬月初十", (11, 10, False)),
        ("十一月廿三", (11, 23, False)),
        ("十二月二十", (12, 20, False)),
        ("腊月三十", (12, 30, False)),
        ("腊月廿九", (12, 29, False)),
        ("闰六月初三", (6, 3, True)),
        ("农历闰5月3日", (5, 3, True)),
    ],
)
def test_lunar_birthdays(text: str, day: tuple[int, int, bool]) -> None:
    """Chinese words, and digits beside 农历, are the lunar calendar."""
    month, number, leap = day
    assert as_birthday(text) == Birthday(month, number, lunar=True, leap=leap)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "不详",
        "农历",
        "13月1日",
        "2月30日",
        "8月32日",
        "农历8月31",
        "公历农历8月1日",
        "138****1234",
        "90后",
    ],
)
def test_no_birthday(text: str) -> None:
    """What is no day of the year, or of two calendars, is none: nobody is congratulated wrongly."""
    assert as_birthday(text) is None


def test_birthdays_fall_on_a_day_every_year() -> None:
    """腊月三十 falls back to 廿九, 29 February to the 28th, a leap month to the month itself."""
    last = as_birthday("腊月三十")
    assert last is not None
    assert [str(last.on(year)) for year in (2023, 2024, 2026, 2029)] == [
        "2024-02-09",
        "2025-01-28",
        "2027-02-05",
        "2030-02-02",
    ]
    leap = as_birthday("闰六月初三")
    assert leap is not None
    assert [str(leap.on(year)) for year in (2025, 2026)] == ["2025-07-27", "2026-07-16"]
    assert [str(Birthday(2, 29).on(year)) for year in (2027, 2028)] == ["2027-02-28", "2028-02-29"]
