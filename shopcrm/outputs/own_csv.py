"""Add to a csv of the owner's, or fill in a cell, in the manner in which Excel last left it."""

from __future__ import annotations

import codecs
import errno
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shopcrm.errors import OutputError
from shopcrm.labels import Lang, find, t
from shopcrm.outputs.log_form import (
    LogForm,
    cell_spans,
    closing,
    csv_rows,
    csv_text,
    log_form,
    missing_bytes,
    records,
)
from shopcrm.outputs.write import Artifact, refused, write_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_LOCK_SECONDS: Final = 10.0
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

Row = dict[str, str]
"""The cells of one row as they are written, by our names of the columns."""


@dataclass(frozen=True)
class Kept:
    """A sheet of the owner's that the program adds to.

    Attributes:
        heads: label section of its headers.
        columns: of a new file, in order.
        needed: columns without which a file is no such sheet.
        same: columns by which two rows are one.
        words: label section of columns whose cells are words of the program.
        days: columns that are days.
        ids: what an id of ours looks like. A row with one is known by it alone, and a row with
            another one by nothing; None where the ids are the owner's, so that every row is known
            by what it says too.
        headers: other headers of a column, in small letters.
    """

    heads: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    same: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    days: frozenset[str] = frozenset({"date"})
    ids: re.Pattern[str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def column(self, header: str) -> str | None:
        """Return our name of a column, None for one that only the owner knows."""
        return find(self.heads, header) or self.headers.get(header.strip().casefold())

    def same_row(self, row: Row, columns: Sequence[str | None]) -> tuple[str, ...]:
        """Return what makes a row the one that it is, as far as a file has columns for it."""
        return tuple(self._folded(name, row.get(name, "")) for name in self.same if name in columns)

    def _folded(self, name: str, cell: str) -> str:
        cell = cell.strip()
        if name in self.days and (day := _DAY.match(cell)):  # Excel re-saves 2026-01-05 so
            year, month, number = day.groups()
            return f"{year}-{month:0>2}-{number:0>2}"
        if name in self.words:
            return find(self.words[name], cell) or cell
        return cell.removeprefix("=").strip('"').removeprefix("'")


def append_rows(path: Path, rows: Sequence[Row], kept: Kept, lang: Lang) -> int:
    """Append the rows that the file does not have yet, and return how many these were.

    A new file, or one that is blank, is made at one stroke: UTF-8 with BOM, CRLF, the columns of
    ``kept``. An existing one is followed in its encoding, delimiter, newline, header and order of
    columns; columns that only the owner knows stay blank. Its bytes are never rewritten: the
    whole batch is one write at the end, taken back if the disk is full, and torn at worst in its
    own last line if the process is killed. A line torn that way is closed first, so that nothing
    merges with it, and its row is written again.

    A row counts as there if its id is, or, in a row without id (the owner typed it, or deleted
    the column), if the row is the same by its other columns.

    A hidden ``.NAME.lock`` beside the file keeps two processes apart. It may stay behind, and
    means nothing when it does: removing it would split those who wait for it.

    Args:
        path: the file; it and its folder are created if missing.
        rows: what to add, each once; texts as :func:`plain` returns them.
        kept: which sheet it is.
        lang: language of a new header.

    Raises:
        InputError: ``log_header`` with ``path``, ``header`` and ``columns``: the file lacks some.
        OutputError: ``locked`` (open in Excel), ``log_busy`` (another shopcrm has been writing
            for 10 seconds), ``disk_full``, ``unwritable``, ``is_folder``.
    """
    if not rows:
        return 0
    path = path.resolve()  # so that all names of one file share one lock
    with _locked(path):
        content = _read(path)
        if _is_blank(content):
            write_new(path, rows, kept, lang)
            return len(rows)
        return _extend(path, content, rows, kept)


class Unclear(Exception):  # noqa: N818  no error of the owner's: who calls says what to do
    """A row is not there exactly once, or its file cannot be rewritten without loss."""


def fill_in(path: Path, row: Row, cells: Row, kept: Kept) -> None:
    """Fill in cells of one row; every other byte of the file stays as it is.

    The owner who opens the sheet shall see one row a promise with the day on which it was kept,
    not a second row about it; so this does not append. The file is replaced whole, by one that
    was written beside it and read again, or not at all.

    Args:
        path: the file.
        row: the row meant: its ``id``, or without one in the file the columns of ``kept.same``.
        cells: what to write, texts as :func:`plain` returns them.
        kept: which sheet it is.

    Raises:
        Unclear: the row is not there exactly once, or the file lacks a column, or could not be
            rewritten without loss; nothing has been touched.
        InputError, OutputError: those of :func:`append_rows`.
    """
    path = path.resolve()
    with _locked(path):
        content = _read(path)
        form = log_form(path, content, kept)
        changed = _changed(form, row, cells, kept)
        mark = content[: len(content) - len(form.text.encode(form.encoding, "replace"))]
        old = mark + form.text.encode(form.encoding, "replace")
        if changed is None or old != content or mark not in (b"", *_MARKS):
            raise Unclear
        data = mark + changed.encode(form.encoding, "replace")
        write_all([Artifact(path, lambda new: _write(new, data))], force=True)


_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _changed(form: LogForm, row: Row, cells: Row, kept: Kept) -> str | None:
    """Return the text of the file with the cells filled in, None where that is not clear."""
    if not set(cells) <= set(form.columns):
        return None
    wanted = kept.same_row(row, form.columns)
    by_id, alike = [], []
    place = 0
    for text, values in records(form.text, form.delimiter):
        there = {name: cell for name, cell in zip(form.columns, values, strict=False) if name}
        number = there.get("id", "").strip().removeprefix("'")
        if number and number == row.get("id"):
            by_id.append((place, text, values))
        elif not number and kept.same_row(there, form.columns) == wanted:
            alike.append((place, text, values))
        place += len(text)
    found = by_id or alike
    if len(found) != 1:
        return None
    place, text, values = found[0]
    made = _filled(text, values, {form.columns.index(name): cells[name] for name in cells}, form)
    return None if made is None else form.text[:place] + made + form.text[place + len(text) :]


def _filled(text: str, values: list[str], cells: dict[int, str], form: LogForm) -> str | None:
    """Return the text of one record with some cells changed and the others as they stand."""
    spans = cell_spans(text, form.delimiter)
    if [_unquoted(text[a:b], form.delimiter) for a, b in spans] != values:
        return None  # quotes in places where only a parser knows what they mean
    pieces = [text[a:b] for a, b in spans]
    end = text[spans[-1][1] :]
    pieces += [""] * (len(form.columns) - len(pieces))
    for at, cell in cells.items():
        pieces[at] = csv_text([[cell, ""]], form.delimiter, "")[: -len(form.delimiter)]
    return form.delimiter.join(pieces) + end


def _unquoted(cell: str, delimiter: str) -> str:
    return next(csv_rows(cell, delimiter), [""])[0]


def plain(text: str | None) -> str:
    """Return the text as one line that Excel takes for text and leaves as it is.

    Text that Excel would run as a formula, or turn into a number or a date, gets a leading
    ``'``; readers strip exactly one. Order numbers too, and not ``="2893..."``: Excel drops that
    wrapping when it saves, and destroys the bare digits when it saves next, while the ``'``
    survives any number of times. Line breaks become spaces: one record is one line.
    """
    text = text or ""
    guard = "'" if _FORMULA.match(text) or _CONVERTED.fullmatch(text) else ""
    return guard + _LINE_BREAKS.sub(" ", text).replace("\0", "")


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


def write_new(path: Path, rows: Sequence[Row], kept: Kept, lang: Lang) -> None:
    """Write a new file, or one in the place of a blank one: its header and these rows."""
    content = new_content(rows, kept, lang)
    write_all([Artifact(path, lambda new: _write(new, content))], force=True)


def new_content(rows: Sequence[Row], kept: Kept, lang: Lang) -> bytes:
    """Return the bytes of a new file: UTF-8 with BOM, CRLF, the header, these rows."""
    lines = [[t(f"{kept.heads}.{name}", lang) for name in kept.columns]]
    lines += [[row[name] for name in kept.columns] for row in rows]
    return codecs.BOM_UTF8 + csv_text(lines, ",", "\r\n").encode("utf-8", "replace")


def _extend(path: Path, content: bytes, rows: Sequence[Row], kept: Kept) -> int:
    form = log_form(path, content, kept)
    ids, known = _recorded(form, kept)
    new = [
        row
        for row in rows
        if row.get("id") not in ids and kept.same_row(row, form.columns) not in known
    ]
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


def _is_blank(content: bytes) -> bool:
    marks = codecs.BOM_UTF8 + codecs.BOM_UTF16
    return not content.strip(marks + b"\0 \t\r\n")


def _recorded(form: LogForm, kept: Kept) -> tuple[set[str], set[tuple[str, ...]]]:
    """Return the ids in the file, and what the rows say that are not known by an id alone."""
    ids: set[str] = set()
    known: set[tuple[str, ...]] = set()
    rows = list(csv_rows(form.text, form.delimiter))[1:]
    if rows and not form.text.endswith(("\n", "\r")):
        # A torn line is a record only if it got as far as the whole id at its end.
        *rows, last = rows
        if len(last) == len(form.columns) and form.columns[-1] == "id" and last[-1]:
            rows.append(last)
    for cells in rows:
        row = {name: cell for name, cell in zip(form.columns, cells, strict=False) if name}
        found = row.get("id", "").strip()
        if kept.ids is None:
            ids.add(found)
            known.add(kept.same_row(row, form.columns))
        elif kept.ids.fullmatch(found.lower()):
            ids.add(found.lower())
        elif not found:
            known.add(kept.same_row(row, form.columns))
    return ids - {""}, known
