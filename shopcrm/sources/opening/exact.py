"""Long whole numbers of an .xlsx sheet, digit by digit as the file spells them."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

EXACT_BELOW: Final = 2**53
"""Whole numbers from here on do not fit a float; the file's own digits are looked up."""

_DIGITS: Final = 16
"""A float keeps 15 digits, and Excel no more than that."""

_WHOLE: Final = re.compile(rf"-?\d{{{_DIGITS},400}}")
_CHUNK: Final = 1 << 22
_VALUE: Final = re.compile(rb"<v>\s*(-?\d{%d,400})\s*</v>" % _DIGITS)
_CELL: Final = re.compile(rb"<c(\s[^<>]*)>")
_ATTRIBUTE: Final = re.compile(rb"(\w+)\s*=\s*[\"']([^\"']*)[\"']")
_NOT_PLAIN: Final = (b"<!", b":v>", b"<v ", b"<v\n", b"&#")
"""Where one of these stands in a sheet, a value may not look like one to a search."""

_PLACE: Final = re.compile(r"([A-Za-z]{1,3})(\d{1,9})")


def exact_wholes(book: BinaryIO, sheet: str) -> dict[tuple[int, int], int]:
    """Return the whole numbers of 16 digits and more by their row and column, from 0 on.

    Writers other than Excel store every digit of a long order number; a reader that goes through
    floats changes the last ones. Excel itself has lost everything behind the 15th digit, which
    shows as zeros there: such a number is not returned. Nor is any of a sheet that is not found:
    its numbers then count as rounded, and are not used.

    Args:
        book: an .xlsx file that has been checked: no part declares entities.
        sheet: its name.
    """
    from lxml import etree

    with zipfile.ZipFile(book) as archive:
        try:
            part = part_of(archive, sheet)
            if part is None:
                return {}
            with archive.open(part) as file:
                found = _plain_numbers(file)
            if found is not None:
                return found
            with archive.open(part) as file:
                return dict(_long_numbers(file))
        except etree.LxmlError:
            return {}  # the workbook's reader is less strict about XML


def exact_whole(digits: bytes) -> int | None:
    """Return the number that a cell's digits spell, if it has more of them than a float keeps.

    >>> exact_whole(b"2893000000000000123")
    2893000000000000123
    >>> exact_whole(b"2893000000000000000") is exact_whole(b"88.5") is None
    True
    """
    text = digits.strip().decode("ascii", "replace")
    return int(text) if _WHOLE.fullmatch(text) and _is_exact(text) else None


def _plain_numbers(file: Any) -> dict[tuple[int, int], int] | None:
    """Find the numbers by a search of the bytes, which passes a million blank cells in a second.

    Returns:
        None for a sheet that is spelt otherwise than nearly all are: it must be parsed.
    """
    found: dict[tuple[int, int], int] = {}
    tail = b""
    while True:
        piece = file.read(_CHUNK)
        text = tail + piece
        end = text.rfind(b"<c") if piece else len(text)
        if end < 0 or any(mark in text for mark in _NOT_PLAIN):
            return None
        for hit in _VALUE.finditer(text, 0, end):
            tag = _CELL.match(text, text.rfind(b"<c", 0, hit.start()))
            told = dict(_ATTRIBUTE.findall(tag[1])) if tag else {}
            place = _PLACE.fullmatch(told.get(b"r", b"").decode("ascii", "replace"))
            if place is None:
                return None
            if told.get(b"t", b"n") == b"n" and _is_exact(hit[1].decode()):
                found[int(place[2]) - 1, _letters(place[1])] = int(hit[1])
        if not piece:
            return found
        tail = text[end:]
        if len(tail) > _CHUNK:
            return None


def _long_numbers(file: Any) -> Iterator[tuple[tuple[int, int], int]]:
    from lxml import etree

    cells = etree.XPath(
        "*[local-name()='c'][not(@t) or @t='n']"
        f"[*[local-name()='v'][string-length(normalize-space()) >= {_DIGITS}]]"
    )
    number = 0
    for _, row in etree.iterparse(file, tag="{*}row", no_network=True):
        number = int(row.get("r") or number + 1)
        for cell in cells(row):
            text = (cell.findtext("{*}v") or "").strip()
            if _WHOLE.fullmatch(text) and _is_exact(text):
                yield (number - 1, _column(cell)), int(text)
        row.clear()
        while row.getprevious() is not None:
            del row.getparent()[0]


def _is_exact(text: str) -> bool:
    return bool(text.lstrip("-")[_DIGITS - 1 :].strip("0"))


def _letters(text: str) -> int:
    column = 0
    for letter in text.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _column(cell: Any) -> int:
    """Return the column of a cell; one that does not name it stands behind the one before."""
    steps = 0
    while cell is not None:
        if place := _PLACE.fullmatch(cell.get("r") or ""):
            return _letters(place[1]) + steps
        cell, steps = cell.getprevious(), steps + 1
    return steps - 1


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the part that holds a sheet, by way of the workbook's relations."""
    names = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}
    books = _relations(archive, names, "")
    book = next((part for kind, part in books.values() if kind == "officeDocument"), "")
    if book.casefold() not in names:
        return None
    parts = _relations(archive, names, book)
    for entry in _parsed(archive, names[book.casefold()]).iter("{*}sheet"):
        if entry.get("name") == sheet:
            ids = [value for key, value in entry.attrib.items() if key.endswith("}id")]
            found = [parts[one][1] for one in ids if one in parts]
            return names.get(found[0].casefold()) if found else None
    return None


def _relations(
    archive: zipfile.ZipFile, names: dict[str, str], part: str
) -> dict[str, tuple[str, str]]:
    """Return the kind and the part that each relation of a part leads to, by its id."""
    folder, name = posixpath.split(part)
    listed = names.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold())
    if listed is None:
        return {}
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in _parsed(archive, listed).iter("{*}Relationship")
    }


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    return etree.fromstring(
        archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True)
    )
