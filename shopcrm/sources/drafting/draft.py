"""A first draft of an owner's layout, made from one of the files that it shall read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from shopcrm.errors import LayoutError
from shopcrm.sources import layouts
from shopcrm.sources.drafting.guess import (
    HEADER_LETTERS,
    MOST_WORDS,
    SAMPLE,
    UNIQUE,
    Column,
    aliases,
    choose,
    column_of,
    deal_headers,
    hints,
    kind_of,
    meaning_of,
    platform_of,
    text_of,
)
from shopcrm.sources.opening import delimited, html_tables, workbooks
from shopcrm.sources.opening.containers import open_content
from shopcrm.sources.opening.grid import plain_header
from shopcrm.sources.own_layouts import of_the_shop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.drafting.guess import Why
    from shopcrm.sources.layouts import Layout
    from shopcrm.sources.opening.grid import Grid

_NUMBER_LIKE: Final = re.compile(r"[\d\s:./%¥$,+-]+")


@dataclass(frozen=True)
class Draft:
    """A layout that may fit the file.

    Attributes:
        known: the layout that recognises the file already, if one does.
        columns: the columns of each field, in the order in which they are read.
        why: how each field came to its columns.
        missing: groups of fields of which one at least is needed and none was found.
        status: status words of the file with the meaning guessed, None for none.
        words: how often each status and refund word stands in the file.
        rating: words of the layout that knows the file.
        grain: whether a row is an order, or one item of it.
        fill_down: fields that are blank from an order's second row on.
    """

    path: Path
    sheet: str | None
    encoding: str
    header_row: int
    kind: str
    platform: str | None
    known: Layout | None
    columns: Mapping[str, tuple[Column, ...]]
    why: Mapping[str, Why]
    required: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    unmapped: tuple[Column, ...]
    status: Mapping[str, str | None]
    refund_status: Mapping[str, str | None]
    words: Mapping[str, int]
    rating: Mapping[str, str]
    defaults: Mapping[str, str]
    grain: str
    fill_down: tuple[str, ...]


def draft_layout(path: Path, policy: Policy, passwords: Sequence[str] = ()) -> Draft:
    """Return the likeliest layout of a file.

    Raises:
        InputError: the file cannot be read.
        LayoutError: ``no_header``: no row of it looks like a header.
    """
    grid = max(
        _grids(path, policy, passwords), key=lambda one: (len(one.rows) > 0, len(one.header))
    )
    columns = [column_of(grid, at) for at, text in enumerate(grid.header) if text.strip()]
    own = [one for one in of_the_shop(policy.shop_dir) if one.claims(grid.header)]
    others = [one for one in layouts.built_in() if one.claims(grid.header)]
    claiming = [*own, *(one for one in others if not unused_deals(grid, one))]
    known = claiming[0] if claiming else None
    kind = known.kind if known else kind_of(columns)
    chosen, why = choose(columns, kind, known)
    used = {column.at for places in chosen.values() for column in places}
    status = _counted(grid, chosen.get("status", ()))
    refunds = _counted(grid, chosen.get("refund_status", ()))
    platform = known.platform if known else platform_of(path, kind, status)
    groups = [tuple(group.split("|")) for group in hints()["needs"].get(kind, ())]
    missing = [group for group in groups if not chosen.keys() & set(group)]
    defaults = dict(known.defaults) if known else {}
    if kind == "orders" and "status" not in chosen:
        defaults.setdefault("status", "success")
    if kind == "register":
        defaults.setdefault("status", "success")
    grain, fill_down = _shape(grid, kind, chosen)
    missing = [group for group in missing if not defaults.keys() & set(group)]
    return Draft(
        path=path,
        sheet=grid.sheet,
        encoding=grid.encoding,
        header_row=grid.header_row,
        kind=kind,
        platform=platform,
        known=known,
        columns=chosen,
        why=why,
        required=_required(chosen, groups, known, complete=not missing),
        missing=tuple(missing),
        unmapped=tuple(column for column in columns if column.at not in used),
        status=_meanings(status, "status", platform, known),
        refund_status=_meanings(refunds, "refund_status", platform, known),
        words={**status, **refunds},
        rating=known.rating if known else {},
        defaults=defaults,
        grain=known.grain if known else grain,
        fill_down=known.fill_down if known else fill_down,
    )


def unused_deals(grid: Grid, layout: Layout) -> list[str]:
    """Return the headers of deals that a layout of customers leaves unused, none for another."""
    if layout.kind != "customers" or layout not in layouts.built_in():
        return []  # the owner's own layout says what the owner means
    used = {at for places in layout.positions(grid.header).values() for at in places}
    spare = [at for at, text in enumerate(grid.header) if text.strip() and at not in used]
    return deal_headers([column_of(grid, at) for at in spare])


def likely_header(records: Sequence[Sequence[object]]) -> int | None:
    """Return the index of the row that looks most like a header, None without one.

    A header is the first row with the most distinct short texts; names that a layout knows weigh
    as much again, so that a row of words below it does not win.
    """

    def weight(row: Sequence[object]) -> int:
        texts = {plain_header(cell) for cell in row if isinstance(cell, str)}
        short = {
            text
            for text in texts
            if 0 < len(text) <= HEADER_LETTERS and not _NUMBER_LIKE.fullmatch(text)
        }
        return len(short) + len(short & aliases().keys())

    weights = [weight(row) for row in records]
    best = max(range(len(weights)), key=lambda index: (weights[index], -index), default=None)
    return best if best is not None and weights[best] > 1 else None


def _grids(path: Path, policy: Policy, passwords: Sequence[str]) -> list[Grid]:
    content = open_content(path, policy, passwords)
    head = content.head(html_tables.PEEK)
    if workbooks.is_workbook(head):
        found = [grid for _, grid in workbooks.read_workbook(content, likely_header, policy)]
    elif html_tables.is_html(head):
        found = [grid for _, grid in html_tables.read_html(content, likely_header, policy)]
    else:
        found = [delimited.read_delimited(path, likely_header, policy, content.kept)]
    grids = [grid for grid in found if grid is not None]
    if not grids:
        raise LayoutError("no_header", path=path.name)
    return grids


def _counted(grid: Grid, columns: Iterable[Column]) -> dict[str, int]:
    """Return the words of columns and how often each is there, none when there are too many."""
    import numpy as np

    counted: Counter[str] = Counter()
    for column in columns:
        cells = grid.column(column.at)
        numbers = np.bincount(cells.codes, minlength=len(cells.distinct))
        most = np.argsort(-numbers, kind="stable")[: MOST_WORDS + 1]
        most.sort()
        for cell, number in zip(cells.some(most), numbers[most].tolist(), strict=True):
            if cell is not None and number and (word := text_of(cell)):
                counted[word] += number
    return dict(counted.most_common(MOST_WORDS))


def _shape(
    grid: Grid, kind: str, chosen: Mapping[str, tuple[Column, ...]]
) -> tuple[str, tuple[str, ...]]:
    """Tell by the order numbers whether an order takes several rows, and how they are written."""
    numbers = chosen.get("order_no")
    if kind != "orders" or not numbers:
        return layouts.GRAINS[0], ()
    column, height = numbers[0], min(len(grid.rows), SAMPLE)
    if column.filled < UNIQUE * height:
        return layouts.GRAINS[1], ("order_no",)
    repeats = column.count < column.filled
    return layouts.GRAINS[int(repeats)], ()


def _meanings(
    words: Iterable[str],
    section: Literal["status", "refund_status"],
    platform: str | None,
    known: Layout | None,
) -> dict[str, str | None]:
    """Return what the file's words may mean, and behind them those that its layout knows."""
    guessed = {word: meaning_of(word, section, platform) for word in words}
    plain = {layouts.plain_word(word) for word in guessed}
    others: Mapping[str, str] = getattr(known, section, {})
    return {**guessed, **{word: to for word, to in others.items() if word not in plain}}


def _required(
    chosen: Mapping[str, Sequence[Column]],
    groups: Sequence[Sequence[str]],
    known: Layout | None,
    *,
    complete: bool,
) -> tuple[str, ...]:
    """Return the fields that a file must have to be of this layout.

    Only what every such export has; of a draft that lacks something all that was found, so that
    it does not claim the shop's other files.
    """
    if known:
        return known.required
    if not complete:
        return tuple(chosen)
    needed = {next((name for name in group if name in chosen), "") for group in groups}
    required = tuple(name for name in chosen if name in needed)
    headers = {name: {plain_header(one.header) for one in chosen[name]} for name in chosen}
    for layout in layouts.built_in():
        names = {alias for aliases in layout.columns.values() for alias in aliases}
        if all(headers[name] & names for name in required):
            # Files of that layout would be claimed too, but for a column that they do not have.
            own = [name for name in chosen if not headers[name] & aliases().keys()]
            return tuple(name for name in chosen if name in {*required, *own})
    return required
