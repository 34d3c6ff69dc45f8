"""Changes to a table before it is written: its cells, its header, its rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

Lines = list[list[str]]
Change = Callable[[Lines, random.Random], None]
"""Changes the lines of a table in place; the first is its header."""

MARKS: Final = ("", " ", "\u3000", "\t", "\u200b", "\ufeff", "'", '"', '""', "=", "-", "--", "/")
NUMBERS: Final = (
    *("0", "-0", "-1", "1e308", "-1e308", "1e-9", "nan", "inf", "-inf", "NaN", "1,234.5", "12元"),
    *("99999999999999999999", "20000000000000000001", '="2893000000000000123"', "1.2.3", "¥", "٣"),
    *("9007199254740993", "2.89300000000001E+18", "00012", "0x10", "1_000", "①", "Ⅳ", "²", "1/2"),
)
TIMES: Final = (
    *("9999-12-31 23:59:59", "0001-01-01", "0000-00-00", "2026-02-30", "1900-01-00", "10000-01-01"),
    *("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-13-01", "24:00", "2.29"),
    *("2026-10-01 24:00:00", "2026-10-01 10:00:60", "1e5", "43466.5", "20260305", "3月5日"),
    *("1677-01-01", "2263-01-01", "2026/1/1-2026/1/2", "1.1/1.2", "1696118400000", "2月30日"),
)
WORDS: Final = (
    *("=1+1", '=cmd|"/c calc"!A1', "+8613800138000", "@SUM(A1)", "{=1}", "#REF!", "#N/A", "null"),
    *(
        "NULL",
        "None",
        "True",
        "否",
        "合计",
        "总计：",
        "小计",
        "交易成功",
        "等待买家付款",
        "退款成功",
    ),
    *("👩‍👩‍👧‍👦", "é", "İ", "ß", "ﬁ", "𠮷野家", "\u202eabc", "a\u0301" * 40),
    *("\x00", "\x01\x1b[31m", "\x1a", "a\x0bb\x0c", "a\rb", "a\nb", "a\r\nb", '"', 'a"b', ",;\t"),
    *("\udc80", "\ud83d", "<b>&amp;&#0;</b>", "_x0000_", "_x000D_", "%s{}", "{0}", "[red]x[/red]"),
    *("李**", "138****8000", "13800138000-1234", "0138001380001", "a@b.c", "@", "a" * 300),
)
HUGE: Final = "长" * 40_000


def a_cell(draw: random.Random) -> str:
    """Return a cell that nobody expects."""
    if draw.random() < 0.02:
        return HUGE
    return draw.choice(draw.choice((MARKS, NUMBERS, TIMES, WORDS)))


def _place(lines: Lines, draw: random.Random, first: int = 1) -> tuple[list[str], int] | None:
    rows = [row for row in lines[first:] if row]
    if not rows:
        return None
    row = draw.choice(rows)
    return row, draw.randrange(len(row))


def odd_cells(lines: Lines, draw: random.Random) -> None:
    """Put odd cells in."""
    for _ in range(draw.choice((1, 1, 3, 10))):
        if found := _place(lines, draw):
            row, at = found
            row[at] = a_cell(draw)


def odd_column(lines: Lines, draw: random.Random) -> None:
    """Put odd cells into one column all the way down."""
    width = max(map(len, lines), default=0)
    if width:
        at, same = draw.randrange(width), draw.choice((None, a_cell(draw)))
        for row in lines[1:]:
            if at < len(row):
                row[at] = a_cell(draw) if same is None else same


def blank_cells(lines: Lines, draw: random.Random) -> None:
    """Empty cells."""
    for _ in range(draw.choice((1, 3, 20))):
        if found := _place(lines, draw):
            row, at = found
            row[at] = ""


def swapped_cells(lines: Lines, draw: random.Random) -> None:
    """Let two cells change places, often of different columns."""
    one, other = _place(lines, draw), _place(lines, draw)
    if one and other:
        (row, at), (row2, at2) = one, other
        row[at], row2[at2] = row2[at2], row[at]


def touched_cells(lines: Lines, draw: random.Random) -> None:
    """Put something odd before, behind or into a cell."""
    for _ in range(draw.choice((1, 5))):
        if found := _place(lines, draw, 0):
            row, at = found
            cut = draw.randrange(len(row[at]) + 1)
            row[at] = row[at][:cut] + draw.choice(draw.choice((MARKS, WORDS))) + row[at][cut:]


def renamed(lines: Lines, draw: random.Random) -> None:
    """Give a column another header: an odd one, or another column's."""
    if lines and lines[0]:
        other = draw.choice((a_cell(draw), draw.choice(lines[0]), "备注"))
        lines[0][draw.randrange(len(lines[0]))] = other


def dropped(lines: Lines, draw: random.Random) -> None:
    """Leave a column out, or its header alone."""
    if lines and lines[0]:
        at, alone = draw.randrange(len(lines[0])), draw.random() < 0.3
        for row in lines[:1] if alone else lines:
            if at < len(row):
                row[at : at + 1] = [""] if alone else []


def doubled(lines: Lines, draw: random.Random) -> None:
    """Write columns twice, the second time with the same cells or with none."""
    for _ in range(draw.choice((1, 3))):
        if lines and lines[0]:
            at, goal = draw.randrange(len(lines[0])), draw.randrange(len(lines[0]) + 1)
            blank = draw.random() < 0.5
            for number, row in enumerate(lines):
                if at < len(row):
                    row.insert(goal, "" if blank and number else row[at])


def moved(lines: Lines, draw: random.Random) -> None:
    """Put the columns in another order, or only the headers."""
    width = len(lines[0]) if lines else 0
    turn = draw.sample(range(width), width)
    for row in lines[:1] if draw.random() < 0.2 else lines:
        row[:] = [row[at] for at in turn if at < len(row)]


def titled(lines: Lines, draw: random.Random) -> None:
    """Write something above the header."""
    above = [draw.choice(([], [""], ["2026年11月 订单"], ["店铺", "云眠家纺"], [a_cell(draw)]))]
    lines[:0] = [list(row) for row in above * draw.choice((1, 1, 2, 70))]


def two_headers(lines: Lines, draw: random.Random) -> None:
    """Write the header again somewhere below, as when two exports are pasted together."""
    if lines:
        lines.insert(draw.randrange(len(lines)) + 1, list(lines[0]))


def shorter(lines: Lines, draw: random.Random) -> None:
    """Cut rows short."""
    for row in draw.sample(lines[1:], min(len(lines[1:]), draw.choice((1, 3)))):
        del row[draw.randrange(len(row) + 1) :]


def longer(lines: Lines, draw: random.Random) -> None:
    """Write more cells than there are headers."""
    for row in draw.sample(lines, min(len(lines), draw.choice((1, 3)))):
        row += [a_cell(draw) for _ in range(draw.choice((1, 5, 200)))]


def repeated(lines: Lines, draw: random.Random) -> None:
    """Write rows again, beside them or at the end."""
    for row in draw.sample(lines[1:], min(len(lines[1:]), draw.choice((1, 5)))):
        lines.insert(draw.randrange(1, len(lines) + 1), list(row))


def many(lines: Lines, draw: random.Random) -> None:
    """Write the rows a hundred times, or one of them, as they are or with other numbers."""
    rows = lines[1:]
    if draw.random() < 0.5:
        rows = rows[:1]
    counted = draw.random() < 0.5
    for number in range(draw.choice((20, 100))):
        for row in rows:
            lines.append([cell + str(number) if counted and cell else cell for cell in row])


def shuffled(lines: Lines, draw: random.Random) -> None:
    """Put the rows in another order."""
    rows = lines[1:]
    draw.shuffle(rows)
    lines[1:] = rows


def deleted(lines: Lines, draw: random.Random) -> None:
    """Leave rows out: some, all, or the header."""
    which = draw.randrange(5)
    if which == 0:
        del lines[1:]
    elif which == 1:
        del lines[:1]
    else:
        for _ in range(min(len(lines[1:]), 3)):
            del lines[draw.randrange(1, len(lines))]


def totals(lines: Lines, draw: random.Random) -> None:
    """Add lines that add others up."""
    width = len(lines[0]) if lines else 1
    word = draw.choice(("合计", "总计:", "Total", "小计", "合计：100"))
    row = [word, *(draw.choice(("", "123.45", "8")) for _ in range(width - 1))]
    lines.insert(draw.randrange(len(lines) + 1), row)


def blank_rows(lines: Lines, draw: random.Random) -> None:
    """Leave a gap between rows."""
    at, width = draw.randrange(len(lines) + 1), len(lines[0]) if lines else 1
    gap = draw.choice(([], [""] * width, [" "] * width, ["", "\t"]))
    lines[at:at] = [list(gap) for _ in range(draw.choice((1, 3, 100)))]


def same_numbers(lines: Lines, draw: random.Random) -> None:
    """Let all rows have what the first has in a column: one order number, one buyer, one day."""
    if len(lines) > 1 and lines[1]:
        for at in draw.sample(range(len(lines[1])), min(len(lines[1]), draw.choice((1, 3)))):
            for row in lines[2:]:
                if at < len(row):
                    row[at] = lines[1][at]


CHANGES: Final[Mapping[str, Change]] = {
    one.__name__: one
    for one in (
        *(odd_cells, odd_column, blank_cells, swapped_cells, touched_cells, renamed, dropped),
        *(doubled, moved, titled, two_headers, shorter, longer, repeated, many, shuffled, deleted),
        *(totals, blank_rows, same_numbers),
    )
}


def translated(lines: Lines, header: Sequence[str], draw: random.Random) -> None:
    """Give columns the headers of another layout."""
    if lines:
        for at in draw.sample(range(len(lines[0])), draw.randrange(len(lines[0]) + 1)):
            lines[0][at] = draw.choice(list(header))
