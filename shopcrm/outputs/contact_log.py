"""Append contacts to the owner's ``contacts.csv``, in the manner in which Excel last left it."""

from __future__ import annotations

import codecs
import errno
import hashlib
import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from shopcrm.errors import OutputError
from shopcrm.labels import Lang, find, t
from shopcrm.outputs.log_form import LogForm, closing, csv_rows, csv_text, log_form, missing_bytes
from shopcrm.outputs.write import Artifact, refused, write_all

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SAME_CONTACT: Final = ("date", "buyer", "kind", "round", "order_no", "result")
_LOCK_SECONDS: Final = 10.0
_HEX_TO_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_ID: Final = re.compile(r"[a-p]{12}")
_LINE_BREAKS: Final = re.compile(r"\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_DAY: Final = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D*")
_FORMULA: Final = re.compile(r"[\t\r\n']|\s*[-=+@－＝＋＠]")
_CONVERTED: Final = re.compile(
    r"true|false|(?=\D*\d)([\d\s.,:/%e+\-$¥￥()年月日时分秒]+|(\d{1,4}\W?)?"
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t|tember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)(\W{0,2}\d{1,4}){0,2})",
    re.IGNORECASE,
)
"""Text that Excel turns into a number, a date or a truth value when it opens a csv."""


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
        return letters(*same)


_as_json: Final = json.JSONEncoder(default=str).encode


def letters(*parts: object) -> str:
    """Return twelve letters from a to p that are equal for equal parts."""
    digest = hashlib.sha256(_as_json(parts).encode()).hexdigest()
    return digest[:12].translate(_HEX_TO_LETTERS)


_NOT_WRITTEN: Final = "ticket"
COLUMNS: Final = (
    *(field.name for field in fields(ContactRecord) if field.name != _NOT_WRITTEN),
    "id",
)
"""Columns of a new log, in order; their headers are the labels ``log.*``."""


def append(path: Path, records: Sequence[ContactRecord], *, lang: Lang) -> int:
    """Append the records that the log does not have yet, and return how many these were.

    A new log, or one that is blank, is made at one stroke: UTF-8 with BOM, CRLF, the columns
    :data:`COLUMNS`. An existing one is
    followed in its encoding, delimiter, newline, header and order of columns; columns that only
    the owner knows stay blank. Its bytes are never rewritten: the whole batch is one write at
    the end, taken back if the disk is full, and torn at worst in its own last line if the
    process is killed. A line torn that way is closed first, so that nothing merges with it, and
    its record is written again.

    A record counts as there if its id is, or, in a row without id (the owner typed it, or
    deleted the column), if the row is the same contact by its other columns.

    Text that Excel would run as a formula, or turn into a number or a date, gets a leading
    ``'``; readers strip exactly one. Order numbers too, and not ``="2893..."``: Excel drops that
    wrapping when it saves, and destroys the bare digits when it saves next, while the ``'``
    survives any number of times. Line breaks in text become spaces: one record is one line.

    A hidden ``.contacts.csv.lock`` beside the log keeps two processes apart. It may stay behind,
    and means nothing when it does: removing it would split those who wait for it.

    Args:
        path: the log; it and its folder are created if missing.
        records: contacts; kind, result and channel by the names of their labels.
        lang: language of a new header and of the words written.

    Raises:
        InputError: ``log_header`` with ``path`` and ``header``: the file has no columns date,
            customer and result.
        OutputError: ``locked`` (open in Excel), ``log_busy`` (another shopcrm has been writing
            for 10 seconds), ``disk_full``, ``unwritable``, ``is_folder``.
    """
    if not records:
        return 0
    path = path.resolve()  # so that all names of one log share one lock
    unique: dict[str, dict[str, str]] = {}
    for record in records:
        unique.setdefault(record.id, _cells(record, lang))
    with _locked(path):
        content = _read(path)
        if _is_blank(content):
            _create(path, list(unique.values()), lang)
            return len(unique)
        return _extend(path, content, list(unique.values()))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(f".{path.name}.lock"))
        lock.acquire(timeout=_LOCK_SECONDS, poll_interval=0.02)
    except Timeout as error:
        raise OutputError("log_busy", path=path) from error
    except OSError as error:
        raise refused(error, path.parent, denied="unwritable") from error
    try:
        yield
    finally:
        lock.release()


def _read(path: Path) -> bytes:
    # Only sources open input; but who appends to a file must see what stands in it.
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        if path.is_dir():
            raise OutputError("is_folder", path=path) from error
        raise refused(error, path, denied="locked") from error


def _create(path: Path, rows: list[dict[str, str]], lang: Lang) -> None:
    lines = [[t(f"log.{name}", lang) for name in COLUMNS]]
    lines += [[row[name] for name in COLUMNS] for row in rows]
    content = codecs.BOM_UTF8 + csv_text(lines, ",", "\r\n").encode("utf-8", "replace")

    def render(new: Path) -> None:
        new.write_bytes(content)

    write_all([Artifact(path, render)], force=True)


def _extend(path: Path, content: bytes, rows: list[dict[str, str]]) -> int:
    form = log_form(path, content)
    ids, contacts = _recorded(form)
    new = [row for row in rows if row["id"] not in ids and _contact(form, row) not in contacts]
    if not new:
        return 0
    lines = [[row[name] if name else "" for name in form.columns] for row in new]
    added = closing(form) + csv_text(lines, form.delimiter, form.newline)
    data = missing_bytes(content, form.encoding) + added.encode(form.encoding, "replace")
    try:
        _write_at_end(path, data)
    except OSError as error:
        raise refused(error, path, denied="locked") from error
    return len(new)


def _write_at_end(path: Path, data: bytes) -> None:
    """Write all of the data or leave the file at its old length; kill -9 leaves a part of it."""
    # O_BINARY is Windows' own, and without it Windows would write CR CR LF.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        before = os.fstat(file).st_size
        try:
            _put(file, data)
            os.fsync(file)
        except BaseException:
            with suppress(OSError):  # what is left then is a torn line, which is closed next time
                os.ftruncate(file, before)
            raise
    finally:
        os.close(file)


def _put(file: int, data: bytes) -> None:
    while data:  # once, but for a disk with room for a part
        written = os.write(file, data)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        data = data[written:]


def _cells(record: ContactRecord, lang: Lang) -> dict[str, str]:
    def word(section: str, name: str | None) -> str:
        return t(f"{section}.{name}", lang) if name else ""

    return {
        "date": record.date.isoformat(),
        "buyer": _plain(record.buyer),
        "kind": word("kind", record.kind),
        "round": str(record.round or ""),
        "order_no": _plain(record.order_no),
        "channel": word("channel", record.channel),
        "result": word("result", record.result),
        "note": _plain(record.note),
        "next_date": record.next_date.isoformat() if record.next_date else "",
        "id": record.id,
    }


def _plain(text: str | None) -> str:
    """Return the text as one line that Excel takes for text and leaves as it is."""
    text = text or ""
    guard = "'" if _FORMULA.match(text) or _CONVERTED.fullmatch(text) else ""
    return guard + _LINE_BREAKS.sub(" ", text).replace("\0", "")


def _is_blank(content: bytes) -> bool:
    marks = codecs.BOM_UTF8 + codecs.BOM_UTF16
    return not content.strip(marks + b"\0 \t\r\n")


def _recorded(form: LogForm) -> tuple[set[str], set[tuple[str, ...]]]:
    """Return the ids in the file, and the contacts of those rows that have none."""
    ids: set[str] = set()
    contacts: set[tuple[str, ...]] = set()
    rows = list(csv_rows(form.text, form.delimiter))[1:]
    if rows and not form.text.endswith(("\n", "\r")):
        # A torn line is a record only if it got as far as the whole id at its end.
        *rows, last = rows
        if len(last) == len(form.columns) and form.columns[-1] == "id" and last[-1]:
            rows.append(last)
    for cells in rows:
        row = {name: cell for name, cell in zip(form.columns, cells, strict=False) if name}
        found = row.get("id", "").strip().lower()
        if _ID.fullmatch(found):
            ids.add(found)
        elif not found:
            contacts.add(_contact(form, row))
    return ids, contacts


def _contact(form: LogForm, row: dict[str, str]) -> tuple[str, ...]:
    """Return what makes a row the contact that it is, as far as the file has columns for it."""
    names = [name for name in _SAME_CONTACT if name in form.columns]
    return tuple(_folded(name, row.get(name, "")) for name in names)


def _folded(name: str, cell: str) -> str:
    cell = cell.strip()
    if name == "date" and (day := _DAY.match(cell)):  # Excel re-saves 2026-01-05 as 2026/1/5
        year, month, number = day.groups()
        return f"{year}-{month:0>2}-{number:0>2}"
    if name in {"kind", "result"}:
        return find(name, cell) or cell
    return cell.removeprefix("=").strip('"').removeprefix("'")
