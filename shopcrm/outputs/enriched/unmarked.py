"""Our columns in a file that has lost their mark, as it has on its way through some other programs.

Then all the new headers, in their order and side by side, are taken for an earlier run's. One or
two headers prove nothing: a shop may have a column of that name itself.
"""

from __future__ import annotations

import html
import re
from itertools import chain
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.rows import Scanner, whole_rows
from shopcrm.outputs.enriched.sheet import closing, framed, head_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shopcrm.outputs.enriched.package import Package

FEWEST: Final = 3
"""Headers that must agree."""

_SHARED: Final = re.compile(rb"""<[^>]*\st=["']s["'][^>]*>\s*<(?:[\w.-]+:)?v>\s*(\d{1,9})\s*<""")
_INLINE: Final = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)<")


def unmarked(
    package: Package, part: str, strings: str | None, header_row: int, headers: Sequence[str]
) -> list[int]:
    """Return the columns whose headers are all these, in this order; none if there are not.

    Args:
        package: the workbook.
        part: the sheet.
        strings: the part of the shared texts, if there is one.
        header_row: in which the headers stand.
        headers: that are looked for.
    """
    if len(headers) < FEWEST:
        return []
    found = _header_cells(package, part, header_row)
    wanted = {value for value in found.values() if isinstance(value, int)}
    shared = _texts(package, strings, wanted) if strings and wanted else {}
    texts = {
        column: shared.get(value, "") if isinstance(value, int) else value
        for column, value in found.items()
    }
    for first in sorted(texts):
        columns = list(range(first, first + len(headers)))
        if [texts.get(column) for column in columns] == list(headers):
            return columns
    return []


def _header_cells(package: Package, part: str, header_row: int) -> dict[int, str | int]:
    """Return the headers by column: a text, or the number of a shared one."""
    pieces = package.pieces(part)
    head, begun, empty = head_of(pieces)
    spelling = framed(head, closing(head), part).spelling
    scanner = Scanner(spelling)
    found: dict[int, str | int] = {}
    for text, _ in () if empty else whole_rows(chain((begun,), pieces), spelling):
        scanner.refuse_unsafe(text)
        for row in scanner.rows(text):
            if row.number == header_row:
                for cell in scanner.cells(text, row):
                    raw = text[cell.start : cell.end]
                    number = _SHARED.match(raw)
                    words = b"".join(_INLINE.findall(raw)).decode("utf-8", "replace")
                    found[cell.column] = int(number[1]) if number else html.unescape(words)
            if row.number >= header_row:
                return found
    return found


def _texts(package: Package, part: str, wanted: Collection[int]) -> dict[int, str]:
    """Return some of the shared texts; reading ends behind the last of them."""
    found: dict[int, str] = {}
    path: list[str] = []
    number = -1

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal number
        path.append(name.rpartition(":")[2])
        number += path[-1] == "si"

    def end(_: str) -> None:
        path.pop()

    def text(characters: str) -> None:
        if path[-1] == "t" and "rPh" not in path and number in wanted:
            found[number] = found.get(number, "") + characters

    def doctype(*_: object) -> None:
        raise Refused("entities", part=part)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    last = max(wanted)
    try:
        for piece in package.pieces(part):
            parser.Parse(piece)
            if number > last:
                break
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise Refused("damaged", part=part) from error
    return found
