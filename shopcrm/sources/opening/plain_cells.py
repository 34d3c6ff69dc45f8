"""The cells of plainly written rows of an .xlsx sheet: where each stands, and what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from shopcrm.sources.opening.plain_tags import (
    SPACED_TAG,
    Grammar,
    NotPlain,
    Spelling,
    Tags,
    Window,
    check_entities,
    check_spelt,
    looked_up,
    texts,
    unusual,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.sources.opening.plain_tags import Places

GRAMMAR: Final = Grammar(
    {
        "ROW": Spelling(b"<row", "ROW CELL END_ROW"),
        "END_ROW": Spelling(b"</ro", "ROW"),
        "CELL": Spelling(b"<c r", "CELL END_ROW END_CELL VALUE NO_VALUE FORMULA NO_FORMULA IS"),
        "END_CELL": Spelling(b"</c>", "CELL END_ROW"),
        "FORMULA": Spelling(b"<f>", "END_FORMULA VALUE NO_VALUE END_CELL"),
        "NO_FORMULA": Spelling(b"<f/>", "VALUE NO_VALUE END_CELL"),
        "END_FORMULA": Spelling(b"</f>", "VALUE NO_VALUE END_CELL"),
        "VALUE": Spelling(b"<v>", "END_VALUE"),
        "NO_VALUE": Spelling(b"<v/>", "END_CELL"),
        "END_VALUE": Spelling(b"</v>", "END_CELL"),
        "IS": Spelling(b"<is>", "TEXT SPACED NO_TEXT"),
        "END_IS": Spelling(b"</is", "END_CELL"),
        "TEXT": Spelling(b"<t>", "END_TEXT"),
        "SPACED": Spelling(b"<t x", "END_TEXT"),
        "NO_TEXT": Spelling(b"<t/>", "END_IS"),
        "END_TEXT": Spelling(b"</t>", "END_IS"),
    },
    ("FORMULA", b"<f "),
)
"""What stands between <sheetData> and its end. A cell names its place first of all."""

_IS: Final = GRAMMAR.number
_ROW_TAG: Final = b'<row r="'
_CELL_TAG: Final = b'<c r="'
_MOST_DIGITS: Final = 7
_LETTERS: Final = 26
_MOST_COLUMNS: Final = 1 << 14
_WHITE: Final = 0x20
_BYTE: Final = np.uint64(8)


def _first_letters() -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """Return the column that two bytes name, and how many of them do: 0, they name none."""
    column, size = np.zeros(1 << 16, np.uint16), np.zeros(1 << 16, np.int64)
    for first in range(_LETTERS):
        for digit in b"123456789":
            column[digit << 8 | 65 + first], size[digit << 8 | 65 + first] = first, 1
        for second in range(_LETTERS):
            place = (65 + second) << 8 | 65 + first
            column[place], size[place] = (first + 1) * _LETTERS + second, 2
    return column, size


_COLUMN, _SIZE = _first_letters()


class Form(NamedTuple):
    """How a value is written: the tags before it and behind it."""

    before: bytes
    behind: bytes


FORMS: Final = (
    Form(b"<v>", b"</v>"),
    Form(b"<is><t>", b"</t></is>"),
    Form(b"<is>" + SPACED_TAG, b"</t></is>"),
)


class Parsed(NamedTuple):
    """The cells with a value in a number of rows, column by column, in each from top to bottom.

    Attributes:
        row: number of its row, from 0 on.
        column: from 0 on, ascending.
        attributes: an Arrow dictionary array: what its tag says behind its place.
        form: which of :data:`FORMS` it has.
        odd: the value is not just what it looks like (:func:`unusual`).
        value: an Arrow array of bytes, as they stand in the file.
        last_row, last_column: how far cells reach that need not have a value, from 0 on; -1, none.
        written: how many cells and rows there are.
    """

    row: npt.NDArray[np.int32]
    column: npt.NDArray[np.uint16]
    attributes: Any
    form: npt.NDArray[np.uint8]
    odd: npt.NDArray[np.bool_]
    value: Any
    last_row: int
    last_column: int
    written: int


def cells_of(text: bytes, last_row: int) -> Parsed:
    """Return the cells of some whole rows.

    Args:
        text: from the ``<`` of the first row to the end of the last one.
        last_row: number of the row before, from 0 on; -1, there is none.

    Raises:
        NotPlain: it is not plain, or the rows and cells do not ascend.
    """
    check_entities(text)
    window = Window(text)
    tags = GRAMMAR.tags(window)
    if tags.kind[0] != _IS["ROW"]:
        raise NotPlain
    rows, cells = (np.flatnonzero(tags.kind == _IS[name]) for name in ("ROW", "CELL"))
    number, digits, spelt = _rows(window, tags, rows)
    if number[0] <= last_row or (np.diff(number) <= 0).any():
        raise NotPlain
    mine = np.repeat(
        np.arange(len(rows)), np.diff(np.append(np.searchsorted(cells, rows), len(cells)))
    )
    column, told = _places(window, tags.at[cells], digits[mine], spelt[mine])
    if ((np.diff(mine) == 0) & (np.diff(column.astype(np.int64)) <= 0)).any():
        raise NotPlain
    has, form, start, end = _values(window, tags, cells)
    odd = unusual(window, start, end)
    order = np.argsort(column[has], kind="stable")
    heads = _attributes(window, tags, cells, told)
    return Parsed(
        row=number.astype(np.int32)[mine[has][order]],
        column=column[has][order],
        attributes=heads.take(_arrow(np.flatnonzero(has)[order])),
        form=form[order],
        odd=odd[order],
        value=texts(window, start, end, order),
        last_row=int(number[-1]),
        last_column=int(column.max(initial=0)) if len(column) else -1,
        written=len(rows) + len(cells),
    )


def _arrow(places: Places) -> Any:
    import pyarrow as pa

    return pa.array(places)


def _rows(
    window: Window, tags: Tags, rows: Places
) -> tuple[Places, Places, npt.NDArray[np.uint64]]:
    """Return the numbers of rows from 0 on, how many digits each has, and the digits themselves."""
    at, after = tags.at[rows], tags.after[rows].copy()
    for _ in range(2):  # some writers begin a line behind it
        after -= window.bytes[after - 1] <= _WHITE
    closed = window.bytes[after - 2] == ord("/")
    follower = np.append(tags.kind[1:], _IS["ROW"])[rows]
    check_spelt(window, at, _ROW_TAG)
    check_spelt(window, after - 1, b">")
    check_spelt(window, tags.at[tags.kind == _IS["END_ROW"]], b"</row>")
    check_spelt(window, tags.at[tags.kind == _IS["END_IS"]], b"</is>")
    # A row is the last thing that ends.
    ended = tags.kind[-1] == _IS["END_ROW"] or (tags.kind[-1] == _IS["ROW"] and closed[-1])
    if not ended or (closed != (follower == _IS["ROW"])).any():
        raise NotPlain
    spelt = window.eights[at + len(_ROW_TAG)]
    number, digits = _digits(spelt)
    return number - 1, digits, spelt


def _digits(spelt: npt.NDArray[np.uint64]) -> tuple[Places, Places]:
    """Return the numbers that stand at the beginning of eight bytes, before a quotation mark."""
    number, size = np.zeros(len(spelt), np.int64), np.zeros(len(spelt), np.int64)
    going = np.ones(len(spelt), bool)
    for place in range(_MOST_DIGITS + 1):
        byte = (spelt >> (np.uint64(place) * _BYTE)).astype(np.uint8)
        going &= (byte >= ord("0")) & (byte <= ord("9"))
        number = np.where(going, number * 10 + byte - ord("0"), number)
        size += going
    quote = (spelt >> (size.astype(np.uint64) % np.uint64(8) * _BYTE)).astype(np.uint8)
    first = spelt.astype(np.uint8)
    if (size > _MOST_DIGITS).any() or (quote != ord('"')).any() or (first == ord("0")).any():
        raise NotPlain
    return number, size


def _places(
    window: Window, at: Places, digits: Places, spelt: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.uint16], Places]:
    """Return the columns of cells, and where in each tag its place has been told.

    Args:
        window: where they stand.
        at: where each begins.
        digits: how many digits the number of its row has.
        spelt: these digits, which must be its own.
    """
    check_spelt(window, at, _CELL_TAG)
    letters = (window.eights[at] >> np.uint64(48)).astype(np.uint16)
    column, size = looked_up(_COLUMN, letters), looked_up(_SIZE, letters)
    longer = np.flatnonzero(size > 1)
    third = window.bytes[at[longer] + len(_CELL_TAG) + 2].astype(np.int64) - ord("A")
    three = (third >= 0) & (third < _LETTERS)
    longer, third = longer[three], third[three]
    column[longer] = (column[longer].astype(np.int64) + 1) * _LETTERS + third
    size[longer] = 3
    told = at + len(_CELL_TAG) + size
    mask = (np.uint64(1) << ((digits + 1) % 8).astype(np.uint64) * _BYTE) - np.uint64(1)
    same = ((window.eights[told] ^ spelt) & mask) == 0
    if not (size > 0).all() or not same.all() or (column >= _MOST_COLUMNS).any():
        raise NotPlain
    return column, told + digits + 1


def _attributes(window: Window, tags: Tags, cells: Places, told: Places) -> Any:
    """Return what the tags of cells say behind the place, as an Arrow dictionary array.

    A tag that is closed in itself ends in a stroke.
    """
    end = tags.after[cells] - 1
    check_spelt(window, end, b">")
    if (end < told).any():
        raise NotPlain
    follower = tags.kind[np.minimum(cells + 1, len(tags.kind) - 1)]
    closed = (follower == _IS["CELL"]) | (follower == _IS["END_ROW"])
    if ((window.bytes[end - 1] == ord("/")) != closed).any():
        raise NotPlain
    return texts(window, told, end).dictionary_encode()


def _values(
    window: Window, tags: Tags, cells: Places
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint8], Places, Places]:
    """Return which cells have a value, and of those the form, the begin and the end of each."""
    kind = tags.kind
    tag = cells + 1  # there is one: the last tag closes a row
    formula = kind[tag] == _IS["FORMULA"]
    if formula.any():
        # The tag behind it is its own end, unless it is closed in itself.
        ended = kind[tag[formula] + 1] == _IS["END_FORMULA"]
        check_spelt(window, tags.after[tag[formula][~ended]] - 2, b"/>")
        tag[formula] += 1 + ended
    tag += (kind[tag] == _IS["NO_FORMULA"]) | (kind[tag] == _IS["IS"])
    found = kind[tag]
    has = looked_up(_LOOKS, found) < len(FORMS)
    if not has.all():
        tag, found = tag[has], found[has]
    check_spelt(window, tags.at[tag[found == _IS["SPACED"]]], SPACED_TAG)
    start = tags.at[tag] + looked_up(_OPENING, found)
    none = (found == _IS["NO_VALUE"]) | (found == _IS["NO_TEXT"])
    end = np.where(none, start, tags.after[tag])
    return has, looked_up(_LOOKS, found), start, end


def _looks() -> tuple[npt.NDArray[np.uint8], Places]:
    """Return the form of a value by the tag before it, and how long that tag is."""
    form, length = np.full(32, len(FORMS), np.uint8), np.zeros(32, np.int64)
    for name, which, size in (
        *(("VALUE", 0, 3), ("NO_VALUE", 0, 4), ("TEXT", 1, 3), ("NO_TEXT", 1, 4)),
        ("SPACED", 2, len(SPACED_TAG)),
    ):
        form[_IS[name]], length[_IS[name]] = which, size
    return form, length


_LOOKS, _OPENING = _looks()
