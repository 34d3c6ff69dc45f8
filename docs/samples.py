"""The sample folders of `examples/layouts`: their files, and the same files changed.

A platform's next export is never quite like its last: columns move, some are left out, a title
stands above. Each way of changing a file is a function from its lines of cells to others.
"""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docs.source import ROOT
from shopcrm.sources.layouts import built_in
from shopcrm.sources.opening.grid import plain_header

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shopcrm.sources.layouts import Layout

FOLDER: Final = ROOT / "examples" / "layouts"
EXPECTED: Final = "expected.toml"

Lines = list[list[str]]
"""The cells of a file, its header first."""


class Sample(NamedTuple):
    """One file of a sample folder: where it is, its encoding, and the layout that it has."""

    path: Path
    encoding: str
    layout: Layout

    @property
    def lines(self) -> Lines:
        """The cells of the file."""
        return _lines(self.path, self.encoding)


@cache
def _lines(path: Path, encoding: str) -> Lines:
    text = path.read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline="")))


def expected(folder: Path) -> dict[str, Any]:
    """Return what reading all the files of a sample folder gives."""
    return tomllib.loads((folder / EXPECTED).read_text("utf-8"))


@cache
def samples() -> tuple[Sample, ...]:
    """Return every file whose header is that of its folder's layout, by layout and name."""
    known = {one.name: one for one in built_in()}
    return tuple(
        Sample(folder / name, file["encoding"], known[folder.name])
        for folder in sorted(FOLDER.iterdir())
        for name, file in expected(folder)["files"].items()
        if file["layout"] == folder.name
    )


def written(lines: Lines, encoding: str) -> bytes:
    """Return lines as a file of the same encoding."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode(encoding)


def identifying(sample: Sample, draw: random.Random) -> set[int]:
    """Return columns without which the file would be none of its layout: one for each reason."""
    header = sample.lines[0]
    positions = sample.layout.positions(header)
    kept = {draw.choice(positions[name]) for name in sample.layout.required}
    telling = [at for at, h in enumerate(header) if plain_header(h) in sample.layout.only_with]
    return kept | ({draw.choice(telling)} if telling else set())


def as_it_is(sample: Sample, _draw: random.Random) -> Lines:
    """Return the file unchanged."""
    return sample.lines


def shuffled(sample: Sample, draw: random.Random) -> Lines:
    """Return the file with its columns in another order."""
    lines = _even(sample.lines)
    turn = list(range(len(lines[0])))
    draw.shuffle(turn)
    return [[row[at] for at in turn] for row in lines]


def third_missing(sample: Sample, draw: random.Random) -> Lines:
    """Return the file without a third of the columns that it can do without."""
    lines = _even(sample.lines)
    needed = identifying(sample, draw)
    optional = [at for at in range(len(lines[0])) if at not in needed]
    gone = set(draw.sample(optional, round(len(optional) / 3)))
    return [[cell for at, cell in enumerate(row) if at not in gone] for row in lines]


def spaced(sample: Sample, draw: random.Random) -> Lines:
    """Return the file with blanks of every width put into its headers, and its own taken away."""
    header, *rows = sample.lines
    blanks = ["", " ", "  ", "\t", "\u3000", "\u00a0"]

    def changed(text: str) -> str:
        bare = "".join(text.split())
        place = draw.randrange(len(bare) + 1)
        middle = bare[:place] + draw.choice(blanks) + bare[place:]
        return draw.choice(blanks) + middle + draw.choice(blanks) if bare else text

    return [[changed(text) for text in header], *rows]


def titled(sample: Sample, _draw: random.Random) -> Lines:
    """Return the file with a title and a blank row above its header."""
    return [["2026-11"], [], *sample.lines]


def doubled(sample: Sample, draw: random.Random) -> Lines:
    """Return the file with some of its headers twice, the second time over blank cells."""
    lines = _even(sample.lines)
    again = draw.sample(lines[0], min(3, len(lines[0])))
    return [lines[0] + again, *([*row, *[""] * len(again)] for row in lines[1:])]


CHANGES: Final[Mapping[str, Callable[[Sample, random.Random], Lines]]] = {
    "recognised": as_it_is,
    "shuffled": shuffled,
    "a third missing": third_missing,
    "spaces": spaced,
    "title row": titled,
    "doubled": doubled,
}
"""Every way of changing a file, by the word that heads its column in docs/layouts.md."""


def _even(lines: Lines) -> Lines:
    """Return lines as long as the header: platforms leave blanks at the end out."""
    width = len(lines[0])
    return [row + [""] * (width - len(row)) for row in lines]
