"""``shopcrm done``: record a contact, or read a ticked sheet back into the contact log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.customer import find_customer
from shopcrm.cli.day import day_of
from shopcrm.cli.run import Run
from shopcrm.cli.unmask import unmasked
from shopcrm.errors import InputError, LayoutError, UsageError
from shopcrm.labels import names, t
from shopcrm.sources.files import TABLES
from shopcrm.sources.kinds.results import OPEN, likely, meaning
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

    from shopcrm.outputs.contact_log import ContactRecord
    from shopcrm.sources.problems import Problems

Who = Annotated[list[str], typer.Argument(metavar="WHO|SHEET", help="who")]
Result = Annotated[
    str, typer.Option("--result", "-r", help="result", metavar="WORD", show_default=False)
]
Note = Annotated[str | None, typer.Option("--note", "-n", help="note", metavar="TEXT")]
Next = Annotated[str | None, typer.Option("--next", help="next", metavar="DATE")]


def done(
    run: Run, who: Who, result: Result = "done", note: Note = None, next_date: Next = None
) -> None:
    """Append to the contact log; what is there already is not written twice."""
    from shopcrm.outputs.contact_log import append
    from shopcrm.outputs.known_talks import new_records
    from shopcrm.sources.problems import Problems

    if run.policy.shop_dir is None:
        raise InputError("no_shop")
    sheets = [Path(word) for word in who if _is_sheet(word)]
    people = [word for word in who if not _is_sheet(word)]
    problems = Problems()
    records = []
    meant: dict[str, str] = {}
    for sheet in sheets:
        found, wrong = _ticked(run, sheet, meant)
        records += found
        problems = wrong
        _report(run, wrong)
    if people:
        records += _spoken(run, people, result, note, next_date)
    added = append(run.log_path, new_records(records, _so_far(run)), lang=run.lang)
    if run.json:
        run.data(
            {
                "recorded": added,
                "there_already": len(records) - added,
                "not_taken": _not_taken(problems),
            }
        )
    else:
        known = len(records) - added
        key = "done.recorded_and_known" if known else "done.recorded"
        path = run.log_path.name
        run.screen.line(t(key, run.lang, number=added, known=known, path=path), "green")
        _tally(run, records)
    run.finish(problems)


def _is_sheet(word: str) -> bool:
    return word.casefold().endswith(TABLES)


def _so_far(run: Run) -> pd.DataFrame:
    """Return the contact log as it stands; one that cannot be read is told when it is written."""
    from shopcrm.sources.read import read_contact_sheet
    from shopcrm.tables import CONTACT_LOG, empty

    if not run.log_path.is_file() or not run.log_path.stat().st_size:
        return empty(CONTACT_LOG)
    try:
        return read_contact_sheet(run.log_path, run.policy, run.today)[0]
    except (InputError, LayoutError):
        return empty(CONTACT_LOG)


def _ticked(run: Run, sheet: Path, meant: dict[str, str]) -> tuple[list[ContactRecord], Problems]:
    """Return the records of a ticked sheet.

    Args:
        run: the call.
        sheet: the file.
        meant: what the owner has said so far that cells mean; what is asked now comes to it.

    Raises:
        InputError: the sheet is missing, or nothing in it is ticked.
    """
    import pandas as pd

    from shopcrm.cli.ask_results import ask_results
    from shopcrm.cli.lost_orders import orders_found
    from shopcrm.outputs.contact_log import ContactRecord
    from shopcrm.sources.read import read_contact_sheet

    if not sheet.is_file():
        raise InputError("missing_file", path=sheet)
    passwords = run.passwords([sheet])
    log, problems = read_contact_sheet(sheet, run.policy, run.today, passwords, meant)
    if ask_results(run, problems, meant):
        log, problems = read_contact_sheet(sheet, run.policy, run.today, passwords, meant)
    log = orders_found(run, unmasked(run, log, sheet))

    def text(value: object) -> str | None:
        return value if isinstance(value, str) else None

    records = [
        ContactRecord(
            date=row.date.date(),
            buyer=row.buyer,
            kind=text(row.kind),
            round=None if pd.isna(row.round) else int(row.round),
            order_no=text(row.order_no),
            about=text(row.about),
            channel=text(row.channel),
            result=row.result,
            note=text(row.note),
            next_date=None if pd.isna(row.next_date) else row.next_date.date(),
            ticket=text(row.id),
        )
        for row in rows_of(log)
    ]
    if not records and problems.table().empty:
        raise InputError("nothing_ticked", path=sheet)
    return records, problems


def _spoken(
    run: Run, people: Sequence[str], result: str, note: str | None, next_date: str | None
) -> list[ContactRecord]:
    """Return the records of contacts by customer id: each settles what is due for that customer.

    Raises:
        NotFoundError: no such customer.
        UsageError: no such result, or a date that is not clear.
    """
    import pandas as pd

    from shopcrm.outputs.contact_log import ContactRecord

    word = result if result in names("result") else meaning(result).result
    if word is None or word == OPEN:
        known = t("sheet_note.list_mark", run.lang).join(
            t(f"result.{name}", run.lang) for name in names("result")
        )
        raise UsageError("no_result_word", value=result, known=known)
    agreed = None if next_date is None else _agreed(next_date, run.today)
    if agreed is not None and word != "snoozed":
        raise UsageError("next_without_snoozed", result=t("result.snoozed", run.lang))
    shop = run.shop(None, days=0)
    ids = shop.customers.set_index("customer")["id"]
    from shopcrm.outputs.sheets.callbacks import tickets

    due = shop.contacts.assign(ticket=tickets(shop)).set_index("customer")
    records = []
    for person in people:
        key = find_customer(shop, person)
        pending = due.loc[key] if key in due.index else None
        order_no = None if pending is None else pending["order_no"]
        about = None if pending is None else pending["about"]
        number = None if pending is None else pending["round"]
        records.append(
            ContactRecord(
                date=run.today,
                buyer=str(ids[key]),
                kind=None if pending is None else str(pending["kind"]),
                round=None if number is None or pd.isna(number) else int(number),
                order_no=order_no if isinstance(order_no, str) else None,
                about=about if isinstance(about, str) else None,
                channel=None if pending is None else str(pending["channel"]),
                result=word,
                note=note,
                next_date=agreed,
                # That of today's sheet: typed and ticked, or typed twice, it is one talk.
                ticket=f"{run.today} {key} {note} {agreed}"
                if pending is None
                else str(pending["ticket"]),
            )
        )
    return records


def _agreed(text: str, today: dt.date) -> dt.date:
    """Return the day that was typed: a date, or 周三, 25号, 明天 from today on."""
    from shopcrm.sources.cells.clean import BadCellError
    from shopcrm.sources.cells.coming import coming_day

    try:
        return coming_day(text, today) or day_of(text, today)
    except BadCellError:
        return day_of(text, today)


def _not_taken(problems: Problems) -> list[dict[str, object]]:
    import pandas as pd

    return [
        {
            "file": row.file,
            "row": None if pd.isna(row.row) else int(row.row),
            "value": row.value,
            "problem": row.kind,
            "likely": likely(row.value) if row.kind == "log_word" else None,
        }
        for row in rows_of(problems.table())
        if row.severity == "listed"
    ]


def _tally(run: Run, records: Sequence[ContactRecord]) -> None:
    """Say how many of each result were read: a decision is told apart from talks."""
    counts = Counter(record.result for record in records)
    told = [
        t(f"done.of_{name}", run.lang, number=counts[name])
        for name in names("result")
        if counts[name]
    ]
    if told:
        run.screen.line(t("report.mark", run.lang).join(told), "dim")


def _report(run: Run, problems: Problems) -> None:
    """Say which ticked rows could not be taken, and why; and which result was likely meant."""
    import pandas as pd

    for row in rows_of(problems.table()):
        near = likely(row.value) if row.kind == "log_word" else None
        words = {
            "problem": t(f"problem.{row.kind}", run.lang),
            "remedy": t(f"remedy.{row.kind}", run.lang),
        }
        if pd.isna(row.row):
            told = t("done.of_file", run.lang, what=row.column or row.file, **words)
        elif row.value.strip():
            told = t("done.not_taken", run.lang, row=row.row, value=row.value, **words)
        else:
            told = t("done.not_taken_blank", run.lang, row=row.row, **words)
        if near:
            told += t("done.likely", run.lang, result=t(f"result.{near}", run.lang))
        run.screen.line(told, "yellow")
