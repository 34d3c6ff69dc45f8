"""Text files: which encoding, which delimiter, where the header is, and the cells below it.

pyarrow splits the raw bytes and only distinct values are decoded (``even.py``): in GBK and GB18030
no byte of a multi-byte character can be a comma, quote, TAB or line end. A file that is not
rectangular goes through the standard library's reader instead, which is slower and takes anything
(``uneven.py``).
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError
from shopcrm.sources.opening.even import AFTER_THE_END, all_gb18030, joined, split_even
from shopcrm.sources.opening.grid import Cells, Grid
from shopcrm.sources.opening.uneven import take_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shopcrm.policy import Policy

PEEK_ROWS: Final = 60
_PEEK_BYTES: Final = 1 << 18
_CUT_CHARACTER: Final = 4
_CHUNK: Final = 1 << 22
_SAMPLE: Final = 1 << 22
"""Bytes of a long text that are decoded before it is split; the rest is looked at afterwards."""

_DELIMITERS: Final = (",", "\t", ";")
_BINARY: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8", b"MZ")
_NOTHING: Final = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\x1a"
"""Byte-order marks and white space: a file of nothing else is empty."""

_BAD_SHARE: Final = 200
"""One byte in so many may be spoilt, as when a platform cuts a nick within a character."""


def read_delimited(
    path: Path,
    find_header: Callable[[list[list[Any]]], int | None],
    policy: Policy,
    unpacked: bytes | None = None,
    *,
    width: int = 0,
) -> Grid | None:
    """Read a text file as a grid.

    Args:
        path: the file.
        find_header: given the first rows, returns the index of the header row, or None.
        policy: for ``limits.rows`` and ``limits.cells``.
        unpacked: the text, where the file is an archive that it was in.
        width: read at least so many columns; those beyond the header have a blank one.

    Returns:
        The grid, or None when no row looks like a known header.

    Raises:
        InputError: the file is empty, its bytes are no text, or the table is over the limits.
    """
    try:
        return _read(path, find_header, policy, unpacked, width, sure=False)
    except _NotSureError:
        return _read(path, find_header, policy, unpacked, width, sure=True)


class _NotSureError(Exception):
    """A text that begins as GB18030 does may be none: all of it has to be decoded to know."""


def _read(
    path: Path,
    find_header: Callable[[list[list[Any]]], int | None],
    policy: Policy,
    unpacked: bytes | None,
    width: int,
    *,
    sure: bool,
) -> Grid | None:
    """Read a text file; unless the encoding has to be ``sure``, what is split shows whether it is.

    Raises:
        _NotSureError: it is not, and nothing has been split, or what was is no GB18030.
    """
    import numpy as np

    raw = path.read_bytes() if unpacked is None else unpacked
    if not raw[:_CHUNK].strip(_NOTHING) and not raw.strip(_NOTHING):
        raise InputError("empty_file", path=path.name)
    encoding = sniff_encoding(path, raw, None if sure else _SAMPLE)
    unsure = not sure and encoding == "gb18030" and len(raw) > _SAMPLE
    if encoding.startswith("utf-16"):
        raw = _from_utf16(path, raw, encoding)
    inner = "gb18030" if encoding == "gb18030" else "utf-8"
    start = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
    peek = raw[start : start + _PEEK_BYTES].decode(inner, errors="replace")
    found = _header_of(peek, find_header)
    if found is None and not unsure:
        return None
    if found is None:
        raise _NotSureError
    delimiter, index, header_row, header = found
    header = header + [""] * (width - len(header))
    width = len(header)
    behind = _behind_record(peek, delimiter, index, inner)
    if len(raw) - start > _PEEK_BYTES and behind >= _PEEK_BYTES - _CUT_CHARACTER:
        # Where the header ends, nobody saw.
        raise _NotSureError if unsure else InputError("too_many_cells", path=path.name)
    start += behind
    end = len(raw)
    while end > start and raw[end - 1] in AFTER_THE_END:
        end -= 1
    feeds, plain = _line_ends(raw, start, end)
    lines = feeds + 1
    if lines > policy.whole("limits.rows") or lines * width > policy.whole("limits.cells"):
        raise _NotSureError if unsure else InputError("too_many_cells", path=path)
    even = plain and raw[start : start + 1] not in (b"", b"\r", b"\n")
    # pyarrow reads the file anew, piece by piece, and the bytes need not stand in memory.
    on_disk = not encoding.startswith("utf-16") and not raw[end:].strip(b"\r\n")
    kept = None if on_disk and unpacked is None else memoryview(raw)[start:end]
    del raw
    beyond: list[int] = []
    split = split_even(path, start, kept, lines, delimiter, width) if even else None
    if unsure and not (split and all_gb18030(split)):
        raise _NotSureError
    if split is None:
        with path.open("rb") if kept is None else io.BytesIO(kept) as file:
            file.seek(0 if kept is not None else start)
            text = io.TextIOWrapper(file, inner, errors="replace", newline="")
            taken, beyond = take_apart(text, delimiter, width)
        columns = _Columns(dict(enumerate(taken)), {}, inner)
    else:
        columns = _Columns({}, dict(enumerate(split)), inner)
    rows = np.arange(header_row + 1, header_row + 1 + columns.height, dtype=np.int64)
    header = [str(cell) for cell in header]
    read, forget = columns.read, columns.forget
    return Grid(path, None, encoding, header_row, header, rows, read, {}, forget, beyond)


def sniff_encoding(path: Path, raw: bytes, most: int | None = None) -> str:
    """Return the encoding of a text file from its bytes: utf-8, utf-8-sig, utf-16, gb18030.

    Args:
        path: the file.
        raw: its bytes.
        most: a longer text counts as GB18030 when so many bytes of it are; None to decode all.

    Raises:
        InputError: the bytes are no text in any of them.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = raw[:4096].rstrip(b"\x00")
    if raw.startswith(_BINARY) or b"\x00" in head:
        return _utf16_without_mark(path, head)
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    some = raw if most is None or len(raw) <= most else raw[: raw.rfind(b"\n", 0, most) + 1] or raw
    for encoding, part in (("utf-8", raw), ("gb18030", some)):
        try:
            for _ in decoded(part, encoding, "strict"):
                pass
        except UnicodeDecodeError:
            continue
        return encoding
    spoilt = {
        encoding: sum(piece.count("\ufffd") for piece in decoded(raw, encoding, "replace"))
        for encoding in ("utf-8", "gb18030")
    }
    best = min(spoilt, key=lambda encoding: spoilt[encoding])
    if spoilt[best] > max(1, len(raw) // _BAD_SHARE):
        raise InputError("encoding", path=path)
    return best


def _utf16_without_mark(path: Path, head: bytes) -> str:
    """Tell UTF-16 from other bytes with zeros: of ASCII in it each second byte is one."""
    big, little = head[::2].count(0), head[1::2].count(0)
    few, many = sorted((big, little))
    if head.startswith(_BINARY) or 8 * many < len(head) or 16 * few > many:
        raise InputError("not_a_table", path=path)
    return "utf-16-le" if little > big else "utf-16-be"


def decoded(raw: bytes, encoding: str, errors: str = "replace") -> Iterator[str]:
    """Decode in pieces, so that the text never stands in memory as a whole."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for at in range(0, len(raw), _CHUNK):
        yield decoder.decode(raw[at : at + _CHUNK], final=at + _CHUNK >= len(raw))


def _from_utf16(path: Path, raw: bytes, encoding: str) -> bytes:
    try:
        return raw.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise InputError("encoding", path=path) from error


def _header_of(
    peek: str, find_header: Callable[[list[list[Any]]], int | None]
) -> tuple[str, int, int, list[str]] | None:
    """Return the delimiter, and the index, the number and the cells of the header."""
    for delimiter in _likely_delimiters(peek):
        top = _first_records(peek, delimiter)
        index = find_header([record for _, record in top])
        if index is not None:
            return delimiter, index, *top[index]
    find_header([record for _, record in _first_records(peek, _likely_delimiters(peek)[0])])
    return None


def _likely_delimiters(peek: str) -> list[str]:
    """Return the delimiters, first the one that most lines have; of equals what they have most."""
    lines = [line for line in peek.splitlines()[:PEEK_ROWS] if line.strip()]

    def weight(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        return sum(count > 0 for count in counts), sum(counts)

    return sorted(_DELIMITERS, key=weight, reverse=True)


def _first_records(peek: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the first records with their numbers as Excel counts them."""
    reader = csv.reader(io.StringIO(peek, newline=""), delimiter=delimiter)
    found = []
    try:
        for number, record in enumerate(reader, start=1):
            found.append((number, record))
            if number >= PEEK_ROWS:
                break
    except csv.Error:
        pass  # a quote left open at the end of the peek
    return found


def _behind_record(peek: str, delimiter: str, index: int, encoding: str) -> int:
    """Return how many bytes there are up to the end of the record of that index."""
    lines = io.StringIO(peek, newline="")
    reader = csv.reader(iter(lines.readline, ""), delimiter=delimiter)
    for _ in range(index + 1):
        next(reader)
    return len(peek[: lines.tell()].encode(encoding, errors="replace"))


def _line_ends(raw: bytes, start: int, end: int) -> tuple[int, bool]:
    """Return how many line feeds there are, and whether no return stands without one."""
    import numpy as np

    every = np.frombuffer(raw, np.uint8, end)
    feeds, plain = 0, True
    for at in range(start, end, _CHUNK):
        piece = every[at : at + _CHUNK]
        feeds += int(np.count_nonzero(piece == ord("\n")))
        behind = at + np.flatnonzero(piece == ord("\r")) + 1
        plain = plain and bool((behind < end).all() and (every[behind] == ord("\n")).all())
    return feeds, plain


class _Columns:
    """Columns by position: ready ones, and those in pyarrow's chunks, joined when asked for."""

    def __init__(self, ready: dict[int, Cells], chunked: dict[int, Any], encoding: str) -> None:
        self._ready = ready
        self._chunked = chunked
        self._encoding = encoding
        self.height = len(chunked[0] if chunked else ready[0].codes)

    def read(self, position: int) -> Cells:
        """Return a column."""
        if position not in self._ready:
            self._ready[position] = joined(self._chunked.pop(position), self._encoding)
        return self._ready[position]

    def forget(self, position: int) -> None:
        """Let go of a column."""
        self._ready.pop(position, None)
        self._chunked.pop(position, None)
