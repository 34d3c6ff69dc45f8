"""A sheet part: what stands before its rows and behind them, and how that changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shopcrm.outputs.enriched.package import PIECE
from shopcrm.outputs.enriched.place import Area
from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.rows import Spelling
from shopcrm.outputs.enriched.xml import Outline, edited, outline, with_attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shopcrm.outputs.enriched.xml import Edit, Element

_LONGEST_HEAD: Final = 16 * PIECE
_OPEN: Final = b"sheetData"
_UNFIT: Final = (("hidden", None), ("outlineLevel", None), ("collapsed", None), ("bestFit", None))
"""What a new column does not take over from those around it."""
_ROWS_BEGIN: Final = re.compile(
    rb"<!--(?:.*?-->|.*\Z)|<(?:[\w.-]+:)?sheetData\s*(/?)>",  # not in a comment, open or closed
    re.DOTALL,
)


@dataclass(frozen=True)
class Frame:
    """What stands around the rows.

    Attributes:
        head: from the beginning up to and with ``<sheetData>``.
        tail: from ``</sheetData>`` to the end.
        outline: of both, as if there were no rows between them.
    """

    head: bytes
    tail: bytes
    outline: Outline

    @property
    def spelling(self) -> Spelling:
        """How the tags are written."""
        return Spelling(self.outline.prefix)

    def filter_area(self) -> Area | None:
        """Return the block of the sheet's own filter."""
        found = self.outline.one("autoFilter")
        return Area.of(found.attributes.get("ref", "")) if found else None

    def merged(self) -> list[Area]:
        """Return the merged blocks."""
        found = self.outline.all("mergeCells", "mergeCell")
        areas = (Area.of(each.attributes.get("ref", "")) for each in found)
        return [area for area in areas if area]

    def column_style(self, column: int) -> int | None:
        """Return the style that cells of a column have when they are not there."""
        for each in self.outline.all("cols", "col"):
            if _spanned(each).start <= column < _spanned(each).stop:
                style = each.attributes.get("style")
                return int(style) if style else None
        return None

    def patched(
        self,
        *,
        filled: Area | None,
        filtered: Area | None,
        widths: Mapping[int, float],
        kept_widths: Iterable[int],
    ) -> tuple[bytes, bytes]:
        """Return head and tail for a sheet with new columns.

        Args:
            filled: the block that the new cells fill, for the dimension; None leaves it alone.
            filtered: the new block of the sheet's filter; None leaves it alone.
            widths: of the new columns.
            kept_widths: those of them that keep a width they have.
        """
        edits: list[Edit] = []
        dimension, own_filter = self.outline.one("dimension"), self.outline.one("autoFilter")
        if dimension and filled and (old := Area.of(dimension.attributes.get("ref", ""))):
            edits.append(self._with(dimension, "ref", str(old.joined(filled))))
        if own_filter and filtered:
            edits.append(self._with(own_filter, "ref", str(filtered)))
        edits.append(self._columns(widths, set(kept_widths)))
        whole, cut = self.head + self.tail, len(self.head)
        head = edited(whole[:cut], (edit for edit in edits if edit[0] < cut))
        tail = [(start - cut, end - cut, new) for start, end, new in edits if start >= cut]
        return head, edited(self.tail, tail)

    def _with(self, element: Element, name: str, value: str) -> Edit:
        tag = with_attribute(self.outline.tag(element), name, value)
        return element.start, element.inside, tag

    def _columns(self, widths: Mapping[int, float], kept: set[int]) -> Edit:
        """Return the edit that gives new columns their widths, and others what they had."""
        whole, rows = self.outline.one("cols"), self.outline.one("sheetData")
        if rows is None:
            raise Refused("odd_xml")
        name = f"{self.outline.prefix}:" if self.outline.prefix else ""
        left = dict(widths)
        pieces: list[tuple[int, bytes]] = []
        for each in self.outline.all("cols", "col"):
            tag, span = self.outline.data[each.start : each.end], _spanned(each)
            inside = {column: left.pop(column) for column in sorted(widths) if column in span}
            pieces += _split(tag, span, inside, kept)
        for column, width in left.items():
            new = f'<{name}col min="{column}" max="{column}" width="{width:g}" customWidth="1"/>'
            pieces.append((column, new.encode()))
        inner = b"".join(text for _, text in sorted(pieces))
        if whole is None or whole.closed:
            start, end = (whole.start, whole.end) if whole else (rows.start, rows.start)
            return start, end, f"<{name}cols>".encode() + inner + f"</{name}cols>".encode()
        return whole.inside, whole.inside_end, inner


def _split(
    tag: bytes, span: range, widths: Mapping[int, float], kept: set[int]
) -> list[tuple[int, bytes]]:
    """Return a ``col`` in pieces, so that some of its columns have other widths."""
    if not widths:
        return [(span.start, tag)]
    pieces, at = [], span.start
    for column, width in widths.items():
        if at < column:
            pieces.append((at, _spread(tag, at, column - 1)))
        new = _spread(tag, column, column)
        if column not in kept:
            for name, value in (("width", f"{width:g}"), ("customWidth", "1"), *_UNFIT):
                new = with_attribute(new, name, value)
        pieces.append((column, new))
        at = column + 1
    if at < span.stop:
        pieces.append((at, _spread(tag, at, span.stop - 1)))
    return pieces


def _spanned(element: Element) -> range:
    try:
        return range(int(element.attributes["min"]), int(element.attributes["max"]) + 1)
    except (KeyError, ValueError) as error:
        raise Refused("odd_xml") from error


def _spread(tag: bytes, first: int, last: int) -> bytes:
    return with_attribute(with_attribute(tag, "min", str(first)), "max", str(last))


def head_of(pieces: Iterator[bytes]) -> tuple[bytes, bytes, bool]:
    """Read up to and with ``<sheetData>``.

    Returns:
        The head, what was read of the rows, and whether it is ``<sheetData/>``.
    """
    text = b""
    for piece in pieces:
        text += piece
        if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:4]:
            raise Refused("odd_encoding")
        for found in _ROWS_BEGIN.finditer(text):
            if not found[0].startswith(b"<!"):
                return text[: found.end()], text[found.end() :], found[1] == b"/"
        if len(text) > _LONGEST_HEAD:
            break
    raise Refused("not_a_worksheet")


def closing(head: bytes) -> bytes:
    """Return the end tags that make a whole part of a head."""
    prefix = head[head.rindex(b"<") + 1 : head.rindex(_OPEN)]
    return b"</%ssheetData></%sworksheet>" % (prefix, prefix)


def framed(head: bytes, tail: bytes, part: str) -> Frame:
    """Return what stands around the rows, checked to be one well-formed whole.

    Raises:
        Refused: as :func:`outline`; ``not_a_worksheet``, ``odd_xml``.
    """
    found = outline(head + tail, part)
    if found.root.name != "worksheet":
        raise Refused("not_a_worksheet", part=part)
    rows: Sequence[Element] = found.all("sheetData")
    if len(rows) != 1 or rows[0].inside != len(head):
        raise Refused("odd_xml", part=part)
    return Frame(head, tail, found)
