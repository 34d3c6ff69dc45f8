"""The sheets by which an owner keeps promises, suggestions, lists of people, sales and days off."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.labels import find
from shopcrm.sources.kinds.meanings import folded
from shopcrm.sources.kinds.rows import USED, Rows
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
    from collections.abc import Callable


def read_promises(rows: Rows, today: dt.date) -> pd.DataFrame:
    """Return PROMISES, ``customer`` still missing.

    Args:
        rows: the parsed file.
        today: promises and days of keeping them that are dated later are listed.
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
    return _numbered(rows, found, PROMISES)


def read_suggestions(rows: Rows, today: dt.date) -> pd.DataFrame:
    """Return SUGGESTIONS, ``customer`` still missing.

    A decision without a day counts from the day of the suggestion.

    Args:
        rows: the parsed file.
        today: rows dated later are listed.
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
    return _numbered(rows, found, SUGGESTIONS)


def read_standings(rows: Rows, today: dt.date) -> pd.DataFrame:
    """Return STANDINGS, ``customer`` still missing; a word that names no list is listed.

    Args:
        rows: the parsed file.
        today: the kinds of sheet are all called so.
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
    return _used(rows, found, STANDINGS)


def read_activities(rows: Rows, today: dt.date) -> pd.DataFrame:
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
    return _used(rows, found, ACTIVITIES)


def read_shop_days(rows: Rows, today: dt.date) -> pd.DataFrame:
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
    return _used(rows, found, SHOP_DAYS)


_CLOSED: Final = "放假"

READERS: Final[dict[str, tuple[Table, Callable[[Rows, dt.date], pd.DataFrame]]]] = {
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


def _used(rows: Rows, columns: dict[str, object], table: Table) -> pd.DataFrame:
    return conform(pd.DataFrame(columns)[rows.fate == USED], table)


def _numbered(rows: Rows, columns: dict[str, object], table: Table) -> pd.DataFrame:
    """Return the rows with an id: that of the sheet, else one made of what the row says."""
    frame = pd.DataFrame(columns)
    said = frame["buyer_key"].fillna("") + "\n" + frame["what"].fillna("")
    said = said + "\n" + pd.Series(frame["made"]).dt.strftime("%Y-%m-%d").fillna("")
    made = once_each(said, lambda text: hashlib.sha256(text.encode()).hexdigest()[:8])
    frame["id"] = rows.text("id").fillna("#" + made)
    # A row that stands twice is one promise.
    return conform(frame[rows.fate == USED], table)
