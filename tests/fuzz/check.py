"""Whether a case came out as it may: a result that adds up, or one clear error."""

from __future__ import annotations

import datetime as dt
import io
import json
import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import openpyxl

from shopcrm.errors import ShopcrmError
from shopcrm.labels import LANGS, has, t
from shopcrm.outputs.json_data import contacts_data, segment_data
from shopcrm.outputs.screen.contacts import print_contacts
from shopcrm.outputs.screen.customer import print_customer
from shopcrm.outputs.screen.files import print_files
from shopcrm.outputs.screen.screen import Screen
from shopcrm.outputs.screen.segments import print_segments
from shopcrm.outputs.workbook import callback_workbook, results_workbook
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.sources.kinds.care_sheets import READERS
from shopcrm.sources.kinds.fates import BLANK, LISTED, MERGED, USED
from shopcrm.sources.read import read_files
from tests.fuzz.packing import KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from shopcrm.shop import Shop
    from shopcrm.sources.problems import Problems
    from shopcrm.sources.report import FileReport
    from tests.fuzz.mutate import Case

TODAY: Final = dt.date(2026, 11, 20)
WORDS: Final = ("wrong", KNOWN)


def judge(case: Case, *, whole: bool = True, book: Path | None = None) -> str:
    """Run a case.

    Args:
        case: the files.
        whole: run the whole arrow and print the results; else the files are only read.
        book: where to write the results workbook, if it shall be.

    Returns:
        ``result``, or the key of the error.

    Raises:
        Exception: whatever should not have happened.
    """
    paths = [(path, True) for path in case.paths]
    policy = load_policy(case.policy)
    try:
        if whole:
            lang = LANGS[case.seed % len(LANGS)]
            shop = run(paths, policy, TODAY, lang, days=3, passwords=WORDS)
            files, problems = shop.files, shop.problems
            care = (getattr(shop.care, kind) for kind in READERS)
            tables = (shop.orders, shop.items, shop.reviews, shop.register, *care)
            records = len(shop.log)
        else:
            inputs = read_files(paths, policy, TODAY, passwords=WORDS)
            files, problems = inputs.files, inputs.problems
            tables = (
                inputs.orders,
                inputs.items,
                inputs.reviews,
                inputs.register,
                *inputs.care.values(),
            )
            records = len(inputs.log)
    except ShopcrmError as error:
        _check_words(error)
        return error.key
    _check_rows(files, problems, case)
    _check_used(files, tables, records)
    if whole:
        _check_outputs(shop, book)
    return "result"


def _check_words(error: ShopcrmError) -> None:
    """The error can be told in both languages, and printed."""
    for lang in LANGS:
        message = t(f"error.{error.key}", lang).format(**error.values)
        if has(f"hint.{error.key}"):
            message += t(f"hint.{error.key}", lang).format(**error.values)
        message.encode()
        assert not any(mark in message for mark in "\x00\x1b\r"), repr(message)


def _check_rows(files: Sequence[FileReport], problems: Problems, case: Case) -> None:
    """Rows read are used, merged or listed; what is listed stands in the list, and nothing else."""
    table = problems.table()
    listed = table[table["severity"] == "listed"]
    assert listed["row"].notna().all(), "listed without a row"
    for report in files:
        fate = report.rows.fate
        known = [report.count(one) for one in (USED, MERGED, LISTED)]
        assert report.rows_read == sum(known), (report.file, report.rows_read, known)
        own = table["file"] == report.file
        told = set((np.flatnonzero(fate == LISTED) + report.header_row + 1).tolist())
        unsaid = told - set(table.loc[own, "row"].dropna())
        assert not unsaid, (report.file, "rows not used, without a word", sorted(unsaid)[:5])
        used = set(listed.loc[own, "row"]) - told
        assert not used, (report.file, "rows listed and used all the same", sorted(used)[:5])
        if lines := case.lines.get(report.path.name):
            _check_lines(report, lines)


def _check_used(files: Sequence[FileReport], tables: Sequence[pd.DataFrame], records: int) -> None:
    """Each row that is used stands in a table, and each order stands on a row that is used."""
    orders = tables[0]
    noted = 0
    for number, report in enumerate(files):
        used = set((np.flatnonzero(report.rows.fate == USED) + report.header_row + 1).tolist())
        if report.layout.kind == "contacts":
            noted += len(used)
            continue
        own = [table.loc[table["file"] == number, "row"] for table in tables]
        nowhere = used - {row for rows in own for row in rows}
        assert not nowhere, (report.file, "used, and in no table", sorted(nowhere)[:5])
        free = set(own[0]) - used
        assert not free, (report.file, "orders of rows not used", sorted(free)[:5])
    assert noted == records, ("contact log", noted, records)
    assert not orders["order"].duplicated().any()


def _check_lines(report: FileReport, lines: Sequence[int | None]) -> None:
    """Each line of the file that is not blank under the header is a row that was read."""
    wanted = [
        number
        for number, first in enumerate(lines, start=1)
        if first is not None and number > report.header_row and first < len(report.rows.grid.header)
    ]
    found = np.flatnonzero(report.rows.fate != BLANK) + report.header_row + 1
    assert found.tolist() == wanted, (report.file, sorted({*found.tolist()} ^ {*wanted})[:5])


def _check_outputs(shop: Shop, book: Path | None) -> None:
    """The result can be shown in every form, and no figure in it is infinite or none."""
    json.dumps(segment_data(shop), allow_nan=False)
    json.dumps(contacts_data(shop), allow_nan=False)
    stream = io.StringIO()
    screen = Screen(stream)
    print_segments(screen, shop)
    print_files(screen, shop.files, shop.problems, shop.lang)
    print_contacts(screen, shop, 3)
    if len(shop.customers):
        print_customer(screen, shop, str(shop.customers["customer"].iloc[0]))
    text = stream.getvalue()
    text.encode()
    assert "\x1b" not in text
    assert "\x00" not in text
    if book is not None:
        for artifact in (results_workbook(shop, book), callback_workbook(shop, book)):
            artifact.render(book)
            with warnings.catch_warnings():
                # Sparklines and data bars: openpyxl says that it would lose them.
                warnings.filterwarnings("ignore", "Unknown extension", UserWarning)
                read = openpyxl.load_workbook(book)
            for page in read:
                for row in page.iter_rows():
                    assert not any(cell.data_type == "f" for cell in row), page.title
            read.close()
