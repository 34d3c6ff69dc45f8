"""How large the tables of an .ods file become: it may say "a million times the same row"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import IO

_NO_VALUE: Final = (
    "style-name",
    "number-columns-repeated",
    "number-columns-spanned",
    "number-rows-spanned",
    "content-validation-name",
    "protected",
    "protect",
)
"""What an empty cell may have as well."""

_ABSURD: Final = 1 << 40
_CHARACTERS: Final = 64
"""So many characters of a text that is repeated cost as much as another cell."""


def reach(content: IO[bytes]) -> tuple[int, int]:
    """Return rows and cells of the largest table, its empty edges left out.

    Args:
        content: the part ``content.xml``, which declares no entities.
    """
    from lxml import etree

    most = (0, 0)
    rows = empty = width = extra = 0
    tags = ("{*}table-row", "{*}table")
    for _, found in etree.iterparse(content, tag=tags, no_network=True):
        if etree.QName(found).localname == "table":
            most = (max(most[0], rows), max(most[1], rows * width + extra))
            rows = empty = width = extra = 0
        else:
            repeated = _number(found, "number-rows-repeated")
            filled, weight = _row(found)
            if filled:
                rows += empty + repeated
                width, extra, empty = max(width, filled), extra + weight * repeated, 0
            else:
                empty += repeated
        found.clear()
        while found.getprevious() is not None:
            del found.getparent()[0]
    return most


def _row(row: Any) -> tuple[int, int]:
    """Return up to which column a row is filled, and what its long texts weigh."""
    at = filled = weight = 0
    for cell in row:
        repeated = _number(cell, "number-columns-repeated")
        at += repeated
        if any(_local(name) not in _NO_VALUE for name in cell.attrib):
            filled = at
            spaces = sum(_number(one, "c") for one in cell.iter("{*}s"))
            length = spaces + sum(map(len, cell.itertext())) + sum(map(len, cell.attrib.values()))
            weight += length // _CHARACTERS * repeated
    return filled, weight


def _number(element: Any, name: str) -> int:
    for key, value in element.attrib.items():
        if _local(key) == name:
            try:
                return max(int(value), 1)
            except ValueError:
                return _ABSURD
    return 1


def _local(name: str) -> str:
    return name.rpartition("}")[2]
