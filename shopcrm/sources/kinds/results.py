"""What an owner means by a cell of the column of results, which a drop-down only suggests."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from shopcrm.labels import LANGS, find, names, t

OPEN: Final = "open"
"""The contact has not been made: the line is as one that nobody has ticked."""

_WORDS: Final = "results.toml"
_CALLED: Final = "done"
_LIKE: Final = 0.6
_SHORTEST: Final = 2


class Meaning(NamedTuple):
    """What a cell means.

    Attributes:
        result: one of RESULTS, or :data:`OPEN`; None where it is not clear.
        rest: what else it says, for the note.
    """

    result: str | None
    rest: str | None


def meaning(cell: str) -> Meaning:
    """Return what a cell of the column of results means.

    A known word counts alone, or before or behind other clauses: ``已联系，很满意``. That one has
    called says less than what came of it: ``打了，没接`` was no answer. Two other results in one
    cell are not clear, and neither is a word that only contains a known one (``没打`` contains
    ``打``): those are to be asked about.
    """
    text = unicodedata.normalize("NFKC", cell).strip()
    whole = _result_of(text)
    if whole:
        return Meaning(whole, text if _folded(text) in _telling() else None)
    clauses = [(part, _result_of(part)) for part in _clauses(text)]
    if not clauses or not (clauses[0][1] or clauses[-1][1]):
        return Meaning(None, None)
    found = {result for _, result in clauses if result}
    if len(found) > 1:
        found.discard(_CALLED)
    if len(found) > 1 or OPEN in found:
        return Meaning(None, None)
    result = found.pop()
    at = next(place for place, (_, one) in enumerate(clauses) if one == result)
    said = [part for place, (part, one) in enumerate(clauses) if place != at and one != _CALLED]
    return Meaning(result, "，".join(said) or None)


def likely(cell: str) -> str | None:
    """Return the result that a cell which is not clear most likely means, None without a guess."""
    text = _folded(cell)
    inside = [word for word in _known() if len(word) >= _SHORTEST and word in text]
    if inside:
        return _sure(_known()[max(inside, key=lambda word: (len(word), word))])
    long = [word for word in _known() if len(word) >= _SHORTEST]
    near = difflib.get_close_matches(text, long, n=1, cutoff=_LIKE)
    return _sure(_known()[near[0]]) if near else None


def _sure(result: str) -> str | None:
    return None if result == OPEN else result


def _result_of(text: str) -> str | None:
    return find("result", text) or _known().get(_folded(text))


def _clauses(text: str) -> list[str]:
    found: list[str] = []
    for part in _between().split(text):
        words = part.split()
        sizes = range(len(words) - 1, 0, -1)
        known = next((at for at in sizes if _result_of(" ".join(words[:at]))), 0)
        whole = known == 0 or _result_of(part)
        found += [part] if whole else [" ".join(words[:known]), " ".join(words[known:])]
    return [part.strip() for part in found if part.strip()]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return " ".join(_between().sub(" ", plain).split())


@cache
def _table() -> dict[str, list[str]]:
    path = resources.files("shopcrm.sources.kinds").joinpath(_WORDS)
    found: dict[str, list[str]] = tomllib.loads(path.read_text("utf-8"))
    return found


@cache
def _telling() -> frozenset[str]:
    return frozenset(map(_folded, _table()["telling"]))


@cache
def _between() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(str(_table()['between']))}]+")


@cache
def _known() -> dict[str, str]:
    """Return every word by what it means, those of the drop-down too."""
    found = {_folded(t(f"result.{name}", lang)): name for name in names("result") for lang in LANGS}
    for result in (*names("result"), OPEN):
        found |= {_folded(word): result for word in _table()[result]}
    return found
