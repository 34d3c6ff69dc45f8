"""The stream of rows with the new cells in it; the XML of every other cell stays as it is."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from shopcrm.outputs.enriched.columns import header_texts
from shopcrm.outputs.enriched.place import LAST_ROW, letters
from shopcrm.outputs.enriched.rows import Row, Scanner, unpacked, whole_rows
from shopcrm.outputs.enriched.survey import look_of

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shopcrm.outputs.enriched.columns import Rows
    from shopcrm.outputs.enriched.rows import Cell
    from shopcrm.outputs.enriched.sheet import Frame
    from shopcrm.outputs.enriched.styles import Styles

_SPANS: Final = re.compile(rb"""(spans\s*=\s*["']\s*\d+:)(\d+)(\s*["'])""")
_FORMULA: Final = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_BETWEEN_ROWS: Final = "\x00"  # neither can stand in XML
_BETWEEN_CELLS: Final = "\x01"
_LONGEST_SPANS: Final = len('spans="16384:16384"')
_BATCH: Final = 4096


@dataclass(frozen=True)
class Plan:
    """What is to be done with a sheet's rows.

    Attributes:
        frame: what stands around them.
        plain: every cell is spelt as most are.
        header_row: in which the new headers come.
        headers: as they are written.
        header_look: style of their cells.
        rows: the new cells.
        targets: their columns.
        own: columns whose cells go, and the last row of each: what this program made before.
        edge: the column whose look the new cells take.
        found: where the rows stand in each piece, as the survey gives it.
        looks: of the rows' cells in it, as the survey gives them.
        styles: of the new cells.
    """

    frame: Frame
    plain: bool
    header_row: int
    headers: Sequence[str]
    header_look: int
    rows: Rows
    targets: Sequence[int]
    own: Mapping[int, int]
    edge: int
    found: Iterable[array[int]]
    looks: Iterable[int]
    styles: Styles


class _Job(NamedTuple):
    """One row that changes.

    ``cells`` are those from the first column on that changes; None for a row that is not there.
    """

    row: Row
    look: int
    insert: int
    cells: Sequence[Cell] | None


def patched(plan: Plan, begun: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what follows ``<sheetData>``, patched, and no more than the rows.

    Args:
        plan: what to do.
        begun: what was read of the rows already.
        pieces: the rest of the part.
    """
    patcher = _Patcher(plan)
    found = iter(plan.found)
    for text, tail in whole_rows(chain((begun,), pieces), plan.frame.spelling):
        yield patcher.piece(text, unpacked(next(found)))
        if tail is not None:
            yield from patcher.rest()


class _Patcher:
    def __init__(self, plan: Plan) -> None:
        spelling = plan.frame.spelling
        self._plan = plan
        self._scanner = Scanner(spelling, plain=plan.plain)
        self._name = f"{spelling.prefix}:" if spelling.prefix else ""
        self._row_end = spelling.tag("row", end=True)
        self._first = min([*plan.targets, *plan.own])
        self._last = max(plan.targets)
        self._own_end = max(plan.own.values(), default=0)
        self._beyond = self._first > plan.edge
        self._targets = set(plan.targets)
        self._styled = plan.frame.column_style(plan.edge)
        # Cells in rising order of their columns, whatever the order of the new columns.
        self._order = sorted(range(len(plan.targets)), key=lambda place: plan.targets[place])
        self._looks = iter(plan.looks)
        self._numbers: list[int] = plan.rows.numbers.tolist()
        self._done = 0
        self._patterns: dict[str, dict[int, str]] = {"": {}, _BETWEEN_CELLS: {}}
        self._spans: dict[bytes, bytes] = {}

    def piece(self, text: bytes, rows: Sequence[Row]) -> bytes:
        """Return whole rows with the new cells, and with new rows where there were none."""
        start = self._done
        if not rows:
            return text
        self._done = end = self._plan.rows.until(rows[-1].number, start)
        jobs = self._jobs(text, rows, self._numbers[start:end])
        out: list[bytes] = []
        at = 0
        for job, new in zip(jobs, self._cells(jobs, start, end), strict=True):
            at = self._changed(out, text, at, job, new)
        out.append(text[at:])
        return b"".join(out)

    def rest(self) -> Iterator[bytes]:
        """Yield rows behind the last one."""
        for start in range(self._done, len(self._numbers), _BATCH):
            numbers = self._numbers[start : start + _BATCH]
            self._done = start + len(numbers)
            jobs = [self._new_row(number, 0) for number in numbers]
            out: list[bytes] = []
            for job, new in zip(jobs, self._cells(jobs, start, self._done), strict=True):
                self._changed(out, b"", 0, job, new)
            yield b"".join(out)

    def _jobs(self, text: bytes, rows: Sequence[Row], numbers: Sequence[int]) -> list[_Job]:
        """Return what changes among these rows, in order; ``numbers`` are rows to be filled."""
        plan = self._plan
        jobs: list[_Job] = []
        coming = iter([*numbers, LAST_ROW + 1])
        number = next(coming)
        for row in rows:
            while number < row.number:
                jobs.append(self._new_row(number, row.start))
                number = next(coming)
            if row.number < plan.header_row:
                continue
            look = next(self._looks, ~0)
            if row.number == number:
                number = next(coming)
                if look >= 0 and self._beyond:  # nothing stands where the new cells come
                    jobs.append(_Job(row, look, row.inside_end, ()))
                else:
                    jobs.append(self._looked_at(text, row))
            elif row.number == plan.header_row:
                jobs.append(self._looked_at(text, row))
            elif row.number <= self._own_end:
                job = self._looked_at(text, row)
                if any(self._is_ours(text, row.number, cell) for cell in job.cells or ()):
                    jobs.append(job)
        return jobs

    def _new_row(self, number: int, at: int) -> _Job:
        return _Job(Row(number, at, at, at, at), self._styled or 0, at, None)

    def _looked_at(self, text: bytes, row: Row) -> _Job:
        edge = self._plan.edge
        insert, cells = self._scanner.from_column(text, row, min(edge, self._first))
        look = look_of(self._scanner, text, row, cells, edge, self._styled)
        changing = [cell for cell in cells if cell.column >= self._first]
        if len(changing) < len(cells):
            insert = changing[0].start if changing else row.inside_end
        return _Job(row, look, insert, changing)

    def _cells(self, jobs: Sequence[_Job], start: int, end: int) -> list[bytes]:
        """Return the new cells of these rows, a text for each; ``start`` to ``end`` are filled."""
        plan = self._plan
        found: list[str] = []
        values = self._plan.rows.texts(start, end, self._order, self._name)
        numbers = iter([*self._numbers[start:end], 0])
        number = next(numbers)
        plain = self._patterns[""]
        for job in jobs:
            if job.row.number == number:
                pattern = plain.get(job.look) if not job.cells else None
                found.append((pattern or self._pattern(job)) % next(values))
                number = next(numbers)
            elif job.row.number == plan.header_row:
                found.append(self._headers(_between(job)))
            else:  # cells only go
                found.append(_between(job) * (len(plan.targets) - 1))
        return _BETWEEN_ROWS.join(found).encode().split(_BETWEEN_ROWS.encode()) if found else []

    def _pattern(self, job: _Job) -> str:
        patterns = self._patterns[_between(job)]
        if job.look not in patterns:
            styles = [self._plan.styles.of(job.look, kind) for kind in self._plan.rows.kinds]
            patterns[job.look] = self._joined(styles, _between(job))
        return patterns[job.look]

    def _headers(self, between: str) -> str:
        plan = self._plan
        texts = header_texts([plan.headers[place] for place in self._order], self._name)
        pattern = self._joined([plan.header_look] * len(texts), between)
        return pattern % tuple(part for text in texts for part in (str(plan.header_row), text))

    def _joined(self, styles: Sequence[int], between: str) -> str:
        return between.join(
            f'<{self._name}c r="{letters(self._plan.targets[place])}%s" s="{styles[place]}"%s'
            for place in self._order
        )

    def _changed(self, out: list[bytes], text: bytes, at: int, job: _Job, new: bytes) -> int:
        """Append what comes until a row's end; return how far the text is used."""
        row = job.row
        if job.cells is None:
            tag = b'<%srow r="%d">' % (self._name.encode(), row.number)
            out += [text[at : row.start], tag, new, self._row_end]
            return row.start
        if row.inside == row.end:
            out += (text[at : row.start], self._opened(text[row.start : row.inside]), new)
            out.append(self._row_end)
            return row.end
        spans = text.find(b"spans", row.start, row.inside)
        if spans >= 0:
            end = min(spans + _LONGEST_SPANS, row.inside)
            out += (text[at:spans], self._longer(text[spans:end]))
            at = end
        out.append(text[at : job.insert])
        if not job.cells:
            out.append(new)
            return row.inside_end
        pieces = new.split(_BETWEEN_CELLS.encode())
        columns = [self._plan.targets[place] for place in self._order]
        coming = deque(zip(columns, pieces, strict=True))
        coming_here = any(pieces)
        at = job.insert
        for cell in job.cells:
            out.append(text[at : cell.start])
            while coming and coming[0][0] <= cell.column:
                out.append(coming.popleft()[1])
            filled = coming_here and cell.column in self._targets
            if not filled and not self._is_ours(text, row.number, cell):
                out.append(text[cell.start : cell.end])
            at = cell.end
        out += [piece for _, piece in coming]
        return at

    def _is_ours(self, text: bytes, row: int, cell: Cell) -> bool:
        """Whether a cell where no new one comes is of an earlier run.

        Formulas are the owner's: a sum below our column. An empty cell keeps its colour.
        """
        if row > self._plan.own.get(cell.column, 0) or not cell.holds:
            return False
        return _FORMULA.search(text, cell.start, cell.end) is None

    def _opened(self, tag: bytes) -> bytes:
        """Return the start tag of a row that has no cells yet."""
        tag = tag[:-2].rstrip() + b">"
        return _SPANS.sub(lambda found: self._longer(found[0]), tag, 1)

    def _longer(self, spans: bytes) -> bytes:
        """Return the span of a row as long as it is now; what follows it stays."""
        longer = self._spans.get(spans)
        if longer is None:
            found = _SPANS.match(spans)
            if found:
                last = str(max(int(found[2]), self._last)).encode()
                longer = found[1] + last + spans[found.end(2) :]
            longer = self._spans[spans] = longer or spans
        return longer


def _between(job: _Job) -> str:
    """Return what keeps the new cells of a row apart, if they do not stand together."""
    return _BETWEEN_CELLS if job.cells else ""
