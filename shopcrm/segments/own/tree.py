"""What a rule means: tests of single facts, joined by and, or and not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Operator = Literal[
    "eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "not_contains",
    "within", "between", "known", "missing", "flag", "label", "bought", "segment", "anyone",
]  # fmt: skip
Value = str | float | dt.date


@dataclass(frozen=True)
class Test:
    """One test of one fact.

    Attributes:
        source: as the owner wrote it.
        operator: what is asked.
        fact: column of CUSTOMERS or SEGMENTS, a label, or the name of a segment.
        kind: of the fact.
        wanted: what it is held against; money in fen, of dates days or ages in days.
        days: for ``bought``: within so many days, 0 for ever; for a date: what is wanted are ages.
    """

    source: str
    operator: Operator
    fact: str = ""
    kind: str = ""
    wanted: tuple[Value, ...] = ()
    days: int = 0


@dataclass(frozen=True)
class Joined:
    """Rules that must all hold (``and``), or one of them (``or``)."""

    operator: Literal["and", "or"]
    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Opposite:
    """A rule that must not hold."""

    part: Rule


Rule = Test | Joined | Opposite


def single_tests(rule: Rule, *, wanted: bool = True) -> list[tuple[Test, bool]]:
    """Return the single tests of a rule as they are written, and whether each is to hold."""
    if isinstance(rule, Test):
        return [(rule, wanted)]
    if isinstance(rule, Opposite):
        return single_tests(rule.part, wanted=not wanted)
    return [test for part in rule.parts for test in single_tests(part, wanted=wanted)]
