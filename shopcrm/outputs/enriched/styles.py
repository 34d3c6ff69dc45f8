"""Styles of the new cells: appended to the workbook's own, none of which changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.xml import edited, escaped, outline, with_attribute

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopcrm.outputs.enriched.columns import Kind
    from shopcrm.outputs.enriched.xml import Edit, Outline

NUMBER_FORMATS: Final[dict[Kind, int | str]] = {
    "text": 49,  # as text: what begins with = is not worked out when somebody edits the cell
    "whole": 1,
    "money": 4,
    "date": "yyyy-mm-dd",
    "percent": 9,
}
"""What each kind is shown as: a number that every program knows, or a pattern."""

MOST_LOOKS: Final = 200
"""Looks of neighbours that are taken over; rows with yet another look get the first one."""

_FIRST_OWN: Final = 164
_MOST_STYLES: Final = 64_000  # more, and Excel says that the file is damaged


class Styles:
    """Styles for new cells: the look of the neighbour, and the number format of the kind."""

    def __init__(self, data: bytes, part: str, looks: Collection[int], kinds: Collection[Kind]):
        """Work out the styles that are needed.

        Args:
            data: the styles part.
            part: its name.
            looks: styles that cells beside the new ones have.
            kinds: what the new columns are.

        Raises:
            Refused: ``no_styles``, or as :func:`outline`.
        """
        found = outline(data, part)
        self._list = found.one("cellXfs")
        self._old = found.all("cellXfs", "xf")
        if self._list is None or not self._old:
            raise Refused("no_styles")
        self._found = found
        self._new: list[bytes] = []
        self._patterns: list[bytes] = []
        self._given: dict[tuple[int, Kind], int] = {}
        # The most used styles stand first in nearly every file.
        known = sorted(look for look in set(looks) if look < len(self._old))[:MOST_LOOKS] or [0]
        if len(self._old) + len(known) * len(set(kinds)) > _MOST_STYLES:
            known = known[:1]
        self._first = known[0]
        self._links = self._underlined_fonts()
        fonts = (self._old[look].attributes.get("fontId", "0") for look in known)
        self._font = next((font for font in fonts if font not in self._links), "0")
        formats = {kind: self._number_format(kind) for kind in dict.fromkeys(kinds)}
        already = {self._text(number): number for number in range(len(self._old) - 1, -1, -1)}
        for look in known:
            for kind, number_format in formats.items():
                text = self._with_format(look, number_format)
                if text not in already:
                    already[text] = len(self._old) + len(self._new)
                    self._new.append(text)
                self._given[look, kind] = already[text]

    def of(self, look: int, kind: Kind) -> int:
        """Return the style of a new cell beside one with this look."""
        found = self._given.get((look, kind))
        return self._given[self._first, kind] if found is None else found

    def patched(self) -> bytes | None:
        """Return the styles part with the new styles, None if it had them all."""
        if self._list is None or not self._new:
            return None
        found = self._found
        edits: list[Edit] = []
        edits.append(_longer(found, self._list.start, self._list.inside, len(self._old), self._new))
        edits.append((self._list.inside_end, self._list.inside_end, b"".join(self._new)))
        if self._patterns:
            edits += self._pattern_edits()
        return edited(found.data, edits)

    def _text(self, number: int) -> bytes:
        element = self._old[number]
        return self._found.data[element.start : element.end]

    def _with_format(self, look: int, number_format: int) -> bytes:
        element = self._old[look]
        tag = self._found.tag(element)
        if int(element.attributes.get("numFmtId", "0")) != number_format:
            tag = with_attribute(tag, "numFmtId", str(number_format))
        if element.attributes.get("applyNumberFormat") not in ("1", "true"):
            tag = with_attribute(tag, "applyNumberFormat", "1")
        if element.attributes.get("fontId") in self._links:
            # The neighbour is a link; the new cell is none.
            tag = with_attribute(with_attribute(tag, "fontId", self._font), "xfId", "0")
        tag = with_attribute(with_attribute(tag, "quotePrefix", None), "pivotButton", None)
        return tag + self._found.data[element.inside : element.end]

    def _underlined_fonts(self) -> set[str]:
        lines = [each.start for each in self._found.all("fonts", "font", "u")]
        return {
            str(number)
            for number, font in enumerate(self._found.all("fonts", "font"))
            if any(font.start < line < font.end for line in lines)
        }

    def _number_format(self, kind: Kind) -> int:
        wanted = NUMBER_FORMATS[kind]
        if isinstance(wanted, int):
            return wanted
        highest = _FIRST_OWN - 1
        for each in self._found.all("numFmts", "numFmt"):
            number = int(each.attributes.get("numFmtId", "0"))
            if each.attributes.get("formatCode") == wanted:
                return number
            highest = max(highest, number)
        number = highest + 1 + len(self._patterns)
        name = f"{self._found.prefix}:" if self._found.prefix else ""
        self._patterns.append(
            f'<{name}numFmt numFmtId="{number}" formatCode="{escaped(wanted)}"/>'.encode()
        )
        return number

    def _pattern_edits(self) -> list[Edit]:
        found, inner = self._found, b"".join(self._patterns)
        name = f"{found.prefix}:" if found.prefix else ""
        whole = found.one("numFmts")
        if whole is None or whole.closed:
            # The first of all children.
            start, end = (whole.start, whole.end) if whole else (found.root.inside,) * 2
            head = f'<{name}numFmts count="{len(self._patterns)}">'.encode()
            return [(start, end, head + inner + f"</{name}numFmts>".encode())]
        count = len(found.all("numFmts", "numFmt"))
        return [
            _longer(found, whole.start, whole.inside, count, self._patterns),
            (whole.inside_end, whole.inside_end, inner),
        ]


def _longer(found: Outline, start: int, inside: int, count: int, new: list[bytes]) -> Edit:
    """Return the edit that counts the new ones too."""
    return start, inside, with_attribute(found.data[start:inside], "count", str(count + len(new)))
