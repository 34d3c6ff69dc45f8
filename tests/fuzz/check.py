"""Whether a case came out as it may: a result that adds up, or one clear error."""

from __future__ import annotations

import datetime as dt
import io
import json
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
from shopcrm.outputs.workbook import results_workbook
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.sources.read import read_files
from shopcrm.sources.rows import BLANK, LISTED, MERGED, USED
from tests.fuzz.packing import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.shop import Shop
    from shopcrm.sources.problems import Problems
    from shopcrm.sources.report import FileReport
    from tests.fuzz.mutate import Case

TODAY: Final = dt.date(2026, 11, 20)
PASSWORDS: Final = ("wrong", PASSWORD)


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
    policy = load_policy(None)
    try:
        if whole:
            shop = run(paths, policy, TODAY, "zh", days=3, passwords=PASSWORDS)
            files, problems = shop.files, shop.problems
        else:
            inputs = read_files(paths, policy, TODAY, passwords=PASSWORDS)
            files, problems = inputs.files, inputs.problems
    except ShopcrmError as error:
        _check_words(error)
        return error.key
    _check_rows(files, problems, case)
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
    assert (table.loc[listed.index, "row"].notna()).all(), "listed without a row"
    for report in files:
        fate = report.rows.fate
        known = [report.count(one) for one in (USED, MERGED, LISTED)]
        assert report.rows_read == sum(known), (report.file, report.rows_read, known)
        own = set(listed.loc[listed["file"] == report.file, "row"].astype(int))
        first = report.header_row + 1
        told = set((np.flatnonzero(fate == LISTED) + first).tolist())
        assert told == own, (report.file, "fate and list differ", sorted(told ^ own)[:5])
        if lines := case.lines.get(report.path.name):
            _check_lines(report, lines)


def _check_lines(report: FileReport, lines: Sequence[bool]) -> None:
    """Each line of the file that is not blank is a row that was read."""
    wanted = [at for at, filled in enumerate(lines, start=1) if filled and at > report.header_row]
    found = np.flatnonzero(report.rows.fate != BLANK) + report.header_row + 1
    assert found.tolist() == wanted, (report.file, sorted({*found.tolist()} ^ {*wanted})[:5])


def _check_outputs(shop: Shop, book: Path | None) -> None:
    """The result can be shown in every form, and no figure in it is infinite or none."""
    json.dumps(segment_data(shop), allow_nan=False)
    json.dumps(contacts_data(shop), allow_nan=False)
    stream = io.StringIO()
    screen = Screen(stream)
    print_segments(screen, shop)
    print_files(screen, shop)
    print_contacts(screen, shop, 3)
    if len(shop.customers):
        print_customer(screen, shop, str(shop.customers["customer"].iloc[0]))
    text = stream.getvalue()
    text.encode()
    assert "\x1b" not in text
    assert "\x00" not in text
    if book is not None:
        results_workbook(shop, book).render(book)
        read = openpyxl.load_workbook(book)
        for page in read:
            for row in page.iter_rows():
                assert not any(cell.data_type == "f" for cell in row), page.title
        read.close()
