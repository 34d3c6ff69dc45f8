"""What a setting may be: the type of its default, and what makes sense.

A setting with a rule of its own has it here, with an example for the message.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Final

from shopcrm.toml_text import as_toml

CHOICES: Final = {
    "shop.lang": ("zh", "en"),
    "callbacks.plan": ("after_sale", "one_week", "both", "off"),
}
_SHARES: Final = (
    "vip.top_share",
    "returns.rate",
    "returns.confidence",
    "preferences.confidence",
    "products.confidence",
    "products.trend_confidence",
    "returning.window_share",
    "returning.gone_share",
)
_AT_LEAST_ONE: Final = (
    "stages.repeat_orders",
    "returning.days",
    "rfm.scores",
    "qianniu.batch",
    "qianniu.name_length",
    "preferences.min_orders",
    "products.window_days",
    "products.trend_most",
    "products.next",
    "products.customers",
    "workbook.profiles",
)
BANDS: Final = ("rfm.recency_days", "rfm.frequency_orders", "rfm.amount_yuan")
OWN_SEGMENTS: Final = "segment.own"
"""The key of what the owner writes as ``[[segments]]``."""

LADDER: Final = "grade.ladder"
"""The key of the grades; RUNG shows what one may have."""

RUNG: Final = '{name = "VIP", amount = 2000, orders = 8, vip = true}'
OWN_SEGMENT_KEYS: Final = ("name", "when", "group")
_LADDER_KEYS: Final[dict[str, type | tuple[type, ...]]] = {
    "name": str,
    "amount": (int, float),
    "orders": int,
    "vip": bool,
}


def expected_of(key: str, value: object, default: object) -> str:
    """Return what a value should have been, an empty text when it is right."""
    if key in _OWN_CHECKS:
        is_right, example = _OWN_CHECKS[key]
        return "" if is_right(value) else example
    kinds = (int, float) if isinstance(default, float) else (type(default),)
    if not isinstance(value, kinds) or isinstance(value, bool) is not isinstance(default, bool):
        return _example(default)
    if isinstance(value, (int, float)):
        return _expected_number(key, value)
    if isinstance(default, list) and isinstance(value, list):
        kind = type(default[0]) if default else str
        fits = all(type(item) is kind for item in value)
        return "" if fits else _example(default or ["..."])
    return ""


def _expected_number(key: str, value: float) -> str:
    if key in _SHARES:
        return "" if 0 < value < 1 else "0 ... 1"
    least = int(key in _AT_LEAST_ONE)
    return "" if value >= least else f">= {least}"


def _is_day(value: object) -> bool:
    if isinstance(value, dt.date) or not value:
        return True
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def is_ladder(rungs: object) -> bool:
    """Tell whether a list is a ladder of grades: each rung has a name, and no unknown word."""
    return isinstance(rungs, list) and all(
        isinstance(rung, dict)
        and "name" in rung
        and all(
            name in _LADDER_KEYS and isinstance(value, _LADDER_KEYS[name])
            for name, value in rung.items()
        )
        for rung in rungs
    )


def _is_staff(table: object) -> bool:
    """Tell whether a table says of each name how many contacts a day."""
    return isinstance(table, dict) and all(
        isinstance(number, int) and not isinstance(number, bool) and number >= 0
        for number in table.values()
    )


def _is_words(table: object) -> bool:
    return isinstance(table, dict)  # what the words mean is checked where orders are read


def _are_own_segments(rows: object) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, dict)
        and all(str(row.get(name, "")).strip() for name in ("name", "when"))
        and all(name in OWN_SEGMENT_KEYS and isinstance(row[name], str) for name in row)
        for row in rows
    )


def _are_bands(numbers: object) -> bool:
    return (
        isinstance(numbers, list)
        and all(
            isinstance(one, (int, float)) and not isinstance(one, bool) and one >= 0
            for one in numbers
        )
        and all(low < high for low, high in pairwise(numbers))
    )


FAMILIES: Final = ["stages", "tags", "own", "groups", "types", "preferences"]
"""What Qianniu groups can be made of."""


def _are_families(words: object) -> bool:
    return isinstance(words, list) and all(word in FAMILIES for word in words)


_KEYWORDS: Final = '{ "床品" = ["四件套", "被套"] }'


def _is_keywords(table: object) -> bool:
    return isinstance(table, dict) and all(
        isinstance(words, list) and all(isinstance(word, str) and word for word in words)
        for words in table.values()
    )


def _are_price_bands(shares: object) -> bool:
    return (
        isinstance(shares, list)
        and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in shares)
        and shares == sorted(shares)
        and [0 < one < 1 for one in shares] == [True, True]
    )


def _are_month_days(days: object) -> bool:
    # 2024 has a 29th of February.
    return isinstance(days, list) and all(
        isinstance(one, str) and one and _is_day(f"2024-{one}") for one in days
    )


def _are_days(days: object) -> bool:
    return isinstance(days, list) and all(one and _is_day(one) for one in days)


_OWN_CHECKS: Final = {
    **dict.fromkeys(
        ("preferences.categories", "preferences.brands", "preferences.series", "types.words"),
        (_is_keywords, _KEYWORDS),
    ),
    "qianniu.groups": (_are_families, as_toml(FAMILIES)),
    "preferences.bands": (_are_price_bands, "[0.33, 0.67]"),
    "preferences.campaigns": (_are_month_days, '["06-18"]'),
    "preferences.own_campaigns": (_are_days, '["2026-09-09"]'),
    **dict.fromkeys(BANDS, (_are_bands, "[1, 2, 4, 9]")),
    OWN_SEGMENTS: (_are_own_segments, '[[segments]] name = "..", when = "orders >= 3"'),
    "callbacks.since": (_is_day, '"2026-11-01"'),
    LADDER: (is_ladder, f"[{RUNG}]"),
    "callbacks.staff": (_is_staff, '{ "客服小王" = 20 }'),
    "status.words": (_is_words, '{ "已代付" = "paid" }'),
}


def _example(default: object) -> str:
    return as_toml(default)
