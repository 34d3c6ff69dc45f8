"""From files to tables: recognise each file, read its rows, put one order together once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.errors import InputError, LayoutError
from shopcrm.sources.kinds.care_sheets import READERS, merge_sheets
from shopcrm.sources.kinds.fates import LISTED, MERGED, USED
from shopcrm.sources.kinds.items import join_items, own_items, read_items
from shopcrm.sources.kinds.log import read_log, read_ticked
from shopcrm.sources.kinds.merge import merge_orders
from shopcrm.sources.kinds.orders import check_words, read_orders
from shopcrm.sources.kinds.refunds import join_refunds, read_refunds, refund_cases
from shopcrm.sources.kinds.register import read_customers, read_register
from shopcrm.sources.kinds.reviews import join_reviews, read_reviews
from shopcrm.sources.kinds.rows import Rows
from shopcrm.sources.kinds.turn import in_turn
from shopcrm.sources.opening import memory
from shopcrm.sources.own_layouts import of_the_shop
from shopcrm.sources.problems import Problems
from shopcrm.sources.recognise import TIES, recognise
from shopcrm.sources.report import FileReport
from shopcrm.sources.unread import nothing_read
from shopcrm.tables import (
    CONTACT_LOG,
    ITEMS,
    ORDERS,
    REFUNDS,
    REGISTER,
    REVIEWS,
    SUCCESSFUL,
    conform,
    empty,
    stacked,
)
from shopcrm.tables.among import among

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shopcrm.errors import ShopcrmError
    from shopcrm.policy import Policy
    from shopcrm.sources.kinds.orders import OrdersRead
    from shopcrm.sources.layouts import PaidIs

Step = Callable[[str, int, int], None]
"""Told what is being done: the file's name, its number, and how many there are."""

KEYS: Final = ("buyer", "phone", "email", "address")
"""Columns that can say who a customer is, the best first (DOMAIN, who is a customer)."""

_NOT_THE_DEAL: Final = ("file", "row", "buyer", "name", "phone")
"""What may differ between two rows that tell the same deal: where they stand, and spellings."""


@dataclass
class Inputs:
    """All that the files say: ORDERS, ITEMS, REVIEWS, REGISTER, CONTACT_LOG, and what was wrong.

    Attributes:
        refunds: REFUNDS, of orders that are known.
        care: the owner's other sheets by their kind: PROMISES, SUGGESTIONS, STANDINGS,
            ACTIVITIES, SHOP_DAYS.
        cells: the owner's own columns of the register, one line for each REGISTER row.
    """

    orders: pd.DataFrame
    items: pd.DataFrame
    reviews: pd.DataFrame
    refunds: pd.DataFrame
    care: dict[str, pd.DataFrame]
    register: pd.DataFrame
    cells: pd.DataFrame
    log: pd.DataFrame
    problems: Problems
    files: list[FileReport]

    def mark(self, rows: pd.DataFrame, fate: int) -> None:
        """Say what became of rows, given by their ``file`` and ``row``."""
        _mark(self.files, rows, fate)

    def doubt(self, kind: str, deals: pd.DataFrame) -> None:
        """Mention rows (``file``, ``row``) that may tell an order (``order_no``, ``day``)."""
        for file, part in deals.groupby("file") if len(deals) else ():
            report = self.files[int(str(file))]
            said = part["day"].dt.strftime("%Y-%m-%d") + " " + part["order_no"].fillna("")
            column = report.mapped.get("created", [""])[0]
            self.problems.add(kind, report.file, part["row"], column, said)

    def doubt_buyers(self, rows: pd.DataFrame) -> None:
        """Mention rows (``file``, ``row``) whose ``buyer`` no other file knows."""
        for file, part in rows.groupby("file") if len(rows) else ():
            report = self.files[int(str(file))]
            column = report.mapped["buyer"][0]
            self.problems.add("nobody_known", report.file, part["row"], column, part["buyer"])


@dataclass(frozen=True)
class _OrdersOfItems:
    """The orders that an item export tells by itself, read where no order file has them.

    Attributes:
        keys: of the orders.
        read: returns them as rows of ORDERS.
    """

    keys: pd.Series[str]
    read: Callable[[], pd.DataFrame]


@dataclass
class _Parts:
    """The tables of each file, before they are put together."""

    orders: list[pd.DataFrame] = field(default_factory=list)
    items: list[pd.DataFrame] = field(default_factory=list)
    orders_of_items: list[_OrdersOfItems] = field(default_factory=list)
    refunds: list[pd.DataFrame] = field(default_factory=list)
    reviews: list[pd.DataFrame] = field(default_factory=list)
    registers: list[pd.DataFrame] = field(default_factory=list)
    cells: list[pd.DataFrame] = field(default_factory=list)
    logs: list[pd.DataFrame] = field(default_factory=list)
    shared: list[pd.DataFrame] = field(default_factory=list)
    unstated: list[pd.DataFrame] = field(default_factory=list)
    care: dict[str, list[pd.DataFrame]] = field(default_factory=dict)


def read_files(
    paths: Sequence[tuple[Path, bool]],
    policy: Policy,
    today: dt.date,
    step: Step = lambda _name, _number, _total: None,
    passwords: Sequence[str] = (),
) -> Inputs:
    """Read every file and put the tables together.

    Args:
        paths: files, and whether each was named itself (one that only lay in a folder may be
            anything; it is reported and passed over).
        policy: the policy in force.
        today: rows dated later are listed.
        step: told of each file before it is read.
        passwords: to try on files that are locked.

    Raises:
        InputError, LayoutError: a named file that cannot be read or recognised.
        PolicyError: a mistake in the owner's layouts or status words.
    """
    check_words(policy)
    memory.use_system_memory()
    problems = Problems()
    files: list[FileReport] = []
    parts = _Parts()
    mine = of_the_shop(policy.shop_dir)
    copies = _copies([path for path, _ in paths])
    unread: dict[Path, ShopcrmError] = {}
    for number, (path, named) in enumerate(paths, start=1):
        step(path.name, number, len(paths))
        if path in copies:
            problems.add("same_file", path.name, values=copies[path].name)
            continue
        try:
            found = recognise(path, policy, problems, mine=mine, passwords=passwords)
        except (InputError, LayoutError) as error:
            if named or error.key in TIES:  # settings are wrong, not the file
                raise
            kind = "no_rows" if error.key == "header_only" else "not_a_table"
            problems.add(kind, path.name, values=error.key)
            unread[path] = error
            continue
        for report in found:
            _read_report(report, len(files), parts, policy, today, problems)
            report.rows.let_go()
            files.append(report)
    if not files:
        raise nothing_read(unread)
    return _assemble(files, parts, problems)


def read_contact_sheet(
    path: Path,
    policy: Policy,
    today: dt.date,
    passwords: Sequence[str] = (),
    meant: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, Problems]:
    """Read a contact log or a ticked callback sheet, with all its sheets.

    Args:
        path: the file.
        policy: the policy in force.
        today: the day of a contact whose line does not say one.
        passwords: to try if it is locked.
        meant: as for :func:`shopcrm.sources.kinds.log.read_log`.

    Returns:
        The table of :func:`shopcrm.sources.kinds.log.read_ticked`, and what was wrong.

    Raises:
        InputError, LayoutError: no such file, or no sheet with a customer and a result.
    """
    problems = Problems()
    tables = [
        read_ticked(report.rows, today, meant)
        for report in recognise(path, policy, problems, own=True, passwords=passwords)
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
    rows = report.rows
    rows.today = today
    match report.layout.kind:
        case "orders":
            _keep_orders(report, read_orders(rows, policy, today, number), number, parts, problems)
        case "items":
            told = _orders_of_items(report, number, policy, today)
            parts.items.append(read_items(rows, number))
            if told is not None:
                parts.orders_of_items.append(_OrdersOfItems(parts.items[-1]["order"], told))
        case "refunds":
            parts.refunds.append(read_refunds(rows, policy, number))
        case "reviews":
            parts.reviews.append(read_reviews(rows, today, number))
        case "register":
            deals, register, own = read_register(rows, policy, today, number)
            _list_repeats(report, deals, problems)
            _who(report, deals)
            parts.orders.append(deals)
            parts.registers.append(register)
            parts.cells.append(own)
        case "customers":
            register, own = read_customers(rows, policy, number)
            _doubt_deals(report, problems)
            _who(report, register)
            parts.registers.append(register)
            parts.cells.append(own)
        case kind if kind in READERS:
            parts.care.setdefault(kind, []).append(READERS[kind][1](rows, today, number))
        case _:
            parts.logs.append(_new_records(report, read_log(rows, today), parts.logs))


def _keep_orders(
    report: FileReport, found: OrdersRead, number: int, parts: _Parts, problems: Problems
) -> None:
    """Put what an order export says with the others, and say of the file what it showed."""
    report.paid_is, report.amount_of = found.paid_is, found.amount_of
    if found.paid_is == "unclear":
        problems.add("paid_unclear", report.file)
    _note_gaps(report, problems)
    _list_repeats(report, found.orders, problems)
    _who(report, found.orders)
    parts.orders.append(found.orders)
    for kept, part in ((parts.unstated, found.unstated), (parts.shared, found.shared)):
        if len(part):
            kept.append(part.assign(file=number))
    if len(found.items):
        parts.items.append(own_items(found.items, report.layout.platform))


_OF_AN_ORDER: Final = ("amount", "status")


def _orders_of_items(
    report: FileReport, number: int, policy: Policy, today: dt.date
) -> Callable[[], pd.DataFrame] | None:
    """Return what reads the orders that an item export tells by itself, None if it tells none.

    Read apart, so that the rows and their problems stay those of items.
    """
    rows = report.rows
    if not all(map(rows.has, _OF_AN_ORDER)) or not (rows.has("paid") or rows.has("created")):
        return None
    twin = Rows.of(rows.grid, replace(report.layout, grain="item"), report.file, Problems())

    def read() -> pd.DataFrame:
        orders = read_orders(twin, policy, today, number).orders
        return orders[orders["order_no"].notna()]  # the others are listed as items

    return read


def _note_gaps(report: FileReport, problems: Problems) -> None:
    """Mention columns without which no order of the file can be used: better exported again."""
    rows = report.rows
    if not (rows.has("paid") or rows.has("created") or report.layout.order_day):
        problems.add("lacks_column", report.file, values="created")
    for name in _OF_AN_ORDER:
        if not rows.has(name) and name not in report.layout.defaults:
            problems.add("lacks_column", report.file, values=name)


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

    orders, made = _with_orders_of_items(parts, merge_orders(parts.orders, mark_order))
    told = {at for at, report in enumerate(files) if report.paid_is is not None}
    joined = empty(ITEMS)
    shared = pd.concat(parts.shared) if parts.shared else pd.DataFrame({"order": []})
    estimated = set(shared["order"])
    net: set[int] = set()
    if parts.items:
        items = pd.concat(parts.items, ignore_index=True)
        orders, joined, paid_is, lost = join_items(orders, items, told, estimated, mark)
        net = {file for file, found in paid_is.items() if found == "net"}
        _say_paid_is(files, paid_is)
        _list_lost(files, lost, "item_without_order", problems)
        mark(made, USED)  # the row that an order was made of counts as the order's
    cases = empty(REFUNDS)
    if parts.refunds:
        refunds = pd.concat(parts.refunds, ignore_index=True)
        orders, paid_is, lost = join_refunds(orders, refunds, told, net, estimated, mark)
        cases = refund_cases(refunds, orders)
        _say_paid_is(files, paid_is)
        _list_lost(files, lost, "refund_without_order", problems)
    _doubt_shares(files, shared[shared["order"].isin(estimated)], problems)
    _doubt_unstated(files, parts, problems)
    reviews = empty(REVIEWS)
    if parts.reviews:
        reviews = join_reviews(pd.concat(parts.reviews, ignore_index=True), orders, mark)
    register = empty(REGISTER)
    if parts.registers:
        places = pd.concat([orders[["file", "row", "order"]], *merged_away])
        register = _with_orders(parts.registers, places)
    cells = pd.concat(parts.cells, ignore_index=True) if parts.cells else pd.DataFrame()
    log = pd.concat(parts.logs, ignore_index=True) if parts.logs else empty(CONTACT_LOG)
    care = {
        kind: merge_sheets(kind, parts.care[kind], mark) if kind in parts.care else empty(table)
        for kind, (table, _) in READERS.items()
    }
    return Inputs(orders, joined, reviews, cases, care, register, cells, log, problems, files)


def _with_orders_of_items(parts: _Parts, orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the orders that item exports alone tell; returns ORDERS, and rows they were made of.

    Most item exports stand beside their order exports, and are not read a second time.
    """
    wanted = [one for one in parts.orders_of_items if not among(one.keys, orders["order"]).all()]
    parts.orders_of_items.clear()
    if not wanted:
        return orders, empty(ORDERS)
    told = merge_orders([one.read() for one in wanted], lambda _rows, _fate: None)
    more = told[~among(told["order"], orders["order"])]
    if not len(more):
        return orders, more
    if not len(orders):
        return more.reset_index(drop=True), more
    return in_turn(stacked([orders, more])), more


def _say_paid_is(files: Sequence[FileReport], paid_is: Mapping[int, PaidIs]) -> None:
    for file, found in paid_is.items():
        files[file].paid_is = found


def _doubt_unstated(files: Sequence[FileReport], parts: _Parts, problems: Problems) -> None:
    """Doubt refunds of which no file told the amount."""
    told = {key for part in parts.refunds for key in part.loc[part["state"] == "done", "order"]}
    told |= {key for part in parts.items for key in part.loc[part["refund_done"], "order"]}
    for rows in parts.unstated:
        left = rows[~rows["order"].isin(told)]
        if len(left):
            report = files[int(left["file"].iloc[0])]
            column = report.mapped["refund_status"][0]
            problems.add("refund_unstated", report.file, left["row"], column)


def _doubt_shares(files: Sequence[FileReport], shared: pd.DataFrame, problems: Problems) -> None:
    """Doubt refunds that are a share by price, for no file told their amount."""
    for file, part in shared.groupby("file") if len(shared) else ():
        report = files[int(str(file))]
        column = report.mapped["amount"][0]
        problems.add("refund_shared", report.file, part["row"], column, part["value"])


def _list_lost(
    files: Sequence[FileReport], lost: pd.DataFrame, kind: str, problems: Problems
) -> None:
    """List the rows whose order is in no order file."""
    for file, part in lost.groupby("file"):
        report = files[int(str(file))]
        numbers = part["order"].str.partition(":")[2]
        problems.add(kind, report.file, part["row"], report.mapped["order_no"][0], numbers)


def _list_repeats(report: FileReport, part: pd.DataFrame, problems: Problems) -> None:
    """Mention deals without a number that stand twice in a file: both count, the owner may look."""
    bare = part
    if "order_no" in part:
        nameless = part["order_no"].isna()
        if not nameless.any():
            return
        bare = part[nameless]
    twice = bare[bare.duplicated([name for name in bare if name not in _NOT_THE_DEAL])]
    if len(twice):
        column = report.mapped.get("buyer", [""])[0]
        problems.add("duplicate_row", report.file, twice["row"], column, twice["buyer"].fillna(""))


def _doubt_deals(report: FileReport, problems: Problems) -> None:
    """Mention columns of a list of customers that tell deals, whose money no figure has."""
    from shopcrm.sources.drafting.draft import unused_deals

    headers = unused_deals(report.rows.grid, report.layout)
    if headers:
        problems.add("maybe_deals", report.file, values=" | ".join(headers))


def _who(report: FileReport, part: pd.DataFrame) -> None:
    """Say which column tells customers apart in this file, and how many orders it fails for."""
    kinds = [name for name in KEYS if name in part and part[name].notna().any()]
    report.key = kinds[0] if kinds else None
    if "status" not in part:
        return
    nobody = part["status"].isin(SUCCESSFUL)
    for name in kinds:
        nobody &= part[name].isna()
    report.without_key = int(nobody.sum())
    report.statuses = {str(k): int(v) for k, v in part["status"].value_counts().items()}


def _with_orders(registers: list[pd.DataFrame], keys: pd.DataFrame) -> pd.DataFrame:
    """Return REGISTER: each register row with the key of the order that its deal became."""
    register = pd.concat(registers, ignore_index=True)
    linked = register.merge(keys, on=["file", "row"], how="left", validate="one_to_one")
    return conform(linked[[name for name in REGISTER if name in linked]], REGISTER)


__all__ = ["LISTED", "MERGED", "USED", "FileReport", "Inputs", "read_contact_sheet", "read_files"]
