"""One raw cell to one value: text, id, name, phone, money, time, count.

Each function takes a cell that is not blank and returns the value, None when the cell says
"nothing" in one of the platforms' ways, or raises :class:`BadCellError` with the kind of problem.
Sources of the oddities: LAYOUTS.md's checklist, each line of which is a test.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from decimal import Decimal, InvalidOperation
from importlib import resources
from typing import Final

from shopcrm.sources.workbooks import EXACT_BELOW


class BadCellError(ValueError):
    """The cell is not quite what its column says.

    Attributes:
        kind: kind of problem.
        instead: the value to go on with, None for none.
    """

    def __init__(self, kind: str, instead: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.instead = instead


SHOP_ZONE: Final = dt.timezone(dt.timedelta(hours=8))
"""Exports with a time zone are converted to the shop's: China has one, without summer time."""

WORDS: Final = tomllib.loads(
    resources.files("shopcrm.sources").joinpath("words.toml").read_text("utf-8")
)
_NOTHING: Final = frozenset(WORDS["nothing"])
_INVISIBLE: Final = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_WRAPPED: Final = re.compile(r'="(.*)"', re.DOTALL)
_MASK: Final = re.compile(
    "[{mask_signs}]|^.{{1,2}}(?:{words})$".format(**WORDS, words="|".join(WORDS["mask_words"]))
)
_MONEY_NOISE: Final = re.compile(
    "|".join(map(re.escape, WORDS["money_noise"])) + r"|\s", re.IGNORECASE
)
_SIGNS: Final = frozenset(WORDS["mask_signs"])
_BRACKETS: Final = re.compile(r"\([^()]*\)$")
_ISO: Final = "0000-00-00 00:00:00"
_DIGITS_AS_ZERO: Final = str.maketrans("123456789", "000000000")
_FLOAT_NOISE: Final = Decimal("0.001")
"""Less than so many fen is not what somebody wrote, but what a formula of Excel's left over."""
_MOST_DIGITS: Final = 18
_MOST_FEN: Final = 10**14
_MOST_PIECES: Final = 10**9
_EXCEL_DAYS: Final = range(20000, 80000)
"""Numbers in a time column that can be Excel days: 1954 to 2119."""

_TIME: Final = re.compile(
    (
        r"(?P<y>\d{4})[-/.<year>](?P<m>\d{1,2})[-/.<month>](?P<d>\d{1,2})<day>?"
        r"(?:[\sT]*(?P<H>\d{1,2})[:<hour>](?P<M>\d{1,2})<minute>?"
        r"(?::?(?P<S>\d{1,2})<second>?(?:[.](?P<f>\d{1,9}))?)?)?"
        r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
    )
    .replace("<year>", WORDS["year"])
    .replace("<month>", WORDS["month"])
    .replace("<day>", WORDS["day"])
    .replace("<hour>", WORDS["hour"])
    .replace("<minute>", WORDS["minute"])
    .replace("<second>", WORDS["second"])
)
_COMPACT: Final = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2}))?"
)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"0\d{2,3}\d{7,8}")
_VIRTUAL: Final = re.compile(
    rf"\d{{11}}\s*(?:[{WORDS['extension_signs']}]|ext\.?)\s*\d{{1,6}}", re.IGNORECASE
)


def as_text(cell: object) -> str | None:
    """Return the cell as clean text: no wrappers, no invisible characters, digits as typed.

    >>> as_text('="0001"'), as_text(1275927.0), as_text("'null")
    ('0001', '1275927', None)

    Raises:
        BadCellError: ``digits_lost`` for a number too long for a float.
    """
    if isinstance(cell, float):
        if abs(cell) >= EXACT_BELOW:
            raise BadCellError("digits_lost")
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
    text = cell if isinstance(cell, str) else str(cell)
    if not text.isalnum():
        text = _INVISIBLE.sub("", text).strip()
        if text.startswith("="):
            wrapped = _WRAPPED.fullmatch(text)
            text = wrapped[1].strip() if wrapped else text
        text = text.removeprefix("'").strip()
    return None if text.casefold() in _NOTHING else text


def as_id(cell: object) -> str | None:
    """Return an id or nick; None when it is masked, for a masked id is nobody's."""
    text = as_text(cell)
    return None if text is None or set(text) & _SIGNS else text


def is_total(cell: object) -> bool:
    """Tell whether a cell heads a line that adds the others up: 合计, 总计: ..."""
    return isinstance(cell, str) and cell.strip().rstrip(":：").casefold() in WORDS["totals"]


def fold(text: str) -> str:
    """Return an id so that its spellings are equal: width, case, white space, invisible marks."""
    if text.isascii() and text.isalnum():
        return text.casefold()
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFKC", plain.casefold())


def as_name(cell: object) -> str | None:
    """Return a person's name, None when it is masked."""
    text = as_text(cell)
    return None if text is None or _MASK.search(text) else text


def as_phone(cell: object) -> str | None:
    """Return the first phone of the cell as digits; None when masked or virtual.

    Raises:
        BadCellError: ``odd_phone`` for what is no phone.
    """
    text = as_text(cell)
    if text is None or set(text) & _SIGNS or _VIRTUAL.fullmatch(text):
        return None
    for part in re.split(r"[/,，;；、]|\s{2,}", unicodedata.normalize("NFKC", text)):
        digits = re.sub(r"[^\d]", "", part)
        digits = re.sub(r"^(?:0086|86|0)(?=1[3-9]\d{9}$)", "", digits)
        if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
            return digits
    raise BadCellError("odd_phone")


def as_money(cell: object) -> int | None:
    """Return an amount in fen.

    >>> as_money("¥1,234.50"), as_money(62.86), as_money("12.3元")
    (123450, 6286, 1230)

    Raises:
        BadCellError: ``bad_money`` for what is no amount; ``money_rounded`` for parts of a fen,
            with the amount rounded.
    """
    factor = 100
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        amount = _decimal(repr(cell), "bad_money")
    else:
        text = as_text(cell)
        if text is None:
            return None
        text = _MONEY_NOISE.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", text)))
        if text.endswith(WORDS["ten_thousand"]):
            text, factor = text.removesuffix(WORDS["ten_thousand"]), 1_000_000
        amount = _decimal(text, "bad_money")
    if abs(amount) * factor > _MOST_FEN:
        raise BadCellError("bad_money")
    fen = round(amount * factor)
    if abs(amount * factor - fen) > _FLOAT_NOISE:
        raise BadCellError("money_rounded", fen)
    return fen


def as_whole(cell: object) -> int | None:
    """Return a count of pieces or a round.

    Raises:
        BadCellError: ``bad_optional`` for what is no whole number.
    """
    text = as_text(cell)
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text).replace(",", "").rstrip(WORDS["piece_units"])
    number = _decimal(plain, "bad_optional")
    if abs(number) > _MOST_PIECES:
        raise BadCellError("bad_optional")
    return round(number)


def _decimal(text: str, kind: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadCellError(kind) from None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise BadCellError(kind)
    return number


def as_time(cell: object) -> dt.datetime | None:
    """Return a moment in shop time, without a zone.

    >>> as_time("2026年3月5日"), as_time(43466.5), as_time(20260305)
    (datetime.datetime(2026, 3, 5, 0, 0), datetime.datetime(2019, 1, 1, 12, 0), \
datetime.datetime(2026, 3, 5, 0, 0))

    Raises:
        BadCellError: ``bad_date`` for what is no date, or one without a year.
    """
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001  shop time is naive
    if isinstance(cell, str) and cell.translate(_DIGITS_AS_ZERO) == _ISO:
        try:  # what nearly every export writes, and by far the fastest way to read it
            return dt.datetime.fromisoformat(cell)
        except ValueError:
            pass
    text = as_text(cell)
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text)
    found = _TIME.fullmatch(text) or _COMPACT.fullmatch(text)
    return _moment(found.groupdict()) if found else _excel_day(text)


def _moment(parts: dict[str, str | None]) -> dt.datetime:
    year, month, day, hour, minute, second = (int(parts[name] or 0) for name in "ymdHMS")
    fraction = int((parts.get("f") or "0")[:6].ljust(6, "0"))
    zone = (parts.get("zone") or "").replace("Z", "+00:00")
    try:
        moment = dt.datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001
        if not zone:
            return moment
        aware = dt.datetime.fromisoformat(moment.isoformat() + zone)
        return aware.astimezone(SHOP_ZONE).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise BadCellError("bad_date") from None


def _excel_day(text: str) -> dt.datetime:
    number = _decimal(text, "bad_date")
    if int(number) not in _EXCEL_DAYS:
        raise BadCellError("bad_date")
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=float(number))  # noqa: DTZ001
    return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def as_region(text: str) -> tuple[str | None, str | None]:
    """Return province and city of an address or a region, in short form.

    >>> as_region("广东省 广州市 天河区 ..."), as_region("上海 上海市"), as_region("浙江杭州")
    (('广东', '广州'), ('上海', '上海'), ('浙江', '杭州'))
    """
    head = text.strip()
    province = _PROVINCES.get(head[:2])
    if province is None or not head.startswith(province):
        return None, None
    if province in WORDS["municipalities"]:
        return province, province
    rest = _PROVINCE_TAIL.sub("", head.removeprefix(province))
    found = _CITY.match(rest)
    city = found[1] if found else None
    return province, None if city and city.endswith(_DISTRICTS) else city


_PROVINCES: Final = {word[:2]: word for word in WORDS["provinces"].split()}
"""Province by the two characters that it starts with; no two share them."""
_PROVINCE_TAIL: Final = re.compile("^" + WORDS["province_tail"])
_CITY: Final = re.compile(rf"[\s,，]*([^\s,，0-9]{{2,8}}?)(?:{WORDS['city_tail']}|(?=[\s,，]|$))")
_DISTRICTS: Final = tuple(WORDS["district_tail"].split("|"))


def short_city(text: str) -> str:
    """Return a city without its 市 (or 自治州, 盟, 地区)."""
    return re.sub(rf"(?<=..)(?:{WORDS['city_tail']})$", "", text.strip())


def unpack_address(text: str) -> tuple[str | None, str | None, str | None, str | None]:
    """Return name, phone, province and city of a ``name，86-phone，address`` in one cell.

    All are None when the cell is not of that form; a masked part is None.
    """
    parts = re.split(r"\s*[,，]\s*", text, maxsplit=2)
    if len(parts) != 3 or not re.fullmatch(r"(?:\+?86-)?[\d*-]{7,20}", parts[1]):  # noqa: PLR2004
        return None, None, None, None
    try:
        phone = as_phone(parts[1].removeprefix("+").removeprefix("86-"))
    except BadCellError:
        phone = None
    return (as_name(parts[0]), phone, *as_region(parts[2]))
