"""Which ticked records the contact log has already, and which correct one of its lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.sources.cells.clean import fold
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from shopcrm.outputs.contact_log import ContactRecord


def new_records(records: Iterable[ContactRecord], log: pd.DataFrame) -> list[ContactRecord]:
    """Return the records that say something which the log does not.

    A talk is known by its id, or by being of the same day, customer, kind, round, order and
    result: whoever types a nick and ticks the sheet too has talked once. A record that says no
    kind is known where any talk of that day with that result is.

    The log is never rewritten. A known talk whose line has another note or day by now is written
    once more, on the day of its own line, so that it counts as the one talk that it was; the last
    line of a talk says how it stands.

    Args:
        records: what was ticked or typed.
        log: CONTACT_LOG as it stands.
    """
    by_id: dict[str, list[Any]] = defaultdict(list)
    by_talk: dict[tuple[object, ...], list[Any]] = defaultdict(list)
    for line in rows_of(log):
        day = line.date.date()
        buyer = line.buyer_key if isinstance(line.buyer_key, str) else ""
        if isinstance(line.id, str):
            by_id[line.id.strip().lower()].append(line)
        number = None if pd.isna(line.round) else int(line.round)
        said = (line.kind, number, line.order_no, line.about)
        by_talk[day, buyer, line.result, *map(_plain, said)].append(line)
        by_talk[day, buyer, line.result].append(line)
    found = []
    for record in records:
        same = by_id.get(record.id) or by_talk.get(_talk(record)) or []
        if not same:
            found.append(record)
            continue
        day = same[0].date.date()
        again = by_talk.get(_talk(replace(record, date=day)), [])
        notes = {_plain(line.note) for line in (*same, *again)}
        days = {_day(line.next_date) for line in (*same, *again)}
        if (record.note is None or record.note in notes) and (
            record.next_date is None or record.next_date in days
        ):
            continue
        anew = f"{record.ticket or record.id}\0{record.note}\0{record.next_date}"
        found.append(replace(record, date=day, ticket=anew))
    return found


def _talk(record: ContactRecord) -> tuple[object, ...]:
    who = (record.date, fold(record.buyer), record.result)
    if record.kind is None:
        return who
    return (*who, record.kind, record.round, record.order_no, record.about)


def _plain(value: object) -> object:
    return None if pd.isna(value) else value  # type: ignore[call-overload]


def _day(moment: object) -> dt.date | None:
    return moment.date() if isinstance(moment, pd.Timestamp) else None
