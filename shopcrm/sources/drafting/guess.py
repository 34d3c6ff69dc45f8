"""What a header, a column's cells and a status word are likely to mean: guesses for a draft.

Nothing here is used to read orders. Headers are few and short, so the standard library's
``difflib`` is quick enough to compare them.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from shopcrm.sources import layouts
from shopcrm.sources.cells import clean
from shopcrm.sources.layouts import FIELDS, REFUND_WORDS, Layout
from shopcrm.sources.opening.grid import plain_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from shopcrm.sources.opening.grid import Grid

Why = Literal["alias", "close", "cells"]
"""How a column was given its field: a layout knows the header, it is like one, or by the cells."""


HEADER_LETTERS: Final = 24
_OWN_PLATFORM: Final = "other"
_SAME_WORDS: Final = 0.5
"""Share of the status words that must be a platform's own for the file to be that platform's."""


_LIKE: Final = 0.85
"""Least likeness of two headers (difflib's ratio): 0.75 is 发货时间 and 收货时间."""

_FITS: Final = 0.5
"""Least share of the cells that the field's parser can read."""

_PARSERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "phone": clean.as_phone,
    "money": clean.as_money,
    "time": clean.as_time,
    "last_time": clean.as_time,
    "whole": clean.as_whole,
}

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[\s:*#_/.-]+$|^[\s*#_]+")

_PHONE: Final = re.compile(r"1[3-9][\d*]{9}")

_LONG_NUMBER: Final = re.compile(r"[A-Za-z]{0,4}[\d-]{10,}")

_LONG_TEXT: Final = re.compile(r"(?=.*[^\x00-\x7f]).{10,}")

_PRICE: Final = re.compile(r"[¥￥$]?\d{1,7}[.]\d{1,2}元?")

MOST_WORDS: Final = 30
"""So many status words are listed; a column with more is no status."""

UNIQUE: Final = 0.9
"""Least share of distinct cells in a column of order numbers."""


SAMPLE: Final = 300
"""Cells of a column that are looked at."""

_EXAMPLES: Final = 3

_MONEY: Final = frozenset({"amount", "total"})
_OF_A_DEAL: Final = frozenset({"status", "created", "paid", "shipped", "signed", "confirmed"})


@dataclass(frozen=True)
class Column:
    """One column of the file.

    Attributes:
        at: its position.
        header: the header without white space around it.
        cells: some distinct cells, the most frequent first, as text.
        count: distinct cells among those looked at.
        filled: cells that are not blank among those looked at.
    """

    at: int
    header: str
    cells: tuple[str, ...]
    raw: tuple[Any, ...]
    count: int
    filled: int


class _Fit(NamedTuple):
    score: float
    at: int
    field: str
    why: Why
    layout: str


@cache
def hints() -> dict[str, Any]:
    """Return the words and patterns of ``draft.toml``."""
    text = resources.files("shopcrm.sources.drafting").joinpath("draft.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    found = hints()["hints"].items()
    return {name: tuple(map(re.compile, texts)) for name, texts in found if name in FIELDS}


@cache
def aliases() -> dict[str, list[tuple[Layout, str]]]:
    """Return each header that a layout knows, with the layouts and what it is to them."""
    found: dict[str, list[tuple[Layout, str]]] = defaultdict(list)
    for layout in layouts.built_in():
        for name, headers in layout.columns.items():
            for header in headers:
                found[header].append((layout, name))
    return dict(found)


def column_of(grid: Grid, at: int) -> Column:
    """Return one column with a sample of its cells."""
    import numpy as np

    cells = grid.column(at)
    codes = cells.codes[:SAMPLE]
    distinct, counts = np.unique(codes, return_counts=True)
    # Sorted places: the cells come in the file's order when all of them are asked for.
    numbers: Counter[object] = Counter()
    for cell, number in zip(cells.some(distinct), counts.tolist(), strict=True):
        numbers[cell] += number
    raw = sorted(
        (pair for pair in numbers.items() if pair[0] is not None), key=lambda pair: -pair[1]
    )
    shown = [text for cell, _ in raw if (text := text_of(cell))]
    return Column(
        at=at,
        header=grid.header[at].strip(),
        cells=tuple(shown[:_EXAMPLES]),
        raw=tuple(cell for cell, _ in raw),
        count=len(shown),
        filled=sum(count for _, count in raw),
    )


def _core(header: str) -> str:
    """Return what a header says without its brackets, marks and units."""
    plain = plain_header(header)
    return _BRACKETS.sub("", plain) or plain


def _fits(column: Column, name: str) -> bool:
    """Tell whether a column's cells can be what the field wants; a blank one can be anything."""
    parser = _PARSERS.get(FIELDS[name])
    if parser is None or not column.raw:
        return True
    good = 0
    for cell in column.raw:
        try:
            parser(cell)
        except clean.BadCellError as error:
            good += error.instead is not None
        else:
            good += 1
    return good >= _FITS * len(column.raw)


def _candidates(columns: Sequence[Column], kind: str | None) -> list[_Fit]:
    """Return what each column can be by its header, best first."""
    fields = _fields_of(kind)
    plain = {plain_header(column.header) for column in columns}
    matched = Counter(
        layout.name
        for header in plain
        for layout in {layout.name: layout for layout, _ in aliases().get(header, ())}.values()
    )
    found = []
    for column in columns:
        for fit in _by_header(column, fields, kind, matched):
            if _fits(column, fit.field):
                found.append(fit)  # noqa: PERF401  the test is the costly part
    return sorted(found, key=lambda fit: (-fit.score, fit.at))


def _by_header(
    column: Column, fields: frozenset[str], kind: str | None, matched: Mapping[str, int]
) -> list[_Fit]:
    header = plain_header(column.header)
    core = _core(header)
    found = []
    for text, base in ((header, 2.0), (core, 1.9)):
        for layout, name in aliases().get(text, ()):
            # A layout of the same kind that knows more of the header knows better.
            near = matched.get(layout.name, 0) / 1000 + (0.5 if layout.kind == kind else 0)
            found.append(_Fit(base + near, column.at, name, "alias", layout.name))
    if not re.search(hints()["never"], core):
        for name, patterns in _patterns().items():
            for at, pattern in enumerate(patterns):
                if pattern.search(core):
                    found.append(_Fit(1 - at / 20, column.at, name, "close", ""))
                    break
        for alias in difflib.get_close_matches(core, aliases(), n=3, cutoff=_LIKE):
            ratio = difflib.SequenceMatcher(None, core, alias).ratio()
            found += [
                _Fit(ratio * 0.9, column.at, name, "close", layout.name)
                for layout, name in aliases()[alias]
            ]
    return [fit for fit in found if fit.field in fields]


@cache
def _fields_of(kind: str | None) -> frozenset[str]:
    """Return the fields that files of a kind can have: those of the layouts of that kind."""
    # An order export may have the columns of its items as well.
    kinds = (kind, "items") if kind == "orders" else (kind,)
    own = [layout for layout in layouts.built_in() if layout.kind in kinds]
    needed = "|".join(hints()["needs"].get(kind, ())).split("|")
    fields = {name for layout in own for name in layout.columns} | set(needed)
    return frozenset(fields & FIELDS.keys() if own else FIELDS)


def kind_of(columns: Sequence[Column]) -> str:
    """Guess the kind of a file by what is there."""
    there = {fit.field for fit in _candidates(columns, None)}
    there |= {name for column in columns if (name := _by_cells(column))}
    for rule in hints()["kinds"]:
        with_all = all(there & set(group.split("|")) for group in rule["with"])
        if rule["kind"] in layouts.KINDS and with_all and not there & set(rule["without"]):
            return str(rule["kind"])
    return "orders"


def _by_cells(column: Column) -> str | None:
    """Return the field that a column's cells look like."""
    texts = [text for cell in column.raw if (text := text_of(cell))]
    if not texts:
        return None

    def mostly(test: Callable[[str], object]) -> bool:
        return sum(map(bool, map(test, texts))) > _FITS * len(texts)

    unique = column.count > UNIQUE * column.filled
    looks: dict[str, Callable[[], bool]] = {
        "phone": lambda: mostly(_PHONE.fullmatch),
        "created": lambda: all(map(_date_like, column.raw)),
        "order_no": lambda: unique and mostly(_LONG_NUMBER.fullmatch),
        "address": lambda: mostly(lambda text: clean.as_region(text)[0]),
        "status": lambda: len(texts) <= MOST_WORDS and mostly(_is_status),
        "amount": lambda: all(map(_PRICE.fullmatch, texts)),
        "product": lambda: not unique and mostly(_LONG_TEXT.fullmatch),
    }
    return next((name for name, test in looks.items() if test()), None)


def _is_status(text: str) -> bool:
    return len(text) <= HEADER_LETTERS and meaning_of(text, "status", None) is not None


def _date_like(cell: object) -> bool:
    if isinstance(cell, str) and not re.match(r"\s*\d{4}\D", cell):
        return False  # a bare number is a date only to a column that is known to have dates
    if isinstance(cell, (int, float)):
        return False
    try:
        return clean.as_time(cell) is not None
    except clean.BadCellError:
        return False


@cache
def _known_words(section: str) -> dict[str, dict[str, set[str | None]]]:
    """Return of each word of any platform what it means, and on which platforms."""
    found: dict[str, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    for layout in layouts.built_in():
        for word, meaning in getattr(layout, section).items():
            found[word][meaning].add(layout.platform)
    return found


def meaning_of(
    word: str, section: Literal["status", "refund_status"], on: str | None
) -> str | None:
    """Guess what a word means: as its platform has it, else as most do, else by its parts."""
    plain = layouts.plain_word(word)
    meanings = _known_words(section).get(plain, {})
    allowed = layouts.STATUS_WORDS if section == "status" else REFUND_WORDS
    if meanings:
        best = max(meanings, key=lambda one: (on in meanings[one], len(meanings[one])))
        return best if best in allowed else None
    for rule in hints()[section]:
        if re.search(rule["parts"], plain.casefold()):
            return rule["meaning"] or None
    return None


def text_of(cell: object) -> str | None:
    """Return a cell as clean text, None for one that says nothing."""
    try:
        return clean.as_text(cell)
    except clean.BadCellError:
        return str(cell)


def choose(
    columns: Sequence[Column], kind: str, known: Layout | None
) -> tuple[dict[str, tuple[Column, ...]], dict[str, Why]]:
    """Give each field its best column; more than one only where one layout reads them as one."""
    by_place = {column.at: column for column in columns}
    chosen: dict[str, list[int]] = {}
    why: dict[str, Why] = {}
    layout_of: dict[str, str] = {}
    taken: set[int] = set()
    if known:
        width = max(by_place, default=-1) + 1
        header = [by_place[at].header if at in by_place else "" for at in range(width)]
        for name, places in known.positions(header).items():
            chosen[name], why[name], layout_of[name] = list(places), "alias", known.name
            taken.update(places)
    for fit in _candidates(columns, kind):
        if fit.at in taken:
            continue
        again = fit.why == "alias" and layout_of.get(fit.field) == fit.layout
        if fit.field in chosen and not again:
            continue
        chosen.setdefault(fit.field, []).append(fit.at)
        why.setdefault(fit.field, fit.why)
        layout_of.setdefault(fit.field, fit.layout)
        taken.add(fit.at)
    if not known:
        _choose_by_cells(columns, kind, chosen, why, taken)
    order = {name: at for at, name in enumerate(FIELDS)}
    fields = sorted(chosen, key=lambda name: order[name])
    return {name: tuple(by_place[at] for at in dict.fromkeys(chosen[name])) for name in fields}, why


def _choose_by_cells(
    columns: Sequence[Column],
    kind: str,
    chosen: dict[str, list[int]],
    why: dict[str, Why],
    taken: set[int],
) -> None:
    """Look for what is needed and was not found among the columns whose headers say nothing."""
    groups = [group.split("|") for group in hints()["needs"].get(kind, ())]
    wanted = [name for group in groups if not chosen.keys() & set(group) for name in group]
    extras = {"phone", "address"} & _fields_of(kind) - chosen.keys()
    wanted += sorted(extras - set(wanted))
    never = re.compile(hints()["never"])
    for column in columns:
        if column.at in taken or never.search(_core(column.header)):
            continue
        name = _by_cells(column)
        if name is not None and name in wanted:
            chosen[name], why[name] = [column.at], "cells"
            taken.add(column.at)
            done = next((group for group in groups if name in group), [name])
            extras.discard(name)
            wanted = [each for each in wanted if each not in done or each in extras]


def deal_headers(columns: Sequence[Column]) -> list[str]:
    """Return the headers of columns which tell deals together; none unless they tell enough.

    Money that somebody paid, and beside it the day or the state of a deal. What a header says of
    a customer as a whole (累计消费, 最近购买时间) is no deal.
    """
    whole = re.compile(hints()["whole"])
    single = [one for one in columns if one.raw and not whole.search(_core(one.header))]
    found: dict[int, str] = {}
    for fit in _candidates(single, "orders"):
        found.setdefault(fit.at, fit.field)
    for column in single:
        if found.get(column.at) == "status" and _by_cells(column) != "status":
            del found[column.at]  # 状态 of a customer: 正常, 冻结
    if not ({*found.values()} & _MONEY and {*found.values()} & _OF_A_DEAL):
        return []
    told = _MONEY | _OF_A_DEAL
    return [one.header for one in single if found.get(one.at) in told]


def platform_of(path: Path, kind: str, words: Iterable[str]) -> str | None:
    """Guess the platform by its own words, else by the file's name; "other" when unclear."""
    if kind in ("register", "customers", *layouts.KEPT_BY_HAND):
        return None
    plain = [layouts.plain_word(word) for word in words]
    known = [set[str | None]().union(*_known_words("status")[word].values()) for word in plain
             if word in _known_words("status")]  # fmt: skip
    counted = Counter(next(iter(platforms)) for platforms in known if len(platforms) == 1)
    if counted:
        name, number = counted.most_common(1)[0]
        if name and number >= _SAME_WORDS * len(plain):
            return name
    stem = path.stem.casefold()
    names = sorted({one.platform for one in layouts.built_in() if one.platform})
    return next((name for name in names if name in stem), _OWN_PLATFORM)
