"""The outline of a small XML part: where in its bytes each element stands, so they can be patched.

Nothing is serialised again: a patched part is the old bytes with some of them replaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from shopcrm.outputs.enriched.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from xml.parsers.expat import XMLParserType

Edit = tuple[int, int, bytes]
"""Replace the bytes from here to there by these."""

SPREADSHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # strict
)
_UTF8: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_TAG: Final = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")


@dataclass
class Element:
    """One element: ``start`` to ``end`` with its tags, ``inside`` to ``inside_end`` without them.

    ``name`` has no prefix; ``path`` are the names from the root to the element's parent.
    """

    name: str
    path: tuple[str, ...]
    attributes: dict[str, str]
    start: int
    inside: int
    inside_end: int = 0
    end: int = 0
    text: str = ""

    @property
    def closed(self) -> bool:
        """Whether it is written as ``<name/>``."""
        return self.inside == self.end


@dataclass(frozen=True)
class Outline:
    """The elements of a part in document order, the root first, and the root's prefix."""

    data: bytes
    elements: list[Element]
    prefix: str = field(default="")

    @property
    def root(self) -> Element:
        """The outermost element."""
        return self.elements[0]

    def all(self, *path: str) -> list[Element]:
        """Return the elements with these names, from below the root."""
        whole = (self.root.name, *path)
        return [each for each in self.elements if (*each.path, each.name) == whole]

    def one(self, *path: str) -> Element | None:
        """Return the first element with these names, from below the root."""
        found = self.all(*path)
        return found[0] if found else None

    def tag(self, element: Element) -> bytes:
        """Return the element's start tag."""
        return self.data[element.start : element.inside]


def outline(data: bytes, part: str, depth: int = 4) -> Outline:
    """Return where the elements of a spreadsheet part stand, down to this depth.

    Raises:
        Refused: ``odd_encoding`` (no UTF-8), ``entities``, ``odd_xml`` (not the namespace of
            spreadsheets), ``damaged``.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        raise Refused("odd_encoding", part=part)
    reader = _Reader(data, part, depth)
    return Outline(data, reader.elements, reader.prefix)


def parsed(
    data: bytes,
    part: str,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    parser: XMLParserType | None = None,
) -> None:
    """Read a small part: each start tag, end tag and text goes to one of these.

    Raises:
        Refused: ``entities``, ``odd_encoding``, ``damaged``.
    """

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.casefold() not in _UTF8:
            raise Refused("odd_encoding", part=part)

    def doctype(*_: object) -> None:
        raise Refused("entities", part=part)

    parser = parser or expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat takes it by place
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise Refused("damaged", part=part) from error


class _Reader:
    """Notes the elements as expat comes to them."""

    def __init__(self, data: bytes, part: str, depth: int) -> None:
        self.elements: list[Element] = []
        self.prefix = ""
        self._data, self._part, self._depth = data, part, depth
        self._stack: list[Element] = []
        self._parser = expat.ParserCreate()
        parsed(data, part, self._begin, self._end, self._text, self._parser)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        stack, at = self._stack, self._parser.CurrentByteIndex
        if not stack:
            if attributes.get(f"xmlns:{prefix}" if prefix else "xmlns") not in SPREADSHEET:
                raise Refused("odd_xml", part=self._part)
            self.prefix = prefix
        tag = _TAG.match(self._data, at)
        if tag is None:
            raise Refused("damaged", part=self._part)
        path = (*stack[-1].path, stack[-1].name) if stack else ()
        # A foreign element may have the same name: it keeps its prefix.
        own = local if prefix == self.prefix else name
        stack.append(Element(own, path, attributes, at, tag.end()))
        if len(stack) <= self._depth:
            self.elements.append(stack[-1])

    def _end(self, _: str) -> None:
        element, data = self._stack.pop(), self._data
        if data[element.inside - 2 : element.inside] == b"/>":
            element.inside_end = element.end = element.inside
        else:
            element.inside_end = self._parser.CurrentByteIndex
            element.end = data.index(b">", element.inside_end) + 1

    def _text(self, characters: str) -> None:
        if self._stack and len(self._stack) <= self._depth:
            self._stack[-1].text += characters


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes with these places replaced; the places must not overlap."""
    pieces, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[at:start], new]
        at = end
    return b"".join([*pieces, data[at:]])


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """Return a start tag with the attribute set, or without it; all else stays as it is."""
    found = re.search(rb"""\s%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()), tag)
    new = b"" if value is None else b' %s="%s"' % (name.encode(), escaped(value).encode())
    if found:
        return tag[: found.start()] + new + tag[found.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + new + tag[end:]


def escaped(text: str) -> str:
    """Return a text as it stands in an attribute or between tags."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")
