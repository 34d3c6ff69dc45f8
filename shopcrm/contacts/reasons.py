"""Why a contact is due now, with the days and figures it is counted from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.contacts.columns import groups
from shopcrm.labels import t

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_SAID: Final = [
    "why", "round", "within", "folded", "order_date", "receipt_date", "receipt_from", "previous",
    "agreed", "attempts", "days_overdue", "what", "day", "number", "unsaid",
    "channel",
]  # fmt: skip
_LONGEST: Final = 60
"""Characters of what a customer wrote that a reason repeats."""


def why_now(contacts: pd.DataFrame, policy: Policy, lang: Lang) -> pd.Series[str]:
    """Return the reason of each contact.

    Args:
        contacts: tasks with their windows, and ``days_overdue``.
        policy: ``callbacks.phone_hours``, ``callbacks.max_attempts``.
        lang: language of the reasons.
    """
    columns = [contacts[name].array for name in _SAID]
    codes, alike = groups(columns)  # a text once for all that it is true of
    lines = zip(*(values.take(alike).tolist() for values in columns), strict=True)
    told = [_text(dict(zip(_SAID, line, strict=True)), policy, lang) for line in lines]
    return pd.Series(pd.array(told, dtype="str").take(codes), index=contacts.index)


def _text(row: dict[str, Any], policy: Policy, lang: Lang) -> str:
    again = not pd.isna(row["previous"])
    key = row["why"]
    if key == "round":
        key = "round_next" if again else "round_first"
    source = row["receipt_from"]
    text = t(
        f"why.{key}",
        lang,
        round=row["round"],
        within=row["within"],
        order_date=_day(row["order_date"]),
        receipt=_day(row["receipt_date"]),
        source=t(f"receipt.{source}", lang) if isinstance(source, str) else "",
        previous=_day(row["previous"]),
        what=_short(row["what"], lang),
        day=_day(row["day"]),
        number="" if pd.isna(row["number"]) else f"{row['number']:,.10g}",
    )
    if row["why"] == "unpaid" and pd.isna(row["agreed"]):
        text += t("why.unpaid_until", lang, day=_day(row["day"]))
    if again and row["why"] != "round" and row["round"] > 1:
        text += t("why.again", lang, previous=_day(row["previous"]), round=row["round"])
    if row["folded"]:
        text += t("why.folded", lang)
    if not pd.isna(row["agreed"]):
        key = "why.put_off" if row["unsaid"] else "why.agreed"
        text += t(key, lang, day=_day(row["agreed"]))
    if row["attempts"]:
        text += t("why.attempts", lang, attempts=row["attempts"]) + _next_hour(row, policy, lang)
    if row["days_overdue"]:
        text += t("why.overdue", lang, days=row["days_overdue"])
    return text


def _next_hour(row: dict[str, Any], policy: Policy, lang: Lang) -> str:
    """Say at which other hour to try again, or that a message takes the call's place."""
    if row["attempts"] >= policy.whole("callbacks.max_attempts"):
        return t("why.by_message", lang)
    if row["channel"] == "message":
        return ""
    hours = [part.strip() for part in policy.text("callbacks.phone_hours").split(",")]
    if len(hours) == 1:
        return ""
    return t("why.other_hour", lang, hours=hours[row["attempts"] % len(hours)])


def _short(text: object, lang: Lang) -> str:
    if not isinstance(text, str):
        return t("why.nothing_said", lang)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _day(moment: pd.Timestamp) -> str:
    return "" if pd.isna(moment) else f"{moment:%m-%d}"
