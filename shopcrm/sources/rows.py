"""The rows of one file, field by field: columns coalesced, cells parsed, bad ones reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from shopcrm.sources import clean
from shopcrm.sources.layouts import FIELDS, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.sources.grid import Grid
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
    """

    grid: Grid
    layout: Layout
    file: str
    problems: Problems
    fate: npt.NDArray[np.int8]
    positions: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, grid: Grid, layout: Layout, file: str, problems: Problems) -> Rows:
        """Find blank rows and lines that add others up, and return what is left as USED."""
        import numpy as np

        fate = np.full(len(grid.rows), BLANK, np.int8)
        positions = layout.positions(grid.header)
        known = sorted({at for places in positions.values() for at in places})
        for at in known + [at for at in range(len(grid.header)) if at not in known]:
            if (fate == USED).all():
                break
            fate[~grid.column(at).blank()] = USED
        rows = cls(grid, layout, file, problems, fate, positions)
        rows._list_totals()
        return rows

    def _list_totals(self) -> None:
        import numpy as np

        for at in sorted({0, *self.positions.get("buyer", []), *self.positions.get("order_no", [])}):
            if at >= len(self.grid.header):
                continue
            cells = self.grid.column(at)
            heads = [code for code, cell in enumerate(cells.distinct) if clean.is_total(cell)]
            if heads:
                found = np.isin(cells.codes, heads) & (self.fate == USED)
                self.list_rows("total_row", found, at)

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
        values = ["" if cells.at(row) is None else cells.at(row) for row in where]
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

    def text(self, name: str) -> pd.Series[str]:
        """Return a field of kind text, id, name or phone; masked and blank cells are missing."""
        import pandas as pd
        import pyarrow as pa

        values = pd.Series(pd.NA, index=range(len(self.fate)), dtype="str")
        for at in self.positions.get(name, []):
            codes, parsed = self._parse(name, at)
            spread = pa.array(parsed, pa.large_string()).take(pa.array(codes))
            column = pd.Series(pd.array(spread, dtype="str"))
            values = column if at == self.positions[name][0] else values.fillna(column)
        default = self.layout.defaults.get(name)
        return values if default is None else values.fillna(default)

    def times(self, name: str) -> npt.NDArray[np.datetime64]:
        """Return a field of kind time as ``datetime64[us]``, missing as NaT."""
        import numpy as np

        values = np.full(len(self.fate), np.datetime64("NaT", "us"), "datetime64[us]")
        for at in self.positions.get(name, []):
            codes, parsed = self._parse(name, at)
            spread = np.array(parsed or [None], "datetime64[us]")[codes]
            values = np.where(np.isnat(values), spread, values)
        return values

    def wholes(self, name: str) -> tuple[npt.NDArray[np.int64], Flags]:
        """Return a field of kind money (in fen) or whole, and which rows have none."""
        import numpy as np

        values = np.zeros(len(self.fate), np.int64)
        missing = np.ones(len(self.fate), bool)
        for at in self.positions.get(name, []):
            codes, parsed = self._parse(name, at)
            gone = np.array([value is None for value in parsed] or [True])[codes]
            spread = np.array([value or 0 for value in parsed] or [0], np.int64)[codes]
            values = np.where(missing & ~gone, spread, values)
            missing &= gone
        return values, missing

    def _parse(self, name: str, at: int) -> tuple[npt.NDArray[np.int32], list[Any]]:
        """Parse the distinct cells of a column and report the bad ones."""
        cells = self.grid.column(at)
        parser = _PARSERS[FIELDS[name]]
        parsed: list[Any] = []
        bad: dict[str, list[int]] = {}
        for code, cell in enumerate(cells.distinct):
            try:
                parsed.append(None if cell is None else parser(cell))
            except clean.BadCell as error:
                parsed.append(None)
                bad.setdefault(error.kind, []).append(code)
        for kind, codes in bad.items():
            self._report(name, at, kind, cells.codes, codes)
        return cells.codes, parsed

    def _report(
        self, name: str, at: int, kind: str, codes: npt.NDArray[np.int32], bad: list[int]
    ) -> None:
        import numpy as np

        found = np.isin(codes, bad) & (self.fate == USED)
        if name in ESSENTIAL[self.layout.kind]:
            self.list_rows(kind, found, at)
        else:
            self.doubt_rows("odd_phone" if kind == "odd_phone" else "bad_optional", found, at)


ESSENTIAL: Final[Mapping[str, frozenset[str]]] = {
    "orders": frozenset({"order_no", "buyer", "created", "paid", "amount", "refund", "status"}),
    "items": frozenset({"order_no"}),
    "register": frozenset({"buyer", "created", "amount"}),
    "contacts": frozenset({"buyer", "date", "next_date"}),
}
"""Fields without which a row of that kind would give a wrong figure: a bad cell lists the row."""
