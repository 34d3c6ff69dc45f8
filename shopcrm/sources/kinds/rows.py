"""The rows of one file, field by field: columns coalesced, cells parsed, bad ones reported."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn

from shopcrm.sources.cells import clean, quick, repairs
from shopcrm.sources.cells.years import with_years
from shopcrm.sources.layouts import FIELDS, Layout
from shopcrm.sources.opening import memory
from shopcrm.sources.opening.grid import plain_header
from shopcrm.sources.problems import SEVERITIES, SHOWN
from shopcrm.tables import YUAN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.sources.opening.grid import Cells, Grid
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
    "email": clean.as_email,
    "money": clean.as_money,
    "time": clean.as_time,
    "last_time": clean.as_last_time,
    "whole": clean.as_whole,
}

OF_AN_ITEM: Final = frozenset(
    {"order_no", "item_no", "product", "category", "quantity", "price"}
    | {"refund", "refund_no", "refund_status", "reason"}
)
"""Fields that belong to one item; all others belong to the order, whatever row they stand in."""


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
        repairs: how many cells were mended, by kind of repair.
        today: a day without a year is not later than this one.
        orders: for a file of items, the number of each row's order, -1 for none; set by
            :meth:`tie_items`.
    """

    grid: Grid
    layout: Layout
    file: str
    problems: Problems
    fate: npt.NDArray[np.int8]
    positions: Mapping[str, list[int]]
    totals: Flags = field(init=False)
    repairs: Counter[str] = field(default_factory=Counter)
    orders: npt.NDArray[np.int64] | None = None
    today: dt.date | None = None
    _mended: set[tuple[int, str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, grid: Grid, layout: Layout, file: str, problems: Problems) -> Rows:
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
            fate[_filled(grid, at) & ~grid.covered.get(at, np.False_)] = USED
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
        distinct, places = np.unique(cells.codes[where[:SHOWN]], return_inverse=True)
        shown = ["" if cell is None else cell for cell in cells.some(distinct)]
        values = [shown[place] for place in places.tolist()]
        header = self.grid.header[position]
        self.problems.add(kind, self.file, self.grid.rows[where], header, values)

    def going_on(self) -> Flags:
        """Tell which rows go on with the order above, by the layout's ``fill_down``.

        Some platforms write what belongs to the whole order in its first row only; a row in which
        all these fields are blank is one more item of the order above it, unless it bears the
        number of another order.
        """
        import numpy as np

        flags = np.zeros(len(self.fate), bool)
        names = [name for name in self.layout.fill_down if name != "order_no"]
        places = [at for name in names for at in self.positions.get(name, [])]
        places += [] if places else self.positions.get("order_no", [])
        if places:
            heads = np.logical_or.reduce([_filled(self.grid, at) for at in places])
            used = self.fate == USED
            flags = used & ~heads & np.logical_or.accumulate(heads & used)
            numbers = self.text("order_no")
            above = np.maximum.accumulate(np.where(flags, 0, np.arange(len(flags))))
            other = numbers != numbers.iloc[above].set_axis(numbers.index)
            flags &= ~(other & numbers.notna()).to_numpy()
        return flags

    def numbers(self) -> pd.Series[str]:
        """Return the order numbers; those that have gone through Excel list their rows.

        A CSV that Excel has saved has zeros behind the 15th digit of a long number, and different
        orders have become one. One number may end so by chance, most of a file may not.
        """
        numbers = self.text("order_no")
        long = numbers.str.fullmatch(r"\d{16,}", na=False).to_numpy(bool)
        if long.any():
            lost = long & numbers.str.endswith("0", na=False).to_numpy(bool)
            lost[lost] = numbers[lost].str.fullmatch(r"\d{15}0+", na=False).to_numpy(bool)
            if lost.sum() > 1 and lost.sum() * 2 > long.sum():
                self.list_rows("digits_lost", lost & (self.fate == USED), "order_no")
                numbers = numbers.mask(lost)
        return numbers

    def tie_items(self) -> pd.Series[str]:
        """Tie the rows of one order together; from then on its fields are read as the order's.

        What one row of an order leaves blank another one says: order-level cells stand in the
        first row alone in some exports.

        Returns:
            The order number of each row.
        """
        import numpy as np
        import pandas as pd

        numbers = self.numbers()
        if self.layout.fill_down:
            on = self.going_on()
            head = np.maximum.accumulate(np.where(on, 0, np.arange(len(on))))
            numbers = numbers.fillna(numbers.iloc[head].set_axis(numbers.index).where(on))
            self.repairs["filled_down"] += int(on.sum())
        codes, distinct = pd.factorize(numbers.where(self.fate == USED))
        sizes = np.bincount(codes + 1, minlength=len(distinct) + 1)
        self.orders = np.where((codes >= 0) & (sizes[codes + 1] > 1), codes, -1)
        return numbers

    def _shared(self, name: str, there: Flags) -> npt.NDArray[np.int64] | None:
        """Return for each row where to take a field of its order from; None when from itself."""
        import numpy as np

        if self.orders is None or name in OF_AN_ITEM or there.all():
            return None
        tied = self.orders >= 0
        if not (tied & ~there).any():
            return None
        first = np.full(int(self.orders.max()) + 1, -1)
        known = np.flatnonzero(tied & there)[::-1]
        first[self.orders[known]] = known  # of equal indices numpy keeps the last: the first row
        own = np.arange(len(there))
        place = np.where(tied & ~there, first[self.orders], own)
        return np.where(place < 0, own, place)

    def covered(self, name: str) -> Flags:
        """Tell which cells of a field a merged cell from above covers."""
        import numpy as np

        flags = np.zeros(len(self.fate), bool)
        for at in self.positions.get(name, []):
            if at in self.grid.covered:
                flags |= self.grid.covered[at]
        return flags

    def text(self, name: str) -> pd.Series[str]:
        """Return a field of kind text, id, name, phone or email; masked and blank are missing."""
        import numpy as np
        import pandas as pd
        import pyarrow as pa

        values = pd.Series(pd.NA, index=range(len(self.fate)), dtype="str")
        for at in self.positions.get(name, []):
            cells = self.grid.column(at)
            plain, quickly = quick.texts(FIELDS[name], cells.distinct)
            self._count(at, cells, quick.mended(FIELDS[name], cells.distinct, plain), "plain")
            slowly = pa.array(self._parse(name, at, cells, ~plain)[0], pa.large_string())
            place = np.empty(len(plain), np.int64)
            place[plain] = np.arange(len(quickly))
            place[~plain] = len(quickly) + np.arange(len(slowly))
            spread = pa.concat_arrays([quickly, slowly]).take(pa.array(place[cells.codes]))
            column = pd.Series(pd.array(spread, dtype="str"))
            values = column if at == self.positions[name][0] else values.fillna(column)
        shared = self._shared(name, values.notna().to_numpy())
        if shared is not None:
            values = values.iloc[shared].reset_index(drop=True)
        default = self.layout.defaults.get(name)
        return values if default is None else values.fillna(default)

    def virtual_phones(self) -> pd.Series[str]:
        """Return the virtual number in each row's columns of phones; any other cell is missing."""
        import numpy as np
        import pandas as pd

        values = pd.Series(pd.NA, index=range(len(self.fate)), dtype="str")
        for at in self.positions.get("phone", []):
            cells = self.grid.column(at)
            odd = quick.without(r"^\+?[0-9]*$|\*", cells.distinct)
            found = np.full(len(cells.distinct), None, dtype=object)
            found[odd] = [clean.as_virtual_phone(cell) for cell in cells.some(odd)]
            if any(number is not None for number in found[odd]):
                column = pd.Series(pd.array(found, dtype="str").take(cells.codes))
                values = values.fillna(column)
        shared = self._shared("phone", values.notna().to_numpy())
        return values if shared is None else values.iloc[shared].reset_index(drop=True)

    def times(self, name: str) -> npt.NDArray[np.datetime64]:
        """Return a field of kind time as ``datetime64[us]``, missing as NaT."""
        import numpy as np

        values = np.full(len(self.fate), np.datetime64("NaT", "us"), "datetime64[us]")
        for at in self.positions.get(name, []):
            cells = self.grid.column(at)
            plain, quickly = quick.times(cells.distinct)
            moments = np.empty(len(plain), "datetime64[us]")
            moments[plain] = quickly
            parsed, yearless = self._parse(name, at, cells, ~plain)
            moments[~plain] = np.array(parsed, "datetime64[us]")
            column = moments[cells.codes]
            if yearless:
                column = self._with_year(name, at, column, np.isin(cells.codes, yearless))
            values = np.where(np.isnat(values), column, values)
        shared = self._shared(name, ~np.isnat(values))
        return values if shared is None else values[shared]

    def wholes(self, name: str) -> tuple[npt.NDArray[np.int64], Flags]:
        """Return a field of kind money (in fen) or whole, and which rows have none."""
        import numpy as np

        values = np.zeros(len(self.fate), np.int64)
        missing = np.ones(len(self.fate), bool)
        for at in self.positions.get(name, []):
            cells = self.grid.column(at)
            parsed, _ = self._parse(name, at, cells, np.ones(len(cells.distinct), bool))
            gone = np.array([value is None for value in parsed], bool)[cells.codes]
            spread = np.array([value or 0 for value in parsed], np.int64)[cells.codes]
            values = np.where(missing & ~gone, spread, values)
            missing &= gone
        shared = self._shared(name, ~missing)
        return (values, missing) if shared is None else (values[shared], missing[shared])

    def currencies(self) -> pd.Series[Any]:
        """Return the currency of each row's amount: its column says it, or a sign in the cell.

        Nothing said is the layout's default, else the yuan.
        """
        import numpy as np
        import pandas as pd

        places = [*self.positions.get("currency", []), *self.positions.get("amount", [])]
        values = None
        for at in places:
            cells = self.grid.column(at)
            signed = quick.without("^[0-9.]*$", cells.distinct)
            found = np.full(len(cells.distinct), None, dtype=object)
            found[signed] = [clean.as_currency(cell) for cell in cells.some(signed)]
            if any(code is not None for code in found):
                words = pd.array(found, dtype="str").take(cells.codes)
                column = pd.Series(words)
                values = column if values is None else values.fillna(column)
        usual = self.layout.defaults.get("currency", YUAN)
        if values is None:
            nowhere = np.zeros(len(self.fate), np.int8)
            return pd.Series(pd.Categorical.from_codes(nowhere, pd.Index([usual], dtype="str")))
        said = values
        shared = self._shared("currency", said.notna().to_numpy())
        said = said if shared is None else said.iloc[shared].reset_index(drop=True)
        return said.fillna(usual).astype("category")

    def _with_year(
        self, name: str, at: int, column: npt.NDArray[np.datetime64], yearless: Flags
    ) -> npt.NDArray[np.datetime64]:
        """Give days of the year their year, each a doubt; without any date there is none."""
        import numpy as np

        asked = np.where(yearless, column, np.datetime64("NaT", "us"))
        found = with_years(asked, self._full_dates, self.today)
        if found is None:
            found = np.full(len(column), np.datetime64("NaT", "us"))
        filled = yearless & ~np.isnat(found)
        self.doubt_rows("year_filled", filled & (self.fate == USED), at)
        self.repairs["year_filled"] += int(filled.sum())
        bad = yearless & np.isnat(found)
        self._report_bad(name, at, "bad_date", bad & (self.fate == USED))
        return np.where(yearless, found, column)

    @cached_property
    def _full_dates(self) -> npt.NDArray[np.datetime64]:
        """The latest date with a year in each row, NaT without one."""
        import numpy as np

        latest = np.full(len(self.fate), np.datetime64("NaT", "us"), "datetime64[us]")
        for name, places in self.positions.items():
            if FIELDS[name] not in ("time", "last_time"):
                continue
            for at in places:
                cells = self.grid.column(at)
                moments = [_full_date(cell) for cell in cells.some(np.arange(len(cells.distinct)))]
                latest = np.fmax(latest, np.array(moments, "datetime64[us]")[cells.codes])
        return latest

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

    def _parse(self, name: str, at: int, cells: Cells, which: Flags) -> tuple[list[Any], list[int]]:
        """Parse some of the distinct cells of a column, report the bad ones, count the mended.

        Returns:
            The values in turn, and which cells are days without their year.
        """
        import numpy as np

        kind = FIELDS[name]
        parser = _PARSERS[kind]
        parsed: list[Any] = []
        bad: dict[str, list[int]] = {}
        mended: dict[str, list[int]] = {}
        places = np.flatnonzero(which)
        for code, cell in zip(places.tolist(), cells.some(places), strict=True):
            try:
                value = None if cell is None else parser(cell)
            except clean.BadCellError as error:
                value = error.instead
                bad.setdefault(error.kind, []).append(code)
            else:
                for repair in repairs.mended(kind, cell, value):
                    mended.setdefault(repair, []).append(code)
            parsed.append(value)
        self._count(at, cells, mended)
        yearless = bad.pop("no_year", [])
        for problem, codes in bad.items():
            self._report(name, at, problem, cells.codes, codes)
        return parsed, yearless

    def _count(self, at: int, cells: Cells, mended: Mapping[str, Any], how: str = "") -> None:
        """Count mended cells of a column, by kind; a column that is read again counts once."""
        import numpy as np

        for kind, codes in mended.items():
            if len(codes) and (at, kind, how) not in self._mended:
                self._mended.add((at, kind, how))
                sizes = np.bincount(cells.codes, minlength=len(cells.distinct))
                self.repairs[kind] += int(sizes[codes].sum())

    def _report(
        self, name: str, at: int, kind: str, codes: npt.NDArray[np.int32], bad: list[int]
    ) -> None:
        import numpy as np

        found = np.isin(codes, bad) & (self.fate == USED)
        if kind == "two_dates":
            self.repairs[kind] += int(found.sum())
        if SEVERITIES[kind] == "doubt":
            self.doubt_rows(kind, found, at)
        else:
            self._report_bad(name, at, kind, found)

    def _report_bad(self, name: str, at: int, kind: str, found: Flags) -> None:
        """List the rows of bad cells that a figure hangs on; others are a doubt."""
        if name in ESSENTIAL[self.layout.kind]:
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


def _full_date(cell: object) -> Any:
    try:
        return None if cell is None else clean.as_time(cell)
    except clean.BadCellError:
        return None


ESSENTIAL: Final[Mapping[str, frozenset[str]]] = {
    "orders": frozenset({"order_no", "buyer", "created", "paid", "amount", "refund", "status"}),
    "items": frozenset({"order_no"}),
    "refunds": frozenset({"order_no", "refund"}),
    "reviews": frozenset({"order_no", "buyer"}),
    "customers": frozenset({"buyer", "phone"}),
    "register": frozenset({"buyer", "created", "amount"}),
    "contacts": frozenset({"buyer", "date", "next_date"}),
    "promises": frozenset({"buyer", "date", "due", "kept"}),
    "suggestions": frozenset({"buyer", "date", "decided", "told"}),
    "standings": frozenset({"buyer", "date", "until"}),
    "activities": frozenset({"first", "last"}),
    "shop_days": frozenset({"first", "last"}),
}
"""Fields without which a row of that kind would give a wrong figure: a bad cell lists the row."""
