"""A rule as its pieces: words of the vocabulary, texts in quotes, numbers and days."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from shopcrm.segments.own.words import Word, folded, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTES: Final = ('""', "''", "“”", "‘’", "「」", "『』", "《》")
_TEXT: Final = "|".join(f"{re.escape(a)}[^{re.escape(b)}]*{re.escape(b)}" for a, b in _QUOTES)
_DAY: Final = r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
_NUMBER: Final = r"(?P<digits>-?\d+(?:\.\d+)?)\s*(?P<scale>[%％万]?)"
_SCALES: Final = {"%": 0.01, "％": 0.01, "万": 10_000.0, "": 1.0}
_UNKNOWN: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_.]*|[^\s\d\x00-\x7f“”‘’「」『』《》（）【】，、]+|.", re.DOTALL
)


class Token(NamedTuple):
    """A piece of a rule.

    Attributes:
        kind: ``word`` of the vocabulary, ``text``, ``number``, ``day``, ``unknown`` or ``end``.
        text: as written; of a text what is between the quotes.
        start: place of its first character, from 0.
        stop: place behind its last one.
    """

    kind: Literal["word", "text", "number", "day", "unknown", "end"]
    text: str
    start: int
    stop: int
    word: Word | None = None
    number: float = 0.0
    day: dt.date | None = None

    def is_mark(self, *names: str) -> bool:
        """Tell whether this is one of these marks."""
        return self.word is not None and self.word.kind == "mark" and self.word.name in names


def tokens(rule: str) -> Iterator[Token]:
    """Yield the pieces of a rule; the last one is its end."""
    at = 0
    while at < len(rule):
        if rule[at].isspace():
            at += 1
            continue
        token = _token(rule, at)
        yield token
        at = token.stop
    yield Token("end", "", len(rule), len(rule))


def _token(rule: str, at: int) -> Token:
    found = _known().match(rule, at)
    if found is None:
        stray = _UNKNOWN.match(rule, at)
        end = stray.end() if stray else at + 1
        return Token("unknown", rule[at:end], at, end)
    kind, end = found.lastgroup, found.end()
    if kind == "text":
        return Token("text", found[0][1:-1], at, end)
    if kind == "word":
        return Token("word", found[0], at, end, word=vocabulary()[folded(found[0])])
    if found["number"]:
        number = float(found["digits"]) * _SCALES[found["scale"]]
        return Token("number", found[0].strip(), at, end, number=number)
    try:
        day = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return Token("unknown", found[0], at, end)
    return Token("day", found[0], at, end, day=day)


@cache
def _known() -> re.Pattern[str]:
    """Return the pattern of what has a meaning, the longest word first."""
    words = sorted(vocabulary(), key=lambda word: (-len(word), word))
    spelled = "|".join(map(_spelled, words))
    return re.compile(
        rf"(?P<text>{_TEXT})|(?P<day>{_DAY})|(?P<number>{_NUMBER})|(?P<word>{spelled})",
        re.IGNORECASE,
    )


def _spelled(word: str) -> str:
    """Return the pattern of a word: R分 may be R 分, and a Latin word is not the start of one."""
    pattern = re.sub(r"(?<=[a-z])(?=[^\x00-\x7f])", r"\\s*", re.escape(word))
    return pattern + (r"(?![A-Za-z0-9_])" if re.search(r"[a-z0-9_]$", word) else "")
