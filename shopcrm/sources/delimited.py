"""Text files: which encoding, which delimiter, where the header is, and the cells below it.

pyarrow splits the raw bytes and only distinct values are decoded: in GBK and GB18030 no byte of a
multi-byte character can be a comma, quote, TAB or line end. A file that is not rectangular goes
through the standard library's reader instead, which is slower and takes anything.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError
from shopcrm.sources.grid import Cells, Grid, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shopcrm.policy import Policy

PEEK_ROWS: Final = 60
_PEEK_BYTES: Final = 1 << 18
_DELIMITERS: Final = (",", "\t", ";")
_BINARY: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8", b"MZ")


def read_delimited(
    path: Path, raw: bytes, find_header: Callable[[list[list[Any]]], int | None], policy: Policy
) -> Grid | None:
    """Read a text file as a grid.

    Args:
        path: the file, for messages.
        raw: its bytes.
        find_header: given the first rows, returns the index of the header row, or None.
        policy: for ``limits.rows`` and ``limits.cells``.

    Returns:
        The grid, or None when no row looks like a known header.

    Raises:
        InputError: the bytes are no text, or the table is over the limits.
    """
    import numpy as np

    encoding = sniff_encoding(path, raw)
    if encoding.startswith("utf-16"):
        raw = _decode(path, raw, encoding).encode()
    elif encoding == "utf-8-sig":
        raw = raw[3:]
    inner = "gb18030" if encoding == "gb18030" else "utf-8"
    raw = raw.rstrip(b"\r\n\x1a\x00")
    peek = raw[:_PEEK_BYTES].decode(inner, errors="replace")
    delimiter = _sniff_delimiter(peek)
    top = _first_records(peek, delimiter)
    index = find_header([record for _, record in top])
    if index is None:
        return None
    header_row, header = top[index]
    width = len(header)
    while width and not str(header[width - 1]).strip():
        width -= 1
    body = _after_record(raw, peek, delimiter, index, inner)
    limits = (policy.whole("limits.rows"), policy.whole("limits.cells"))
    if body.count(b"\n") > limits[0] or (body.count(b"\n") + 1) * max(width, 1) > limits[1]:
        raise InputError("too_many_cells", path=path)
    columns = _split_fast(body, delimiter, len(header)) or _split_any(
        _decode(path, body, inner), delimiter, len(header)
    )
    count = len(columns[0]) if columns else 0

    def column(position: int) -> Cells:
        return _cells(columns[position], inner)

    rows = np.arange(header_row + 1, header_row + 1 + count, dtype=np.int64)
    return Grid(path, None, encoding, header_row, [str(cell) for cell in header], rows, column, {})


def sniff_encoding(path: Path, raw: bytes) -> str:
    """Return the encoding of a text file from its bytes: utf-8, utf-8-sig, utf-16, gb18030.

    Raises:
        InputError: the bytes are no text in any of them.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if raw.startswith(_BINARY) or b"\x00" in raw[:4096]:
        half = raw[:4096]
        if half.count(b"\x00") * 3 > len(half):  # ASCII as UTF-16 without its mark
            return "utf-16-le" if half[1:2] == b"\x00" else "utf-16-be"
        raise InputError("not_a_table", path=path)
    if raw.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    for encoding in ("utf-8", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError as error:
            # A file cut off in the middle of its last character is still that encoding.
            if error.start >= len(raw) - 4 and len(raw) > 64:  # noqa: PLR2004
                return encoding
            continue
        return encoding
    raise InputError("encoding", path=path)


def _decode(path: Path, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding, errors="strict" if encoding.startswith("utf-16") else "replace")
    except UnicodeDecodeError as error:
        raise InputError("encoding", path=path) from error


def _sniff_delimiter(peek: str) -> str:
    """Return the delimiter that most lines have; of equals the one they have most of."""
    lines = [line for line in peek.splitlines()[:PEEK_ROWS] if line.strip()]

    def weight(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        return sum(count > 0 for count in counts), sum(counts)

    return max(_DELIMITERS, key=weight)


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


def _after_record(raw: bytes, peek: str, delimiter: str, index: int, encoding: str) -> bytes:
    """Return the bytes behind the record of that index."""
    lines = io.StringIO(peek, newline="")
    reader = csv.reader(iter(lines.readline, ""), delimiter=delimiter)
    for _ in range(index + 1):
        next(reader)
    return raw[len(peek[: lines.tell()].encode(encoding, errors="replace")) :]


def _split_fast(body: bytes, delimiter: str, width: int) -> list[Any] | None:
    """Return the columns as dictionary-encoded byte strings, or None for an uneven file."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    # A blank line would be skipped and all row numbers below it would be wrong.
    if not body or b"\n\n" in body or b"\n\r\n" in body or body.count(b"\r") != body.count(b"\r\n"):
        return None
    names = [str(position) for position in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=1 << 22),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.binary())),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return list(table.columns)


def _split_any(text: str, delimiter: str, width: int) -> list[list[str]]:
    """Return the columns of any text: short rows are filled, cells beyond the header kept out."""
    columns: list[list[str]] = [[] for _ in range(width)]
    csv.field_size_limit(1 << 24)
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        for position in range(width):
            columns[position].append(record[position] if position < len(record) else "")
    return columns


def _cells(column: Any, encoding: str) -> Cells:
    """Return a column as cells: a list of texts, or a chunked dictionary array of bytes."""
    if isinstance(column, list):
        return encode(column)
    import numpy as np

    joined = column.unify_dictionaries()
    codes = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in joined.chunks]
    words = joined.chunk(0).dictionary.to_pylist() if joined.num_chunks else []
    texts = [word.decode(encoding, errors="replace") for word in words]
    distinct = [text if text.strip() else None for text in texts]
    return Cells(np.concatenate(codes) if codes else np.empty(0, np.int32), distinct)
