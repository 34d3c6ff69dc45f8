"""The thresholds in force: defaults of ``policy.toml``, overridden by the owner's ``shop.toml``.

A new threshold is one commented line in ``policy.toml`` and its meaning in ``labels.toml``. The
type of a value is the type of its default; what else holds stands in ``setting_checks``.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import PolicyError, UsageError
from shopcrm.setting_checks import (
    BANDS,
    CHOICES,
    LADDER,
    OWN_SEGMENT_KEYS,
    OWN_SEGMENTS,
    RUNG,
    expected_of,
    is_ladder,
)
from shopcrm.toml_file import read_toml
from shopcrm.toml_text import as_toml, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SHOP_FILE: Final = "shop.toml"
BUILT_IN: Final = "policy.toml"
_SHOWN: Final = 20
"""Words of a closed list that a message shows."""


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
        expected = expected_of(key, value, defaults()[key])
        if key in CHOICES and value not in CHOICES[key]:
            expected = ", ".join(CHOICES[key])
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
    return next((key for key in BANDS if values[key] and len(values[key]) != wanted), "")


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
            if word in OWN_SEGMENT_KEYS:
                continue
            line, near = (
                line_of(text, "segments", number, word),
                did_you_mean(word, OWN_SEGMENT_KEYS),
            )
            raise not_one_of(path, line, "[[segments]]", word, OWN_SEGMENT_KEYS, near)


def _check(path: Path, line: int, key: str, value: object, default: object) -> None:
    """Refuse a value of the wrong type, or one that makes no sense."""
    if key in CHOICES and isinstance(value, str) and value not in CHOICES[key]:
        near = did_you_mean(value, CHOICES[key])
        raise not_one_of(path, line, key, value, CHOICES[key], near)
    expected = expected_of(key, value, default)
    if expected and key == LADDER and isinstance(value, list):
        number = next(at for at, rung in enumerate(value) if not is_ladder([rung]))
        raise PolicyError(
            "wrong_rung",
            path=path,
            line=line_of(read_toml(path)[1], *key.split("."), number),
            number=number + 1,
            value=as_toml(value[number]),
            expected=RUNG,
        )
    if expected:
        told = as_toml(value)
        raise PolicyError(
            "wrong_value", path=path, line=line, key=key, value=told, expected=expected
        )
