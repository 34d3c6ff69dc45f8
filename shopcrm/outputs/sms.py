"""The SMS sheet: for whoever gets a message and has a number, the text as the provider wants it."""

from __future__ import annotations

import csv
import io
import re
from typing import IO, TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.kinds import KINDS
from shopcrm.labels import t
from shopcrm.outputs.words import of_customers
from shopcrm.outputs.write import Artifact, BookArtifact
from shopcrm.segments.standings import standings_on

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.shop import Shop

CHANNELS: Final = ("message", "sms")
_MOBILE: Final = r"1[3-9]\d{9}"
_BRACKETS: Final = re.compile(r"[【】\[\]]")
_SHORTEST_NAME, _LONGEST_NAME = 2, 12
"""Characters of a signature, by the rules of the providers."""

LEFT_OUT: Final = ("opt_out", "no_mobile", "waiting", "later", "too_long")
"""Why a message is not in the sheet, in the order in which it is asked."""


def sms_lines(shop: Shop) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the messages to be sent today, and how many are left out, by the reason.

    What counts is the policy's ``sms``: the signature in front, the note on how to unsubscribe
    behind what is marketing, and how many characters a unit has. A character is what the network
    counts: a unit of UTF-16, two for most emoji.

    Returns:
        Columns ``phone``, ``text``, ``characters``, ``units``, ``batch``, ``buyer``, ``kind``.
    """
    due, policy = shop.contacts, shop.policy
    due = due[due["channel"].isin(CHANNELS)].reset_index(drop=True)
    people = of_customers(shop.customers, due["customer"], ["id", "phone", "phone_until"])
    tags = of_customers(shop.segments, due["customer"], ["tags"])["tags"].fillna("")
    left_alone = standings_on(shop.care.standings, pd.Timestamp(shop.today))["opt_out"]
    marketing = due["kind"].map(
        lambda name: name not in KINDS or KINDS[name].standing == "marketing"
    )
    text = f"【{signature(shop)}】" + due["script"].str.replace("\n", " ")
    note = policy.text("sms.unsubscribe")
    text = text.where(~marketing.astype(bool), text + note)
    characters = text.map(length).astype("int64")
    no_mobile = ~people["phone"].str.fullmatch(_MOBILE).fillna(value=False).astype(bool)
    no_mobile |= people["phone_until"] < pd.Timestamp(shop.today)
    reasons = {
        "opt_out": tags.str.contains(r"\bopt_out\b") | due["customer"].isin(left_alone),
        "no_mobile": no_mobile,
        "waiting": due["waiting"],
        "later": due["due_from"] > pd.Timestamp(shop.today),
        "too_long": characters > policy.whole("sms.longest"),
    }
    kept = pd.Series(data=True, index=due.index)
    left_out = {}
    for name in LEFT_OUT:
        here = kept & reasons[name].to_numpy(bool)
        left_out[name] = int(here.sum())
        kept &= ~here
    lines = pd.DataFrame(
        {
            "phone": people["phone"],
            "text": text,
            "characters": characters,
            "units": units(
                characters.to_numpy(), policy.whole("sms.one"), policy.whole("sms.part")
            ),
            "buyer": people["id"],
            "kind": due["kind"],
        }
    )[kept]
    # Two customers may have one number: it gets one message, the more important one.
    lines = lines.drop_duplicates("phone").reset_index(drop=True)
    lines["batch"] = np.arange(len(lines)) // policy.whole("sms.batch") + 1
    return lines, {name: number for name, number in left_out.items() if number}


def signature(shop: Shop) -> str:
    """Return the name that stands in front: the policy's, else the shop's, without brackets."""
    name = shop.policy.text("sms.signature") or shop.policy.text("shop.name")
    plain = _BRACKETS.sub("", name).strip() or t("script_part.shop", shop.lang)
    return plain[:_LONGEST_NAME]


def length(text: str) -> int:
    """Return the characters of a message as the network counts them."""
    return len(text.encode("utf-16-le")) // 2


def units(characters: np.ndarray, one: int, part: int) -> np.ndarray:
    """Return how many messages each text is billed as: long ones are sent in parts.

    >>> units(np.array([70, 71, 134, 135]), 70, 67).tolist()
    [1, 2, 2, 3]
    """
    found: np.ndarray = np.where(characters <= one, 1, -(-characters // part))
    return found


def sms_artifact(shop: Shop, lines: pd.DataFrame, path: Path) -> Artifact:
    """Return the sheet as a workbook, or as CSV by the path's ending."""
    if path.suffix.casefold() == ".csv":
        return _csv(shop, lines, path)

    def render(target: Path | IO[bytes]) -> None:
        from shopcrm.outputs.book import Book, Field

        lang = shop.lang
        book = Book(target, t("sms.title", lang), lang)
        fields = [
            Field(t("sms.phone", lang), lines["phone"], width=14),
            Field(t("sms.text", lang), lines["text"], wrap=True, width=70),
            Field(t("sms.characters", lang), lines["characters"], "whole", width=8),
            Field(t("sms.units", lang), lines["units"], "whole", width=8),
            Field(t("sms.batch", lang), lines["batch"], "whole", width=8),
            Field(t("log.buyer", lang), lines["buyer"]),
            Field(t("log.kind", lang), _kinds(shop, lines)),
        ]
        for sheet in book.table(t("sms.title", lang), fields, lines=None):
            hours = shop.policy.text("sms.hours")
            sheet.set_header("&L" + t("sms.only_in", lang, hours=hours) + "&R" + str(shop.today))
        book.close()

    return BookArtifact(path, render)


def _kinds(shop: Shop, lines: pd.DataFrame) -> pd.Series[str]:
    from shopcrm.outputs.words import worded

    return worded(lines["kind"], "kind", shop.lang)


def _csv(shop: Shop, lines: pd.DataFrame, path: Path) -> Artifact:
    """Return phone and text alone, as platforms of SMS take them: UTF-8 with BOM, CRLF."""

    def render(target: Path) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([t("sms.phone", shop.lang), t("sms.text", shop.lang)])
        writer.writerows(zip(lines["phone"], lines["text"], strict=True))
        target.write_bytes(text.getvalue().encode("utf-8-sig"))

    return Artifact(path, render)
