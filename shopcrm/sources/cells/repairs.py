"""What was mended in the cells of a file, by kind: counted, for nothing is done silently."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from shopcrm.sources.cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

REPAIRS: Final = (
    "wrapped",
    "quoted",
    "trimmed",
    "full_width",
    "blank_word",
    "masked",
    "money_sign",
    "date_spelling",
    "time_zone",
    "phone_prefix",
    "two_phones",
    "two_dates",
    "year_filled",
    "day_from_number",
    "filled_down",
    "merged_cells",
    "columns_joined",
    "above_header",
)
"""Every kind of repair; its words stand under ``repair`` in ``labels.toml``."""

_PLAIN_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_ZONE: Final = re.compile(r":\d{2}(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})$")
_MOBILE_DIGITS: Final = 11


def mended(kind: str, cell: object, value: object) -> Iterator[str]:
    """Yield what was mended to get a value out of a cell.

    Args:
        kind: how the cell was read: text, id, name, phone, email, money, time, whole.
        cell: as it stands in the file.
        value: what was made of it, None for nothing.
    """
    if not isinstance(cell, str) or (cell == value and not cell.isspace()):
        return
    text = cell.strip()
    if cell != text or clean.INVISIBLE.search(text):
        yield "trimmed"
    if text.startswith('="'):
        yield "wrapped"
    elif text.startswith("'"):
        yield "quoted"
    if value is None:
        yield "masked" if set(text) & clean.SIGNS else "blank_word"
    elif kind == "money" and not re.fullmatch(r"[-+]?\d*\.?\d*", text):
        yield "money_sign"
    elif kind in ("time", "last_time") and not _PLAIN_DATE.fullmatch(text):
        yield "time_zone" if _ZONE.search(text) else "date_spelling"
    elif kind == "phone":
        yield from _mended_phone(text)
    if text != unicodedata.normalize("NFKC", text) and kind not in ("text", "name"):
        yield "full_width"


def _mended_phone(text: str) -> Iterator[str]:
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 2 * _MOBILE_DIGITS - 1:
        yield "two_phones"
    elif digits[:1] != "1" and len(digits) > _MOBILE_DIGITS:
        yield "phone_prefix"
