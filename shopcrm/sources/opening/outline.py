"""How far the cells of a part reach, by a search of its bytes: a dense table costs that much."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from shopcrm.errors import InputError

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

    from shopcrm.policy import Policy

# Each begins with a plain word, which is what makes a search of megabytes fast.
_ROW: Final = re.compile(rb'<row[^<>]{0,300}?r="(\d{1,9})"')
_NEAR: Final = 99_999
_NINE: Final = 9
_WIDE_OR_FAR: Final = re.compile(rb'r="(?:[A-Z](?:[A-Za-z]|\d{6})|[a-z][A-Za-z]{0,19}\d)')
_SMALL_LETTERS: Final = re.compile(rb'r="[A-Z]{0,2}[a-z][A-Za-z]{0,2}\d')
_TOO_WIDE: Final = re.compile(rb'r="[A-Za-z]{4,20}\d{1,9}"')
_SPACED: Final = re.compile(rb"<(?:\w+:)?(?:c|row)[\t\r\n]")
_ANY_PLACE: Final = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,20})(\d{1,9})\s*[\"']")
_ROOT: Final = re.compile(rb"<\w")
_DECLARES: Final = (b"<!DOCTYPE", b"<!ENTITY")
_LETTERS: Final = 26
_MOST_LETTERS: Final = 3
_ROOM: Final = 5_000_000
_SPARSE: Final = 60
"""Room is made for at most so many cells for each that is written: a cell typed by mistake into
Excel's last row costs gigabytes. More than 26, for a narrow sheet counts as wide as that."""

_TWO_LETTERS: Final = 27 * _LETTERS
_THREE_LETTERS: Final = 1 << 14
_CHUNK: Final = 1 << 22


def check_part(path: Path, archive: zipfile.ZipFile, name: str, policy: Policy) -> None:
    """Refuse a part that declares entities, or a sheet whose outline is absurd.

    Two far cells would cost a dense grid between them. Every part may be a sheet, wherever it
    stands, for the workbook says which ones are. Reads the part once, as bytes, in pieces that
    overlap so that nothing is cut in two; a part that is not as long as the archive says ends in
    an error of zipfile's.
    """
    row, width, tail, begun = 0, _LETTERS, b"", False
    written = 0
    spelt = name.casefold().endswith((".xml", ".rels"))
    with archive.open(name) as part:
        while piece := part.read(_CHUNK):
            text = tail + piece
            if spelt and not tail and b"\x00" in text[:200]:
                raise InputError("damaged", path=path)  # text in an encoding nobody writes
            if spelt and not begun and any(mark in text for mark in _DECLARES):
                raise InputError("entities", path=path)
            begun = begun or _ROOT.search(text) is not None
            row = max([row, *map(int, _ROW.findall(text))])
            wide = _WIDE_OR_FAR.search(text) is not None
            if wide:
                # Not the end of another attribute's name, as in lastClr="ABCD12".
                found = _TOO_WIDE.finditer(text)
                if any(text[at.start() - 1 : at.start()].isspace() for at in found):
                    raise InputError("too_many_cells", path=path)
                row = _farthest(text, row)
                width = _widest(text, width)
            cells, rows, odd = _outline(text, wide=wide)
            written += cells + rows
            if odd:
                places = _ANY_PLACE.findall(text)
                row = max([row, *(int(number) for _, number in places)])
                if any(len(letters) > _MOST_LETTERS for letters, _ in places):
                    raise InputError("too_many_cells", path=path)
                width = max([width, *(_LETTERS ** len(letters) for letters, _ in places)])
            tail = text[-400:]
    check_reach(path, policy, row, width, written)


def check_reach(path: Path, policy: Policy, rows: int, width: int, written: int) -> None:
    """Refuse a sheet whose cells reach so far that a dense table of them would be absurd.

    Args:
        path: the file.
        policy: for ``limits``.
        rows: how many rows the cells reach into.
        width: how many columns, in steps as :func:`width_of` has them.
        written: how many cells and rows there are.
    """
    if rows * width > max(_ROOM, written * _SPARSE):
        raise InputError("too_many_cells", path=path)
    check_size(path, policy, rows, rows * width)


def check_size(path: Path, policy: Policy, rows: int, cells: int) -> None:
    """Refuse a table that is larger than the limits."""
    if rows > policy.whole("limits.rows") or cells > policy.whole("limits.cells"):
        raise InputError("too_many_cells", path=path)


def width_of(last: int) -> int:
    """Return the width that a sheet counts as whose last column is the one (from 0 on)."""
    return _THREE_LETTERS if last >= _TWO_LETTERS else (max(last, 0) // _LETTERS + 1) * _LETTERS


def _outline(text: bytes, *, wide: bool) -> tuple[int, int, bool]:
    """Count cells and rows, and tell whether references may be spelt otherwise than Excel does.

    Args:
        text: a piece of a part.
        wide: whether :data:`_WIDE_OR_FAR` stands in it.
    """
    text = text[: text.rfind(b">") + 1]  # a tag that is cut here comes whole in the next piece
    cells, rows = text.count(b"<c "), text.count(b"<row ")
    prefixed = b":row" in text or b":c " in text
    odd = (
        prefixed
        or cells != text.count(b'<c r="')
        or rows != text.count(b'<row r="')
        or (any(space in text for space in b"\t\r\n") and _SPACED.search(text) is not None)
        or (wide and _SMALL_LETTERS.search(text) is not None)
    )
    if odd:  # <c>, <row> and <x:c> count as well
        cells = max(cells, text.count(b"<c")) + text.count(b":c ")
        rows = max(rows, text.count(b"<row")) + text.count(b":row")
    return cells, rows, odd


def _farthest(text: bytes, row: int) -> int:
    """Return the number of rows, at least ``row``, that the cells in a text reach into.

    Rows are told apart by their first two digits, and below 100,000 not at all.
    """
    while True:
        number = str(max(row, _NEAR))
        first, second, rest = int(number[0]), int(number[1]), len(number) - 2
        farther = [rb"\d{%d,9}" % (rest + 3)]
        if first < _NINE:
            farther.append(rb"[%d-9]\d{%d}" % (first + 1, rest + 1))
        if second < _NINE:
            farther.append(rb"%d[%d-9]\d{%d}" % (first, second + 1, rest))
        found = re.search(rb'r="[A-Z]{1,3}(%s)"' % b"|".join(farther), text)
        if not found:
            return row
        row = int(found[1])


def _widest(text: bytes, width: int) -> int:
    """Return the number of columns, at least ``width``, that the cells in a text reach into.

    Columns with two letters are told apart by the first one, and with three not at all.
    """
    if re.search(rb'r="[A-Z]{3}\d', text):
        return _THREE_LETTERS
    while width < _TWO_LETTERS:
        found = re.search(rb'r="([%c-Z])[A-Z]\d' % (64 + width // _LETTERS), text)
        if not found:
            break
        width = (found[1][0] - 63) * _LETTERS
    return width
