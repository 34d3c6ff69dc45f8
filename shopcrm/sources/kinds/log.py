"""The contact log, and callback sheets with their results ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.labels import find
from shopcrm.sources.kinds.meanings import folded
from shopcrm.sources.kinds.rows import BLANK, USED, Rows
from shopcrm.tables import CONTACT_LOG, conform, once_each

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt


def read_log(rows: Rows, today: dt.date) -> pd.DataFrame:
    """Return the CONTACT_LOG of a log or of a ticked sheet.

    A row without a result has not been ticked and is no record. A result that is not one of the
    known words, and a line torn by a crash, are listed.

    Args:
        rows: the parsed file.
        today: the day of a contact whose line does not say one.
    """
    result = rows.text("result")
    buyer = rows.text("buyer")
    unticked = result.isna().to_numpy()
    date = rows.times("date")
    if rows.has("date") and rows.has("id") and not rows.has("script"):
        # The log itself, no sheet to tick: a line without a result is torn.
        rows.list_rows("log_torn", (rows.fate == USED) & unticked, "result")
    said = rows.text("note").notna().to_numpy() | ~np.isnat(rows.times("next_date"))
    rows.list_rows("no_result", (rows.fate == USED) & unticked & said, "note")
    rows.fate[unticked & (rows.fate == USED)] = BLANK
    rows.list_rows("no_customer", (rows.fate == USED) & buyer.isna().to_numpy(), "buyer")
    results = _words("result", result)
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (date >= tomorrow), "date")
    rows.list_rows("log_word", (rows.fate == USED) & results.isna().to_numpy(), "result")
    rows.list_rows("log_torn", _torn_twins(rows, buyer, result, date), "result")
    number, none = rows.wholes("round")
    frame = pd.DataFrame(
        {
            "date": np.where(np.isnat(date), np.datetime64(today, "us"), date),
            "buyer": buyer,
            "buyer_key": folded(buyer),
            "kind": _words("kind", rows.text("kind")),
            "round": pd.Series(number, dtype="Int64").mask(none),
            "order_no": rows.text("order_no"),
            "about": rows.text("about"),
            "channel": _words("channel", rows.text("channel")),
            "result": results,
            "note": rows.text("note"),
            "next_date": rows.times("next_date"),
            "id": rows.text("id"),
        }
    )
    return conform(frame[rows.fate == USED], CONTACT_LOG)


def _torn_twins(
    rows: Rows, buyer: pd.Series[str], result: pd.Series[str], date: npt.NDArray[np.datetime64]
) -> npt.NDArray[np.bool_]:
    """Find lines that a crash cut behind the result: the same record stands whole elsewhere."""
    if not rows.has("id"):
        return np.zeros(len(buyer), bool)
    no_id = rows.text("id").isna().to_numpy() & (rows.fate == USED)
    keys = pd.MultiIndex.from_arrays([buyer, result, pd.Series(date)])
    whole = keys[~no_id & (rows.fate == USED)]
    twins: npt.NDArray[np.bool_] = no_id & keys.isin(whole)
    return twins


def _words(section: str, texts: pd.Series[str]) -> pd.Series[str]:
    """Return the program's name for each word of a section, missing where there is none."""
    return once_each(texts, lambda word: find(section, word))
