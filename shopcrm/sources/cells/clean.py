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
from typing import TYPE_CHECKING, Final

from shopcrm.sources.opening.exact import EXACT_BELOW

if TYPE_CHECKING:
    from collections.abc import Callable


class BadCellError(ValueError):
    """The cell is not quite what its column says.

    Attributes:
        kind: kind of problem.
        instead: the value to go on with, None for none.
    """

    def __init__(self, kind: str, instead: int | dt.datetime | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.instead = instead


SHOP_ZONE: Final = dt.timezone(dt.timedelta(hours=8))
"""Exports with a time zone are converted to the shop's: China has one, without summer time."""

_ROOM: Final = resources.files("shopcrm.sources.cells")
WORDS: Final = tomllib.loads(_ROOM.joinpath("words.toml").read_text("utf-8"))
_CURRENCIES: Final = tomllib.loads(_ROOM.joinpath("currencies.toml").read_text("utf-8"))
_NOTHING: Final = frozenset(WORDS["nothing"])
INVISIBLE: Final = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_WRAPPED: Final = re.compile(r'="(.*)"', re.DOTALL)
_MASK: Final = re.compile(
    "[{mask_signs}]|^.{{1,2}}(?:{words})$".format(**WORDS, words="|".join(WORDS["mask_words"]))
)
_CODES: Final = frozenset(_CURRENCIES.values())
# The longest first: HK$ is no $.
_CURRENCY: Final = re.compile("|".join(map(re.escape, sorted(_CURRENCIES, key=len, reverse=True))))
_MONEY_NOISE: Final = re.compile("|".join(map(re.escape, WORDS["money_noise"])) + r"|\s")
_TIMES: Final = {WORDS["ten_thousand"]: 10_000, WORDS["thousand"]: 1_000}
SIGNS: Final = frozenset(WORDS["mask_signs"])
_FOOTER: Final = re.compile(rf"(?:{'|'.join(WORDS['footers'])})\s*[:：]")
_BRACKETS: Final = re.compile(r"\([^()]*\)$")
_ISO: Final = "0000-00-00 00:00:00"
_DIGITS_AS_ZERO: Final = str.maketrans("123456789", "000000000")
_FLOAT_NOISE: Final = Decimal("0.001")
"""Less than so many fen is not what somebody wrote, but what a formula of Excel's left over."""
_MOST_DIGITS: Final = 18
_MOST_FEN: Final = 10**11
_MOST_PIECES: Final = 10**9
_EXCEL_DAYS: Final = range(32874, 80000)
"""Numbers in a time column that can be Excel days: 1990 to 2119."""

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
FIRST_YEAR: Final = 1990
"""No shop that is kept in Excel has older orders."""

LEAP_YEAR: Final = 2000
"""A day of the year without its year is held in this one, which has every day."""

_NO_YEAR: Final = re.compile(
    rf"(?P<m>\d{{1,2}})[-/.{WORDS['month']}](?P<d>\d{{1,2}})[{WORDS['day']}号]?"
    rf"(?:\s*(?P<H>\d{{1,2}}):(?P<M>\d{{2}})(?::(?P<S>\d{{2}}))?)?"
)
# Excel shows the 20th of November, typed as 11.20, as 11.2: which of the two it was, nobody knows.
_MAY_HAVE_LOST_A_ZERO: Final = re.compile(r"\.[123]$")
_A_YEAR: Final = rf"(?=\d{{4}}[-/.{WORDS['year']}])"
_BETWEEN_DATES: Final = re.compile(
    rf"\s*[{WORDS['between'].replace('/', '')}\n]\s*(?=\d)|\s*[-/]\s*{_A_YEAR}|\s+{_A_YEAR}"
)
_COMPACT: Final = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2}))?"
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_BETWEEN_PHONES: Final = re.compile(
    rf"[{WORDS['between']}\n]|\s+(?=0?1[3-9]\d{{9}})|\s+(?=0\d{{2,3}}-?\d{{7}})|\s{{2,}}"
)
_POWER_OF_TEN: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{2}")
_EXPONENT: Final = re.compile(r"1\.\d{1,10}E\+?10", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(?<=\d{7})-\d{1,5}$")
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
        text = INVISIBLE.sub("", text).strip()
        if text.startswith("="):
            wrapped = _WRAPPED.fullmatch(text)
            text = wrapped[1].strip() if wrapped else text
        text = text.removeprefix("'").strip()
    return None if text.casefold() in _NOTHING else text


def as_id(cell: object) -> str | None:
    """Return an id or nick; None when it is masked, for a masked id is nobody's.

    Raises:
        BadCellError: ``digits_lost`` for 1.87E+18, which Excel makes of a long number in a CSV.
    """
    text = as_text(cell)
    if text is not None and _POWER_OF_TEN.fullmatch(text):
        raise BadCellError("digits_lost")
    return None if text is None or set(text) & SIGNS else text


def is_total(cell: object) -> bool:
    """Tell whether a cell heads a line below the table: 合计, 总计: ..., or 说明：..."""
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return text.rstrip(":：").casefold() in WORDS["totals"] or bool(_FOOTER.match(text))


def fold(text: str) -> str:
    """Return an id so that its spellings are equal: width, case, white space, invisible marks."""
    if text.isascii() and text.isalnum():
        return text.casefold()
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFKC", plain.casefold())


def as_name(cell: object) -> str | None:
    """Return a person's name, None when it is masked."""
    text = as_text(cell)
    return None if text is None or _MASK.search(text) else text


def as_email(cell: object) -> str | None:
    """Return an e-mail in lower case; None when it is masked.

    Raises:
        BadCellError: ``bad_optional`` for what is no e-mail.
    """
    text = as_id(cell)
    if text is None:
        return None
    if not _EMAIL.fullmatch(text):
        raise BadCellError("bad_optional")
    return text.casefold()


def as_phone(cell: object) -> str | None:
    """Return the first phone of the cell as digits; None when masked or virtual.

    A phone is compared from its right end: what stands before a mobile number's eleven digits may
    be a trunk zero, +86 or 0086 and nothing else.

    >>> as_phone("+86 138-0013-8000"), as_phone("013800138000"), as_phone("13800138000/02085556666")
    ('13800138000', '13800138000', '13800138000')

    Raises:
        BadCellError: ``odd_phone`` for what is no phone, as one of twelve digits.
    """
    text = as_text(cell.replace("\n", "/") if isinstance(cell, str) else cell)
    if text is None or _VIRTUAL.fullmatch(text):
        return None
    plain = unicodedata.normalize("NFKC", text)
    parts = [part for part in (plain, *_BETWEEN_PHONES.split(plain)) if not set(part) & SIGNS]
    for part in parts:
        digits = _digits_of(part)
        if not digits.strip("0"):
            continue  # 00000000000 fills a field that must not be blank
        if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
            return digits
    if set(text) & SIGNS or not text.strip("0"):
        return None
    raise BadCellError("odd_phone")


def as_virtual_phone(cell: object) -> str | None:
    """Return a virtual number and its extension as they are dialled; None for any other cell.

    >>> as_virtual_phone("17012345678转 1234"), as_virtual_phone("13800138000")
    ('17012345678-1234', None)
    """
    text = as_text(cell)
    if text is None or not _VIRTUAL.fullmatch(text):
        return None
    number, extension = re.findall(r"\d+", unicodedata.normalize("NFKC", text))
    return f"{number}-{extension}"


def _digits_of(phone: str) -> str:
    """Return a phone's digits without what stands before it and without an extension behind."""
    if _EXPONENT.fullmatch(phone):  # as Excel shows a long number in a narrow column
        return str(int(Decimal(phone)))
    digits = re.sub(r"\D", "", _EXTENSION.sub("", phone))
    return re.sub(r"^(?:0086|86|0)+(?=1[3-9]\d{9}$)|^(?:0086|86)(?=0\d{9,11}$)", "", digits)


def as_money(cell: object) -> int | None:
    """Return an amount in hundredths: fen of yuan, whatever the sign beside it says.

    >>> as_money("¥1,234.50"), as_money(62.86), as_money("12.3元"), as_money("3千")
    (123450, 6286, 1230, 300000)

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
        text = unicodedata.normalize("NFKC", text).casefold()
        text = _MONEY_NOISE.sub("", _CURRENCY.sub("", _BRACKETS.sub("", text)))
        if text[-1:] in _TIMES:
            text, factor = text[:-1], 100 * _TIMES[text[-1]]
        amount = _decimal(text, "bad_money")
    if abs(amount) * factor > _MOST_FEN:
        raise BadCellError("bad_money")
    fen = round(amount * factor)
    if abs(amount * factor - fen) > _FLOAT_NOISE:
        raise BadCellError("money_rounded", fen)
    return fen


def as_currency(cell: object) -> str | None:
    """Return the currency that a cell names, as ISO 4217 has it; None when it names none.

    >>> as_currency("HK$1,200"), as_currency("人民币"), as_currency(12.5), as_currency("12元")
    ('HKD', 'CNY', None, None)
    """
    text = cell if isinstance(cell, str) else None
    if text is None or (text.isascii() and not re.search("[a-zA-Z$]", text)):
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.upper() in _CODES:
        return plain.upper()
    found = _CURRENCY.search(plain.casefold())
    return _CURRENCIES[found[0]] if found else None


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
        BadCellError: ``bad_date`` for what is no date; ``no_year`` for a day of the year alone,
            with that day in :data:`LEAP_YEAR`; ``two_dates`` for two, with the earlier one.
    """
    return _one_or_two(cell, min)


def as_last_time(cell: object) -> dt.datetime | None:
    """Return a moment as :func:`as_time` does, of two dates the later one."""
    return _one_or_two(cell, max)


def _one_or_two(
    cell: object, choose: Callable[[list[dt.datetime]], dt.datetime]
) -> dt.datetime | None:
    try:
        return _one_time(cell)
    except BadCellError:
        if not isinstance(cell, str):
            raise
        parts = _BETWEEN_DATES.split(unicodedata.normalize("NFKC", cell).strip())
        first = _TIME.fullmatch(parts[0])
        if first is None or len(parts) != 2:  # noqa: PLR2004
            raise
        second = _TIME.fullmatch(parts[1]) or _NO_YEAR.fullmatch(parts[1])
        if second is None:
            raise
        year = {"y": first["y"]}  # of the second date, where it has none of its own
        days = [_moment(first.groupdict()), _moment({**year, **second.groupdict()})]
        raise BadCellError("two_dates", choose(days)) from None


def _one_time(cell: object) -> dt.datetime | None:
    if isinstance(cell, dt.date) and cell.year < FIRST_YEAR:
        raise BadCellError("bad_date")
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
    if found:
        return _moment(found.groupdict())
    day = _NO_YEAR.fullmatch(text)
    if day and not (isinstance(cell, float) and _MAY_HAVE_LOST_A_ZERO.search(text)):
        raise BadCellError("no_year", _moment({**day.groupdict(), "y": str(LEAP_YEAR)}))
    return _excel_day(text)


def _moment(parts: dict[str, str | None]) -> dt.datetime:
    year, month, day, hour, minute, second = (int(parts.get(name) or 0) for name in "ymdHMS")
    if year < FIRST_YEAR:  # 1900 is what Excel makes of a 0
        raise BadCellError("bad_date")
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


def address_key(name: str, address: str) -> str | None:
    """Return receiver and address so that spellings are equal; None when either is masked or short.

    Width, white space, punctuation, a postcode in brackets at the end, and 省, 市 and the like
    behind the province and the city make no difference.

    >>> address_key("李 雨薇", "广东省 广州市 天河区 和平路1号(510000)")
    '李雨薇|广东广州天河区和平路1号'
    >>> address_key("李雨薇", "广东广州天河区，和平路１号") == _
    True
    """
    who = as_name(name)
    text = as_text(address)
    if who is None or text is None or set(text) & SIGNS:
        return None
    plain = unicodedata.normalize("NFKC", text)
    plain = _NO_LETTER.sub("", _POSTCODE.sub("", plain)).casefold()
    head = _PROVINCES.get(plain[:2])
    province = head if head and plain.startswith(head) else ""
    place = plain.removeprefix(province)
    if province:
        place = _PROVINCE_TAIL.sub("", place)
        if province in WORDS["municipalities"]:
            place = re.sub(f"^{province}(?:{WORDS['city_tail']})?", "", place)
    for _ in range(2):  # a city, and a town of its own in it
        place = _CITY_HEAD.sub(r"\1", place)
    receiver = _NO_LETTER.sub("", unicodedata.normalize("NFKC", who)).casefold()
    # A town alone is no address: many of one name live there.
    return f"{receiver}|{province}{place}" if receiver and len(place) >= _STREET_FROM else None


_NO_LETTER: Final = re.compile(r"[\W_]+")
_POSTCODE: Final = re.compile(r"\s*[(\[]\s*\d{6}\s*[)\]]\s*$")
_CITY_HEAD: Final = re.compile(rf"^([^\d{WORDS['address_parts']}]{{2,8}}?)(?:{WORDS['city_tail']})")
_STREET_FROM: Final = 8
