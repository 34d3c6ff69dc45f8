"""Birthdays as people write them, solar or lunar, and the day on which one falls in a year."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shopcrm.contacts.lunar import solar_day
from shopcrm.labels import t

_NUMBERS: Final = re.compile(
    r"(?:(\d{4})\D{1,2})?(?<!\d)(\d{1,2})\D{1,2}(\d{1,2})(?!\d)|(\d{4})(\d{2})(\d{2})(?!\d)"
)
_FEBRUARY: Final = (2, 29)
_MONTHS, _DAYS = 12, 31


@dataclass(frozen=True)
class Birthday:
    """A day of the year.

    Attributes:
        month: 1 to 12.
        day: 1 to 31, in the lunar calendar to 30.
        lunar: by the lunar calendar.
        leap: in the leap month of that number.
    """

    month: int
    day: int
    lunar: bool = False
    leap: bool = False

    def on(self, year: int) -> dt.date | None:
        """Return the solar day on which it falls in a year of its own calendar.

        29 February is kept on the 28th, 腊月三十 on 廿九, a leap month's day in the month itself,
        in years that do not have them.
        """
        if self.lunar:
            return solar_day(year, self.month, self.day, leap=self.leap)
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return dt.date(year, 2, 28) if (self.month, self.day) == _FEBRUARY else None


@lru_cache(maxsize=65536)
def as_birthday(text: str) -> Birthday | None:
    """Return the birthday that a text writes, None where it is not clear.

    Arabic digits are the solar calendar unless 农历, 阴历 or 旧历 stands beside them; Chinese
    words for month and day (八月十五, 腊月三十, 闰六月初三) are the lunar one unless 公历, 阳历 or
    新历 does.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    lunar = any(word in plain for word in t("birthday.lunar_words", "zh").split())
    solar = any(word in plain for word in t("birthday.solar_words", "zh").split())
    if lunar and solar:
        return None
    leap = t("birthday.leap_word", "zh") in plain
    worded = _worded(plain)
    if worded is not None:
        by_moon = not solar
        return _checked(*worded, lunar=by_moon, leap=leap and by_moon)
    found = _NUMBERS.search(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    month, day = (found[2], found[3]) if found[2] else (found[5], found[6])
    return _checked(int(month), int(day), lunar=lunar, leap=leap and lunar)


def _checked(month: int, day: int, *, lunar: bool, leap: bool) -> Birthday | None:
    if not (1 <= month <= _MONTHS and 1 <= day <= (_DAYS - lunar)):
        return None
    found = Birthday(month, day, lunar, leap)
    return found if found.on(2024) is not None else None


def _worded(text: str) -> tuple[int, int] | None:
    """Return month and day of Chinese words."""
    match = re.search(t("birthday.pattern", "zh"), text)
    if match is None:
        return None
    digits = {word: n for n, word in enumerate(t("birthday.digits", "zh").split())}
    special = dict(
        zip(t("birthday.months", "zh").split(), (1, 11, 12, 12), strict=True)  # 正 冬 腊 臘
    )
    month = special.get(match[1]) or _number(match[1], digits)
    day = _number(match[2], digits)
    return (month, day) if month and day else None


def _number(word: str, digits: dict[str, int]) -> int:
    """Return a number up to 31 in Chinese words: 初三, 十五, 廿九, 二十一, 三十."""
    tens = t("birthday.tens", "zh")  # 初 十 廿 卅
    if word and word[0] in tens:
        rest = word[1:]
        base = (0, 10, 20, 30)[tens.index(word[0])]
        if base == 0 and rest == tens[1]:
            return 10
        return base + digits.get(rest, 0)
    head, ten, rest = word.partition(tens[1])
    if ten:
        return digits.get(head, 0) * 10 + digits.get(rest, 0)
    return digits.get(word, 0)
