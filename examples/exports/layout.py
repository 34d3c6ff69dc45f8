"""One export layout of the examples: how its file is written, and what that file tells."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from examples.exports.sales import Sale

Cell = str | int | float | datetime | None
Row = dict[str, Cell]
"""Cells by the name of their column; of a name that comes twice the second is `name#2`."""

Block = list[Row]
"""The rows of one order, which stay together where cells stand on the first of them only."""

HERE = Path(__file__).resolve().parent


def whole_only(sale: Sale) -> tuple[int, int]:
    """What was paid and what went back, told by files that know refunds of the whole only."""
    return sale.paid_fen, sale.paid_fen if sale.status == "refunded" else 0


def to_the_fen(sale: Sale) -> tuple[int, int]:
    """What was paid and what went back, told in full."""
    return sale.paid_fen, sale.refund_fen


@dataclass(frozen=True)
class Carries:
    """What can be known of the shop from a file.

    Attributes:
        key: the buyer's key that stands in a row, None where there is none or it is masked.
        number: the order number; None where there is none.
        money: paid and refunded fen of a sale.
        tells: whether a sale stands in the file at all.
        day: the moment that a sale is counted from.
        blurs: statuses that the file's words cannot tell apart, and what stands for both.
        orders: False for a file about customers alone.
        adds: True for a file that only adds to another one.
        currency: what the money is in.
    """

    key: Callable[[Sale], str | None]
    number: Callable[[Sale], str | None]
    money: Callable[[Sale], tuple[int, int]] = to_the_fen
    tells: Callable[[Sale], bool] = lambda _sale: True
    day: Callable[[Sale], datetime] = lambda sale: sale.paid or sale.created
    blurs: Mapping[str, str] = field(default_factory=dict)
    orders: bool = True
    adds: bool = False
    currency: str = "CNY"


@dataclass(frozen=True)
class Writer:
    """How one layout's file is written.

    Attributes:
        file: the file's name; its ending says csv or xlsx.
        blocks: the rows, order by order.
        carries: what they tell.
        encoding: of a csv.
        blank: what a cell without a value holds.
        header: name of the header in headers.toml, where it is not the layout's own.
        sheet: name of the worksheet.
        title: a line above the header.
        kept_together: whether an order's rows must follow each other.
        merged: a workbook in which an order's own cells are merged over its rows.
        bare: a csv whose fields are quoted only where a comma wants it, as `="1"` is written.
        ragged: a csv whose rows end at their last cell.
    """

    file: str
    blocks: Callable[[Sequence[Sale]], list[Block]]
    carries: Carries
    encoding: str = "utf-8-sig"
    blank: str = ""
    header: str = ""
    sheet: str = "Sheet1"
    title: str = ""
    kept_together: bool = False
    merged: bool = False
    bare: bool = False
    ragged: bool = False


@cache
def headers() -> Mapping[str, tuple[str, ...]]:
    """The header of each layout."""
    text = (HERE / "headers.toml").read_text("utf-8")
    return {name: tuple(columns) for name, columns in tomllib.loads(text).items()}


def numbered(header: Sequence[str]) -> list[str]:
    """The names of a header, told apart: the second of a name is `name#2`."""
    seen: Counter[str] = Counter()
    found = []
    for name in header:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return found
