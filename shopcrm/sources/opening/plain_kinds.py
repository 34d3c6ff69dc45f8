"""Kinds of cells in a plainly written sheet: what their tags say, and what becomes of values."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from shopcrm.sources.opening.plain_cells import FORMS
from shopcrm.sources.opening.plain_tags import NotPlain, looked_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from shopcrm.sources.opening.plain_cells import Parsed

    Numbers = npt.NDArray[np.uint16]

_ATTRIBUTES: Final = re.compile(rb'((?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*")*)/?')
_ATTRIBUTE: Final = re.compile(rb' (\w+)="(\w*)"')
_NUMBER: Final = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
_INDEX: Final = r"^[0-9]{1,9}$"
_MOST: Final = 60_000


class Role(Enum):
    """What is done with a value."""

    TEXT = auto()
    SHARED = auto()
    NUMBER = auto()
    ASKED = auto()


_ROLES: Final = {
    b"n": Role.NUMBER,
    b"s": Role.SHARED,
    b"str": Role.TEXT,
    **dict.fromkeys((b"b", b"d", b"e"), Role.ASKED),
}


class Kind(NamedTuple):
    """What cells that are read in the same way have in common.

    Attributes:
        attributes: what their tags say.
        form: which of FORMS they have.
        odd: whether to ask what they mean.
    """

    attributes: bytes
    form: int
    odd: bool

    @property
    def said(self) -> dict[bytes, bytes]:
        """The attributes by their names."""
        found = _ATTRIBUTE.findall(self.attributes)
        said = dict(found)
        if not _ATTRIBUTES.fullmatch(self.attributes) or len(said) != len(found):
            raise NotPlain
        return said

    @property
    def role(self) -> Role:
        """What is done with their values."""
        said = self.said.get(b"t", b"n")
        if (said == b"inlineStr") != bool(self.form):
            raise NotPlain
        role = Role.TEXT if self.form else _ROLES.get(said)
        if role is None:
            raise NotPlain
        return Role.ASKED if self.odd else role

    @property
    def numeric(self) -> bool:
        """Whether values are numbers, or whatever else their style makes of them."""
        return self.said.get(b"t", b"n") == b"n" and not self.form

    @property
    def shared(self) -> bool:
        """Whether values are numbers of shared strings."""
        return self.said.get(b"t") == b"s"

    def cell(self, value: bytes) -> bytes:
        """Return a cell of this kind as it is written, but for its place."""
        before, behind = FORMS[self.form]
        return b"<c%s>%s%s%s</c>" % (self.attributes, before, value, behind)


class Kinds:
    """The kinds of cells in a sheet; a number of one is its place in ``known``.

    Attributes:
        known: the kinds.
        roles: what is done with the values of each.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.known: list[Kind] = []
        self.roles: list[Role] = []
        self._numbers: dict[Kind, int] = {}

    def number(self, kind: Kind) -> int:
        """Return the number of a kind, a new one if it is new."""
        if kind not in self._numbers:
            if len(self.known) >= _MOST:
                raise NotPlain
            self._numbers[kind] = len(self.known)
            self.roles.append(kind.role)
            self.known.append(kind)
        return self._numbers[kind]

    def having(self, numbers: Numbers, role: Role) -> npt.NDArray[np.bool_]:
        """Tell which cells have a role, by the numbers of their kinds."""
        return looked_up(np.array([one is role for one in self.roles], bool), numbers)

    def odd(self, numbers: Numbers, places: npt.NDArray[np.int64]) -> Numbers:
        """Return the numbers of cells' kinds, where those at some places are to be asked for."""
        numbers = numbers.copy()
        for number in np.unique(numbers[places]).tolist():
            mine = places[numbers[places] == number]
            numbers[mine] = self.number(self.known[number]._replace(odd=True))
        return numbers

    def ask(self, kinds: Iterable[int]) -> None:
        """Have all cells of these kinds asked for."""
        for number in kinds:
            self.roles[number] = Role.ASKED

    def styled(self) -> list[int]:
        """Return the numbers of kinds whose numbers are dates if their style says so."""
        pairs = enumerate(zip(self.known, self.roles, strict=True))
        return [at for at, (kind, role) in pairs if role is Role.NUMBER and b"s" in kind.said]

    def of(self, cells: Parsed) -> Numbers:
        """Return the number of each cell's kind; a value that its type does not allow is odd.

        Raises:
            NotPlain: a tag says something else than cells usually do.
        """
        words = [word.removesuffix(b"/") for word in cells.attributes.dictionary.to_pylist()]
        for word in words:
            _ = Kind(word, 0, odd=True).said  # of cells without a value too
        # One number for attributes, form and oddness, which then becomes that of the kind.
        code = cells.attributes.indices.to_numpy().astype(np.int64) * len(FORMS) + cells.form
        code = code * 2 + cells.odd
        table = np.zeros(2 * len(FORMS) * len(words) + 1, np.uint16)
        for one in np.flatnonzero(np.bincount(code)).tolist():
            place, odd = divmod(one, 2)
            word, form = divmod(place, len(FORMS))
            table[one] = self.number(Kind(words[word], form, bool(odd)))
        return self._checked(looked_up(table, code), cells.value)

    def _checked(self, numbers: Numbers, value: Any) -> Numbers:
        import pyarrow as pa
        import pyarrow.compute as pc

        for role, pattern in ((Role.NUMBER, _NUMBER), (Role.SHARED, _INDEX)):
            places = np.flatnonzero(self.having(numbers, role))
            if len(places):
                coded = value.take(pa.array(places)).dictionary_encode()
                plain = pc.match_substring_regex(coded.dictionary, pattern)
                plain = plain.to_numpy(zero_copy_only=False)
                if not plain.all():
                    numbers = self.odd(numbers, places[~plain[coded.indices.to_numpy()]])
        return numbers
