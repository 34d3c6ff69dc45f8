"""From files to tables: recognise each file, read its rows, put one order together once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.errors import InputError, LayoutError
from shopcrm.sources import quick
from shopcrm.sources.items import read_items
from shopcrm.sources.log import read_log
from shopcrm.sources.merge import join_items, merge_orders
from shopcrm.sources.orders import check_words, read_orders
from shopcrm.sources.problems import Problems
from shopcrm.sources.recognise import recognise
from shopcrm.sources.register import read_register
from shopcrm.sources.report import FileReport
from shopcrm.sources.rows import LISTED, MERGED, USED
from shopcrm.tables import CONTACT_LOG, ITEMS, REGISTER, SUCCESSFUL, conform, empty

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shopcrm.policy import Policy

Step = Callable[[str, int, int], None]
"""Told what is being done: the file's name, its number, and how many there are."""

_NOT_THE_DEAL: Final = ("file", "row", "buyer", "name", "phone")
"""What may differ between two rows that tell the same deal: where they stand, and spellings."""


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


@dataclass
class _Parts:
    """The tables of each file, before they are put together."""

    orders: list[pd.DataFrame] = field(default_factory=list)
    items: list[pd.DataFrame] = field(default_factory=list)
    registers: list[pd.DataFrame] = field(default_factory=list)
    cells: list[pd.DataFrame] = field(default_factory=list)
    logs: list[pd.DataFrame] = field(default_factory=list)


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
        PolicyError: a mistake in the owner's layouts or status words.
    """
    check_words(policy)
    quick.use_system_memory()
    problems = Problems()
    files: list[FileReport] = []
    parts = _Parts()
    copies = _copies([path for path, _ in paths])
    for number, (path, named) in enumerate(paths, start=1):
        step(path.name, number, len(paths))
        if path in copies:
            problems.add("same_file", path.name, values=copies[path].name)
            continue
        try:
            found = recognise(path, policy, problems)
        except (InputError, LayoutError) as error:
            if named or error.key == "two_layouts":  # settings are wrong, not the file
                raise
            kind = "no_rows" if error.key == "header_only" else "not_a_table"
            problems.add(kind, path.name, values=error.key)
            continue
        for report in found:
            _read_report(report, len(files), parts, policy, today, problems)
            report.rows.release()
            files.append(report)
    if not files:
        raise InputError("nothing_to_read")
    return _assemble(files, parts, problems)


def read_contact_sheet(path: Path, policy: Policy, today: dt.date) -> tuple[pd.DataFrame, Problems]:
    """Read a contact log or a ticked callback sheet as CONTACT_LOG.

    Raises:
        InputError, LayoutError: no such file, or no sheet with a customer and a result.
    """
    problems = Problems()
    tables = [
        read_log(report.rows, today)
        for report in recognise(path, policy, problems, own=True)
        if report.layout.kind == "contacts"
    ]
    if not tables:
        raise LayoutError("no_results", path=path.name)
    return pd.concat(tables, ignore_index=True), problems


def _copies(paths: Sequence[Path]) -> dict[Path, Path]:
    """Return the files that are byte for byte an earlier one, and which."""
    sizes: dict[Path, int] = {}
    for path in paths:
        try:
            sizes[path] = path.stat().st_size
        except OSError:
            continue  # reading it will say so
    counts = Counter(sizes.values())
    first: dict[str, Path] = {}
    found: dict[Path, Path] = {}
    for path, size in sizes.items():
        if counts[size] > 1 and size:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if first.setdefault(digest, path) != path:
                found[path] = first[digest]
    return found


def _read_report(
    report: FileReport,
    number: int,
    parts: _Parts,
    policy: Policy,
    today: dt.date,
    problems: Problems,
) -> None:
    """Read one file as what its layout says it is."""
    if report.layout.kind == "orders":
        part, report.paid_is = read_orders(report.rows, policy, today, number)
        if report.paid_is == "unclear":
            problems.add("paid_unclear", report.file)
        _list_repeats(report, part, problems)
        _who(report, part)
        parts.orders.append(part)
    elif report.layout.kind == "items":
        parts.items.append(read_items(report.rows, number))
    elif report.layout.kind == "register":
        deals, register, own = read_register(report.rows, today, number)
        _list_repeats(report, deals, problems)
        _who(report, deals)
        parts.orders.append(deals)
        parts.registers.append(register)
        parts.cells.append(own)
    else:
        parts.logs.append(_new_records(report, read_log(report.rows, today), parts.logs))


def _new_records(
    report: FileReport, log: pd.DataFrame, before: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Return the records of a log that are not known yet; the others are MERGED."""
    known = {mark for part in before for mark in part["id"].dropna()}
    again = log["id"].isin(known) | (log["id"].duplicated() & log["id"].notna())
    report.rows.fate[np.flatnonzero(report.rows.fate == USED)[again]] = MERGED
    return log[~again]


def _mark(files: Sequence[FileReport], rows: pd.DataFrame, fate: int) -> None:
    for file, part in rows.groupby("file"):
        report = files[int(str(file))]
        report.rows.fate[part["row"].to_numpy() - int(report.rows.grid.rows[0])] = fate


def _assemble(files: list[FileReport], parts: _Parts, problems: Problems) -> Inputs:
    """Put the tables of all files together."""
    merged_away: list[pd.DataFrame] = []

    def mark(rows: pd.DataFrame, fate: int) -> None:
        _mark(files, rows, fate)

    def mark_order(rows: pd.DataFrame, fate: int) -> None:
        merged_away.append(rows[["file", "row", "order"]])
        mark(rows, fate)

    orders = merge_orders(parts.orders, mark_order)
    joined = empty(ITEMS)
    if parts.items:
        orders, joined, lost = join_items(orders, pd.concat(parts.items, ignore_index=True), mark)
        for file, part in lost.groupby("file"):
            report = files[int(str(file))]
            numbers = part["order"].str.partition(":")[2]
            header = report.mapped["order_no"][0]
            problems.add("item_without_order", report.file, part["row"], header, numbers)
    keys = pd.concat([orders[["file", "row", "order"]], *merged_away])
    register = _with_orders(parts.registers, keys)
    cells = pd.concat(parts.cells, ignore_index=True) if parts.cells else pd.DataFrame()
    log = pd.concat(parts.logs, ignore_index=True) if parts.logs else empty(CONTACT_LOG)
    return Inputs(orders, joined, register, cells, log, problems, files)


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
    nobody = part["buyer"].isna() & part["phone"].isna() & part["status"].isin(SUCCESSFUL)
    report.without_key = int(nobody.sum())
    report.statuses = {str(k): int(v) for k, v in part["status"].value_counts().items()}


def _with_orders(registers: list[pd.DataFrame], keys: pd.DataFrame) -> pd.DataFrame:
    """Return REGISTER: each register row with the key of the order that its deal became."""
    if not registers:
        return empty(REGISTER)
    register = pd.concat(registers, ignore_index=True)
    linked = register.merge(keys, on=["file", "row"], how="left", validate="one_to_one")
    return conform(linked[[name for name in REGISTER if name in linked]], REGISTER)


__all__ = ["LISTED", "MERGED", "USED", "FileReport", "Inputs", "read_contact_sheet", "read_files"]
