"""The thresholds in force: defaults of ``policy.toml``, overridden by the owner's ``shop.toml``.

A new threshold is one commented line in ``policy.toml`` and its meaning in ``labels.toml``. The
type of a value is the type of its default; what else holds stands in the checks below.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import PolicyError, UsageError
from shopcrm.toml_file import read_toml
from shopcrm.toml_text import as_toml, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SHOP_FILE: Final = "shop.toml"
BUILT_IN: Final = "policy.toml"

_CHOICES: Final = {
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
_BANDS: Final = ("rfm.recency_days", "rfm.frequency_orders", "rfm.amount_yuan")
OWN_SEGMENTS: Final = "segment.own"
"""The key of what the owner writes as ``[[segments]]``."""

LADDER: Final = "grade.ladder"
_RUNG: Final = '{name = "VIP", amount = 2000, orders = 8, vip = true}'
_OWN_SEGMENT_KEYS: Final = ("name", "when", "group")
_SHOWN: Final = 20
"""Words of a closed list that a message shows."""

_LADDER_KEYS: Final[dict[str, type | tuple[type, ...]]] = {
    "name": str,
    "amount": (int, float),
    "orders": int,
    "vip": bool,
}


@dataclass(frozen=True)
class Policy:
    """Every threshold by its dotted key, and where each value comes from.

    Attributes:
        values: ``{"stages.new_days": 90}``.
        sources: ``{"stages.new_days": "policy.toml"}``.
        shop_dir: folder of the owner's ``shop.toml``; None without one.
    """

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    shop_dir: Path | None = None

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return int(self.values[key])

    def flag(self, key: str) -> bool:
        """Return whether something is switched on."""
        return bool(self.values[key])

    def number(self, key: str) -> float:
        """Return a number."""
        return float(self.values[key])

    def text(self, key: str) -> str:
        """Return a text."""
        return str(self.values[key])

    def words(self, key: str) -> list[str]:
        """Return a list of texts."""
        return [str(word) for word in self.values[key]]

    def wholes(self, key: str) -> list[int]:
        """Return a list of whole numbers."""
        return [int(number) for number in self.values[key]]

    def numbers(self, key: str) -> list[float]:
        """Return a list of numbers."""
        return [float(number) for number in self.values[key]]

    def table(self, key: str) -> dict[str, Any]:
        """Return a table whose keys are the owner's."""
        return dict(self.values[key])

    def rows(self, key: str) -> list[dict[str, Any]]:
        """Return a list of tables."""
        return [dict(row) for row in self.values[key]]

    def day(self, key: str) -> dt.date | None:
        """Return a date, or None for an empty text."""
        value = self.values[key]
        return dt.date.fromisoformat(str(value)) if value else None


@cache
def defaults() -> dict[str, Any]:
    """Return the built-in value of every key."""
    text = resources.files("shopcrm").joinpath(BUILT_IN).read_text("utf-8")
    return {
        f"{section}.{name}": value
        for section, entries in tomllib.loads(text).items()
        for name, value in entries.items()
    }


def load_policy(path: Path | None) -> Policy:
    """Read the owner's ``shop.toml`` over the defaults.

    Args:
        path: the file, or None for the defaults alone.

    Raises:
        PolicyError: the file is missing or no TOML, or has an unknown key, a value of the wrong
            type, or one that makes no sense; the message names file, line and the likely key.
    """
    values, sources = dict(defaults()), dict.fromkeys(defaults(), BUILT_IN)
    if path is None:
        return Policy(values, sources)
    for key, value, line in _entries(path):
        if key not in values:
            raise _unknown(path, line, key)
        _check(path, line, key, value, values[key])
        values[key] = value
        sources[key] = f"{path.name}:{line}"
    if len(values["callbacks.from_days"]) != len(values["callbacks.by_days"]):
        raise PolicyError("rounds_differ", path=path)
    values["scripts.texts"] = {**_scripts(path.resolve().parent, values), **values["scripts.texts"]}
    if wrong := _bands_differ(values):
        raise PolicyError("bands_differ", path=path, key=wrong, number=values["rfm.scores"] - 1)
    text = read_toml(path)[1] if values[OWN_SEGMENTS] else ""
    for number in range(len(values[OWN_SEGMENTS])):
        places = [("segments", number, "when"), ("segment", "own", number, "when")]
        line = max(line_of(text, *place) for place in places)
        sources[f"{OWN_SEGMENTS}[{number}]"] = f"{path.name}:{line}"
    return Policy(values, sources, path.resolve().parent)


def _scripts(folder: Path, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the owner's file of scripts, empty where there is none.

    Raises:
        PolicyError: it is no TOML, or a script in it is no text.
    """
    path = folder / values["scripts.file"]
    if not values["scripts.file"] or not path.exists():
        return {}
    data, text = read_toml(path)
    for name, script in data.items():
        if not isinstance(script, str):
            raise PolicyError(
                "wrong_value",
                path=path,
                line=line_of(text, name),
                key=name,
                value=as_toml(script),
                expected='"..."',
            )
    return data


def changed_policy(policy: Policy, settings: Mapping[str, str]) -> Policy:
    """Return the policy with some settings as typed at the prompt, checked as in ``shop.toml``.

    Args:
        policy: the policy in force.
        settings: values by dotted key, as TOML writes them; a text may lack its quotes.

    Raises:
        UsageError: there is no such setting, or its value makes no sense.
    """
    values, sources = dict(policy.values), dict(policy.sources)
    for key, text in settings.items():
        if key not in values:
            near = did_you_mean(key, defaults())
            raise UsageError("no_setting", key=key, near=f"{near}? " if near else "")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        expected = _expected(key, value, defaults()[key])
        if key in _CHOICES and value not in _CHOICES[key]:
            expected = ", ".join(_CHOICES[key])
        if expected:
            raise UsageError("bad_setting", key=key, value=as_toml(value), expected=expected)
        values[key], sources[key] = value, f"{key}={text}"
    if wrong := _bands_differ(values):
        expected = _example_bands(values["rfm.scores"] - 1)
        raise UsageError("bad_setting", key=wrong, value=as_toml(values[wrong]), expected=expected)
    return replace(policy, values=values, sources=sources)


def changed_settings(policy: Policy, changed: Policy) -> dict[str, tuple[object, object]]:
    """Return the settings that were given at the prompt, with both values; equal ones too."""
    return {
        key: (policy.values[key], value)
        for key, value in changed.values.items()
        if changed.sources.get(key) != policy.sources.get(key)
    }


def _example_bands(number: int) -> str:
    """Return a list of so many numbers, for a message."""
    return as_toml(list(range(1, number + 1)))


def _bands_differ(values: Mapping[str, Any]) -> str:
    """Return the first setting with as many bands as do not make the scores, or an empty text."""
    wanted = values["rfm.scores"] - 1
    return next((key for key in _BANDS if values[key] and len(values[key]) != wanted), "")


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word nearest to this one, also by its last part, or an empty text."""
    by_word = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_word, n=1, cutoff=cutoff)
    if near:
        return by_word[near[0]]
    tail = word.casefold().rpartition(".")[2]
    by_tail = {name.rpartition(".")[2]: name for name in by_word}
    near = difflib.get_close_matches(tail, by_tail, n=1, cutoff=max(cutoff, 0.75))
    return by_word[by_tail[near[0]]] if near else ""


def not_one_of(
    path: Path | str, line: int, key: str, word: object, known: Iterable[str], near: str = ""
) -> PolicyError:
    """Return the error for a word that is none of the few that can stand there."""
    few = list(known)
    told = ", ".join(few[:_SHOWN]) + (" .." if len(few) > _SHOWN else "")
    if near:
        return PolicyError(
            "one_of_near", path=path, line=line, key=key, word=word, near=near, known=told
        )
    return PolicyError("one_of", path=path, line=line, key=key, word=word, known=told)


def _unknown(path: Path, line: int, key: str) -> PolicyError:
    near = did_you_mean(key, defaults())
    if near:
        return PolicyError("unknown_key", path=path, line=line, key=key, near=near)
    return PolicyError("no_such_key", path=path, line=line, key=key)


def _entries(path: Path) -> list[tuple[str, Any, int]]:
    data, text = read_toml(path)
    found = []
    for section, entries in data.items():
        if section == "segments":
            found.append((OWN_SEGMENTS, entries, line_of(text, section)))
            _check_own_segments(path, text, entries)
            continue
        if not isinstance(entries, dict):
            raise _unknown(path, line_of(text, section), section)
        if not entries and not any(key.startswith(f"{section}.") for key in defaults()):
            raise _unknown(path, line_of(text, section), section)
        for name, value in entries.items():
            found.append((f"{section}.{name}", value, line_of(text, section, name)))
    return found


def _check_own_segments(path: Path, text: str, rows: object) -> None:
    """Refuse a word in ``[[segments]]`` that is none of the few, with the likely one."""
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        for word in row if isinstance(row, dict) else ():
            if word in _OWN_SEGMENT_KEYS:
                continue
            line, near = (
                line_of(text, "segments", number, word),
                did_you_mean(word, _OWN_SEGMENT_KEYS),
            )
            raise not_one_of(path, line, "[[segments]]", word, _OWN_SEGMENT_KEYS, near)


def _check(path: Path, line: int, key: str, value: object, default: object) -> None:
    """Refuse a value of the wrong type, or one that makes no sense."""
    if key in _CHOICES and isinstance(value, str) and value not in _CHOICES[key]:
        near = did_you_mean(value, _CHOICES[key])
        raise not_one_of(path, line, key, value, _CHOICES[key], near)
    expected = _expected(key, value, default)
    if expected and key == LADDER and isinstance(value, list):
        number = next(at for at, rung in enumerate(value) if not _is_ladder([rung]))
        raise PolicyError(
            "wrong_rung",
            path=path,
            line=line_of(read_toml(path)[1], *key.split("."), number),
            number=number + 1,
            value=as_toml(value[number]),
            expected=_RUNG,
        )
    if expected:
        told = as_toml(value)
        raise PolicyError(
            "wrong_value", path=path, line=line, key=key, value=told, expected=expected
        )


def _expected(key: str, value: object, default: object) -> str:
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


def _is_ladder(rungs: object) -> bool:
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
        and all(name in _OWN_SEGMENT_KEYS and isinstance(row[name], str) for name in row)
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
    **dict.fromkeys(_BANDS, (_are_bands, "[1, 2, 4, 9]")),
    OWN_SEGMENTS: (_are_own_segments, '[[segments]] name = "..", when = "orders >= 3"'),
    "callbacks.since": (_is_day, '"2026-11-01"'),
    LADDER: (_is_ladder, f"[{_RUNG}]"),
    "callbacks.staff": (_is_staff, '{ "客服小王" = 20 }'),
    "status.words": (_is_words, '{ "已代付" = "paid" }'),
}


def _example(default: object) -> str:
    return as_toml(default)
