"""Every word that a user sees, in both languages, from ``labels.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final, Literal

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


@cache
def labels() -> dict[str, dict[str, str]]:
    """Return every label by its dotted key: ``{"stage.new": {"zh": "新客", "en": "new"}}``."""
    text = resources.files("shopcrm").joinpath("labels.toml").read_text("utf-8")
    found: dict[str, dict[str, str]] = {}
    for section, entries in tomllib.loads(text).items():
        for name, words in entries.items():
            found[f"{section}.{name}"] = words
    return found


def t(key: str, lang: Lang, /, **values: object) -> str:
    """Return the label in this language with its ``{placeholders}`` filled.

    Raises:
        KeyError: when there is no such label, or a placeholder has no value.
    """
    words = labels()[key][lang]
    return words.format(**values) if values else words


def has(key: str) -> bool:
    """Tell whether there is a label of that key."""
    return key in labels()


def names(section: str) -> list[str]:
    """Return the names of all labels in a section, in the file's order."""
    prefix = f"{section}."
    return [key.removeprefix(prefix) for key in labels() if key.startswith(prefix)]


def find(section: str, word: str) -> str | None:
    """Return the name of the label in a section that reads so in either language, or None.

    The way back from what an owner picked in a sheet to what the program calls it.
    """
    wanted = word.strip().casefold()
    for name in names(section):
        words = labels()[f"{section}.{name}"]
        if any(wanted == words[lang].casefold() for lang in LANGS):
            return name
    return None
