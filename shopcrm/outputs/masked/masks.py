"""One value masked as the platforms do it: 张**, 138****1234, a***@qq.com, 广东省广州市****."""

from __future__ import annotations

import re
from typing import Final

from shopcrm.sources.cells.clean import WORDS

STARS: Final = "****"
"""Stands for what is hidden whole."""

_SEPARATOR: Final = r"[-\s.·—－]?"
_NUMBER: Final = re.compile(
    rf"(?<!\d)1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}}(?!\d)"
    rf"|(?<!\d)0\d{{2,3}}{_SEPARATOR}\d{{7,8}}(?!\d)"
    r"|(?<!\d)\d{3,4}[-\s]\d{3,4}[-\s]\d{4}(?!\d)"
    r"|\d{7,}"
)
"""A phone however it is spaced, or any long number: an order, an account, an identity card."""

_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_LONG: Final = 10
"""From so many digits on, three and four of them say little of the rest."""

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_LETTER: Final = r"[^\W\d_]"
_IN_A_PLACE: Final = r"[^\W\d_路街道镇乡村号巷弄区县小]"
_STREETS: Final = "路|街|大道|巷|弄|胡同|村|镇|小区|花园|苑|大厦|广场|新村|里"
_REGION: Final = re.compile(
    rf"\s*(?:(?:{'|'.join(WORDS['provinces'].split())})(?:{WORDS['province_tail']})?[\s,，]*)?"
    rf"(?:{_IN_A_PLACE}{{1,8}}?(?:{WORDS['city_tail']})[\s,，]*)?"
    rf"(?:{_IN_A_PLACE}{{1,6}}?(?:区|县|旗|市)[\s,，]*)?"
)
_HOUSE: Final = rf"(?:{_STREETS})[^\d\n,，。；;]{{0,12}}\d+(?:[号弄栋幢座室单楼层院#]|-\d)"
_ANY_HOUSE: Final = re.compile(_HOUSE)
_STREET: Final = re.compile(rf"(?:{_LETTER}|[\s,，]){{0,24}}{_LETTER}{_HOUSE}[^\s,，。；;]*")
"""A street with a number in free text, with the region before it and whatever follows at once."""

_PLAIN_PLACE: Final = re.compile(rf"(?:(?!{_STREETS}){_LETTER}|\s){{1,8}}")
"""Short, and no street: a region as people write it, 浙江 杭州."""


def mask_name(name: str) -> str:
    """Return the first character and two stars.

    >>> mask_name("张三丰"), mask_name("Anna Lee"), mask_name("张**")
    ('张**', 'A**', '张**')
    """
    return f"{name.strip()[:1]}**"


def mask_numbers(text: str) -> str:
    """Return a text with its phones and long numbers masked; a day stays.

    >>> mask_numbers("打 138-0013-8000，单号 4210293847561"), mask_numbers("20261120 到")
    ('打 138****8000，单号 421****7561', '20261120 到')
    """
    return _NUMBER.sub(_number, text)


def mask_phone(phone: str) -> str:
    """Return a phone with its middle hidden; what is none that can be seen is hidden whole.

    >>> mask_phone("13800138000"), mask_phone("020-85556666"), mask_phone("微信 abc")
    ('138****8000', '020****6666', '****')
    """
    masked = mask_numbers(phone)
    return masked if masked != phone and not re.search(r"[^\W\d_]", masked) else STARS


def mask_emails(text: str) -> str:
    """Return a text with its e-mails masked.

    >>> mask_emails("写给 anna.lee@qq.com 吧")
    '写给 a***@qq.com 吧'
    """
    if "@" not in text:
        return text
    return _EMAIL.sub(lambda found: f"{found[0][0]}***@{found[0].partition('@')[2]}", text)


def mask_email(email: str) -> str:
    """Return an e-mail masked; what is none is hidden whole."""
    masked = mask_emails(email.strip())
    return masked if masked != email.strip() else STARS


def mask_address(address: str) -> str:
    """Return an address as far as its district.

    >>> mask_address("广东省广州市天河区体育西路103号"), mask_address("浙江 杭州")
    ('广东省广州市天河区****', '浙江 杭州')
    >>> mask_address("上海浦东新区张江路1号"), mask_address("体育西路103号 1201")
    ('上海浦东新区****', '****')
    """
    text = address.strip()
    if _PLAIN_PLACE.fullmatch(text):
        return text
    found = _REGION.match(text)
    region = found[0] if found else ""
    return text if region == text else region.rstrip(" ,，") + STARS


def mask_streets(text: str) -> str:
    """Return a text in which a street with its number is hidden.

    >>> mask_streets("寄到广州市天河区体育西路103号，周末收")
    '寄到广州市天河区****，周末收'
    """
    if not _ANY_HOUSE.search(text):  # the whole pattern takes fifty times as long to say so
        return text
    return _STREET.sub(lambda found: mask_address(found[0]), text)


def _number(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if _DAY.fullmatch(found[0]):
        return found[0]
    return f"{digits[:3]}{STARS}{digits[-4:]}" if len(digits) >= _LONG else f"{STARS}{digits[-2:]}"
