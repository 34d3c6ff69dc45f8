"""What a TOML text says where: the line of each key, and the pieces also of one that is wrong."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST: Final = 80
"""Characters of a value that a message shows."""

_DEEPEST: Final = 20
"""Lists within lists whose places are told apart."""

Keys = tuple[str | int, ...]
"""Where a value stands: section and key, and in a list its place."""


def line_of(text: str, *keys: str | int) -> int:
    """Return the line of a key in a TOML text: of what holds it where it has none itself, or 1."""
    lines = _lines(text)
    for length in range(len(keys), 0, -1):
        if keys[:length] in lines:
            return lines[keys[:length]]
    return 1


def as_toml(value: object) -> str:
    """Return a value as TOML writes it, cut to what a message can show.

    >>> as_toml({"buyer": ["买家", True]})
    '{ buyer = ["买家", true] }'
    """
    text = _written(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}.."


def _written(value: object) -> str:
    if isinstance(value, dict):
        pairs = [f"{_key(str(name))} = {_written(one)}" for name, one in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


class Token(NamedTuple):
    """A piece of TOML: ``text``, ``note``, ``mark``, ``bare`` or ``quote`` (one that is open)."""

    kind: str
    text: str
    line: int
    start: int


_TOKEN: Final = re.compile(
    r"""
    (?P<text> \"{3} (?: [^\\] | \\. )*? \"{3,5} | '{3} .*? '{3,5}
            | \" (?: [^"\\\n] | \\[^\n] )* \" | '[^'\n]*' )
    | (?P<note> \#[^\n]* )
    | (?P<mark> [\[\]{}=,.\n] )
    | (?P<bare> [^\s"'\#\[\]{}=,.]+ )
    | (?P<quote> ["'] )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a TOML text, also of one that is wrong."""
    line, seen = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        yield Token(str(found.lastgroup), found[0], line, seen)


@dataclass
class _Frame:
    """A bracket that is open."""

    mark: str
    keys: Keys
    line: int
    count: int = 0


@dataclass
class Outline:
    """What a text says where, told token by token; no judge of whether it is right.

    Attributes:
        keys: every key and section with its line, as often as it is there.
        items: the lines of what stands in lists.
        frames: the brackets that are open.
    """

    keys: list[tuple[Keys, int]] = field(default_factory=list)
    items: list[tuple[Keys, int]] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    _section: Keys = ()
    _words: list[str] = field(default_factory=list)
    _at: Keys = ()
    _mode: str = "key"
    _tables: dict[Keys, int] = field(default_factory=dict)
    _is_list: bool = False

    def take(self, token: Token) -> None:
        """Go on by one token."""
        if token.kind == "note":
            return
        if token.text == "\n":
            if not self.frames:
                self._mode, self._words = "key", []
            return
        {"key": self._key, "head": self._head, "value": self._value}[self._mode](token)

    def _key(self, token: Token) -> None:
        mark = token.text if token.kind == "mark" else ""
        if token.kind in ("text", "bare"):
            self._words.append(_unquoted(token))
        elif mark == "[" and not self._words and not self.frames:
            self._mode, self._is_list = "head", False
        elif mark == "=":
            base = self.frames[-1].keys if self.frames else self._section
            self._at = (*base, *self._words)
            self.keys.append((self._at, token.line))
            self._mode, self._words = "value", []
        elif mark == "}" and self.frames:
            self.frames.pop()
            self._mode = "value"

    def _head(self, token: Token) -> None:
        if token.kind in ("text", "bare"):
            self._words.append(_unquoted(token))
        elif token.text == "[":
            self._is_list = True
        elif token.text == "]" and self._words:
            self._section, self._words = tuple(self._words), []
            if self._is_list:
                self.items.append((self._section, token.line))
                count = self._tables.get(self._section, 0)
                self._tables[self._section] = count + 1
                self._section = (*self._section, count)
            self.keys.append((self._section, token.line))

    def _value(self, token: Token) -> None:
        frame = self.frames[-1] if self.frames else None
        mark = token.text if token.kind == "mark" else ""
        at = self._at
        if frame and frame.mark == "[":
            # Deeper than any settings go, one name does for all: a text of brackets only is long.
            deep = len(self.frames) > _DEEPEST
            at = frame.keys if deep else (*frame.keys, frame.count)
        if mark in ("]", "}"):
            if frame and frame.mark == {"]": "[", "}": "{"}[mark]:
                self.frames.pop()
        elif mark == ",":
            if frame and frame.mark == "{":
                self._mode = "key"
            elif frame:
                frame.count += 1
        elif mark != ".":
            self.items.append((at, token.line))
            if mark in ("[", "{"):
                self.frames.append(_Frame(mark, at, token.line))
                self._mode = "key" if mark == "{" else "value"


def outline(text: str, end: int | None = None) -> Outline:
    """Return what a text says, up to a place in it."""
    found = Outline()
    for token in tokens(text):
        if end is not None and token.start >= end:
            break
        found.take(token)
    return found


@lru_cache(maxsize=4)
def _lines(text: str) -> Mapping[Keys, int]:
    found = outline(text)
    lines: dict[Keys, int] = {}
    for keys, line in (*found.keys, *found.items):
        lines.setdefault(keys, line)
    return lines


def _unquoted(token: Token) -> str:
    if token.kind == "bare":
        return token.text
    try:
        return str(tomllib.loads(f"a = {token.text}")["a"])
    except ValueError:
        return token.text[1:-1]
