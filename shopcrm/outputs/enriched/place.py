"""References of cells, and where new columns may stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from shopcrm.outputs.enriched.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

LAST_COLUMN: Final = 16_384
LAST_ROW: Final = 1_048_576
_LETTERS: Final = 26
_AREA: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d*)(?::\$?([A-Z]{1,3})\$?([1-9]\d*))?")


@cache
def number(letters: bytes | str) -> int:
    """Return a column's number; A is 1."""
    value = 0
    for letter in letters.decode() if isinstance(letters, bytes) else letters:
        value = value * _LETTERS + ord(letter) - 64
    return value


@cache
def letters(column: int) -> str:
    """Return a column's letters; 1 is A."""
    text = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        text = chr(65 + rest) + text
    return text


@dataclass(frozen=True)
class Area:
    """A block of cells; rows and columns count from 1, and the last ones belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, reference: str) -> Area | None:
        """Return what a reference like ``A1:H9`` means, None for any other kind."""
        found = _AREA.fullmatch(reference.strip())
        if found is None:
            return None
        left, top, right, bottom = found.groups()
        area = cls(int(top), number(left), int(bottom or top), number(right or left))
        return area if area.right <= LAST_COLUMN and area.bottom <= LAST_ROW else None

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def absolute(self) -> str:
        """Return the reference with a $ before each part."""
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", str(self))

    def with_right(self, right: int) -> Area:
        """Return the block with another last column."""
        return Area(self.top, self.left, self.bottom, right)

    def joined(self, other: Area) -> Area:
        """Return the smallest block that holds both."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def meets_rows(self, first: int, last: int) -> bool:
        """Whether one of its rows lies between these."""
        return self.top <= last and self.bottom >= first


def free_columns(edge: int, count: int, taken: Collection[int], *, beside: bool) -> range:
    """Return where ``count`` new columns stand.

    Args:
        edge: the table's last column.
        count: of the new columns.
        taken: columns right of the edge in which something stands.
        beside: whether they may touch the table. If not, or if something is in the way, one
            column stays free between them and whatever is there.

    Raises:
        Refused: ``no_room``, the sheet ends before.
    """
    at = range(edge + 1, edge + 1 + count)
    if not beside or any(column in taken for column in at):
        first = max([edge, *taken]) + 2
        at = range(first, first + count)
    if at.stop - 1 > LAST_COLUMN:
        raise Refused("no_room")
    return at
