"""How a csv that Excel has saved is written, so that lines can be added in the same manner."""

from __future__ import annotations

import codecs
import csv
import io
import re
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from shopcrm.errors import InputError
from shopcrm.labels import LANGS, t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from shopcrm.outputs.own_csv import Kept

_TAILS: Final = b"\x4e\x80\xbf\x30\xdc\x81"
"""Bytes that can complete a torn character of any encoding here (tried with all characters)."""
_NEWLINE: Final = re.compile(r"\r\n|\n|\r")


class LogForm(NamedTuple):
    """How an existing file is written."""

    encoding: str
    delimiter: str
    newline: str
    columns: tuple[str | None, ...]
    """Our name of each column of the file, None for the owner's own."""
    text: str
    """The whole file without its byte order mark."""


def log_form(path: Path, content: bytes, kept: Kept) -> LogForm:
    """Find the encoding and delimiter under which the header has the columns that we need."""
    decodings = _decodings(content)
    for encoding, text in decodings:
        first, newline = _first_line(text)
        headers = {delimiter: _columns(_header(first, delimiter), kept) for delimiter in ",\t;"}
        delimiter, columns = max(headers.items(), key=lambda each: len(set(each[1])))
        if kept.needed.issubset(columns):
            return LogForm(encoding, delimiter, newline, columns, text)
    header, _ = _first_line(decodings[0][1])
    wanted = {
        lang: t("sheet_note.list_mark", lang).join(
            t(f"{kept.heads}.{name}", lang) for name in kept.columns if name in kept.needed
        )
        for lang in LANGS
    }
    raise InputError("log_header", path=path, header=header, columns=wanted)


def _decodings(content: bytes) -> list[tuple[str, str]]:
    """Return the encodings that the file may have and its text in each, the likeliest first.

    A file of nothing but ASCII counts as UTF-8: Excel on a Chinese Windows would take it for
    GBK, but short GBK text can by accident be valid UTF-8, and not the other way round.
    """
    marks = {
        codecs.BOM_UTF8: "utf-8",
        codecs.BOM_UTF16_LE: "utf-16-le",
        codecs.BOM_UTF16_BE: "utf-16-be",
    }
    for mark, encoding in marks.items():
        if content.startswith(mark):
            return [(encoding, content.removeprefix(mark).decode(encoding, "replace"))]
    encodings = sorted(("utf-8", "gb18030"), key=lambda name: not _is_valid(content, name))
    return [(name, content.decode(name, "replace")) for name in encodings]


def _is_valid(content: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(content)  # may end inside a character
    except UnicodeDecodeError:
        return False
    return True


def _first_line(text: str) -> tuple[str, str]:
    """Return the first line that is not blank, and the newline that ends it."""
    text = text.lstrip("\r\n")
    end = _NEWLINE.search(text)
    return (text[: end.start()], end.group()) if end else (text, "\r\n")


def _header(line: str, delimiter: str) -> list[str]:
    return next(csv_rows(line, delimiter), [])


def _columns(header: list[str], kept: Kept) -> tuple[str | None, ...]:
    names: list[str | None] = []
    for cell in header:
        name = kept.column(cell)
        names.append(None if name in names else name)
    return tuple(names)


def closing(form: LogForm) -> str:
    """Return what ends the last line, also when it was torn inside a quoted cell or a CRLF."""
    half_newline = form.newline == "\r\n" and form.text.endswith("\r")
    for closing in ("\n" if half_newline else "", form.newline, f'"{form.newline}'):
        *_, last = csv_rows(f"{form.text}{closing}next", form.delimiter)
        if last == ["next"]:
            return closing
    return form.newline


def missing_bytes(content: bytes, encoding: str) -> bytes:
    """Return bytes that complete a character torn at the end, so that the file stays valid."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    decoder.decode(content)
    begun, _ = decoder.getstate()
    for length in (1, 2, 3) if begun else ():
        for tail in product(_TAILS, repeat=length):
            if _is_whole(begun + bytes(tail), encoding):
                return bytes(tail)
    return b""


def _is_whole(character: bytes, encoding: str) -> bool:
    try:
        return len(character.decode(encoding)) == 1
    except UnicodeDecodeError:
        return False


def csv_text(lines: Iterable[list[str]], delimiter: str, newline: str) -> str:
    """Return lines as csv."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(lines)
    return text.getvalue()


def csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows that are not blank; a quote left open may swallow any number of lines."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(limit)
    yield from (row for row in rows if any(row))


def records(text: str, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the text of each record with its cells, blank ones too: joined they are the text."""
    limit = csv.field_size_limit(2**31 - 1)
    lines = list(io.StringIO(text, newline=""))
    try:
        reader = csv.reader(iter(lines), delimiter=delimiter)
        done = 0
        for cells in reader:
            yield "".join(lines[done : reader.line_num]), cells
            done = reader.line_num
    finally:
        csv.field_size_limit(limit)


def cell_spans(record: str, delimiter: str) -> list[tuple[int, int]]:
    """Return where each cell of a record begins and ends, quotes included."""
    end = len(record.rstrip("\r\n"))
    spans, start, quoted = [], 0, False
    for at, char in enumerate(record[:end]):
        if char == '"':
            quoted = not quoted
        elif char == delimiter and not quoted:
            spans.append((start, at))
            start = at + 1
    return [*spans, (start, end)]
