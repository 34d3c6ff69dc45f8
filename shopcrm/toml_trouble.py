"""What is wrong with a TOML text, in the owner's words: found by looking at the line itself.

Python's parser says ``Unclosed array`` where an owner typed a Chinese comma. The frequent causes
are recognised here; the parser's own words are the last resort.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from shopcrm.errors import PolicyError
from shopcrm.toml_text import Outline, Token, as_toml, outline, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PLACE: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_TWICE: Final = ("Cannot overwrite", "Cannot declare", "Duplicate inline", "Cannot mutate")
_SLASH: Final = ("Unescaped '\\'", "Invalid hex value", "Escaped character")
_PLAIN: Final = {
    **dict.fromkeys("“”„「」『』《》", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("【〔", "["),
    **dict.fromkeys("】〕", "]"),
    **dict.fromkeys("：:", "="),
    "、": ",",
    "；": "",  # as at the end of a line in other languages: too much, whatever its width
    "。": ".",
}
"""What a Chinese keyboard types where TOML wants a sign of ASCII."""
_QUOTES: Final = "“”„＂「」"
_SECTION: Final = re.compile(r"\s*\[[^\],\"']+\]\s*(#.*)?")
_HALF_SECTION: Final = re.compile(r"\s*[\w-]+\s*\]\s*(#.*)?")
_STATEMENT: Final = re.compile(r"\s*[\w.\"'-]+\s*=")
_SHOWN: Final = 40


def trouble(path: Path, text: str, error: Exception) -> PolicyError:
    """Return the error for a text that is no TOML: what is wrong, and in which line."""
    message = str(error)
    place = _PLACE.search(message)
    lines = text.split("\n")
    if place and place[1]:
        line, column = int(place[1]), int(place[2])
        at = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    else:
        at = len(text.rstrip())
        line = text.count("\n", 0, at) + 1
    look = _Look(path, text, at, line, lines[line - 1])
    detail = _PLACE.sub("", message)
    found = next(look.causes(detail), None)
    return found or PolicyError("not_toml", path=path, line=line, detail=detail)


class _Look:
    """A look at the place where the parser gave up."""

    def __init__(self, path: Path, text: str, at: int, line: int, written: str) -> None:
        self._path = path
        self._text = text
        self._at = at
        self._line = line
        self._written = written
        self._before: Outline = outline(text, at)
        everything = list(tokens(text))
        self._next = next((one for one in everything if one.start >= at), None)
        self._last = next((one for one in reversed(everything) if _is_said(one, at)), None)
        self._open = next(
            (one for one in everything if one.kind == "quote" and one.line <= line), None
        )

    def causes(self, detail: str) -> Iterator[PolicyError]:
        """Yield what may be wrong, the likeliest first."""
        if detail.startswith(_TWICE):
            yield from self._twice()
        if detail.startswith(_SLASH):
            yield PolicyError("toml_slash", path=self._path, line=self._line)
        yield from self._foreign()
        if self._open:
            yield PolicyError("toml_quote", path=self._path, line=self._open.line)
        yield from self._brackets(detail)
        if detail.startswith("Invalid value"):
            yield from self._value()
        if detail.startswith("Expected newline"):
            rest = self._rest()
            yield PolicyError("toml_rest", path=self._path, line=self._line, rest=rest)
        if "key" in detail or "statement" in detail:
            yield from self._key()

    def _twice(self) -> Iterator[PolicyError]:
        first: dict[object, int] = {}
        for keys, line in outline(self._text).keys:
            if keys in first:
                key = ".".join(map(str, keys))
                yield PolicyError(
                    "toml_twice", path=self._path, line=line, key=key, first=first[keys]
                )
            first.setdefault(keys, line)

    def _foreign(self) -> Iterator[PolicyError]:
        """Look for Chinese punctuation, in the lines of an open bracket too."""
        lines = self._text.split("\n")
        first = min([self._line, *(frame.line for frame in self._before.frames)])
        for line in range(first, self._line + 1):
            mark = _foreign_mark(lines[line - 1])
            if mark and mark.isspace():
                yield PolicyError("toml_space", path=self._path, line=line)
            elif mark:
                plain = _plain(mark)
                yield PolicyError("toml_mark", path=self._path, line=line, mark=mark, plain=plain)

    def _brackets(self, detail: str) -> Iterator[PolicyError]:
        frames = self._before.frames
        if _HALF_SECTION.fullmatch(self._written):
            yield PolicyError("toml_bracket", path=self._path, line=self._line, mark="]", other="[")
        if detail.startswith("Expected ']'") and "]" not in self._written:
            yield self._unclosed("[", self._line)
        if not frames:
            return
        outer, inner = frames[0], frames[-1]
        ends = self._next is None or (self._next.text == "\n" and inner.mark == "[")
        is_next = bool(_SECTION.fullmatch(self._written) or _STATEMENT.match(self._written))
        if outer.line < self._line and (is_next or ends):
            yield self._unclosed(outer.mark, outer.line)
        elif inner.mark == "{" and (self._next is None or self._next.text == "\n"):
            yield PolicyError("toml_one_line", path=self._path, line=inner.line)
        elif ends:
            yield self._unclosed(outer.mark, outer.line)
        elif self._last and self._next and detail.startswith("Unclosed"):
            if self._next.kind in ("text", "bare"):
                yield PolicyError(
                    "toml_comma", path=self._path, line=self._last.line, after=self._last.text
                )
            else:
                yield self._unclosed(inner.mark, inner.line)

    def _unclosed(self, mark: str, line: int) -> PolicyError:
        other = {"[": "]", "{": "}"}[mark]
        return PolicyError("toml_bracket", path=self._path, line=line, mark=mark, other=other)

    def _value(self) -> Iterator[PolicyError]:
        if self._next is None or self._next.text == "\n" or self._next.kind == "note":
            yield PolicyError("toml_no_value", path=self._path, line=self._line)
        elif self._next.kind == "bare":
            word = re.split(r"[,\]}#\n]", self._text[self._next.start :], maxsplit=1)[0].strip()
            if word.lower() in ("true", "false"):
                yield self._better(word, word.lower())
            yield self._better(word, as_toml(word.strip("\"'")))

    def _better(self, word: str, better: str) -> PolicyError:
        return PolicyError(
            "toml_word", path=self._path, line=self._line, word=word[:_SHOWN], better=better
        )

    def _key(self) -> Iterator[PolicyError]:
        plain = [one for one in tokens(self._written) if one.text == "="]
        if not plain and not self._written.lstrip().startswith("["):
            yield PolicyError("toml_no_equals", path=self._path, line=self._line)
        elif self._next and self._next.kind == "bare" and not self._next.text.isascii():
            yield self._better(self._next.text, as_toml(self._next.text))
        elif plain and not self._before.frames:
            word = self._written[: plain[0].start].strip()
            if word and not word.isascii():
                yield self._better(word, as_toml(word.replace('"', "")))

    def _rest(self) -> str:
        return self._text[self._at :].split("\n", 1)[0].strip()[:_SHOWN]


def _is_said(token: Token, end: int) -> bool:
    return token.start < end and token.text != "\n" and token.kind != "note"


def _foreign_mark(line: str) -> str:
    """Return the first sign that a Chinese keyboard typed for one of ASCII, or nothing."""
    end = 0
    found = list(tokens(line))
    for token in found:
        for char in line[end : token.start]:
            if char not in " \t":
                return char
        if token.kind == "note":
            return ""
        if token.kind == "bare":
            for char in token.text:
                if _plain(char):
                    return char
        if token.kind == "quote":
            return next((char for char in line if char in _QUOTES), "")
        end = token.start + len(token.text)
    return next((char for char in line[end:] if char not in " \t"), "")


def _plain(char: str) -> str:
    """Return the sign of ASCII that was meant, nothing where a sign is right as it is."""
    if char in _PLAIN:
        return _PLAIN[char]
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and len(plain) == 1 and plain.isascii() else ""
