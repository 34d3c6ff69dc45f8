"""What the cells of a plainly written sheet mean: columns of them as codes and distinct values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from shopcrm.sources.opening.exact import EXACT_BELOW, exact_whole
from shopcrm.sources.opening.grid import Cells, Words, encode
from shopcrm.sources.opening.plain_kinds import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from shopcrm.sources.opening.plain_kinds import Kinds
    from shopcrm.sources.opening.plain_strings import Strings


class Column(NamedTuple):
    """The cells of a column that have a value.

    Attributes:
        row: their rows from 0 on, ascending.
        kind: numbers of their kinds.
        value: an Arrow array of bytes, as they stand in the file.
    """

    row: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint16]
    value: Any

    def part(self, first: int, last: int) -> Column:
        """Return the cells from one row on and before another."""
        start, end = np.searchsorted(self.row, (first, last))
        return Column(self.row[start:end], self.kind[start:end], self.value[start:end])


def joined(parts: Sequence[Column]) -> Column:
    """Return columns that lie one below the other as one."""
    import pyarrow as pa

    return Column(
        np.concatenate([one.row for one in parts]),
        np.concatenate([one.kind for one in parts]),
        pa.concat_arrays([one.value for one in parts]),
    )


class Meanings:
    """What values mean.

    Attributes:
        kinds: the kinds of cells.
        strings: the shared strings, None where none of them is plain.
        answers: distinct values and what the full reader says they mean, by number of the kind.
    """

    def __init__(self, kinds: Kinds) -> None:
        """Begin without the answers.

        Args:
            kinds: the kinds of cells.
        """
        self.kinds = kinds
        self.strings: Strings | None = None
        self.answers: dict[int, tuple[Any, Sequence[Any]]] = {}

    def listed(self, part: Column) -> list[Any]:
        """Return the values of cells one by one."""
        codes, tables = self._coded(part, exact=False)
        values = [value for table in tables for value in _listed(table)]
        return [values[code] for code in codes.tolist()]

    def cells(self, part: Column, first: int, height: int) -> Cells:
        """Return a column as :func:`shopcrm.sources.opening.grid.encode` does with its cells.

        Where there is a number too long for a float, those of 16 digits and more come exactly.

        Args:
            part: the cells there are.
            first: the row with which the column begins.
            height: how many rows it has.
        """
        import pyarrow as pa

        if len(part.row) == height and self.kinds.having(part.kind, Role.TEXT).all():
            texts = part.value.dictionary_encode()
            return Cells(texts.indices.to_numpy(), Words(texts.dictionary, "utf-8"))
        codes, tables = self._coded(part, exact=True)
        spread = np.full(height, sum(map(len, tables)), np.int32)
        spread[part.row - first] = codes
        tables.append([""])  # where there is no cell
        # The distinct cells in the order in which they come are all that encode() looks at.
        coded = pa.array(spread).dictionary_encode()
        codes = coded.indices.to_numpy()
        if all(not isinstance(one, list) or set(map(type, one)) <= {str} for one in tables):
            texts = pa.concat_arrays([pa.array(one, pa.binary()) for one in tables])
            few = texts.take(coded.dictionary).dictionary_encode()
            return Cells(few.indices.to_numpy()[codes], Words(few.dictionary, "utf-8"))
        values = [value for table in tables for value in _listed(table)]
        found = encode([values[place] for place in coded.dictionary.to_pylist()])
        return Cells(found.codes[codes], found.distinct)

    def _coded(self, part: Column, *, exact: bool) -> tuple[npt.NDArray[np.int32], list[Any]]:
        """Return cells as places in tables that lie one behind the other.

        A table is an Arrow array of plain texts, or a list of values.
        """
        codes = np.zeros(len(part.row), np.int32)
        tables: list[Any] = []
        spelt: list[Any] = []
        groups: dict[tuple[Role, int], list[int]] = {}
        for number in np.flatnonzero(np.bincount(part.kind)).tolist():
            role = self.kinds.roles[number]
            groups.setdefault((role, number if role is Role.ASKED else -1), []).append(number)
        for (role, number), kinds in groups.items():
            mine = np.flatnonzero(np.isin(part.kind, kinds))
            code, table, digits = self._meant(role, number, _taken(part.value, mine))
            codes[mine] = code + sum(map(len, tables))
            tables.append(table)
            spelt.append(digits)
        if exact and any(map(_has_long, tables)):
            tables = [_exact(*pair) for pair in zip(tables, spelt, strict=True)]
        return codes, tables

    def _meant(self, role: Role, number: int, value: Any) -> tuple[Any, Any, Any]:
        """Return values as places in a table, the table, and for numbers how they are spelt."""
        import pyarrow.compute as pc

        coded = value.dictionary_encode()
        codes, distinct = coded.indices.to_numpy(), coded.dictionary
        if role is Role.ASKED:
            # Of the answers only those to these cells: others' long numbers are no business of it.
            values, answers = self.answers[number]
            places = pc.index_in(distinct, values).to_pylist()
            digits = distinct if self.kinds.known[number].numeric else None
            return codes, [answers[place] for place in places], digits
        if role is Role.NUMBER:
            return codes, list(map(float, distinct.to_pylist())), distinct
        if role is Role.SHARED and self.strings is not None:
            distinct = _taken(self.strings.value, indices(distinct))
        return codes, distinct, None


def indices(values: Any) -> npt.NDArray[np.int64]:
    """Return the numbers that values spell, all of them digits."""
    import pyarrow as pa

    return np.asarray(values.cast(pa.string()).cast(pa.int64()).to_numpy(), np.int64)


def _taken(values: Any, places: npt.NDArray[np.int64]) -> Any:
    import pyarrow as pa

    return values.take(pa.array(places))


def _listed(table: Any) -> list[Any]:
    import pyarrow as pa

    return table if isinstance(table, list) else list(table.cast(pa.string()).to_pylist())


def _has_long(table: Any) -> bool:
    found = table if isinstance(table, list) else ()
    return any(isinstance(one, float) and abs(one) >= EXACT_BELOW for one in found)


def _exact(table: Any, spelt: Any) -> Any:
    """Return a table with the whole numbers that the file spells digit by digit."""
    if spelt is None:
        return table
    exact = [exact_whole(word) for word in spelt.to_pylist()]
    pairs = zip(exact, table, strict=True)
    return [value if whole is None else whole for whole, value in pairs]
