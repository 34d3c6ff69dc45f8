"""The sheets by which an owner keeps promises, suggestions, lists of people, sales and days off."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.labels import find
from shopcrm.lettered import lettered
from shopcrm.sources.kinds.fates import MERGED, USED
from shopcrm.sources.kinds.meanings import folded
from shopcrm.tables import (
    ACTIVITIES,
    PROMISES,
    SHOP_DAYS,
    STANDINGS,
    SUGGESTIONS,
    Table,
    conform,
    once_each,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from shopcrm.sources.kinds.merge import Mark
    from shopcrm.sources.kinds.rows import Rows


def read_promises(rows: Rows, today: dt.date, file: int) -> pd.DataFrame:
    """Return PROMISES, ``customer`` still missing.

    Args:
        rows: the parsed file.
        today: promises and days of keeping them that are dated later are listed.
        file: index of the file.
    """
    who = _who(rows, "promise")
    _not_later(rows, today, "date", "kept")
    found = {
        **who,
        "order_no": rows.text("order_no"),
        "what": rows.text("promise"),
        "made": _days(rows, "date"),
        "due": _days(rows, "due"),
        "kept": _days(rows, "kept"),
    }
    return _numbered(rows, found, PROMISES, file)


def read_suggestions(rows: Rows, today: dt.date, file: int) -> pd.DataFrame:
    """Return SUGGESTIONS, ``customer`` still missing.

    A decision without a day counts from the day of the suggestion.

    Args:
        rows: the parsed file.
        today: rows dated later are listed.
        file: index of the file.
    """
    who = _who(rows, "suggestion")
    _not_later(rows, today, "date", "decided", "told")
    outcome = _words(rows, "outcome", "outcome")
    made, decided = _days(rows, "date"), _days(rows, "decided")
    undated = outcome.notna().to_numpy() & np.isnat(decided)
    found = {
        **who,
        "what": rows.text("suggestion"),
        "made": made,
        "team": _words(rows, "team", "team"),
        "outcome": outcome,
        "decided": np.where(undated, made, decided),
        "told": _days(rows, "told"),
    }
    return _numbered(rows, found, SUGGESTIONS, file)


def read_standings(rows: Rows, today: dt.date, file: int) -> pd.DataFrame:
    """Return STANDINGS, ``customer`` still missing; a word that names no list is listed.

    Args:
        rows: the parsed file.
        today: the kinds of sheet are all called so.
        file: index of the file.
    """
    del today
    who = _who(rows, "standing")
    standing = once_each(rows.text("standing"), lambda word: find("standing", word))
    unknown = (rows.fate == USED) & standing.isna().to_numpy()
    rows.list_rows("standing_word", unknown, "standing")
    found = {
        **who,
        "standing": standing,
        "reason": rows.text("reason"),
        "since": _days(rows, "date"),
        "until": _days(rows, "until"),
        "by": rows.text("by"),
    }
    return _used(rows, found, STANDINGS, file)


def read_activities(rows: Rows, today: dt.date, file: int) -> pd.DataFrame:
    """Return ACTIVITIES; one without a name or a first day is listed."""
    del today
    _needed(rows, "activity")
    first = _span(rows)
    found = {
        "name": rows.text("activity"),
        "first": first,
        "last": _days(rows, "last"),
        "text": rows.text("activity_text"),
    }
    return _used(rows, found, ACTIVITIES, file)


def read_shop_days(rows: Rows, today: dt.date, file: int) -> pd.DataFrame:
    """Return SHOP_DAYS; one without a name or a first day is listed."""
    del today
    _needed(rows, "holiday")
    first = _span(rows)
    said = rows.text("closed")
    closed = once_each(said, lambda word: find("yes", word)).notna()
    by_name = rows.text("holiday").str.contains(_CLOSED, regex=False, na=False)
    found = {
        "name": rows.text("holiday"),
        "first": first,
        "last": _days(rows, "last"),
        "closed": closed | (by_name & said.isna()),
    }
    return _used(rows, found, SHOP_DAYS, file)


_CLOSED: Final = "放假"

READERS: Final[dict[str, tuple[Table, Callable[[Rows, dt.date, int], pd.DataFrame]]]] = {
    "promises": (PROMISES, read_promises),
    "suggestions": (SUGGESTIONS, read_suggestions),
    "standings": (STANDINGS, read_standings),
    "activities": (ACTIVITIES, read_activities),
    "shop_days": (SHOP_DAYS, read_shop_days),
}
"""How each kind of these sheets is read, and the table that it becomes."""


def _who(rows: Rows, needed: str) -> dict[str, pd.Series[str]]:
    """Return who a row is about; rows that do not say who or what are listed."""
    buyer = rows.text("buyer")
    rows.list_rows("no_customer", (rows.fate == USED) & buyer.isna().to_numpy(), "buyer")
    _needed(rows, needed)
    return {"buyer": buyer, "buyer_key": folded(buyer)}


def _needed(rows: Rows, name: str) -> None:
    blank = (rows.fate == USED) & rows.text(name).isna().to_numpy()
    rows.list_rows("nothing_said", blank, name)


def _span(rows: Rows) -> np.ndarray:
    """Return the first days; rows without one, or that end before they begin, are listed."""
    first, last = _days(rows, "first"), _days(rows, "last")
    rows.list_rows("no_date", (rows.fate == USED) & np.isnat(first), "first")
    rows.list_rows("ends_before", (rows.fate == USED) & (last < first), "last")
    return first


def _days(rows: Rows, name: str) -> np.ndarray:
    return rows.times(name).astype("datetime64[D]").astype("datetime64[us]")


def _not_later(rows: Rows, today: dt.date, *names: str) -> None:
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    for name in names:
        rows.list_rows("future_date", (rows.fate == USED) & (rows.times(name) >= tomorrow), name)


def _words(rows: Rows, field: str, section: str) -> pd.Series[str]:
    """Return the program's name for each word; a word that is none of them is mentioned."""
    words = rows.text(field)
    found = once_each(words, lambda word: find(section, word))
    rows.doubt_rows("care_word", (words.notna() & found.isna()).to_numpy(), field)
    return found


def _used(rows: Rows, columns: dict[str, object], table: Table, file: int) -> pd.DataFrame:
    columns = {**columns, "file": file, "row": rows.grid.rows}
    return conform(pd.DataFrame(columns)[rows.fate == USED], table)


def _numbered(rows: Rows, columns: dict[str, object], table: Table, file: int) -> pd.DataFrame:
    """Return the rows with an id: that of the sheet, else one made of what the row says."""
    frame = pd.DataFrame(columns)
    columns["id"] = rows.text("id").fillna(_made_ids(frame))
    return _used(rows, columns, table, file)


def _made_ids(table: pd.DataFrame) -> pd.Series[str]:
    said = table["buyer_key"].fillna("") + _MARK + table["what"].fillna("")
    said = said + _MARK + pd.Series(table["made"]).dt.strftime("%Y-%m-%d").fillna("")
    return once_each(said, lambda text: record_id(*text.split(_MARK)))


_MARK: Final = "\n"


def record_id(buyer_key: str, what: str, made: str) -> str:
    """Return eight letters that tell one promise or suggestion from another.

    Letters, because Excel makes numbers of digits, and ``12e5`` is digits to it.

    Args:
        buyer_key: the customer's id, folded.
        what: what was promised or suggested; blanks in it do not count.
        made: the day as ``2026-11-20``, or nothing.
    """
    said = _MARK.join((buyer_key, "".join(what.split()), made))
    return lettered(hashlib.sha256(said.encode()).hexdigest()[:8])


_SAME: Final = {
    "promises": ["id"],
    "suggestions": ["id"],
    "standings": ["buyer_key", "standing", "since", "until"],
    "activities": ["name", "first", "last"],
    "shop_days": ["name", "first", "last"],
}
"""What two rows of a sheet have in common that are one."""


def merge_sheets(kind: str, parts: Sequence[pd.DataFrame], mark: Mark) -> pd.DataFrame:
    """Return the rows of all files of one kind, each once.

    What one copy of a row lacks is taken from the other: in a copy of last month a promise is
    not kept yet.

    Args:
        kind: one of READERS.
        parts: their tables.
        mark: called with rows and their fate: a row that is told twice is MERGED.
    """
    table, same = READERS[kind][0], _SAME[kind]
    told = pd.concat(parts, ignore_index=True)
    said = [name for name in table if name not in ("file", "row")]
    # By what they say, so that nothing depends on which file or row comes first.
    told = told.sort_values([*same, *said, "file", "row"], kind="stable", ignore_index=True)
    if "id" in table:
        told = _own_ids(told)
    again = told.duplicated(same)
    if not again.any():
        return told
    mark(told[again], MERGED)
    whole = told.groupby(same, sort=False, dropna=False).first().reset_index()
    return conform(whole[list(table)], table)


def _own_ids(told: pd.DataFrame) -> pd.DataFrame:
    """Give an id of their own to rows whose id is another customer's, or about something else.

    Owners number the rows of each sheet 1, 2, 3.
    """
    meant = told["buyer_key"].fillna("") + _MARK + told["what"].fillna("")
    other = meant != meant.groupby(told["id"]).transform("first")
    return told.assign(id=told["id"].mask(other, _made_ids(told)))
