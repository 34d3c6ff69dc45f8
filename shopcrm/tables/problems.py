"""What the files had that could not be used, or only with doubt."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import MAYBE_WHOLE, TEXT, Column, Table

PROBLEMS: Final[Table] = {
    "kind": Column(TEXT, "label under problem in labels.toml"),
    "severity": Column(TEXT, "listed: row not used; doubt: used, but look; note: as expected"),
    "file": Column(TEXT, "file, with the sheet where it has several"),
    "row": Column(MAYBE_WHOLE, "row number as Excel shows it"),
    "column": Column(TEXT, "header of the column"),
    "value": Column(TEXT, "the cell as read"),
}
