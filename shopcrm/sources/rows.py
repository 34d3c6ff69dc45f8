"""The rows of one file, field by field: columns coalesced, cells parsed, bad ones reported."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from shopcrm.sources import clean, quick
from shopcrm.sources.layouts import FIELDS, Layout
from shopcrm.sources.problems import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.sources.grid import Cells, Grid
    from shopcrm.sources.problems import Problems

    Flags = npt.NDArray[np.bool_]

USED: Final = 0
MERGED: Final = 1
LISTED: Final = 2
BLANK: Final = -1
"""What became of a row. Rows read = used + merged + listed; a blank row is no row."""

_PARSERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "text": clean.as_text,
    "id": clean.as_id,
    "name": clean.as_name,
    "phone": clean.as_phone,
    "money": clean.as_money,
    "time": clean.as_time,
    "whole": clean.as_whole,
}


@dataclass
class Rows:
    """The rows of one file below its header.

    Attributes:
        grid: the cells.
        layout: what they mean.
        file: name of the file in messages.
        fate: what became of each row: USED, MERGED, LISTED or BLANK.
        problems: where bad cells are reported.
        positions: columns of each field.
        totals: lines that add others up.
    """

    grid: Grid
    layout: Layout
    file: str
    problems: Problems
    fate: npt.NDArray[np.int8]
    positions: Mapping[str, list[int]]
    totals: Flags = field(init=False)

    @classmethod
    def of(cls, grid: Grid, layout: Layout, file: str, problems: Problems) -> Rows:
        """Find blank rows and lines that add others up, and return what is left as USED.

        A cell that a merged one from above covers says nothing of its own row.
        """
        import numpy as np

        fate = np.full(len(grid.rows), BLANK, np.int8)
        positions = layout.positions(grid.header)
        known = sorted({at for places in positions.values() for at in places})
        for at in known + [at for at in range(len(grid.header)) if at not in known]:
            if (fate == USED).all():
                break
            fate[_filled(grid, at) & ~grid.covered.get(at, np.False_)] = USED
        rows = cls(grid, layout, file, problems, fate, positions)
        rows._list_totals()
        return rows

    def _list_totals(self) -> None:
        import numpy as np

        self.totals = np.zeros(len(self.fate), bool)
        heads = {0, *self.positions.get("buyer", []), *self.positions.get("order_no", [])}
        for at in sorted(heads):
            cells = self.grid.column(at)
            wordy = quick.without("[0-9]", cells.distinct)
            found = wordy[[clean.is_total(cell) for cell in cells.some(wordy)]]
            if len(found):
                totals = np.isin(cells.codes, found) & (self.fate == USED)
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
        distinct, places = np.unique(cells.codes[where], return_inverse=True)
        shown = ["" if cell is None else cell for cell in cells.some(distinct)]
        values = [shown[place] for place in places.tolist()]
        header = self.grid.header[position]
        self.problems.add(kind, self.file, self.grid.rows[where], header, values)

    def going_on(self) -> Flags:
        """Tell which rows go on with the order above, by the layout's ``fill_down``.

        Some platforms write what belongs to the whole order in its first row only; a row in which
        all these fields are blank is one more item of the order above it.
        """
        import numpy as np

        flags = np.zeros(len(self.fate), bool)
        places = [at for name in self.layout.fill_down for at in self.positions.get(name, [])]
        if places:
            heads = np.logical_or.reduce([_filled(self.grid, at) for at in places])
            used = self.fate == USED
            flags = used & ~heads & np.logical_or.accumulate(heads & used)
        return flags

    def covered(self, name: str) -> Flags:
        """Tell which cells of a field a merged cell from above covers."""
        import numpy as np

        flags = np.zeros(len(self.fate), bool)
        for at in self.positions.get(name, []):
            if at in self.grid.covered:
                flags |= self.grid.covered[at]
        return flags

    def text(self, name: str) -> pd.Series[str]:
        """Return a field of kind text, id, name or phone; masked and blank cells are missing."""
        import numpy as np
        import pandas as pd
        import pyarrow as pa

        values = pd.Series(pd.NA, index=range(len(self.fate)), dtype="str")
        for at in self.positions.get(name, []):
            cells = self.grid.column(at)
            plain, quickly = quick.texts(FIELDS[name], cells.distinct)
            slowly = pa.array(self._parse(name, at, cells, ~plain), pa.large_string())
            place = np.empty(len(plain), np.int64)
            place[plain] = np.arange(len(quickly))
            place[~plain] = len(quickly) + np.arange(len(slowly))
            spread = pa.concat_arrays([quickly, slowly]).take(pa.array(place[cells.codes]))
            column = pd.Series(pd.array(spread, dtype="str"))
            values = column if at == self.positions[name][0] else values.fillna(column)
        default = self.layout.defaults.get(name)
        return values if default is None else values.fillna(default)

    def times(self, name: str) -> npt.NDArray[np.datetime64]:
        """Return a field of kind time as ``datetime64[us]``, missing as NaT."""
        import numpy as np

        values = np.full(len(self.fate), np.datetime64("NaT", "us"), "datetime64[us]")
        for at in self.positions.get(name, []):
            cells = self.grid.column(at)
            plain, quickly = quick.times(cells.distinct)
            moments = np.empty(len(plain), "datetime64[us]")
            moments[plain] = quickly
            moments[~plain] = np.array(self._parse(name, at, cells, ~plain), "datetime64[us]")
            values = np.where(np.isnat(values), moments[cells.codes], values)
        return values

    def wholes(self, name: str) -> tuple[npt.NDArray[np.int64], Flags]:
        """Return a field of kind money (in fen) or whole, and which rows have none."""
        import numpy as np

        values = np.zeros(len(self.fate), np.int64)
        missing = np.ones(len(self.fate), bool)
        for at in self.positions.get(name, []):
            cells = self.grid.column(at)
            parsed = self._parse(name, at, cells, np.ones(len(cells.distinct), bool))
            gone = np.array([value is None for value in parsed], bool)[cells.codes]
            spread = np.array([value or 0 for value in parsed], np.int64)[cells.codes]
            values = np.where(missing & ~gone, spread, values)
            missing &= gone
        return values, missing

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
        quick.give_back()

    def release(self) -> None:
        """Let go of the cells."""
        self.grid = replace(self.grid, column=_released, covered={}, forget=_released)
        quick.give_back()

    def _parse(self, name: str, at: int, cells: Cells, which: Flags) -> list[Any]:
        """Parse some of the distinct cells of a column and report the bad ones."""
        import numpy as np

        parser = _PARSERS[FIELDS[name]]
        parsed: list[Any] = []
        bad: dict[str, list[int]] = {}
        places = np.flatnonzero(which)
        for code, cell in zip(places.tolist(), cells.some(places), strict=True):
            try:
                parsed.append(None if cell is None else parser(cell))
            except clean.BadCellError as error:
                parsed.append(error.instead)
                bad.setdefault(error.kind, []).append(code)
        for kind, codes in bad.items():
            self._report(name, at, kind, cells.codes, codes)
        return parsed

    def _report(
        self, name: str, at: int, kind: str, codes: npt.NDArray[np.int32], bad: list[int]
    ) -> None:
        import numpy as np

        found = np.isin(codes, bad) & (self.fate == USED)
        if SEVERITIES[kind] == "doubt":
            self.doubt_rows(kind, found, at)
        elif name in ESSENTIAL[self.layout.kind]:
            self.list_rows(kind, found, at)
        else:
            self.doubt_rows("bad_optional", found, at)


def _released(_position: int) -> NoReturn:
    raise LookupError("the cells of this file have been let go")


def _filled(grid: Grid, at: int) -> Flags:
    """Tell which cells of a column are not blank."""
    import numpy as np

    cells = grid.column(at)
    filled = np.ones(len(cells.distinct), bool)
    doubtful = quick.without("[0-9A-Za-z]", cells.distinct)
    filled[doubtful] = [value is not None for value in cells.some(doubtful)]
    found: Flags = filled[cells.codes]
    return found


ESSENTIAL: Final[Mapping[str, frozenset[str]]] = {
    "orders": frozenset({"order_no", "buyer", "created", "paid", "amount", "refund", "status"}),
    "items": frozenset({"order_no"}),
    "register": frozenset({"buyer", "created", "amount"}),
    "contacts": frozenset({"buyer", "date", "next_date"}),
}
"""Fields without which a row of that kind would give a wrong figure: a bad cell lists the row."""
