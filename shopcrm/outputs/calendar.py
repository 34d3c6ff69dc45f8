"""The day's contacts as a calendar for the phone (iCalendar, RFC 5545): one event a day.

An event for each contact would bury everything else on a phone; one a day says how many there
are, and lists them in its notes, the most important first.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm import __version__
from shopcrm.labels import t
from shopcrm.outputs.words import of_customers
from shopcrm.outputs.write import Artifact
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shopcrm.shop import Shop

_OCTETS: Final = 75
"""RFC 5545, 3.1: no line is longer, the break not counted."""

_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_artifact(shop: Shop, path: Path) -> Artifact:
    """Return the calendar: CRLF, UTF-8, the same bytes for the same contacts.

    An event's id is made of the shop, the day and the person, so that a calendar of the same day
    that is imported again takes the place of the first. What waits is in none.
    """
    text = "".join(f"{part}\r\n" for line in _lines(shop) for part in folded(line))

    def render(target: Path) -> None:
        target.write_bytes(text.encode())

    return Artifact(path, render)


def folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of 75 octets at most, none of which ends inside a character."""
    piece, room = "", _OCTETS
    for char in line:
        size = len(char.encode())
        if size > room:
            yield piece
            piece, room = " ", _OCTETS - 1
        piece += char
        room -= size
    yield piece


def _lines(shop: Shop) -> Iterator[str]:
    name = shop.policy.text("shop.name")
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//shopcrm//shopcrm {__version__}//ZH")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield f"X-WR-CALNAME:{_text(t('calendar.name', shop.lang, shop=name))}"
    due = shop.contacts[~shop.contacts["waiting"]]
    people = of_customers(shop.customers, due["customer"], ["id", "phone"])
    now = pd.Timestamp(shop.today)
    due = due.assign(
        id=people["id"].to_numpy(),
        phone=people["phone"].to_numpy(),
        day=due["due_from"].mask(due["due_from"] < now, now).dt.date,
        person=due["staff"].fillna(""),
    )
    for _, rows in due.groupby(["day", "person"], sort=True):
        yield from _event(shop, rows["day"].iloc[0], rows["person"].iloc[0], rows)
    yield "END:VCALENDAR"


def _event(shop: Shop, day: dt.date, person: str, rows: pd.DataFrame) -> Iterator[str]:
    lang = shop.lang
    mark = t("report.mark", lang)
    counts = rows["kind"].value_counts(sort=False)
    kinds = mark.join(f"{t(f'kind.{kind}', lang)} {number}" for kind, number in counts.items())
    title = t("calendar.title", lang, number=len(rows), kinds=kinds)
    if person:
        title = f"{person}  {title}"
    parts = (shop.policy.text("shop.name"), day.isoformat(), person)
    uid = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    yield from ("BEGIN:VEVENT", f"UID:{uid}@shopcrm")
    yield f"DTSTAMP:{shop.today:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(title)}"
    yield f"DESCRIPTION:{_text(chr(10).join(_one(shop, row) for row in rows_of(rows)))}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _one(shop: Shop, contact: Any) -> str:
    lang = shop.lang
    who = [contact.id, contact.honorific, t(f"channel.{contact.channel}", lang)]
    if contact.channel == "phone":
        who.append(contact.phone)
    called = "  ".join(one for one in who if isinstance(one, str))
    kind = t(f"kind.{contact.kind}", lang)
    return (
        f"{contact.priority}. {called}\n{t('calendar.line', lang, kind=kind, why=contact.reason)}"
    )


def _text(value: str) -> str:
    return value.translate(_ESCAPED)
