"""Pictures, charts and shapes that lie over a sheet: new columns must not end up under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.outputs.enriched.place import LAST_COLUMN
from shopcrm.outputs.enriched.xml import parsed

if TYPE_CHECKING:
    from shopcrm.outputs.enriched.package import Package

_COLUMN_WIDTH: Final = 609_600
_ROW_HEIGHT: Final = 190_500
"""Of a standard column and row, in the units of drawings (914,400 an inch)."""

_Anchor = dict[str, int]


def covered(package: Package, part: str, first_row: int, last_row: int, edge: int) -> set[int]:
    """Return the columns beyond the edge over which something lies, beside these rows."""
    columns: set[int] = set()
    for relation in package.relations(part):
        if relation.kind != "drawing" or not package.has(relation.target):
            continue
        for anchor in _anchors(package.read(relation.target), relation.target):
            top, left = anchor.get("from row", 0), anchor.get("from col", 0)
            bottom = anchor.get("to row", top + anchor.get("cy", 0) // _ROW_HEIGHT)
            right = anchor.get("to col", left + anchor.get("cx", 0) // _COLUMN_WIDTH)
            if top < last_row and bottom >= first_row - 1:
                columns.update(range(max(left, edge) + 1, min(right + 1, LAST_COLUMN) + 1))
    return columns


def _anchors(data: bytes, part: str) -> list[_Anchor]:
    """Return the anchors' corners (columns and rows count from 0) and sizes."""
    found: list[_Anchor] = []
    path: list[str] = []
    text = ""

    def begin(name: str, given: dict[str, str]) -> None:
        nonlocal text
        local = name.rpartition(":")[2]
        path.append(local)
        text = ""
        if local in ("twoCellAnchor", "oneCellAnchor"):
            found.append({})
        elif local == "ext" and path[-2:-1] == ["oneCellAnchor"]:
            found[-1] |= {size: int(given.get(size, 0)) for size in ("cx", "cy")}

    def characters(more: str) -> None:
        nonlocal text
        text += more

    def end(_: str) -> None:
        if path[-1] in ("col", "row") and path[-2] in ("from", "to") and found:
            found[-1][f"{path[-2]} {path[-1]}"] = int(text)
        path.pop()

    parsed(data, part, begin, end, characters)
    return found
