"""The tags of plainly written XML, found and told apart a hundred thousand at a time.

No reader of XML: a piece of text is either spelt as nearly all writers spell it, one known tag
behind the other, or it is not plain, and somebody else must read it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Places = npt.NDArray[np.int64]

_BEYOND: Final = b"<" + bytes(31)
"""So many bytes may be asked for beyond the end of a text, which lies where a tag begins."""

SPACED_TAG: Final = b'<t xml:space="preserve">'
"""Of a text whose blanks at its ends count, as all writers spell it."""

_KINDS: Final = 32
"""More than there are kinds of tags in a grammar."""

_ENTITY: Final = re.compile(rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_SPACE: Final = 0x20
_T = TypeVar("_T", bound=np.generic)


class NotPlain(Exception):  # noqa: N818 - says what was met, and is no error of the program
    """This is spelt, or means, something that only a full reader knows what to do with."""


class Window:
    """Bytes that can be asked for at many places at once, one, four or eight from each.

    Attributes:
        size: how many bytes there are.
        bytes, fours, eights: what begins at each byte; the lowest one is the first.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.size = len(text)
        padded = text + _BEYOND
        count = len(padded) - 8
        self.padded = padded
        self.bytes: npt.NDArray[np.uint8] = np.frombuffer(padded, np.uint8)
        self.fours: npt.NDArray[np.uint32] = np.ndarray((count,), "<u4", padded, 0, (1,))
        self.eights: npt.NDArray[np.uint64] = np.ndarray((count,), "<u8", padded, 0, (1,))


class Spelling(NamedTuple):
    """How a tag begins, and what may follow it.

    Attributes:
        start: its first three bytes or four, by which it is told from all others.
        then: names of the tags that may come next.
    """

    start: bytes
    then: str


class Grammar:
    """The tags that a kind of text is made of; each has a number, by its name.

    >>> letters = Grammar({"A": Spelling(b"<a>", "END"), "END": Spelling(b"</a>", "A")})
    >>> letters.tags(Window(b"<a>x</a><a></a>")).at.tolist()
    [0, 4, 8, 11]
    """

    def __init__(self, spellings: Mapping[str, Spelling], *also: tuple[str, bytes]) -> None:
        """Make the tables by which tags are told apart.

        Args:
            spellings: the tags by their names.
            also: names of tags with further starts that they may have.
        """
        self.number = {name: place for place, name in enumerate(spellings, start=1)}
        self._starts = [(name, start) for name, (start, _) in spellings.items()] + list(also)
        self._follows = np.zeros(_KINDS * _KINDS, bool)
        for name, (_, then) in spellings.items():
            for follower in then.split():
                self._follows[self.number[name] * _KINDS + self.number[follower]] = True

    @cached_property
    def _kind(self) -> npt.NDArray[np.uint8]:
        """The kinds of tags by their first three bytes: 16 MB, for those who read such a file."""
        kinds = np.zeros(1 << 24, np.uint8)
        for name, start in self._starts:
            told = start[1:]
            kinds[number_of(told) :: 1 << 8 * len(told)] = self.number[name]
        return kinds

    def tags(self, window: Window) -> Tags:
        """Return all tags of a text.

        Raises:
            NotPlain: a tag that the grammar does not know, or not behind the one before it.
        """
        at = np.flatnonzero(window.bytes == ord("<"))  # the last one is that behind the text
        kind = looked_up(self._kind, window.fours[at[:-1]] >> np.uint32(8))
        pair = kind[:-1] * np.uint16(_KINDS) + kind[1:]
        if not len(kind) or not kind.all() or not looked_up(self._follows, pair).all():
            raise NotPlain
        return Tags(kind, at[:-1], at[1:])


class Tags(NamedTuple):
    """Tags in the order of the text: their kinds, where they begin, and where the next ones do."""

    kind: npt.NDArray[np.uint8]
    at: Places
    after: Places


def looked_up(table: npt.NDArray[_T], places: npt.NDArray[np.integer[Any]]) -> npt.NDArray[_T]:
    """Return what a table says at places that are all in it, which need not be checked."""
    return table.take(places.astype(np.intp, copy=False), mode="clip")


def number_of(text: bytes) -> int:
    """Return the number that bytes are to a :class:`Window`: the lowest one is the first."""
    return int.from_bytes(text, "little")


def check_spelt(window: Window, places: Places, tag: bytes) -> None:
    """Refuse places at which other bytes stand than a tag's, or a part of one.

    Raises:
        NotPlain: there is one.
    """
    for step in range(0, len(tag), 8):
        part = tag[step : step + 8]
        told = window.eights[places + step] & np.uint64((1 << 8 * len(part)) - 1)
        if (told != number_of(part)).any():
            raise NotPlain


def check_entities(text: bytes) -> None:
    """Refuse an entity that XML itself does not know.

    Raises:
        NotPlain: there is one.
    """
    if b"&" in text and len(_ENTITY.findall(text)) != text.count(b"&"):
        raise NotPlain


def texts(window: Window, start: Places, end: Places, order: Places | None = None) -> Any:
    """Return the texts between places as an Arrow array of bytes, without a look at each.

    Args:
        window: where they stand.
        start: where each begins, ascending.
        end: where each ends, before the next one begins.
        order: which ones to return, in this order; None for all.

    Raises:
        NotPlain: one is not UTF-8.
    """
    import pyarrow as pa

    order = np.arange(len(start)) if order is None else order
    if not len(order):
        return pa.array([], pa.binary())
    # Texts and what stands between them take turns: every second one is wanted.
    borders = np.empty(2 * len(start), np.int32)
    borders[0::2], borders[1::2] = start, end
    buffers = [None, pa.py_buffer(borders), pa.py_buffer(window.padded)]
    whole = pa.Array.from_buffers(pa.binary(), len(borders) - 1, buffers)
    found = whole.take(pa.array(order * 2))
    try:
        found.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise NotPlain from error
    return found


def unusual(window: Window, start: Places, end: Places) -> npt.NDArray[np.bool_]:
    """Tell which of some texts are not just what they look like.

    Those are blank ones, such with white space at an end, an entity, an escape (_x000D_) or a
    carriage return: what they mean is a matter of rules, and of the version of the reader.
    """
    blank = start == end
    odd: npt.NDArray[np.bool_] = (
        blank | (window.bytes[start] <= _SPACE) | (window.bytes[end - 1] <= _SPACE)
    )
    for mark in (b"&", b"\r", b"_"):
        if mark not in window.text or not len(start):
            continue
        places = np.flatnonzero(window.bytes == mark[0])
        if mark == b"_":
            places = places[window.bytes[places + 1] == ord("x")]
        text = np.searchsorted(start, places, side="right") - 1
        inside = (text >= 0) & (places < end[text])
        odd[text[inside]] = True
    return odd
