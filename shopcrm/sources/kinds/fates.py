"""What becomes of the rows of a file: used, merged, listed or blank, and what was wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from shopcrm.sources.cells import clean, quick
from shopcrm.sources.kinds.parsing import rows_of
from shopcrm.sources.opening import memory
from shopcrm.sources.opening.grid import plain_header
from shopcrm.sources.problems import SHOWN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.sources.layouts import Layout
    from shopcrm.sources.opening.grid import Cells, Grid
    from shopcrm.sources.problems import Problems

    Flags = npt.NDArray[np.bool_]

USED: Final = 0
MERGED: Final = 1
LISTED: Final = 2
BLANK: Final = -1
"""What became of a row. Rows read = used + merged + listed; a blank row is no row."""


@dataclass
class Fates:
    """The rows of one file below its header, and what became of each.

    Attributes:
        grid: the cells.
        layout: what they mean.
        file: name of the file in messages.
        fate: what became of each row: USED, MERGED, LISTED or BLANK.
        problems: where bad cells are reported.
        positions: columns of each field.
        totals: lines that add others up.
        repairs: how many cells were mended, by kind of repair.
        today: a day without a year is not later than this one.
    """

    grid: Grid
    layout: Layout
    file: str
    problems: Problems
    fate: npt.NDArray[np.int8]
    positions: Mapping[str, list[int]]
    totals: Flags = field(init=False)
    repairs: Counter[str] = field(default_factory=Counter)
    today: dt.date | None = None
    _mended: set[tuple[int, str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, grid: Grid, layout: Layout, file: str, problems: Problems) -> Self:
        """Find blank rows and lines that add others up, and return what is left as USED.

        A cell that a merged one from above covers says nothing of its own row.
        """
        import numpy as np

        fate = np.full(len(grid.rows), BLANK, np.int8)
        positions = layout.positions(grid.header)
        known = {at for places in positions.values() for at in places}
        # A column of few distinct cells, a status, shows as well as one of many what is blank.
        quickest = sorted(known, key=lambda at: (len(grid.column(at).distinct), at))
        for at in [*quickest, *(at for at in range(len(grid.header)) if at not in known)]:
            if (fate == USED).all():
                break
            fate[filled(grid, at) & ~grid.covered.get(at, np.False_)] = USED
        rows = cls(grid, layout, file, problems, fate, positions)
        if len(grid.beyond):
            problems.add("row_too_long", file, grid.rows[list(grid.beyond)])
        rows._list_totals()
        plain = [plain_header(text) for text in grid.header if text.strip()]
        rows.repairs["above_header"] = grid.header_row - 1
        rows.repairs["columns_joined"] = len(plain) - len(set(plain))
        rows.repairs["merged_cells"] = sum(int(flags.sum()) for flags in grid.covered.values())
        return rows

    def _list_totals(self) -> None:
        import numpy as np

        self.totals = np.zeros(len(self.fate), bool)
        heads = ["buyer", "order_no", "registered"]
        if self.layout.kind == "register":  # few rows, and the day may be the first column
            heads.append("created")
        places = {0, *(at for name in heads for at in self.positions.get(name, []))}
        for at in sorted(places):
            cells = self.grid.column(at)
            wordy = quick.without("[0-9]", cells.distinct)
            found = wordy[[clean.is_total(cell) for cell in cells.some(wordy)]]
            if len(found):
                totals = rows_of(cells, found) & (self.fate == USED)
                self.totals |= totals
                self.list_rows("total_row", totals, at)

    def has(self, name: str) -> bool:
        """Tell whether the file has a column for the field."""
        return name in self.positions

    def list_rows(self, kind: str, found: Flags, at: int | str | None = None) -> None:
        """Report each of these rows; they are not used.

        Args:
            kind: kind of problem.
            found: which rows.
            at: position of the column at fault, or a field's name.
        """
        self.doubt_rows(kind, found, at)
        self.fate[found] = LISTED

    def doubt_rows(self, kind: str, found: Flags, at: int | str | None = None) -> None:
        """Report each of these rows; they stay as they are."""
        import numpy as np

        where = np.flatnonzero(found & (self.fate != BLANK))
        if not len(where):
            return
        position = self.positions.get(at, [None])[0] if isinstance(at, str) else at
        if position is None:
            self.problems.add(kind, self.file, self.grid.rows[where])
            return
        cells = self.grid.column(position)
        distinct, places = np.unique(cells.codes[where[:SHOWN]], return_inverse=True)
        shown = ["" if cell is None else cell for cell in cells.some(distinct)]
        values = [shown[place] for place in places.tolist()]
        header = self.grid.header[position]
        self.problems.add(kind, self.file, self.grid.rows[where], header, values)

    def covered(self, name: str) -> Flags:
        """Tell which cells of a field a merged cell from above covers."""
        import numpy as np

        flags = np.zeros(len(self.fate), bool)
        for at in self.positions.get(name, []):
            if at in self.grid.covered:
                flags |= self.grid.covered[at]
        return flags

    def used(self, columns: dict[str, Any]) -> pd.DataFrame:
        """Return columns, one value a row of the file, as a table of the USED rows.

        The columns are moved: the mapping is empty afterwards, and the cells of the file, which
        are large, have been let go.
        """
        import pandas as pd

        self.release()
        wanted = self.fate == USED
        found = {"row": self.grid.rows[wanted]}
        while columns:
            name, values = columns.popitem()
            if not isinstance(values, (str, int, type(None))):
                values = values if wanted.all() else values[wanted]
                values = values.array if isinstance(values, pd.Series) else values
            found[name] = values
        return pd.DataFrame(dict(reversed(found.items())), copy=False)

    def forget(self, *names: str) -> None:
        """Let go of the cells of fields that have been read."""
        for name in names:
            for at in self.positions.get(name, []):
                self.grid.forget(at)
        memory.give_back()

    def release(self) -> None:
        """Let go of the cells."""
        self.grid = replace(self.grid, column=_released, covered={}, forget=_released)
        memory.give_back()

    def let_go(self) -> None:
        """Let go of all but what became of each row, and where the rows begin."""
        self.release()
        self.grid = replace(self.grid, rows=self.grid.rows[:1].copy())

    def count(self, at: int, cells: Cells, mended: Mapping[str, Any], how: str = "") -> None:
        """Count mended cells of a column, by kind; a column that is read again counts once."""
        import numpy as np

        for kind, codes in mended.items():
            if len(codes) and (at, kind, how) not in self._mended:
                self._mended.add((at, kind, how))
                sizes = np.bincount(cells.codes, minlength=len(cells.distinct))
                self.repairs[kind] += int(sizes[codes].sum())


def _released(_position: int) -> NoReturn:
    raise LookupError("the cells of this file have been let go")


def filled(grid: Grid, at: int) -> Flags:
    """Tell which cells of a column are not blank."""
    import numpy as np

    cells = grid.column(at)
    filled = np.ones(len(cells.distinct), bool)
    doubtful = quick.without("[0-9A-Za-z]", cells.distinct)
    filled[doubtful] = [value is not None for value in cells.some(doubtful)]
    found: Flags = filled[cells.codes]
    return found
