"""One case of the fuzzing: a few files made from a seed, and what was done to them."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from docs.samples import FOLDER, expected
from docs.source import ROOT
from tests.fuzz.damage import BYTES, ZIPS
from tests.fuzz.packing import PACKERS, as_text
from tests.fuzz.tables import CHANGES, Lines, a_cell, translated

if TYPE_CHECKING:
    from pathlib import Path

_SHOP: Final = ROOT / "examples" / "shop" / "订单"
_FROM_THE_SHOP: Final = 40
"""Lines taken of a file of the example shop: reading is tried here, not speed."""
_WITH_SETTINGS: Final = 0.15


@dataclass
class Case:
    """Files to be read together.

    Attributes:
        seed: makes the same files again.
        paths: the files.
        told: what was done to each.
        lines: for a file whose every line must be found again, where the first cell of each
            stands that is not blank; None for a blank line.
        policy: the shop's settings, where it has its own.
    """

    seed: int
    paths: list[Path] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    lines: dict[str, list[int | None]] = field(default_factory=dict)
    policy: Path | None = None


def case(seed: int, folder: Path) -> Case:
    """Make the files of a case in a folder: one, or sometimes two or three that belong together."""
    draw = random.Random(seed)  # noqa: S311  a seeded generator wants repeatable numbers
    made = Case(seed)
    group = draw.choice(bases())
    number = draw.choice((1, 1, 1, 1, 2, 3))
    for at in range(number):
        if at and draw.random() < 0.3:
            group = draw.choice(bases())
        name, lines = group[at % len(group)] if number > 1 else draw.choice(group)
        _add(made, folder, at, name, [list(row) for row in lines], draw)
    if draw.random() < _WITH_SETTINGS:
        _settle(made, folder, group[0][1], draw)
    return made


def _settle(made: Case, folder: Path, lines: Lines, draw: random.Random) -> None:
    """Give the shop settings of its own: addresses are a key, and some ids are to be merged."""
    made.policy = folder / "shop.toml"
    made.policy.write_text("[identity]\naddress = true\n", "utf-8")
    ids = [cell for row in lines[1:] for cell in row if cell.strip()] or ["a"]
    pairs = [[draw.choice(ids), draw.choice([*ids, a_cell(draw)])] for _ in range(3)]
    text = as_text([["旧ID", "新ID"], *pairs], draw.choice(("utf-8", "gb18030")), draw)
    (folder / "merge.csv").write_bytes(
        draw.choice(BYTES)(text, draw) if draw.random() < 0.3 else text
    )
    made.told.append("merge.csv")


def _add(made: Case, folder: Path, at: int, name: str, lines: Lines, draw: random.Random) -> None:
    done = draw.choices(list(CHANGES), k=draw.choice((0, 1, 1, 2, 3, 5)))
    for change in done:
        CHANGES[change](lines, draw)
    if draw.random() < 0.05:
        translated(lines, draw.choice(draw.choice(bases()))[1][0], draw)
        done.append("translated")
    pack = draw.choices(list(PACKERS), list(PACKERS.values()))[0]
    packed = pack(lines, draw)
    raw = packed.raw
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        harm = draw.choice(ZIPS if raw.startswith(b"PK") and draw.random() < 0.8 else BYTES)
        raw = harm(raw, draw)
        done.append(harm.__name__)
        packed.even = False
    path = folder / f"{made.seed}-{at}{packed.suffix}"
    path.write_bytes(raw)
    made.paths.append(path)
    made.told.append(f"{path.name}: {name}, {', '.join(done) or 'unchanged'}, {pack.__name__}")
    if packed.even:
        made.lines[path.name] = [
            next((at for at, cell in enumerate(row) if cell.strip()), None) for row in lines
        ]


@cache
def bases() -> tuple[tuple[tuple[str, Lines], ...], ...]:
    """Return tables to begin with, in groups that belong together: name and lines of each."""
    groups = [
        tuple(
            (f"{folder.name}/{name}", _lines(folder / name, file["encoding"]))
            for name, file in expected(folder)["files"].items()
        )
        for folder in sorted(FOLDER.iterdir())
        if folder.is_dir()
    ]
    shop = tuple(
        (path.name, _lines(path, "gb18030")[:_FROM_THE_SHOP])
        for path in sorted(_SHOP.glob("*.csv"))
    )
    return (*(group for group in groups if group), shop)


def _lines(path: Path, encoding: str) -> Lines:
    text = path.read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline="")))
