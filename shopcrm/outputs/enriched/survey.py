"""The first look at a sheet: where its table ends, what stands beside it, how its rows look."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from shopcrm.outputs.enriched.place import Area, letters
from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.rows import Scanner, packed, spills, whole_rows
from shopcrm.outputs.enriched.sheet import Frame, closing, framed, head_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from shopcrm.outputs.enriched.rows import Cell, Row


@dataclass
class Survey:
    """What is to be known before anything is written.

    Attributes:
        frame: what stands around the rows.
        edge: the table's last column, without our own.
        taken: columns right of the edge in which something stands beside the table.
        looks: for each row from the header to ``last_row`` that is there, the style of its cell at
            the edge; as ``~style`` if there are more cells to the right.
        header_look: style of the header cell in it.
        plain: every cell is spelt as most are.
        rows: for each piece of the rows, where they stand in it.
    """

    frame: Frame
    edge: int
    taken: set[int] = field(default_factory=set)
    looks: array[int] = field(default_factory=lambda: array("i"))
    header_look: int = 0
    plain: bool = True
    rows: list[array[int]] = field(default_factory=list)

    def take(self, columns: Iterable[int], own: Collection[int]) -> None:
        """Note that something lies over these columns; what lies over ours came to them."""
        self.taken.update(each for each in columns if each > self.edge and each not in own)

    def distinct_looks(self) -> set[int]:
        """Return the styles that the rows' cells at the edge have."""
        return {look if look >= 0 else ~look for look in set(self.looks[1:])}


def surveyed(
    pieces: Iterator[bytes],
    part: str,
    header_row: int,
    last_row: int,
    own: Mapping[int, int],
    edge: int | None,
) -> Survey:
    """Read a sheet part once.

    Args:
        pieces: the part.
        part: its name.
        header_row: in which the table's headers stand.
        last_row: in which new cells come.
        own: columns that this program made before, and the last row of each: they count as free.
        edge: the table's last column if it is known, else that of the last header.

    Raises:
        Refused: ``no_header``, nothing stands in that row; or what cannot be read safely.
    """
    head, begun, empty = head_of(pieces)
    if empty:
        raise Refused("no_header", row=header_row)
    # The head alone first: the rows need its prefix, and the tail comes last.
    frame = framed(head, closing(head), part)
    survey: Survey | None = None
    blocks: list[str] = []
    found: list[array[int]] = []
    tail = b""
    scanner = Scanner(frame.spelling)
    for text, rest in whole_rows(chain((begun,), pieces), frame.spelling):
        scanner.refuse_unsafe(text)
        scanner.plain = scanner.is_plain(text)
        blocks += spills(text)
        rows = scanner.rows(text)
        found.append(packed(rows))
        if survey is None:
            header = [row for row in rows if row.number == header_row]
            survey = _begun(scanner, text, header[0], own, edge, frame) if header else None
        if survey:
            survey.plain = survey.plain and scanner.plain
            _note_rows(survey, scanner, text, rows, header_row, last_row, own)
        tail = rest or tail
    if survey is None:
        raise Refused("no_header", row=header_row)
    survey.frame, survey.rows = framed(head, tail, part), found
    for area in [*survey.frame.merged(), *filter(None, map(Area.of, blocks))]:
        if area.meets_rows(header_row, last_row):
            survey.take(range(area.left, area.right + 1), own)
    return survey


def _begun(
    scanner: Scanner, text: bytes, row: Row, own: Mapping[int, int], edge: int | None, frame: Frame
) -> Survey:
    """Return what the header row tells."""
    cells = [cell for cell in scanner.cells(text, row) if cell.column not in own]
    holding = [cell.column for cell in cells if cell.holds]
    if not holding:
        raise Refused("no_header", row=row.number)
    survey = Survey(frame, edge or holding[-1])
    survey.taken = {column for column in holding if column > survey.edge}
    survey.looks.append(~0)  # the header row is looked at again
    by_column = {cell.column: cell.style or 0 for cell in cells}
    survey.header_look = by_column.get(survey.edge, by_column[holding[-1]])
    return survey


def _note_rows(
    survey: Survey,
    scanner: Scanner,
    text: bytes,
    rows: Iterable[Row],
    header_row: int,
    last_row: int,
    own: Mapping[int, int],
) -> None:
    """Note how rows below the header look at the edge, and what stands beyond it."""
    edge = survey.edge
    letter, first = letters(edge).encode(), min([edge, *own])
    styled = survey.frame.column_style(edge)
    for row in rows:
        if not header_row < row.number <= last_row:
            continue
        look = scanner.style_at_end(text, row, letter) if first == edge else None
        if look is not None:
            survey.looks.append(look)
            continue
        _, cells = scanner.from_column(text, row, first)
        look = look_of(scanner, text, row, cells, edge, styled)
        survey.looks.append(~look if cells and cells[-1].column > edge else look)
        for cell in cells:
            ours = own.get(cell.column)
            theirs = cell.column > edge if ours is None else row.number > ours
            if cell.holds and theirs:
                survey.taken.add(cell.column)


def look_of(
    scanner: Scanner, text: bytes, row: Row, cells: list[Cell], edge: int, styled: int | None
) -> int:
    """Return the style of a row's cell at the edge, which may be the row's or the column's own.

    Args:
        scanner: of the sheet.
        text: in which the row stands.
        row: the row.
        cells: those of its cells that may be at the edge.
        edge: the table's last column.
        styled: the style of that column.
    """
    for cell in cells:
        if cell.column == edge:
            return cell.style or 0
    of_row = scanner.style_of_row(text, row)
    return of_row if of_row is not None else styled or 0
