"""What a sheet is like before anything is decided: its Tables, our own columns, what is beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcrm.outputs.enriched.drawings import covered
from shopcrm.outputs.enriched.survey import surveyed
from shopcrm.outputs.enriched.table import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shopcrm.outputs.enriched.package import Package
    from shopcrm.outputs.enriched.place import Area
    from shopcrm.outputs.enriched.survey import Survey


@dataclass(frozen=True)
class Ground:
    """The sheet as it is.

    Attributes:
        survey: of its rows.
        home: the Table whose headers these are, if there is one.
        stiff: why the table cannot grow, None if it can.
        own: columns that this program made before, in their order, and the last row of each.
        ours: how many of the home's last columns are among them.
    """

    survey: Survey
    home: Table | None
    stiff: str | None
    own: Mapping[int, int]
    ours: int

    @property
    def edge(self) -> int:
        """The table's last column, without our own."""
        return self.survey.edge

    @property
    def old_right(self) -> int:
        """The last of our columns that follow the edge without a gap, else the edge."""
        right = self.edge
        while right + 1 in self.own:
            right += 1
        return right


def looked_over(
    package: Package, part: str, header_row: int, last_row: int, own: Mapping[int, int]
) -> Ground:
    """Look at a sheet part and at what belongs to it.

    Raises:
        Refused: as :func:`surveyed`.
    """
    tables = _tables(package, part)
    home, stiff = _home(tables, header_row)
    ours = _trailing(home.area, own) if home else 0
    edge = home.area.right - ours if home else None
    survey = surveyed(package.pieces(part), part, header_row, last_row, own, edge)
    for other in tables:
        if other is not home and other.area.meets_rows(header_row, last_row):
            survey.take(range(other.area.left, other.area.right + 1), own)
    survey.take(covered(package, part, header_row, last_row, survey.edge), own)
    return Ground(survey, home, stiff, own, ours)


def _tables(package: Package, part: str) -> list[Table]:
    found = []
    for one in package.relations(part):
        if one.kind == "table":
            queried = any(each.kind == "queryTable" for each in package.relations(one.target))
            found.append(Table.read(package.read(one.target), one.target, queried=queried))
    return found


def _home(tables: Sequence[Table], header_row: int) -> tuple[Table | None, str | None]:
    """Return the Table whose headers these are, and why it cannot grow if it cannot."""
    there = [table for table in tables if table.area.meets_rows(header_row, header_row)]
    if len(there) > 1:
        return None, "several_tables"
    if not there:
        return None, None
    if there[0].area.top != header_row:
        return None, "headers_inside_table"
    return there[0], there[0].stiff


def _trailing(area: Area, own: Collection[int]) -> int:
    """Return how many of a Table's last columns are ours."""
    count = 0
    while area.right - count in own:
        count += 1
    return count
