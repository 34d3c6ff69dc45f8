"""The contact log, and callback sheets with their results ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.labels import find
from shopcrm.sources.cells.clean import BadCellError, as_time
from shopcrm.sources.cells.coming import coming_day
from shopcrm.sources.kinds.fates import BLANK, USED
from shopcrm.sources.kinds.meanings import folded
from shopcrm.sources.kinds.results import OPEN, meaning
from shopcrm.tables import CONTACT_LOG, conform, once_each

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy.typing as npt

    from shopcrm.sources.kinds.rows import Rows

    Times = npt.NDArray[np.datetime64]
    Flags = npt.NDArray[np.bool_]

NOTE_MARK: Final = "；"
"""Between what stands in the column of notes and what was written behind a result."""

_TEXTS: Final = ("kind", "order_no", "about", "channel", "result", "note", "id")

_LONG_NUMBER: Final = 10**15
"""From here on Excel keeps no number exactly."""


def read_log(rows: Rows, today: dt.date, meant: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the CONTACT_LOG of a log or of a ticked sheet.

    A row without a result has not been ticked and is no record. A result that is not clear, and
    a line torn by a crash, are listed.

    Args:
        rows: the parsed file.
        today: the day of a contact whose line does not say one.
        meant: what the owner says that cells mean which are not clear: the result by what
            stands in the column of results, or where that is blank in that of notes.
    """
    found = read_ticked(rows, today, meant)
    return conform(found[[name for name in CONTACT_LOG if name in found]], CONTACT_LOG)


def read_ticked(rows: Rows, today: dt.date, meant: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the CONTACT_LOG of a ticked sheet with what helps to mend it.

    Args:
        rows: as for :func:`read_log`.
        today: likewise.
        meant: likewise.

    Returns:
        The columns of CONTACT_LOG, and ``list_day``, the day of the sheet, and ``order_lost``:
        the number of the order has become one that Excel rounds.
    """
    cell, note = rows.text("result"), rows.text("note")
    buyer = rows.text("buyer")
    result, rest = _results(cell, note, meant or {})
    unticked = (cell.isna() & result.isna()).to_numpy() | result.eq(OPEN).to_numpy(bool)
    date = rows.times("date")
    if rows.has("date") and rows.has("id") and not rows.has("script"):
        # The log itself, no sheet to tick: a line without a result is torn.
        rows.list_rows("log_torn", (rows.fate == USED) & cell.isna().to_numpy(), "buyer")
    listed = rows.times("registered")
    day = np.where(np.isnat(date), np.datetime64(today, "us"), date)
    since = np.where(np.isnat(date) & ~np.isnat(listed), listed, day)
    coming, unclear = _coming(rows, since)
    said = note.notna().to_numpy() | ~np.isnat(coming) | unclear
    noted = note.notna().to_numpy()
    rows.list_rows("no_result", (rows.fate == USED) & unticked & noted, "note")
    # Without a note the customer says which row is meant.
    rows.list_rows("no_result", (rows.fate == USED) & unticked & said, "buyer")
    rows.fate[unticked & (rows.fate == USED)] = BLANK
    rows.list_rows("bad_date", (rows.fate == USED) & unclear, "next_date")
    rows.list_rows("no_customer", (rows.fate == USED) & buyer.isna().to_numpy(), "buyer")
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (date >= tomorrow), "date")
    rows.list_rows("log_word", (rows.fate == USED) & result.isna().to_numpy(), "result")
    rows.list_rows("log_torn", _torn_twins(rows, buyer, cell, date), "result")
    coming, rest = _agreed_behind(result, rest, coming, since)
    order_no, lost = rows.text("order_no"), _lost(rows)
    number, none = rows.wholes("round")
    frame = pd.DataFrame(
        {
            "date": day,
            "buyer": buyer,
            "buyer_key": folded(buyer),
            "kind": _words("kind", rows.text("kind")),
            "round": pd.Series(number, dtype="Int64").mask(none),
            "order_no": order_no.mask(lost),
            "about": rows.text("about"),
            "channel": _words("channel", rows.text("channel")),
            "result": result,
            "note": _joined(note, rest),
            "next_date": coming,
            "id": rows.text("id"),
            "list_day": listed,
            "order_lost": lost,
        }
    )
    used: pd.DataFrame = frame[rows.fate == USED].astype(dict.fromkeys(_TEXTS, "str"))
    return used


def _results(
    cell: pd.Series[str], note: pd.Series[str], meant: Mapping[str, str]
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return the result of each row, and what else stands in its cell."""
    told = meant.get
    result = once_each(cell, lambda word: told(word) or meaning(word).result)
    rest = once_each(cell, lambda word: word if told(word) else meaning(word).rest)
    if meant:
        noted = once_each(note, told)
        result = result.where(cell.notna(), noted)
    return result, rest


def _coming(rows: Rows, since: Times) -> tuple[Times, Flags]:
    """Return the day agreed on of each row, and which rows have one that is not clear.

    Args:
        rows: the parsed file.
        since: the day on which each row was written.
    """
    found = np.full(len(since), np.datetime64("NaT", "us"), "datetime64[us]")
    unclear = np.zeros(len(since), bool)
    for at in rows.positions.get("next_date", []):
        cells = rows.grid.column(at)
        dates = np.full(len(cells.distinct), np.datetime64("NaT", "us"), "datetime64[us]")
        relative: dict[int, object] = {}
        for code, cell in enumerate(cells.some(np.arange(len(cells.distinct)))):
            try:
                moment = None if cell is None else as_time(cell)
            except BadCellError:
                relative[code] = cell
            else:
                dates[code] = np.datetime64(moment) if moment else dates[code]
        found = np.where(np.isnat(found), dates[cells.codes], found)
        for code, cell in relative.items():
            here = cells.codes == code
            for day in np.unique(since[here]):
                these = here & (since == day)
                try:
                    found[these] = np.datetime64(coming_day(cell, day.astype(object).date()))
                except BadCellError:
                    unclear |= these
    return found, unclear


def _agreed_behind(
    result: pd.Series[str], rest: pd.Series[str], coming: Times, since: Times
) -> tuple[Times, pd.Series[str]]:
    """Take the day out of what stands behind a result, 改约 周三, where no other is given."""
    kept = rest.to_numpy(dtype=object, copy=True)
    for at in np.flatnonzero(rest.notna() & result.eq("snoozed") & np.isnat(coming)):
        try:
            day = coming_day(rest.iloc[at], since[at].astype(object).date())
        except BadCellError:
            continue
        coming[at] = np.datetime64(day)
        kept[at] = None
    return coming, pd.Series(kept, index=rest.index, dtype="str")


def _joined(note: pd.Series[str], rest: pd.Series[str]) -> pd.Series[str]:
    both = note + NOTE_MARK + rest
    return both.fillna(note).fillna(rest)


def _lost(rows: Rows) -> Flags:
    """Tell in which rows the number of the order is one that Excel has made a number of."""
    found = np.zeros(len(rows.fate), bool)
    if not rows.has("registered"):  # the log itself is written so that nothing is lost
        return found
    for at in rows.positions.get("order_no", []):
        cells = rows.grid.column(at)
        odd = [
            (isinstance(cell, (int, float)) and abs(cell) >= _LONG_NUMBER)
            or (isinstance(cell, str) and "e+" in cell.casefold())
            for cell in cells.some(np.arange(len(cells.distinct)))
        ]
        found |= np.array(odd, bool)[cells.codes]
    return found


_ID_LENGTH: Final = 12
"""Letters of an id that the program writes."""


def _torn_twins(
    rows: Rows, buyer: pd.Series[str], result: pd.Series[str], date: npt.NDArray[np.datetime64]
) -> npt.NDArray[np.bool_]:
    """Find lines that a crash cut behind the result: the same record stands whole elsewhere.

    Of the id, which comes last, a beginning may be left.
    """
    if not rows.has("id"):
        return np.zeros(len(buyer), bool)
    ids = rows.text("id").fillna("")
    lines = pd.DataFrame({"buyer": buyer, "result": result, "date": date, "id": ids})
    lines = lines[rows.fate == USED].reset_index(names="line")
    cut = lines[lines["id"].str.len() < _ID_LENGTH]
    pairs = cut.merge(lines, on=["buyer", "result", "date"], suffixes=("", "_whole"))
    ids_of = zip(pairs["id"], pairs["id_whole"], strict=True)
    torn = [part != one and one.startswith(part) for part, one in ids_of]
    twins = np.zeros(len(buyer), bool)
    twins[pairs["line"].to_numpy()[np.array(torn, bool)]] = True
    return twins


def _words(section: str, texts: pd.Series[str]) -> pd.Series[str]:
    """Return the program's name for each word of a section, missing where there is none."""
    return once_each(texts, lambda word: find(section, word))
