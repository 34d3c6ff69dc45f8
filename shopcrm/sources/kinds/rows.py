"""The rows of one file, field by field: columns coalesced, cells parsed, bad ones reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from shopcrm.sources.cells import clean, quick
from shopcrm.sources.cells.years import with_years
from shopcrm.sources.kinds.coded import Coded
from shopcrm.sources.kinds.fates import USED, Fates, filled
from shopcrm.sources.kinds.parsing import parsed, rows_of
from shopcrm.sources.layouts import FIELDS
from shopcrm.sources.problems import SEVERITIES
from shopcrm.tables import YUAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.sources.opening.grid import Cells

    Flags = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.intp]

_LONG: Final = 16
"""Digits from which on Excel writes zeros."""

_ONE_NUMBER: Final = r"""^[+'="]*[0-9]*"?$|\*"""
"""A cell of phones without the extension that a virtual number has."""

OF_AN_ITEM: Final = frozenset(
    {"order_no", "item_no", "product", "category", "quantity", "price"}
    | {"refund", "refund_no", "refund_status", "reason"}
)
"""Fields that belong to one item; all others belong to the order, whatever row they stand in."""


@dataclass
class Rows(Fates):
    """The rows of one file, from which fields are read.

    Attributes:
        orders: for a file of items, the number of each row's order, -1 for none; set by
            :meth:`tie_items`.
    """

    orders: npt.NDArray[np.int64] | None = None

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
            heads = np.logical_or.reduce([filled(self.grid, at) for at in places])
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
        lost = numbers.str.endswith("0", na=False).to_numpy(bool, copy=True)
        lost[lost] = numbers[lost].str.fullmatch(r"\d{15}0+", na=False).to_numpy(bool)
        if lost.sum() > 1 and lost.sum() * 2 > quick.long_numbers(numbers, _LONG):
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

    def text(self, name: str) -> pd.Series[str]:
        """Return a field of kind text, id, name, phone or email; masked and blank are missing."""
        return self.coded(name).texts()

    def coded(self, name: str) -> Coded:
        """Return a field as :meth:`text` does, in words and codes."""
        found = Coded.alike(None, len(self.fate))
        for at in self.positions.get(name, []):
            found = found.or_else(self._words(name, at))
        shared = self._shared(name, found.there)
        found = found if shared is None else found.rows(shared)
        default = self.layout.defaults.get(name)
        return found if default is None else found.or_else(Coded.alike(default, len(self.fate)))

    def _words(self, name: str, at: int) -> Coded:
        """Return what one column says of a field."""
        import numpy as np
        import pyarrow as pa

        cells = self.grid.column(at)
        plain, quickly = quick.texts(FIELDS[name], cells.distinct)
        repaired = quick.mended(FIELDS[name], cells.distinct, plain, quickly)
        self.count(at, cells, repaired, "plain")
        if plain.all():
            return Coded.of(cells.codes, quickly)
        slowly = pa.array(self._parse(name, at, cells, ~plain)[0], pa.large_string())
        place = np.empty(len(plain), np.int32)
        place[plain] = np.arange(len(quickly))
        place[~plain] = len(quickly) + np.arange(len(slowly))
        return Coded.of(place[cells.codes], pa.concat_arrays([quickly, slowly]))

    def virtual_phones(self) -> pd.Series[str]:
        """Return the virtual number in each row's columns of phones; any other cell is missing."""
        found = Coded.alike(None, len(self.fate))
        for at in self.positions.get("phone", []):
            cells = self.grid.column(at)
            odd = quick.without(_ONE_NUMBER, cells.distinct)
            numbers = [clean.as_virtual_phone(cell) for cell in cells.some(odd)]
            found = found.or_else(_told(cells, odd, numbers))
        shared = self._shared("phone", found.there)
        return (found if shared is None else found.rows(shared)).texts()

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
            if len(yearless):
                column = self._with_year(name, at, column, rows_of(cells, yearless))
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
        places = [*self.positions.get("currency", []), *self.positions.get("amount", [])]
        said = Coded.alike(None, len(self.fate))
        for at in places:
            cells = self.grid.column(at)
            signed = quick.without("^[0-9.]*$", cells.distinct)
            found = [clean.as_currency(cell) for cell in cells.some(signed)]
            said = said.or_else(_told(cells, signed, found))
        shared = self._shared("currency", said.there) if len(said.words) else None
        said = said if shared is None else said.rows(shared)
        usual = self.layout.defaults.get("currency", YUAN)
        return said.or_else(Coded.alike(usual, len(self.fate))).few()

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

    def _parse(self, name: str, at: int, cells: Cells, which: Flags) -> tuple[list[Any], Places]:
        """Parse some of the distinct cells of a column, report the bad ones, count the mended.

        Returns:
            The values in turn, and which cells are days without their year.
        """
        import numpy as np

        places = np.flatnonzero(which)
        texts, turn = cells.once(places)
        values, bad, mended = parsed(FIELDS[name], texts)
        values = values if turn is None else [values[at] for at in turn.tolist()]

        def every(found: list[int]) -> Places:
            return places[found] if turn is None else places[np.isin(turn, found)]

        self.count(at, cells, {repair: every(found) for repair, found in mended.items()})
        yearless = every(bad.pop("no_year", []))
        for problem, found in bad.items():
            self._report(name, at, problem, rows_of(cells, every(found)))
        return values, yearless

    def _report(self, name: str, at: int, kind: str, bad: Flags) -> None:
        found = bad & (self.fate == USED)
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


def _told(cells: Cells, places: Places, values: Sequence[str | None]) -> Coded:
    """Return what some of the distinct cells say; the others say nothing."""
    import numpy as np

    place = np.full(len(cells.distinct), -1, np.int32)
    place[places] = np.arange(len(places))
    return Coded.of(place[cells.codes], list(values))


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
