"""The closed vocabulary of the owner's rules: facts by name and header, labels, and marks."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final, Literal, NamedTuple

from shopcrm.labels import LANGS, has, names, t
from shopcrm.tables import CUSTOMERS, RFM_CLASSES, SEGMENTS, STAGES, TAGS, Column

Kind = Literal["number", "money", "date", "text", "flag", "label"]

_KINDS: Final[dict[str, Kind]] = {
    "int64": "number",
    "Int64": "number",
    "float64": "number",
    "datetime64[us]": "date",
    "bool": "flag",
    "str": "text",
    "category": "text",
}
_OF_CUSTOMERS: Final = {name: one for name, one in CUSTOMERS.items() if name != "customer"}
_OF_SEGMENTS: Final = {
    name: SEGMENTS[name]
    for name in (
        "stage",
        "recency_score",
        "frequency_score",
        "monetary_score",
        "rfm_class",
        "grade",
        "next_grade",
        "to_next_fen",
        "to_next_orders",
        "risk_rank",
    )
}
CLOSED: Final = {"stage": "stage", "rfm_class": "rfm_class", "platform": "platform"}
"""Facts whose values have words of ours, and the section of the labels with them."""


class Word(NamedTuple):
    """What a word of a rule stands for.

    Attributes:
        kind: ``mark``, else the kind of the fact.
        name: of the mark, else the column of CUSTOMERS or SEGMENTS, or the label.
    """

    kind: Kind | Literal["mark"]
    name: str


@cache
def vocabulary() -> dict[str, Word]:
    """Return every word that a rule may have, folded; marks and facts never share one."""
    told = _told()
    found = {
        folded(word): Word("mark", mark) for mark, words in told["mark"].items() for word in words
    }
    for column, one in {**_OF_CUSTOMERS, **_OF_SEGMENTS}.items():
        for word in spellings(column, told["fact"]):
            found.setdefault(folded(word), Word(_kind(column, one), column))
    for section, labels in (("stage", STAGES), ("tag", TAGS), ("rfm_class", RFM_CLASSES)):
        for label in labels:
            for word in (label, *(t(f"{section}.{label}", lang) for lang in LANGS)):
                if " " not in word:
                    found.setdefault(folded(word), Word("label", label))
    return found


def facts() -> list[tuple[list[str], Kind, str]]:
    """Return every fact: its words, the shortest to type first, its kind and its meaning."""
    told = _told()["fact"]
    columns = {**_OF_CUSTOMERS, **_OF_SEGMENTS}
    return [(spellings(name, told), _kind(name, one), one.meaning) for name, one in columns.items()]


@cache
def _told() -> dict[str, dict[str, list[str]]]:
    text = resources.files("shopcrm.segments.own").joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(text)


def spellings(column: str, also: dict[str, list[str]] | None = None) -> list[str]:
    """Return the words for a column: its name, its Chinese header, and others.

    Args:
        column: of CUSTOMERS or SEGMENTS.
        also: other words by name.
    """
    name = column.removesuffix("_fen")
    header = [t(f"column.{column}", "zh").partition("(")[0]] if has(f"column.{column}") else []
    return list(dict.fromkeys([name, *header, *(also or {}).get(name, [])]))


def marks() -> frozenset[str]:
    """Return the words that are no facts."""
    return frozenset(word for word, one in vocabulary().items() if one.kind == "mark")


def label_words() -> frozenset[str]:
    """Return the names and words of stages, tags and classes, which no other segment may have."""
    return frozenset(
        word
        for section in ("stage", "tag", "rfm_class")
        for name in names(section)
        for word in (name, *(t(f"{section}.{name}", lang) for lang in LANGS))
    )


def folded(word: str) -> str:
    """Return a word of a rule without its case and blanks."""
    return re.sub(r"\s+", "", word).casefold()


def _kind(name: str, column: Column) -> Kind:
    return "money" if name.endswith("_fen") else _KINDS[column.dtype]
