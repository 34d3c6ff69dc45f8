"""Look at a workbook, decide where the new columns stand, and write the enriched copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from shopcrm.outputs.enriched.columns import Rows
from shopcrm.outputs.enriched.decide import decided
from shopcrm.outputs.enriched.ground import looked_over
from shopcrm.outputs.enriched.names import Book
from shopcrm.outputs.enriched.package import Package
from shopcrm.outputs.enriched.patch import Plan, patched
from shopcrm.outputs.enriched.place import Area, letters
from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.sheet import head_of
from shopcrm.outputs.enriched.styles import Styles
from shopcrm.outputs.enriched.unmarked import unmarked
from shopcrm.outputs.write import Artifact, write_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shopcrm.outputs.enriched.columns import NewColumn
    from shopcrm.outputs.enriched.decide import Place
    from shopcrm.outputs.enriched.names import Sheet


@dataclass(frozen=True)
class Enriched:
    """What was done.

    Attributes:
        columns: letters of the new columns, in their order.
        headers: as they are written; a Table's headers are unique, so one may have a number.
        placed: ``beside`` the table, ``apart`` with one column free, or ``again`` in the places
            that they had in this file already.
        why: the reason when they are apart, one of :data:`~.decide.REASONS_APART`.
        table: name of the Excel Table that holds them now.
        replaced: how many columns of an earlier run were replaced.
        changed: parts of the package that are not the same bytes; all others are.
    """

    columns: tuple[str, ...]
    headers: tuple[str, ...]
    placed: Place
    why: str | None
    table: str | None
    replaced: int
    changed: tuple[str, ...]


def enrich(
    source: Path | bytes,
    target: Path,
    sheet: str,
    header_row: int,
    columns: Sequence[NewColumn],
    *,
    force: bool = False,
) -> Enriched:
    """Write a copy of a workbook with new columns to the right of a table.

    Args:
        source: the workbook, .xlsx or .xlsm; it is only read.
        target: the copy; it appears whole or not at all.
        sheet: name of the sheet.
        header_row: number of the row in which the table's headers stand.
        columns: to add.
        force: replace a target that exists.

    Raises:
        Refused: it cannot be done without loss; nothing was written.
        OutputError: as :func:`shopcrm.outputs.write.write_all`.
        OSError: the source cannot be read.
    """
    prepared = Prepared(source, sheet, header_row, columns)
    write_all([Artifact(target, prepared.render)], force=force)
    return prepared.done


class Prepared:
    """An enrichment that is decided and not yet written: ``done`` tells, ``render`` writes."""

    def __init__(
        self, source: Path | bytes, sheet: str, header_row: int, columns: Sequence[NewColumn]
    ) -> None:
        """Look and decide; see :func:`enrich`."""
        self._package = package = Package(source)
        book = Book(package.read(package.workbook), package.workbook)
        listed = book.sheet(sheet)
        self._part, styles_part, strings_part = _parts(package, listed)
        rows = Rows(columns, header_row, from_1904=book.from_1904)
        last_row = max(rows.last, header_row)
        own = {area.left: area.bottom for area in book.own_columns(listed)}
        if not own:
            lost = unmarked(package, self._part, strings_part, header_row, rows.headers)
            own = dict.fromkeys(lost, last_row)
        ground = looked_over(package, self._part, header_row, last_row, own)
        survey, edge = ground.survey, ground.edge
        decision = decided(ground, rows.headers)
        targets = decision.targets

        self._head, self._tail = survey.frame.patched(
            filled=Area(header_row, min(targets), last_row, max(targets)),
            filtered=decision.new_filter(ground, header_row),
            widths={at: column.width for at, column in zip(targets, columns, strict=True)},
            kept_widths=own,
        )
        looks = survey.distinct_looks()
        if len(survey.looks) <= last_row - header_row:  # some rows are not there yet
            looks.add(survey.frame.column_style(edge) or 0)
        styles = Styles(package.read(styles_part), styles_part, looks, rows.kinds)
        self._plan = Plan(
            frame=survey.frame,
            plain=survey.plain,
            header_row=header_row,
            headers=decision.headers,
            header_look=survey.header_look,
            rows=rows,
            targets=targets,
            own=own,
            edge=edge,
            found=survey.rows,
            looks=survey.looks,
            styles=styles,
        )
        widened = decision.widened(ground, header_row, last_row)
        marks = [Area(header_row, at, last_row, at) for at in targets]
        new = {
            package.workbook: book.patched(listed, marks, widened),
            styles_part: styles.patched(),
        }
        if decision.table:
            new[decision.table.part] = decision.new_table(edge)
        self._small = {part: data for part, data in new.items() if data is not None}
        self.done = Enriched(
            columns=tuple(map(letters, targets)),
            headers=tuple(decision.headers),
            placed=decision.placed,
            why=decision.why,
            table=decision.table.name if decision.table else None,
            replaced=len(own),
            changed=tuple(sorted([*self._small, self._part])),
        )

    def render(self, target: Path | IO[bytes]) -> None:
        """Write the copy, to a path or in memory.

        Raises:
            Refused: ``changed_meanwhile``.
        """
        small = {part: (data,) for part, data in self._small.items()}
        self._package.write(target, {**small, self._part: self._sheet()})

    def _sheet(self) -> Iterator[bytes]:
        pieces = self._package.pieces(self._part)
        _, begun, _ = head_of(pieces)
        yield self._head
        yield from patched(self._plan, begun, pieces)
        yield self._tail


def _parts(package: Package, sheet: Sheet) -> tuple[str, str, str | None]:
    """Return the names of the sheet's part, of the styles and of the shared texts."""
    relations = package.relations(package.workbook)
    sheets = [one for one in relations if one.id == sheet.relation]
    if not sheets or sheets[0].kind != "worksheet":
        raise Refused("not_a_worksheet", sheet=sheet.name)
    named = {one.kind: one.target for one in relations}
    if "styles" not in named:
        raise Refused("no_styles")
    return sheets[0].target, named["styles"], named.get("sharedStrings")
