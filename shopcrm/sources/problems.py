"""What was wrong with the owner's rows: collected while reading, listed in full at the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from shopcrm.tables import PROBLEMS, conform, empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

Severity = Literal["listed", "doubt", "note"]
"""listed: the row is not used. doubt: it is used, look at it. note: as it should be."""

SEVERITIES: Final[dict[str, Severity]] = {
    "amounts_differ": "doubt",
    "bad_date": "listed",
    "bad_money": "listed",
    "care_word": "doubt",
    "digits_lost": "listed",
    "duplicate_row": "doubt",
    "ends_before": "listed",
    "future_date": "listed",
    "id_on_two_platforms": "doubt",
    "ids_folded": "note",
    "ids_joined": "note",
    "item_without_order": "listed",
    "lacks_column": "doubt",
    "log_torn": "listed",
    "log_word": "listed",
    "maybe_deals": "doubt",
    "maybe_same_deal": "doubt",
    "merge_unused": "note",
    "money_rounded": "doubt",
    "negative_money": "listed",
    "negative_paid": "listed",
    "no_amount": "listed",
    "no_customer": "listed",
    "no_date": "listed",
    "no_result": "listed",
    "no_rows": "note",
    "no_status": "listed",
    "not_a_table": "doubt",
    "nobody_known": "doubt",
    "nothing_said": "listed",
    "odd_phone": "doubt",
    "own_layout": "note",
    "own_output": "note",
    "paid_unclear": "doubt",
    "refund_over_paid": "doubt",
    "refund_shared": "doubt",
    "refund_unstated": "doubt",
    "refund_without_order": "listed",
    "row_too_long": "doubt",
    "same_file": "note",
    "sheet_skipped": "note",
    "standing_word": "listed",
    "total_row": "note",
    "two_dates": "doubt",
    "unknown_rating": "doubt",
    "unknown_refund": "doubt",
    "unknown_status": "listed",
    "year_filled": "doubt",
    "bad_optional": "doubt",
}
"""Every kind of problem; its words stand under ``problem`` in ``labels.toml``."""

_LONGEST: Final = 200
"""Characters of a cell that a list of problems shows."""


SHOWN: Final = 1000
"""Rows of one kind that are listed; of more only the number is kept, so that memory is bounded."""


class Problems:
    """Collects problems; :meth:`table` gives them as one PROBLEMS table."""

    def __init__(self) -> None:
        self._columns: dict[str, list[object]] = {name: [] for name in PROBLEMS}
        self._rows: dict[tuple[str, str, str], list[npt.NDArray[np.int64]]] = {}
        self._table: pd.DataFrame | None = None

    def add(
        self,
        kind: str,
        file: str,
        rows: Sequence[int] | npt.NDArray[np.int64] | pd.Series[int] | None = None,
        column: str = "",
        values: Iterable[object] | str = "",
    ) -> None:
        """Add one problem a row, or one for the whole file when ``rows`` is None.

        Args:
            kind: kind of problem.
            file: file, with the sheet where it has several.
            rows: row numbers as Excel shows them.
            column: header of the column.
            values: the cells as read, of the first :data:`SHOWN` rows at least.

        Raises:
            ValueError: too few values.
        """
        import numpy as np

        self._table = None
        if rows is None:
            numbers: list[int | None] = [None]
        else:
            found = np.asarray(rows, np.int64)
            self._rows.setdefault((kind, file, column), []).append(found)
            numbers = found[:SHOWN].tolist()
        texts = [values] * len(numbers) if isinstance(values, str) else [*values][: len(numbers)]
        if len(numbers) != len(texts):
            raise ValueError("as many values as rows are wanted")
        same = {"kind": kind, "severity": SEVERITIES[kind], "file": file, "column": column}
        for name, value in same.items():
            self._columns[name] += [value] * len(numbers)
        self._columns["row"] += numbers
        self._columns["value"] += [str(text)[:_LONGEST] for text in texts]

    def changed(self, value: Callable[[str, str], str], file: Callable[[str], str]) -> Problems:
        """Return the same problems with other words for what stands in them.

        Args:
            value: makes a cell's new words of the kind of the problem and the old ones.
            file: makes a file's new name of the old one.
        """
        found = Problems()
        files = {str(name): file(str(name)) for name in {*self._columns["file"]}}
        pairs = zip(self._columns["kind"], self._columns["value"], strict=True)
        found._columns = {
            **{name: [*values] for name, values in self._columns.items()},
            "file": [files[str(name)] for name in self._columns["file"]],
            "value": [value(str(kind), str(text)) for kind, text in pairs],
        }
        for (kind, name, column), rows in self._rows.items():
            found._rows.setdefault((kind, file(name), column), []).extend(rows)
        return found

    def table(self) -> pd.DataFrame:
        """Return a PROBLEMS table, in the order of file and row, each problem once.

        Of a kind that stands in more rows of a file than :data:`SHOWN` the first ones.
        """
        import pandas as pd

        if not self._columns["kind"]:
            return empty(PROBLEMS)
        if self._table is None:
            frame = pd.DataFrame(self._columns).drop_duplicates()
            by = ["file", "row", "kind", "column", "value"]
            frame = frame.sort_values(by, kind="stable", na_position="first")
            self._table = conform(frame, PROBLEMS)
        return self._table.copy(deep=False)

    def counts(self, file: str | None = None) -> dict[str, int]:
        """Return how many problems there are of each kind, in one file or in all of them."""
        import numpy as np

        found: Counter[str] = Counter()
        for (kind, name, _column), rows in self._rows.items():
            if file in (None, name):
                found[kind] += len(np.unique(np.concatenate(rows)))
        table = self.table()
        whole = table[table["row"].isna() & ((file is None) | (table["file"] == file))]
        found.update({str(kind): int(n) for kind, n in whole["kind"].value_counts().items()})
        return dict(found)
