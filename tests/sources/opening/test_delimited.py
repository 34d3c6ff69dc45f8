"""Text files."""

from __future__ import annotations

import codecs
import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.errors import InputError, ShopcrmError
from shopcrm.policy import load_policy
from shopcrm.sources.opening import delimited, uneven
from shopcrm.sources.opening.delimited import read_delimited, sniff_encoding
from shopcrm.sources.opening.grid import Grid
from shopcrm.sources.read import Inputs
from tests.making import (
    ORDER,
    examples,
    fates,
    kinds,
    number,
    order,
    read,
    said,
    text_of,
    write_csv,
)

POLICY = load_policy(None)
NICKS = ["李雨薇", "tb001", "=tb88", "小\n猪", 'a"b', "x,y", "\U00020000野", "0078123"]
ROWS = [order(at, 买家会员名=nick) for at, nick in enumerate(NICKS)]


def grid_of(path: Path, columns: int) -> Grid | None:
    return read_delimited(path, lambda rows: 0 if len(rows[0]) >= columns else None, POLICY)


def cells_of(grid: Grid | None) -> list[list[str | None]]:
    assert grid is not None
    found = []
    for at in range(len(grid.header)):
        cells = grid.column(at)
        found.append([cells.at(row) for row in range(len(grid.rows))])
    return [list(row) for row in zip(*found, strict=True)]


def key_of(path: Path, raw: bytes, shop: str = "") -> str:
    path.write_bytes(raw)
    with pytest.raises(ShopcrmError) as caught:
        read(path, shop=shop)
    return caught.value.key


# The same table


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """The rows as read from a file of the platform's."""
    return read(write_csv(tmp_path_factory.mktemp("plain") / "a.csv", ROWS))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_same_table(
    tmp_path: Path, plain: Inputs, encoding: str, delimiter: str, newline: str
) -> None:
    """Encoding, delimiter and line end change nothing in what a file says."""
    how = {"delimiter": delimiter, "newline": newline, "quoting": csv.QUOTE_ALL}
    other = write_csv(tmp_path / "b.csv", ROWS, encoding, **how)
    inputs = read(other)
    assert said(inputs.orders) == said(plain.orders)
    assert inputs.orders["row"].tolist() == plain.orders["row"].tolist()
    assert inputs.files[0].encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark(tmp_path: Path, encoding: str) -> None:
    """UTF-16 is known by its zero bytes where its mark is missing."""
    rows = [order(at, 收货人姓名="Li", 宝贝标题="pillow") for at in range(40)]
    inputs = read(write_csv(tmp_path / "a.csv", rows, encoding))
    assert len(inputs.orders) == 40


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\r\n\r\n", b"\x1a", b"\r\n\x1a", b"\x00\x00"])
def test_end_of_file(tmp_path: Path, tail: bytes) -> None:
    """Line ends, DOS's end mark and zeros behind the last row are no row."""
    path = tmp_path / "a.csv"
    path.write_bytes(text_of(ROWS).rstrip("\r\n").encode("gb18030") + tail)
    inputs = read(path)
    assert fates(inputs) == [(len(ROWS), len(ROWS), 0, 0)]


def test_blank_lines(tmp_path: Path) -> None:
    """A blank line is no row, and the rows below it keep the numbers that Excel shows."""
    text = text_of([order(1), order(2), order(3)], newline="\n").splitlines()
    text.insert(2, "")
    text.insert(4, ",,,")
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(text).encode("gb18030"))
    inputs = read(path)
    assert fates(inputs) == [(3, 3, 0, 0)]
    assert sorted(inputs.orders["row"]) == [2, 4, 6]


def test_short_and_long_rows(tmp_path: Path) -> None:
    """A short row lacks its last cells only, and cells beyond the header are left out."""
    lines = text_of([order(1), order(2), order(3)]).splitlines()
    lines[1] = lines[1].rsplit(",", 2)[0]
    lines[2] += ",更多,"
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    whole = read(write_csv(tmp_path / "b.csv", [order(1), order(2), order(3)]))
    assert said(read(path).orders) == said(whole.orders)


def test_line_break_in_cell(tmp_path: Path) -> None:
    """A line break of either kind within quotes is part of the cell, whatever ends the rows."""
    rows = [
        order(1, **{"宝贝标题 ": "浅色,\r\n送人"}),
        order(2, **{"宝贝标题 ": "深色\n\n急"}),
        order(3),
    ]
    inputs = read(write_csv(tmp_path / "a.csv", rows, newline="\n"))
    assert fates(inputs) == [(3, 3, 0, 0)]
    assert inputs.orders["row"].tolist() == [2, 3, 4]


@pytest.mark.parametrize("others", [1, 3, 2000])
@pytest.mark.parametrize("quotes", [1, 2])
def test_quote_left_open(tmp_path: Path, others: int, quotes: int) -> None:
    """A quote that opens a cell and never closes swallows no row."""
    lines = text_of([order(at) for at in range(others + 2)]).splitlines()
    for at in range(1, 1 + quotes):
        lines[at * (others // 2 + 1)] = lines[at * (others // 2 + 1)].replace("云感", '"云感')
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    inputs = read(path)
    assert fates(inputs) == [(others + 2, others + 2, 0, 0)]
    assert inputs.orders["order_no"].nunique() == others + 2


def test_title_above_header(tmp_path: Path) -> None:
    """A title and blank lines above the header are passed over; rows are numbered from the top."""
    text = "云眠家纺 2026 年订单\r\n\r\n" + text_of([order(1), order(2)])
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("gb18030"))
    inputs = read(path)
    assert inputs.files[0].header_row == 3
    assert sorted(inputs.orders["row"]) == [4, 5]


def test_header_with_trailing_comma(tmp_path: Path) -> None:
    """A header that ends in a comma has one more column, which has no name and no cells."""
    lines = text_of([order(1)]).splitlines()
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join([lines[0] + ",", lines[1]]).encode("gb18030"))
    assert len(read(path).orders) == 1


def test_half_a_character(tmp_path: Path) -> None:
    """A nick that the platform has cut in the middle of a character does not spoil the file."""
    rows = [order(at) for at in range(30)]
    raw = text_of(rows).encode("gb18030")
    cut = raw.replace(b"tb001,", "小猪".encode("gb18030")[:-1] + b",", 1)
    path = tmp_path / "a.csv"
    path.write_bytes(cut)
    inputs = read(path)
    assert fates(inputs) == [(30, 30, 0, 0)]
    assert inputs.files[0].encoding == "gb18030"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
@example("﻿")
def test_encoding_is_found(text: str) -> None:
    """A text is decoded as it was encoded, or as something that reads the same."""
    for encoding in ("utf-8-sig", "utf-8", "gb18030"):
        raw = ("订单编号,买家会员名\n" + text).encode(encoding)
        found = sniff_encoding(Path("a.csv"), raw)
        if encoding != "gb18030":
            assert raw.decode(found).endswith(text)
        else:
            assert found in ("gb18030", "utf-8")


# The two readers


ALPHABET = st.text(st.sampled_from(' ,"\n中\t;=0a'), max_size=6)


@given(st.lists(st.lists(ALPHABET, min_size=3, max_size=3), min_size=1, max_size=8))
@examples(25)
def test_fast_as_slow(tmp_path: Path, rows: list[list[str]]) -> None:
    """A table is the same whichever reader takes it apart, and every cell is as it was written."""
    names = ["甲", "乙", "丙"]
    path = tmp_path / "a.csv"
    records = [dict(zip(names, row, strict=True)) for row in rows]
    write_csv(path, [dict(zip(names, names, strict=True)), *records], header=names)
    fast = cells_of(grid_of(path, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "split_even", lambda *_: None)
        slow = cells_of(grid_of(path, 3))
    written = [[text if text.strip() else None for text in row] for row in rows]
    while slow and slow[-1] == [None] * 3:
        slow.pop()
    while written and written[-1] == [None] * 3:
        written.pop()
    assert slow[1:] == written
    assert [row for row in fast if any(row)] == [row for row in slow if any(row)]


@given(st.text(st.sampled_from('a,"\n\r'), max_size=60))
def test_no_line_is_lost(text: str) -> None:
    """Whatever quotes do, no letter of a text is lost by the slow reader within its columns."""
    lines = iter(text.splitlines(keepends=True))
    cells, beyond = uneven.take_apart(lines, ",", 80)
    assert not beyond
    letters = sum(
        str(column.distinct[code]).count("a")
        for column in cells
        for code in column.codes.tolist()
        if column.distinct[code] is not None
    )
    assert letters == text.count("a")


# What is refused


@pytest.mark.parametrize("raw", [b"", b"  \r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"\x00" * 9])
def test_empty_file(tmp_path: Path, raw: bytes) -> None:
    """A file of nothing but white space and marks is empty."""
    assert key_of(tmp_path / "a.csv", raw) == "empty_file"


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7 " + bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        bytes(range(256)) * 20,
        b"\xff\xfe\x00\xd8" * 3,
        b"\x81\xff\xfe" * 500,
    ],
)
def test_junk(tmp_path: Path, raw: bytes) -> None:
    """A file that is no text says so, and is no traceback."""
    assert key_of(tmp_path / "a.csv", raw) in ("not_a_table", "encoding", "unknown_layout")


@given(st.binary(max_size=300))
@examples(25)
def test_any_bytes(tmp_path: Path, raw: bytes) -> None:
    """Whatever a file holds below an order header, it is read, or refused with an error of ours."""
    path = tmp_path / "a.csv"
    path.write_bytes(text_of([ORDER]).encode("gb18030") + raw)
    try:
        inputs = read(path)
    except ShopcrmError:
        return
    for all_rows, used, merged, listed in fates(inputs):
        assert all_rows == used + merged + listed


def test_too_many_rows(tmp_path: Path) -> None:
    """A text of more rows or cells than the limits is refused before it is taken apart."""
    raw = text_of([order(at) for at in range(20)]).encode()
    assert key_of(tmp_path / "a.csv", raw, "[limits]\nrows = 10\n") == "too_many_cells"
    assert key_of(tmp_path / "a.csv", raw, "[limits]\ncells = 100\n") == "too_many_cells"


def test_header_only(tmp_path: Path) -> None:
    """A file with a header and no row is told from one without a header."""
    header = text_of([ORDER]).splitlines()[0].encode("gb18030")
    assert key_of(tmp_path / "a.csv", header + b"\r\n") == "header_only"
    assert key_of(tmp_path / "a.csv", "姓名,身高\r\n甲,180".encode("gb18030")) == "unknown_layout"


def test_encoding_error() -> None:
    """Text in no encoding of ours is an InputError."""
    with pytest.raises(InputError):
        sniff_encoding(Path("a.csv"), b"\xff\xff\x80" * 100)


def test_nothing_is_decoded_twice(tmp_path: Path) -> None:
    """A column that has been let go is gone, and the others are not."""
    grid = grid_of(write_csv(tmp_path / "a.csv", ROWS), 5)
    assert grid is not None
    grid.forget(0)
    with pytest.raises(KeyError):
        grid.column(0)
    assert grid.column(1).at(1) == "tb001"
    assert kinds(read(tmp_path / "a.csv")) == []
    assert number(1) == '="2000000000000000001"'


def test_cells_beyond_the_header(tmp_path: Path) -> None:
    """What stands beyond the header belongs to no column, and each such row is a doubt."""
    path = tmp_path / "a.csv"
    head = "订单编号,买家会员名,买家实际支付金额,订单状态,订单付款时间"
    row = "1,甲,5.00,交易成功,2026-11-01 10:00:00"
    path.write_text(f"{head}\n{row}\n2{row[1:]},多\n3{row[1:]},,\n", encoding="utf-8")
    inputs = read(path)
    assert len(inputs.orders) == 3
    table = inputs.problems.table()
    assert table[["kind", "row"]].to_numpy().tolist() == [["row_too_long", 3]]


# What the first part of a long text shows


def told(path: Path) -> tuple[str, list[list[str | None]]] | str | None:
    """What a text is read as: encoding and cells, nothing, or the key of an error."""
    try:
        grid = grid_of(path, 2)
    except InputError as error:
        return error.key
    return None if grid is None else (grid.encoding, cells_of(grid))


WORDS = ("a", ",", "\n", "\r\n", '"', "李雨薇", "，", "\u3400")
PIECES = st.sampled_from(
    [*(word.encode("gb18030") for word in WORDS), "猫".encode(), b"\x81", b"\xff", b"\x80"]
)


@examples(300)
@given(st.lists(PIECES, max_size=25), st.integers(1, 40))
@example(["买家,x\n李,雨\n".encode("gb18030"), b"\xff,\xff\n" * 20], 12)
@example([b"a,b\n", b"c,d\n" * 9, "猫,狗\n".encode() * 20, b"\x81,\n"], 12)
@example([b"a,b\n", "李,雨\n".encode("gb18030") * 3, b"\x81,c\n"], 8)
def test_a_part_shows_what_all_shows(pieces: list[bytes], most: int) -> None:
    """A text of which a part is decoded is read as one that is decoded as a whole."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "a.csv"
        path.write_bytes(b"".join(pieces) or b"a")
        whole = told(path)
        patch.setattr(delimited, "_SAMPLE", most)
        assert told(path) == whole


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoted", ["", '"x{end}y",z{end}', '"x{end}{end}y",z{end}'])
@pytest.mark.parametrize("blank", [0, 1, 2])
def test_blank_lines_keep_row_numbers(tmp_path: Path, end: str, quoted: str, blank: int) -> None:
    """Blank lines are rows, also where a cell of several lines makes up for them in number."""
    path = tmp_path / "a.csv"
    text = f"a,b{end}" + end * blank + quoted.format(end=end) + end * blank + f"3,4{end}"
    path.write_bytes(text.encode())
    rows = [[quoted.format(end=end)[1:].split('"')[0], "z"]] if quoted else []
    blanks: list[list[str | None]] = [[None, None]] * blank
    assert cells_of(grid_of(path, 2)) == [*blanks, *rows, *blanks, ["3", "4"]]
