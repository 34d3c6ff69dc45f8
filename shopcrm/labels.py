"""Every word that a user sees, in both languages, from ``labels.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final, Literal

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


@cache
def labels() -> dict[str, dict[str, str]]:
    """Return every label by its dotted key: ``{"stage.new": {"zh": "新客", "en": "new"}}``."""
    return {
        f"{section}.{name}": words
        for section in _texts()
        for name, words in _section(section).items()
    }


@cache
def _texts() -> dict[str, str]:
    """Return the text of each section; only what is asked for is parsed, so that help is quick."""
    text = resources.files("shopcrm").joinpath("labels.toml").read_text("utf-8")
    _, *parts = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@cache
def _section(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(_texts().get(name, ""))


def _words(key: str) -> dict[str, str]:
    section, _, name = key.partition(".")
    return _section(section)[name]


def t(key: str, lang: Lang, /, **values: object) -> str:
    """Return the label in this language with its ``{placeholders}`` filled.

    Raises:
        KeyError: when there is no such label, or a placeholder has no value.
    """
    words = _words(key)[lang]
    return words.format(**values) if values else words


def has(key: str) -> bool:
    """Tell whether there is a label of that key."""
    section, _, name = key.partition(".")
    return name in _section(section)


def unit(currency: str, lang: Lang) -> str:
    """Return what amounts are counted in: 元 or yuan, and for another currency its code."""
    return t(f"unit.{currency}", lang) if has(f"unit.{currency}") else currency


def names(section: str) -> list[str]:
    """Return the names of all labels in a section, in the file's order."""
    return list(_section(section))


def find(section: str, word: str) -> str | None:
    """Return the name of the label in a section that reads so in either language, or None.

    A section ``team_also`` has other words for the labels of ``team``, which nothing prints.

    The way back from what an owner picked in a sheet to what the program calls it.
    """
    wanted = word.strip().casefold()
    for name, words in _section(section).items():
        if any(wanted == words[lang].casefold() for lang in LANGS):
            return name
    also = f"{section}_also"
    return find(also, word) if _section(also) else None
