"""Append contacts to the owner's ``contacts.csv``, in the manner in which Excel last left it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Final

from shopcrm.labels import Lang, t
from shopcrm.lettered import lettered
from shopcrm.outputs.own_csv import Kept, append_rows, plain
from shopcrm.tables import CONTACT_LOG

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_SAME_CONTACT: Final = ("date", "buyer", "kind", "round", "order_no", "result")


@dataclass(frozen=True)
class ContactRecord:
    """One contact as it was made; the fields are columns of ``tables.CONTACT_LOG``."""

    date: dt.date
    buyer: str
    kind: str | None
    round: int | None
    order_no: str | None
    channel: str | None
    result: str
    note: str | None
    next_date: dt.date | None
    about: str | None = None
    """What it was about where that is no order: a holiday, a promise."""
    ticket: str | None = None
    """Id of the line of a callback sheet that was ticked: read twice, it is recorded once, on
    whatever days; ticked anew with another result, it is another contact."""

    @property
    def id(self) -> str:
        """Twelve letters from a to p, equal for records that are one contact.

        Letters, because Excel makes the number 123456 x 10^12345 of ``123456e12345``.
        """
        if self.ticket:
            return letters(self.ticket, self.result)
        same = [self.date.isoformat(), *(getattr(self, name) or "" for name in _SAME_CONTACT[1:])]
        return letters(*same, *([self.about] if self.about else []))


def letters(*parts: object) -> str:
    """Return twelve letters from a to p that are equal for equal parts."""
    return next(letters_of(*([part] for part in parts)))


def letters_of(*columns: Iterable[object]) -> Iterator[str]:
    """Yield the letters of each row of the columns.

    The letters are 48 bits of the SHA-256 of the row as a list in JSON: ids in logs of years ago
    were made like this, and must go on being found.
    """
    for parts in zip(*(map(_as_json, column) for column in columns), strict=True):
        digest = hashlib.sha256(f"[{', '.join(parts)}]".encode("ascii")).hexdigest()
        yield lettered(digest[:12])


_any_json: Final = json.JSONEncoder(default=str).encode


def _as_json(part: object) -> str:
    return encode_basestring_ascii(part) if isinstance(part, str) else _any_json(part)


_WRITTEN: Final = {field.name for field in fields(ContactRecord)} - {"ticket"} | {"id"}
COLUMNS: Final = tuple(name for name in CONTACT_LOG if name in _WRITTEN)
"""Columns of a new log, in order; their headers are the labels ``log.*``."""


CONTACTS: Final = Kept(
    heads="log",
    columns=COLUMNS,
    needed=frozenset({"date", "buyer", "result"}),
    same=_SAME_CONTACT,
    words={"kind": "kind", "result": "result"},
    ids=re.compile("[a-p]{12}"),
)
"""The log as a file that is added to."""


def append(path: Path, records: Sequence[ContactRecord], *, lang: Lang) -> int:
    """Append the records that the log does not have yet, and return how many these were.

    How, and what is raised: :func:`shopcrm.outputs.own_csv.append_rows`.

    Args:
        path: the log; it and its folder are created if missing.
        records: contacts; kind, result and channel by the names of their labels.
        lang: language of a new header and of the words written.
    """
    unique: dict[str, dict[str, str]] = {}
    for record in records:
        unique.setdefault(record.id, _cells(record, lang))
    return append_rows(path, list(unique.values()), CONTACTS, lang)


def _cells(record: ContactRecord, lang: Lang) -> dict[str, str]:
    def word(section: str, name: str | None) -> str:
        return t(f"{section}.{name}", lang) if name else ""

    return {
        "date": record.date.isoformat(),
        "buyer": plain(record.buyer),
        "kind": word("kind", record.kind),
        "round": str(record.round or ""),
        "order_no": plain(record.order_no),
        "about": plain(record.about),
        "channel": word("channel", record.channel),
        "result": word("result", record.result),
        "note": plain(record.note),
        "next_date": record.next_date.isoformat() if record.next_date else "",
        "id": record.id,
    }
