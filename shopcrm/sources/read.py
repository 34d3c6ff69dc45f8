"""From files to tables: recognise each file, read its rows, put one order together once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.errors import InputError, LayoutError
from shopcrm.sources import delimited, layouts, workbooks
from shopcrm.sources.grid import Grid, plain_header
from shopcrm.sources.items import read_items
from shopcrm.sources.log import read_log
from shopcrm.sources.merge import join_items, merge_orders
from shopcrm.sources.orders import PaidIs, read_orders
from shopcrm.sources.problems import Problems
from shopcrm.sources.register import read_register
from shopcrm.sources.rows import BLANK, LISTED, MERGED, USED, Rows
from shopcrm.tables import CONTACT_LOG, ITEMS, REGISTER, conform, empty

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.layouts import Layout

Step = Callable[[str, int, int], None]
"""Told what is being done: the file's name, its number, and how many there are."""

_NOT_THE_DEAL: Final = ("file", "row", "buyer", "name", "phone")
"""What may differ between two rows that tell the same deal: where they stand, and spellings."""

_HEADER_WORDS: Final = 2
"""A row with so many known headers can be a header."""


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
        key: which column says who the customer is: buyer, phone, or None.
        without_key: usable orders that nobody can be told for.
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
    key: str | None = None
    without_key: int = 0
    statuses: dict[str, int] = field(default_factory=dict)

    def count(self, fate: int) -> int:
        """Return how many rows have that fate."""
        return int((self.rows.fate == fate).sum())

    @property
    def rows_read(self) -> int:
        """Rows that are not blank."""
        return int((self.rows.fate != BLANK).sum())


@dataclass
class Inputs:
    """All that the files say: ORDERS, ITEMS, REGISTER, CONTACT_LOG, and what was wrong.

    Attributes:
        cells: the owner's own columns of the register, one line for each REGISTER row.
    """

    orders: pd.DataFrame
    items: pd.DataFrame
    register: pd.DataFrame
    cells: pd.DataFrame
    log: pd.DataFrame
    problems: Problems
    files: list[FileReport]

    def mark(self, rows: pd.DataFrame, fate: int) -> None:
        """Say what became of rows, given by their ``file`` and ``row``."""
        _mark(self.files, rows, fate)


class _HeaderFinder:
    """Finds the header among the first rows of a table, and remembers what it saw."""

    def __init__(self, known: Sequence[Layout]) -> None:
        self._names = {alias for one in known for names in one.columns.values() for alias in names}
        self.seen: list[str] = []

    def __call__(self, records: list[list[Any]]) -> int | None:
        """Return the index of the row with the most known headers, None without one."""
        scores = [len({plain_header(cell) for cell in row} & self._names) for row in records]
        filled = [index for index, row in enumerate(records) if any(str(c).strip() for c in row)]
        if not filled:
            return None
        best = max(filled, key=lambda index: (scores[index], -index))
        self.seen = [str(cell).strip() for cell in records[best] if str(cell).strip()]
        return best if scores[best] >= _HEADER_WORDS else None


def read_files(
    paths: Sequence[tuple[Path, bool]],
    policy: Policy,
    today: dt.date,
    step: Step = lambda _name, _number, _total: None,
) -> Inputs:
    """Read every file and put the tables together.

    Args:
        paths: files, and whether each was named itself (one that only lay in a folder may be
            anything; it is reported and passed over).
        policy: the policy in force.
        today: rows dated later are listed.
        step: told of each file before it is read.

    Raises:
        InputError, LayoutError: a named file that cannot be read or recognised.
    """
    problems = Problems()
    files: list[FileReport] = []
    seen: dict[str, str] = {}
    for number, (path, named) in enumerate(paths, start=1):
        step(path.name, number, len(paths))
        try:
            digest = _digest(path)
            if digest in seen:
                problems.add("same_file", path.name, values=seen[digest])
                continue
            found = _recognise(path, policy, problems)
        except (InputError, LayoutError) as error:
            if named:
                raise
            problems.add("not_a_table", path.name, values=error.key)
            continue
        seen[digest] = path.name
        files.extend(found)
    if not files:
        raise InputError("nothing_to_read")
    return _assemble(files, policy, today, problems)


def read_contact_sheet(path: Path, policy: Policy, today: dt.date) -> tuple[pd.DataFrame, Problems]:
    """Read a contact log or a ticked callback sheet as CONTACT_LOG.

    Raises:
        InputError, LayoutError: no such file, or no sheet with a customer and a result.
    """
    problems = Problems()
    tables = [
        read_log(report.rows, today)
        for report in _recognise(path, policy, problems, own=True)
        if report.layout.kind == "contacts"
    ]
    if not tables:
        raise LayoutError("no_results", path=path.name)
    return pd.concat(tables, ignore_index=True), problems


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError("unreadable", path=path.name) from error


def _recognise(
    path: Path, policy: Policy, problems: Problems, *, own: bool = False
) -> list[FileReport]:
    """Return what a file holds: one report a sheet that exactly one layout claims."""
    known = (*layouts.of_the_shop(policy.shop_dir), *layouts.built_in())
    finder = _HeaderFinder(known)
    raw = path.read_bytes()
    if not raw.strip():
        raise InputError("empty_file", path=path.name)
    if not workbooks.is_workbook(raw):
        grid = delimited.read_delimited(path, raw, finder, policy)
        sheets = [("", grid)]
    elif workbooks.own_output(path) and not own:
        problems.add("own_output", path.name)
        return []
    else:
        sheets = list(workbooks.read_workbook(path, raw[:8], finder, policy))
    del raw
    reports, unclaimed = [], []
    for sheet, grid in sheets:
        layout = None if grid is None else _claim(path, grid, policy, own=own)
        if grid is None or layout is None:
            unclaimed.append((sheet, grid))
            continue
        several = len(sheets) > 1
        reports.append(_report(path, sheet if several else None, grid, layout, problems))
    if not reports:
        raise _unknown(path, [grid for _, grid in unclaimed], finder.seen, known)
    for sheet, grid in unclaimed:
        if grid is not None:
            problems.add("sheet_skipped", path.name, column=sheet, values=" | ".join(grid.header))
    if all(not report.rows_read for report in reports):
        raise InputError("header_only", path=path.name, header=_few(reports[0].rows.grid.header))
    return reports


def _claim(path: Path, grid: Grid, policy: Policy, *, own: bool) -> Layout | None:
    """Return the one layout that claims a header: the owner's own ones are asked first."""
    for group in (layouts.of_the_shop(policy.shop_dir), layouts.built_in()):
        claims = [one for one in group if one.claims(grid.header)]
        if own:
            claims = [one for one in claims if one.kind == "contacts"]
        if len(claims) > 1:
            names = ", ".join(one.name for one in claims)
            raise LayoutError(
                "two_layouts", path=path.name, layouts=names, header=_few(grid.header)
            )
        if claims:
            return claims[0]
    return None


def _unknown(
    path: Path, grids: list[Grid | None], seen: list[str], known: Sequence[Layout]
) -> LayoutError:
    """Return the error for a file no layout claims: the header found, the nearest layouts."""
    header = next((grid.header for grid in grids if grid is not None), seen)

    def nearness(one: Layout) -> tuple[int, int]:
        return len(one.missing(header)) * 2 - len(one.positions(header)), len(one.required)

    near = sorted((one for one in known if one.positions(header)), key=nearness)[:3]
    lines = [
        f"{one.name} (- {', '.join(one.columns[name][0] for name in one.missing(header)) or '?'})"
        for one in near
    ]
    return LayoutError(
        "unknown_layout", path=path.name, header=_few(header), near="; ".join(lines) or "-"
    )


def _few(header: Sequence[str]) -> str:
    shown = [text.strip() for text in header if text.strip()]
    return " | ".join(shown[:12]) + (" | .." if len(shown) > 12 else "")  # noqa: PLR2004


def _report(
    path: Path, sheet: str | None, grid: Grid, layout: Layout, problems: Problems
) -> FileReport:
    name = f"{path.name}[{sheet}]" if sheet else path.name
    rows = Rows.of(grid, layout, name, problems)
    mapped = {key: [grid.header[at] for at in places] for key, places in rows.positions.items()}
    used = {at for places in rows.positions.values() for at in places}
    unmapped = [text.strip() for at, text in enumerate(grid.header) if at not in used]
    return FileReport(
        file=name,
        path=path,
        sheet=grid.sheet,
        encoding=grid.encoding,
        header_row=grid.header_row,
        layout=layout,
        rows=rows,
        mapped=mapped,
        unmapped=[text for text in unmapped if text],
    )


def _mark(files: Sequence[FileReport], rows: pd.DataFrame, fate: int) -> None:
    for file, part in rows.groupby("file"):
        report = files[int(str(file))]
        report.rows.fate[part["row"].to_numpy() - int(report.rows.grid.rows[0])] = fate


def _assemble(
    files: list[FileReport], policy: Policy, today: dt.date, problems: Problems
) -> Inputs:
    orders, items, registers, cells, logs = [], [], [], [], []
    for number, report in enumerate(files):
        if report.layout.kind == "orders":
            part, report.paid_is = read_orders(report.rows, policy, today, number)
            if report.paid_is == "unclear":
                problems.add("paid_unclear", report.file)
            _list_repeats(report, part, problems)
            orders.append(part)
            _who(report, part)
        elif report.layout.kind == "items":
            items.append(read_items(report.rows, number))
        elif report.layout.kind == "register":
            deals, register, own = read_register(report.rows, today, number)
            _list_repeats(report, deals, problems)
            orders.append(deals)
            registers.append(register)
            cells.append(own)
            _who(report, deals)
        else:
            logs.append(read_log(report.rows, today))

    def mark(rows: pd.DataFrame, fate: int) -> None:
        _mark(files, rows, fate)

    merged = merge_orders(orders, mark)
    joined = empty(ITEMS)
    if items:
        merged, joined, lost = join_items(merged, pd.concat(items, ignore_index=True), mark)
        for file, part in lost.groupby("file"):
            report = files[int(str(file))]
            numbers = part["order"].str.partition(":")[2]
            header = report.mapped["order_no"][0]
            problems.add("item_without_order", report.file, part["row"], header, numbers)
    register = _with_orders(registers, orders, merged)
    own_cells = pd.concat(cells, ignore_index=True) if cells else pd.DataFrame()
    log = pd.concat(logs, ignore_index=True) if logs else empty(CONTACT_LOG)
    return Inputs(merged, joined, register, own_cells, log, problems, files)


def _list_repeats(report: FileReport, part: pd.DataFrame, problems: Problems) -> None:
    """Mention deals without a number that stand twice in a file: both count, the owner may look."""
    bare = part[part["order_no"].isna()] if "order_no" in part else part
    twice = bare[bare.duplicated([name for name in bare if name not in _NOT_THE_DEAL])]
    if len(twice):
        column = report.mapped.get("buyer", [""])[0]
        problems.add("duplicate_row", report.file, twice["row"], column, twice["buyer"].fillna(""))


def _who(report: FileReport, part: pd.DataFrame) -> None:
    """Say which column tells customers apart in this file, and how many orders it fails for."""
    kinds = [name for name in ("buyer", "phone") if part[name].notna().any()]
    report.key = kinds[0] if kinds else None
    report.without_key = int((part["buyer"].isna() & part["phone"].isna()).sum())
    report.statuses = {str(k): int(v) for k, v in part["status"].value_counts().items()}


def _with_orders(
    registers: list[pd.DataFrame], parts: list[pd.DataFrame], merged: pd.DataFrame
) -> pd.DataFrame:
    """Return REGISTER: each register row with the key of the order that its deal became."""
    if not registers:
        return empty(REGISTER)
    register = pd.concat(registers, ignore_index=True)
    deals = merged.loc[merged["origin"] == "register", ["file", "row", "order"]]
    linked = register.merge(deals, on=["file", "row"], how="left", validate="one_to_one")
    return conform(linked[[name for name in REGISTER if name in linked]], REGISTER)


__all__ = ["LISTED", "MERGED", "USED", "FileReport", "Inputs", "read_contact_sheet", "read_files"]
