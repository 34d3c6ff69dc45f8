"""Where the new columns stand, and why there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from shopcrm.outputs.enriched.place import Area, free_columns
from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.table import unique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.outputs.enriched.ground import Ground
    from shopcrm.outputs.enriched.table import Table

Place = Literal["beside", "apart", "again"]

REASONS_APART: Final = (
    "occupied",
    "totals_row",
    "query_table",
    "xml_table",
    "no_table_header",
    "several_tables",
    "headers_inside_table",
)
"""Every reason for which the columns stand one free column away from the table."""


@dataclass(frozen=True)
class Decision:
    """Where the columns go.

    Attributes:
        targets: the columns, in the order of the new ones.
        placed: ``beside`` the table, ``apart`` with one column free, or ``again`` in the places
            that they had in this file already.
        why: the reason when they are apart.
        table: the Excel Table that holds them.
        headers: as they are written; a Table's headers are unique.
    """

    targets: Sequence[int]
    placed: Place
    why: str | None
    table: Table | None
    headers: Sequence[str]

    def new_table(self, edge: int) -> bytes | None:
        """Return the Table's part as it is to be, None if it stays."""
        if self.table is None:
            return None
        if self.placed == "beside":
            new = self.table.patched(edge, {}, self.headers)
        else:
            renamed = dict(zip(self.targets, self.headers, strict=True))
            new = self.table.patched(self.table.area.right, renamed, [])
        return None if new == self.table.outline.data else new

    def new_filter(self, ground: Ground, header_row: int) -> Area | None:
        """Return the block of the sheet's filter as it is to be, None if it stays."""
        area = ground.survey.frame.filter_area()
        if self.placed != "beside" or not area:
            return None
        if area.top != header_row or area.right != ground.old_right:
            return None
        return area.with_right(self.targets[-1])

    def widened(self, ground: Ground, header_row: int, last_row: int) -> tuple[Area, int] | None:
        """Return the block that grows and its new right edge, None if nothing does."""
        if self.placed != "beside":
            return None
        return Area(header_row, 1, last_row, ground.old_right), self.targets[-1]


def decided(ground: Ground, headers: Sequence[str]) -> Decision:
    """Decide where columns with these headers go.

    As many as there are of our own take their places, wherever the owner has moved them, unless
    something else stands below them where new cells come. Else our own go, and the new ones stand
    beside the table, or one free column to the right.

    Raises:
        Refused: ``no_room``; ``own_columns_moved``, there are more or fewer than before, and a
            Table cannot lose the old ones where they stand.
    """
    home, own = ground.home, ground.own
    if len(own) == len(headers) and ground.survey.taken.isdisjoint(own):
        inside = home if home and any(at <= home.area.right for at in own) else None
        names = unique(headers, inside.taken_names(but=own)) if inside else headers
        return Decision(list(own), "again", None, inside, names)
    at = free_columns(ground.edge, len(headers), ground.survey.taken, beside=not ground.stiff)
    beside = at.start == ground.edge + 1
    if home:
        stuck = any(home.area.left <= each <= home.area.right - ground.ours for each in own)
        if stuck or (ground.ours and not beside):
            raise Refused("own_columns_moved", table=home.name)
    if not beside:
        return Decision(at, "apart", ground.stiff or "occupied", None, headers)
    names = unique(headers, home.taken_names(but=own)) if home else headers
    return Decision(at, "beside", None, home, names)
