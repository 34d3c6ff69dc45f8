"""Cells of a text file as a workbook would hold them: numbers and dates where nothing is lost.

A text becomes a number only if that is the very number with every digit, and a date only in a
column that spells all its dates alike, so that the cell is shown as it was typed. What is an id
by its field, has a zero in front or many digits stays text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GENERAL: Final = "General"
TEXT: Final = "@"

_AS_TEXT: Final = re.compile(r'="([^"]*)"')
"""How an export keeps Excel from taking an id for a number; Excel shows what is in the quotes."""

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.([0-9]{1,6}))?")
"""At most nine digits before the point: phones and order numbers have more, and amounts do not."""

_FIRST_DAY: Final = dt.datetime(1900, 3, 1)  # noqa: DTZ001  # before it Excel counts wrong
_TIMES: Final = {"": "", ":": " hh:mm", "::": " hh:mm:ss"}
_CLOCK: Final = r"(?: ([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?)?"
_DAYS: Final = (
    ("yyyy-mm-dd", re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})" + _CLOCK)),
    ("yyyy/mm/dd", re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})" + _CLOCK)),
    ("yyyy/m/d", re.compile(r"([0-9]{4})/([1-9][0-9]?)/([1-9][0-9]?)" + _CLOCK)),
)
_KEPT: Final = ("id", "phone", "email", "name", "text")
_OF_NUMBERS: Final = ("money", "whole")
_OF_TIMES: Final = ("time", "last_time")


class Typed(NamedTuple):
    """A column's distinct cells, and the number format they are shown in."""

    values: list[Any]
    look: str


def typed(texts: Sequence[str | None], kind: str | None) -> Typed:
    """Return a column's distinct texts as numbers or dates, or as they are.

    Args:
        texts: distinct cells; None for a blank one.
        kind: of the field that the layout finds there, as ``layouts.FIELDS`` has it; None for a
            column of the owner's own. Those must be numbers or dates from top to bottom; in a
            field of amounts or days, what is none stays a text among them.
    """
    plain = [_unwrapped(text) for text in texts]
    filled = sum(text is not None for text in plain)
    if kind in _KEPT or not filled:
        return Typed(plain, TEXT)
    if kind not in _OF_TIMES:
        found = _numbers(plain)
        if found and (kind in _OF_NUMBERS or _count(found.values) == filled):
            return Typed(_filled(found.values, plain), found.look)
    if kind not in _OF_NUMBERS:
        found = _dates(plain)
        if found and (kind in _OF_TIMES or _count(found.values) == filled):
            return Typed(_filled(found.values, plain), found.look)
    return Typed(plain, TEXT)


def _unwrapped(text: str | None) -> str | None:
    found = _AS_TEXT.fullmatch(text) if text else None
    return (found[1] or None) if found else text


def _count(values: Sequence[Any]) -> int:
    return sum(value is not None for value in values)


def _filled(values: Sequence[Any], texts: Sequence[str | None]) -> list[Any]:
    return [text if value is None else value for value, text in zip(values, texts, strict=True)]


def _numbers(texts: Sequence[str | None]) -> Typed | None:
    found = [_NUMBER.fullmatch(text) if text else None for text in texts]
    decimals = {len(one[1] or "") for one in found if one}
    if not decimals:
        return None
    places = decimals.pop()
    look = "0" + ("." + "0" * places if places else "")
    values = [None if one is None or one[0].startswith("-0") else float(one[0]) for one in found]
    return Typed(values, GENERAL if decimals else look)


def _dates(texts: Sequence[str | None]) -> Typed | None:
    read = [_date(text) if text else None for text in texts]
    looks = Counter(look for one in read if one for look in one[1])
    if not looks:
        return None
    best = max(looks, key=lambda look: (looks[look], look))
    return Typed([one[0] if one and best in one[1] else None for one in read], best)


def _date(text: str) -> tuple[dt.datetime, list[str]] | None:
    """Return a moment, and the number formats in which it is shown as it is typed."""
    looks, moment = [], None
    for look, pattern in _DAYS:
        if found := pattern.fullmatch(text):
            parts = [int(part) for part in found.groups() if part is not None]
            try:
                moment = dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # no zone
            except ValueError:
                return None
            looks.append(look + _TIMES[":" * (len(parts) - 4)] if len(parts) > 3 else look)  # noqa: PLR2004
    if moment is None or moment < _FIRST_DAY:
        return None
    return moment, looks
