"""Why a contact is due now, with the days it is counted from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.labels import t

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_SAID: Final = [
    "kind", "round", "folded", "order_date", "receipt_date", "receipt_from", "previous", "agreed",
    "attempts", "days_overdue",
]  # fmt: skip


def why_now(contacts: pd.DataFrame, policy: Policy, lang: Lang) -> pd.Series[str]:
    """Return the reason of each contact.

    Args:
        contacts: CONTACTS with the columns that the reasons tell of, and ``agreed``.
        policy: ``callbacks.by_days``.
        lang: language of the reasons.
    """
    ends = policy.wholes("callbacks.by_days")
    codes = contacts.groupby(_SAID, dropna=False, sort=False).ngroup()
    alike = contacts.loc[~codes.duplicated(), _SAID]  # a text once for all that it is true of
    lines = zip(*(alike[name].tolist() for name in _SAID), strict=True)
    texts = [_text(dict(zip(_SAID, line, strict=True)), ends, lang) for line in lines]
    found = np.array([*texts, ""], dtype=object)[codes.to_numpy()]
    return pd.Series(found, index=contacts.index, dtype="str")


def _text(row: dict[str, Any], ends: list[int], lang: Lang) -> str:
    again = not pd.isna(row["previous"])
    one_week = row["kind"] == "one_week"
    text = t(
        f"why.{'one_week' if one_week else 'round_next' if again else 'round_first'}",
        lang,
        round=row["round"],
        within=0 if one_week else ends[row["round"] - 1],
        order_date=_day(row["order_date"]),
        receipt=_day(row["receipt_date"]),
        source=t(f"receipt.{row['receipt_from']}", lang),
        previous=_day(row["previous"]),
    )
    if row["folded"]:
        text += t("why.folded", lang)
    if not pd.isna(row["agreed"]):
        text += t("why.agreed", lang, day=_day(row["agreed"]))
    if row["attempts"]:
        text += t("why.attempts", lang, attempts=row["attempts"])
    if row["days_overdue"]:
        text += t("why.overdue", lang, days=row["days_overdue"])
    return text


def _day(moment: pd.Timestamp) -> str:
    return "" if pd.isna(moment) else f"{moment:%m-%d}"
