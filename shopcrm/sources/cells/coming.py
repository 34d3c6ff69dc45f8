"""Days to come as people write them beside a talk: 25号, 11/25, 周三, 明天, 三天后."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from shopcrm.sources.cells.clean import BadCellError, as_text, as_time

_NEAR_DAYS: Final = 60
"""Of two days that a cell can mean, one that is no further off is the one that is meant."""

_NUMBERS: Final = {word: at for at, word in enumerate("零一二三四五六七八九十")} | {"两": 2}
_WEEKDAYS: Final = {
    **{word: at for at, word in enumerate("一二三四五六日")},
    "天": 6,
    **{str(at + 1): at for at in range(7)},
    **{word: at for at, word in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
_DAYS: Final = {
    "今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2,
    "大后天": 3, "today": 0, "tomorrow": 1,
}  # fmt: skip
_TIME_OF_DAY: Final = re.compile(
    r"\s*(上午|下午|早上|晚上|中午|傍晚|晚|早)?"
    r"\s*((\d{1,2}|[一二三四五六七八九十]{1,2})\s*(点半|点钟|点|时|:\d{2}))?"
    r"\s*(左右|以后|之后|后)?\s*(再打|再说|再联系|打|联系)?$"
)
_WEEKDAY: Final = re.compile(
    r"(?P<next>(?:下个?|next )*)(?P<this>这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])"
    r"|(?P<next_en>next )?(?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z]*"
)
_DAY_OF_MONTH: Final = re.compile(
    r"(?P<next>下个?月)?(?:这个月|本月)?(?P<day>\d{1,2})(?:号|日)?|(?P<end>(?:下个?)?月底)"
    r"|(?P<begin>下个?月初?)|(?P<week>下个?周|下个?星期|下个?礼拜|next week)"
    r"|(?P<weekend>(?:这|本)?周末)"
)
_SPAN: Final = re.compile(
    r"(?:过|再过|in )?(?P<number>\d{1,3}|[一二两三四五六七八九十半]{1,3})\s*个?"
    r"(?P<unit>天|日|周|星期|礼拜|月|days?|weeks?|months?)(?:后|以后|之后|后再打|再打)?"
)
_UNIT_DAYS: Final = {
    "周": 7, "星期": 7, "礼拜": 7, "week": 7, "weeks": 7, "月": 30, "month": 30, "months": 30,
}  # fmt: skip
_HALF: Final = "半"
_MIDDLE: Final = 15


def coming_day(cell: object, since: dt.date) -> dt.date | None:
    """Return the day that a cell means, read on a day; None for a blank cell.

    >>> coming_day("25号", dt.date(2026, 11, 20)), coming_day("周三", dt.date(2026, 11, 20))
    (datetime.date(2026, 11, 25), datetime.date(2026, 11, 25))

    A date with its year is that date. Without one it is the first such day from ``since`` on, a
    weekday the first behind it, the day of a month the first that is not past.

    Raises:
        BadCellError: ``bad_date`` for what is no day, or can be two.
    """
    if isinstance(cell, float) and re.fullmatch(r"\d{1,2}\.[123]", repr(cell)):
        return _maybe_lost_a_zero(repr(cell), since)
    text = as_text(cell)
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if not re.fullmatch(r"\d{1,2}", plain):
        try:
            moment = as_time(cell)
        except BadCellError as error:
            if error.kind == "no_year" and isinstance(error.instead, dt.datetime):
                return _next(error.instead.month, error.instead.day, since)
        else:
            return None if moment is None else moment.date()
    short = plain
    for _ in range(2):  # 周三下午3点, and then 周三
        found = _said(short, since)
        if found:
            return found
        cut = _TIME_OF_DAY.search(short)
        if cut is None or not cut.group() or not cut.start():
            break
        short = short[: cut.start()].strip()
    raise BadCellError("bad_date")


def _said(text: str, since: dt.date) -> dt.date | None:  # noqa: PLR0911  one a form
    """Return the day that a word means, None where it is none that is known."""
    if text in _DAYS:
        return since + dt.timedelta(_DAYS[text])
    if found := _WEEKDAY.fullmatch(text):
        return _weekday(found, since)
    if found := _SPAN.fullmatch(text):
        if found["unit"] == "日" and not text.endswith("后"):
            return _of_month(_number(found["number"]), since, later=False)
        return since + dt.timedelta(_span(found["number"], found["unit"]))
    if found := _DAY_OF_MONTH.fullmatch(text):
        return _month_day(found, since)
    try:
        month_day = as_time(text)
    except BadCellError as error:
        if error.kind == "no_year" and isinstance(error.instead, dt.datetime):
            return _next(error.instead.month, error.instead.day, since)
        return None
    return None if month_day is None else month_day.date()


def _weekday(found: re.Match[str], since: dt.date) -> dt.date | None:
    day = _WEEKDAYS[found["day"] or found["en"]]
    monday = since - dt.timedelta(since.weekday())
    weeks = len(re.findall("下|next", (found["next"] or "") + (found["next_en"] or "")))
    if weeks:
        return monday + dt.timedelta(7 * weeks + day)
    this = monday + dt.timedelta(day)
    if found["this"]:
        return this if this >= since else None
    return this if this > since else this + dt.timedelta(7)


def _month_day(found: re.Match[str], since: dt.date) -> dt.date | None:
    if found["weekend"]:
        return since + dt.timedelta((5 - since.weekday()) % 7)
    if found["week"]:
        return since + dt.timedelta(7 - since.weekday())
    first = (since.replace(day=1) + dt.timedelta(32)).replace(day=1)
    if found["begin"]:
        return first
    if found["end"]:
        if found["end"].startswith("下"):
            first = (first + dt.timedelta(32)).replace(day=1)
        return first - dt.timedelta(1)
    return _of_month(int(found["day"]), since, later=bool(found["next"]))


def _of_month(day: int, since: dt.date, *, later: bool) -> dt.date | None:
    """Return the first such day of a month from here on, or that of the next month."""
    month = since.replace(day=1)
    if later:
        month = (month + dt.timedelta(32)).replace(day=1)
    for _ in range(3):
        try:
            found = month.replace(day=day)
        except ValueError:
            found = dt.date.min
        if found >= since:
            return found
        month = (month + dt.timedelta(32)).replace(day=1)
    return None


def _next(month: int, day: int, since: dt.date) -> dt.date:
    for year in range(since.year, since.year + 9):  # a 29th of February is that far at most
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found >= since:
            return found
    raise BadCellError("bad_date")


def _maybe_lost_a_zero(text: str, since: dt.date) -> dt.date:
    """Return what 11.2 means, which Excel also makes of 11.20: the one that is near."""
    month, _, tenth = text.partition(".")
    days = {_next(int(month), int(day), since) for day in (tenth, f"{tenth}0")}
    near = [day for day in days if (day - since).days <= _NEAR_DAYS]
    if len(near) != 1:
        raise BadCellError("bad_date")
    return near[0]


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, mark, ones = text.rpartition("十")
    if mark:
        return (_NUMBERS[tens] if tens else 1) * 10 + (_NUMBERS[ones] if ones else 0)
    return _NUMBERS[text[-1]]


def _span(number: str, unit: str) -> int:
    if number == _HALF:
        return _MIDDLE if _UNIT_DAYS.get(unit, 1) > 7 else 1  # noqa: PLR2004  half a month
    return _number(number) * _UNIT_DAYS.get(unit, 1)
