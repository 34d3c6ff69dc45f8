"""What one file, or one sheet of it, was read as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shopcrm.sources.kinds.fates import BLANK, LISTED

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.sources.kinds.fold import AmountOf
    from shopcrm.sources.kinds.rows import Rows
    from shopcrm.sources.layouts import Layout, PaidIs


@dataclass
class FileReport:
    """What one file, or one sheet of it, was read as.

    Attributes:
        file: its name, with the sheet where a workbook has several.
        path: the file.
        rows: what became of each row; None for a file that was not read.
        mapped: header of each field that was found.
        unmapped: headers that the layout does not use.
        paid_is: whether the paid column is net or gross of refunds.
        amount_of: whether an amount on a row is the order's or the item's, None where a row is an
            order.
        key: which column says who the customer is: buyer, phone, email, address, or None.
        without_key: successful orders that nobody can be told for.
        statuses: usable orders by status.
    """

    file: str
    path: Path
    sheet: str | None
    encoding: str
    header_row: int
    layout: Layout
    rows: Rows
    mapped: dict[str, list[str]]
    unmapped: list[str]
    paid_is: PaidIs | None = None
    amount_of: AmountOf | None = None
    key: str | None = None
    without_key: int = 0
    statuses: dict[str, int] = field(default_factory=dict)

    def count(self, fate: int) -> int:
        """Return how many rows have that fate."""
        return int((self.rows.fate == fate).sum())

    @property
    def all_listed(self) -> bool:
        """Whether there are rows, and none of them could be used."""
        return 0 < self.rows_read == self.count(LISTED)

    @property
    def rows_read(self) -> int:
        """Rows that are not blank."""
        return int((self.rows.fate != BLANK).sum())
