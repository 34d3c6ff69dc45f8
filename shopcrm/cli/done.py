"""``shopcrm done``: record a contact, or read a ticked sheet back into the contact log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.customer import find_customer
from shopcrm.cli.run import Run, day_of
from shopcrm.errors import InputError, UsageError
from shopcrm.labels import find, names, t
from shopcrm.sources.files import TABLES
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    from shopcrm.sources.problems import Problems

    if run.policy.shop_dir is None:
        raise InputError("no_shop")
    sheets = [Path(word) for word in who if _is_sheet(word)]
    people = [word for word in who if not _is_sheet(word)]
    problems = Problems()
    records = []
    for sheet in sheets:
        found, wrong = _ticked(run, sheet)
        records += found
        problems = wrong
        _report(run, wrong)
    if people:
        records += _spoken(run, people, result, note, next_date)
    added = append(run.log_path, records, lang=run.lang)
    if run.json:
        run.data({"recorded": added, "there_already": len(records) - added})
    else:
        known = len(records) - added
        key = "done.recorded_and_known" if known else "done.recorded"
        path = run.log_path.name
        run.screen.line(t(key, run.lang, number=added, known=known, path=path), "green")
    run.finish(problems)


def _is_sheet(word: str) -> bool:
    return word.casefold().endswith(TABLES)


def _ticked(run: Run, sheet: Path) -> tuple[list[ContactRecord], Problems]:
    """Return the records of a ticked sheet.

    Raises:
        InputError: the sheet is missing, or nothing in it is ticked.
    """
    import pandas as pd

    from shopcrm.outputs.contact_log import ContactRecord
    from shopcrm.sources.read import read_contact_sheet

    if not sheet.is_file():
        raise InputError("missing_file", path=sheet)
    log, problems = read_contact_sheet(sheet, run.policy, run.today, run.passwords([sheet]))

    def text(value: object) -> str | None:
        return value if isinstance(value, str) else None

    records = [
        ContactRecord(
            date=row.date.date(),
            buyer=row.buyer,
            kind=text(row.kind),
            round=None if pd.isna(row.round) else int(row.round),
            order_no=text(row.order_no),
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

    word = result if result in names("result") else find("result", result)
    if word is None:
        known = t("sheet_note.list_mark", run.lang).join(
            t(f"result.{name}", run.lang) for name in names("result")
        )
        raise UsageError("no_result_word", value=result, known=known)
    agreed = None if next_date is None else day_of(next_date, run.today)
    if agreed is not None and word != "snoozed":
        raise UsageError("next_without_snoozed", result=t("result.snoozed", run.lang))
    shop = run.shop(None, days=0)
    ids = shop.customers.set_index("customer")["id"]
    due = shop.contacts.set_index("customer")
    records = []
    for person in people:
        key = find_customer(shop, person)
        pending = due.loc[key] if key in due.index else None
        about = None if pending is None else pending["order_no"]
        number = None if pending is None else pending["round"]
        records.append(
            ContactRecord(
                date=run.today,
                buyer=str(ids[key]),
                kind=None if pending is None else str(pending["kind"]),
                round=None if number is None or pd.isna(number) else int(number),
                order_no=about if isinstance(about, str) else None,
                channel=None if pending is None else str(pending["channel"]),
                result=word,
                note=note,
                next_date=agreed,
                ticket=f"{run.today} {key} {note} {agreed}",  # typed twice, it is one talk
            )
        )
    return records


def _report(run: Run, problems: Problems) -> None:
    """Say which ticked rows could not be taken, and why."""
    for row in rows_of(problems.table()):
        run.screen.line(
            t(
                "done.not_taken",
                run.lang,
                row="" if row.row is None else row.row,
                value=row.value,
                problem=t(f"problem.{row.kind}", run.lang),
                remedy=t(f"remedy.{row.kind}", run.lang),
            ),
            "yellow",
        )
