"""Rows and cells of a sheet part, found in its bytes without a tree.

Only what stands in ``<sheetData>`` comes here, in pieces that hold whole rows. What would make a
search of bytes unsafe (comments, CDATA, other namespaces inside the rows) is refused.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from shopcrm.outputs.enriched.place import LAST_COLUMN, LAST_ROW, letters, number
from shopcrm.outputs.enriched.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UNSAFE: Final = ((b"!", b"<!"), (b"?", b"<?"), (b" xmlns=", b" xmlns="))
"""What makes a search unsafe, behind something that is looked for at no cost."""
_ROW_NUMBER: Final = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*(\d{1,7})\s*["']""")
_CELL_PLACE: Final = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Z]{1,3})\d{1,7}\s*["']""")
_ANY_PLACE: Final = re.compile(rb"(?:^|\s)r\s*=")
_STYLE: Final = re.compile(rb"""(?:^|\s)s\s*=\s*["']\s*(\d{1,6})\s*["']""")
_OWN_STYLE: Final = re.compile(rb"""\scustomFormat\s*=\s*["'](?:1|true)["']""")
_NOTHING: Final = re.compile(rb"\s*(?:<(?:\w+:)?(?:v|is)\s*(?:/>|>\s*</(?:\w+:)?(?:v|is)>)\s*)?")
_SPILLS: Final = re.compile(
    rb"""<(?:\w+:)?f(?=\s)(?=[^>]*\st=["'](?:array|dataTable)["'])[^>]*\sref=["']([A-Z0-9:]+)["']"""
)


class Row(NamedTuple):
    """One row: its tag, then cells from ``inside`` to ``inside_end``; ``end`` is behind it."""

    number: int
    start: int
    inside: int
    inside_end: int
    end: int


_row: Final = partial(tuple.__new__, Row)
"""Makes a row of its fields: ``Row(...)`` itself takes three times as long, and there are many."""


def packed(rows: Iterable[Row]) -> array[int]:
    """Return rows in little room, so that they need not be looked for again."""
    return array("i", chain.from_iterable(rows))


def unpacked(numbers: array[int]) -> list[Row]:
    """Return the rows again."""
    fields = iter(numbers)
    return list(map(_row, zip(*[fields] * len(Row._fields), strict=True)))


class Cell(NamedTuple):
    """One cell; ``style`` is None where it has none, ``holds`` says whether anything is in it."""

    column: int
    start: int
    end: int
    style: int | None
    holds: bool


@dataclass(frozen=True)
class Spelling:
    """How this sheet writes its tags.

    Attributes:
        prefix: of its namespace, without the colon; mostly "".
    """

    prefix: str

    def tag(self, name: str, *, end: bool = False) -> bytes:
        """Return the beginning of a start tag, or a whole end tag."""
        whole = f"{self.prefix}:{name}" if self.prefix else name
        return f"</{whole}>".encode() if end else f"<{whole}".encode()


def whole_rows(pieces: Iterable[bytes], spelling: Spelling) -> Iterator[tuple[bytes, bytes | None]]:
    """Cut what follows ``<sheetData>`` where rows begin.

    Yields:
        Bytes that hold whole rows, and None; at the end the last rows, and what begins with
        ``</sheetData>``.
    """
    close, row = spelling.tag("sheetData", end=True), spelling.tag("row")
    rest, looked = b"", 0
    stream = iter(pieces)
    for piece in stream:
        rest += piece
        end = rest.find(close, looked)
        if end >= 0:
            yield rest[:end], rest[end:] + b"".join(stream)
            return
        cut = rest.rfind(row)
        if cut > 0:
            yield rest[:cut], None
            rest = rest[cut:]
        looked = max(0, len(rest) - len(close))
    raise Refused("odd_xml")


class Scanner:
    """Finds the rows and cells of one sheet, piece after piece in order.

    ``plain`` says that every cell begins ``<c r="``, which is what nearly everybody writes: then
    a row's last cell is found without a look at the others.
    """

    def __init__(self, spelling: Spelling, *, plain: bool = True) -> None:
        self.plain = plain
        self._last_row = 0
        row, cell = spelling.tag("row"), spelling.tag("c")
        self._row = re.compile(re.escape(row) + rb'(?: r="(\d{1,7})"|(?=[\s/>]))([^>]*)>')
        self._row_end = spelling.tag("row", end=True)
        self._cell = re.compile(re.escape(cell) + rb"(?=[\s/>])([^>]*)>")
        self._cell_end = spelling.tag("c", end=True)
        self._plain_cell = cell + b' r="'
        self._any_cell = cell
        self._quick_cell = re.compile(
            re.escape(cell) + rb' r="([A-Z]{1,3})\d+"(?: s="(\d+)"| t=|>|/)'
        )

    def is_plain(self, text: bytes) -> bool:
        """Whether every cell in here is spelt as most are."""
        plain = text.count(self._plain_cell)
        if plain == text.count(self._any_cell):
            return True
        # Tags of rich text may begin like this too.
        return plain == len(self._cell.findall(text))

    def refuse_unsafe(self, text: bytes) -> None:
        """Refuse rows in which a search of bytes could go wrong."""
        if any(quick in text and mark in text for quick, mark in _UNSAFE):
            raise Refused("odd_xml")

    def rows(self, text: bytes) -> list[Row]:
        """Return the rows in here.

        Raises:
            Refused: ``odd_xml``; ``odd_order``, rows do not ascend.
        """
        found: list[Row] = []
        at, last, end_tag, slash = 0, self._last_row, self._row_end, ord("/")
        for match in self._row.finditer(text):
            start, inside = match.span()
            place = match[1]
            if place is None and (there := _ROW_NUMBER.search(match[2])):
                place = there[1]
            row = int(place) if place else last + 1
            if row <= last or row > LAST_ROW:
                raise Refused("odd_order", row=row)
            if start != at and text[at:start].strip():
                raise Refused("odd_xml", row=row)
            if text[inside - 2] == slash:
                inside_end = at = inside
            else:
                inside_end = text.find(end_tag, inside)
                if inside_end < 0:
                    raise Refused("odd_xml", row=row)
                at = inside_end + len(end_tag)
            found.append(_row((row, start, inside, inside_end, at)))
            last = row
        if text[at:].strip():
            raise Refused("odd_xml")
        self._last_row = last
        return found

    def style_of_row(self, text: bytes, row: Row) -> int | None:
        """Return the style that cells of the row have when they are not there."""
        tag = text[row.start : row.inside]
        style = _STYLE.search(tag) if _OWN_STYLE.search(tag) else None
        return int(style[1]) if style else None

    def style_at_end(self, text: bytes, row: Row, column: bytes) -> int | None:
        """Return the style of a row's last cell if it is in this column; None if in doubt."""
        at = text.rfind(self._plain_cell, row.inside, row.inside_end) if self.plain else -1
        found = self._quick_cell.match(text, at) if at >= 0 else None
        return int(found[2] or 0) if found and found[1] == column else None

    def from_column(self, text: bytes, row: Row, column: int) -> tuple[int, list[Cell]]:
        """Return where a row's cells from a column on begin, and these cells.

        Without such cells that is where the row ends.
        """
        if row.inside == row.inside_end:
            return row.inside_end, []
        if not self.plain:
            cells = [
                each
                for each in self._cells(text, row.inside, row.inside_end, 0)
                if each.column >= column
            ]
            return (cells[0].start if cells else row.inside_end), cells
        # From the right: mostly there is nothing, or one cell, and never a look at the others.
        cells, at = [], row.inside_end
        while (start := text.rfind(self._plain_cell, row.inside, at)) >= 0:
            cell = self._cell_at(text, start, at, 0)
            if cell.column < column:
                break
            cells.append(cell)
            if cell.column == column:
                break
            at = start
        if not cells:
            return row.inside_end, []
        cells.reverse()
        if any(one.column >= two.column for one, two in pairwise(cells)):
            raise Refused("odd_order", row=row.number)
        return cells[0].start, cells

    def cells(self, text: bytes, row: Row) -> list[Cell]:
        """Return all cells of a row."""
        return list(self._cells(text, row.inside, row.inside_end, 0))

    def _cells(self, text: bytes, start: int, end: int, before: int) -> Iterator[Cell]:
        while match := self._cell.search(text, start, end):
            cell = self._cell_at(text, match.start(), end, before)
            if cell.column <= before:
                raise Refused("odd_order", cell=letters(cell.column))
            yield cell
            before, start = cell.column, cell.end

    def _cell_at(self, text: bytes, start: int, end: int, before: int) -> Cell:
        match = self._cell.match(text, start, end)
        if match is None:
            raise Refused("odd_xml")
        place, style = _CELL_PLACE.search(match[1]), _STYLE.search(match[1])
        if place is None and _ANY_PLACE.search(match[1]):
            raise Refused("odd_xml")
        column = number(place[1]) if place else before + 1
        if column > LAST_COLUMN:
            raise Refused("odd_order", cell=letters(column))
        if match[1].endswith(b"/"):
            last, holds = match.end(), False
        else:
            inside_end = text.find(self._cell_end, match.end(), end)
            if inside_end < 0:
                raise Refused("odd_xml")
            last = inside_end + len(self._cell_end)
            holds = _NOTHING.fullmatch(text, match.end(), inside_end) is None
        return Cell(column, start, last, int(style[1]) if style else None, holds)


def spills(text: bytes) -> list[str]:
    """Return the blocks that array formulas and data tables in here fill."""
    if b" ref=" not in text:
        return []
    return [found.decode() for found in _SPILLS.findall(text)]
