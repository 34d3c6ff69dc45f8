"""Which layout a file has: where its header is, and the one layout that claims it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError, LayoutError
from shopcrm.labels import LANGS, Lang, find, t
from shopcrm.sources import layouts
from shopcrm.sources.kinds.rows import Rows
from shopcrm.sources.opening import delimited, html_tables, workbooks
from shopcrm.sources.opening.containers import UNSEEN, open_content
from shopcrm.sources.opening.grid import plain_header
from shopcrm.sources.own_layouts import FOLDER, SUFFIX, of_the_shop
from shopcrm.sources.report import FileReport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.layouts import Layout
    from shopcrm.sources.opening.grid import Grid
    from shopcrm.sources.problems import Problems

_HEADER_WORDS: Final = 2
"""A row with so many known headers can be a header."""

TIES: Final = ("two_layouts", "two_own_layouts")
"""Errors that two layouts claim a file: that is no fault of the file's."""

_RESULTS: Final = ("overview", "customers", "register", "problems", "notes")
_OF_PEOPLE: Final = ("profiles", "agents", "suspects")
"""Labels of the sheets of the results workbook that nobody ticks."""

_FURTHER: Final = re.compile(r" \d+$")

_SHOWN: Final = 12
_FEW: Final = 3
_LONGEST: Final = 40


class _HeaderFinder:
    """Finds the header among the first rows of a table, and remembers what it saw."""

    def __init__(self, known: Sequence[Layout], path: Path, policy: Policy) -> None:
        self._names = {alias for one in known for names in one.columns.values() for alias in names}
        self._path = path
        self._most = policy.whole("limits.columns")
        self.seen: list[str] = []
        self.filled = False
        """A cell says something; a long table of which the first rows are blank may."""

    def __call__(self, records: list[list[Any]]) -> int | None:
        """Return the index of the row with the most known headers, None without one.

        Raises:
            InputError: it reaches beyond ``limits.columns``.
        """
        scores = [len({plain_header(cell) for cell in set(row)} & self._names) for row in records]
        filled = [index for index, row in enumerate(records) if any(str(c).strip() for c in row)]
        self.filled = self.filled or bool(filled) or len(records) >= delimited.PEEK_ROWS
        if not filled:
            self.seen = []
            return None
        best = max(filled, key=lambda index: (scores[index], -index))
        last = max(at for at, cell in enumerate(records[best]) if str(cell).strip())
        if scores[best] >= _HEADER_WORDS and last >= self._most:
            raise InputError("too_many_cells", path=self._path.name)
        self.seen = [str(cell).strip() for cell in records[best] if str(cell).strip()]
        return best if scores[best] >= _HEADER_WORDS else None


def recognise(
    path: Path,
    policy: Policy,
    problems: Problems,
    *,
    own: bool = False,
    mine: Sequence[Layout] | None = None,
    passwords: Sequence[str] = (),
) -> list[FileReport]:
    """Return what a file holds: one report a sheet that exactly one layout claims.

    Args:
        path: the file.
        policy: the policy in force.
        problems: told what was passed over.
        own: the file is one of ours, with results to be read back.
        mine: the owner's layouts, read once for many files; None to read them now.
        passwords: to try on a file that is locked.
    """
    mine = of_the_shop(policy.shop_dir) if mine is None else mine
    finder = _HeaderFinder((*mine, *layouts.built_in()), path, policy)
    content = open_content(path, policy, passwords)
    head = content.head(html_tables.PEEK)
    if workbooks.is_workbook(head):
        if workbooks.own_output(content) and not own:
            problems.add("own_output", path.name)
            return []
        found = workbooks.read_workbook(content, finder, policy)
    elif html_tables.is_html(head):
        found = html_tables.read_html(content, finder, policy)
    else:
        found = iter([("", delimited.read_delimited(path, finder, policy, content.kept))])
    sheets = [(sheet, grid, finder.seen) for sheet, grid in found]
    reports, unclaimed = [], []
    for sheet, grid, seen in sheets:
        layout = None if grid is None else _claim(path, grid, mine, problems, own=own)
        if grid is None or layout is None:
            unclaimed.append((sheet, seen))
        else:
            name = sheet if len(sheets) > 1 else None
            reports.append(_report(path, name, grid, layout, problems))
    if not reports:
        header = max((seen for _, seen in unclaimed), key=len, default=[])
        raise _unknown(path, header, mine, filled=finder.filled)
    for sheet, seen in unclaimed:
        # The other sheets of a results workbook are no sheets to tick.
        if seen and not (own and _of_results(sheet)):
            problems.add("sheet_skipped", path.name, column=sheet, values=_few(seen))
    if not any(one.rows_read or one.layout.kind in layouts.KEPT_BY_HAND for one in reports):
        raise InputError("header_only", path=path.name, header=_few(reports[0].rows.grid.header))
    return reports


def _of_results(sheet: str) -> bool:
    """Tell whether a sheet of the results workbook has that name, a further one of it too."""
    name = _FURTHER.sub("", sheet)
    known = find("sheet", name)
    people = find("people_sheet", name)
    return known in _RESULTS or people in _OF_PEOPLE


def _claim(
    path: Path, grid: Grid, mine: Sequence[Layout], problems: Problems, *, own: bool
) -> Layout | None:
    """Return the one layout that claims a header: the owner's own ones are asked first."""
    ours, theirs = (
        [one for one in group if one.claims(grid.header) and (not own or one.kind == "contacts")]
        for group in (layouts.built_in(), mine)
    )
    header = _few(grid.header)
    if len(theirs) > 1:
        names = ", ".join(map(_file, theirs))
        raise LayoutError("two_own_layouts", path=path.name, layouts=names, header=header)
    if theirs:
        if ours:
            instead = f"{_file(theirs[0])} > {', '.join(one.name for one in ours)}"
            problems.add("own_layout", path.name, values=instead)
        return theirs[0]
    if len(ours) > 1:
        names = ", ".join(one.name for one in ours)
        raise LayoutError("two_layouts", path=path.name, layouts=names, header=header)
    return ours[0] if ours else None


def _file(layout: Layout) -> str:
    """Return the file of a layout of the owner's."""
    return f"{FOLDER}/{layout.name}{SUFFIX}"


def _unknown(
    path: Path, header: Sequence[str], mine: Sequence[Layout], *, filled: bool
) -> InputError | LayoutError:
    """Return the error for a file no layout claims: the header found, the nearest layouts."""
    if not filled:
        return InputError("empty_file", path=path.name)

    def nearness(one: Layout) -> tuple[bool, int, int]:
        lacks = len(one.missing(header)) + one.is_another(header)
        # One little thing in a layout that the owner wrote for such files is what they look for.
        is_meant = one in mine and lacks == 1
        return not is_meant, lacks * 2 - len(one.positions(header)), len(one.required)

    known = [one for one in (*mine, *layouts.built_in()) if one.positions(header)]
    near = sorted(known, key=nearness)[:2]
    # Each message picks its own language out of these: an error does not know which is spoken.
    told = {
        lang: "\n  ".join(_nearest(one, header, lang, mine=one in mine) for one in near)
        or t("unknown.none", lang)
        for lang in LANGS
    }
    return LayoutError("unknown_layout", path=path.name, header=_few(header), near=told)


def _nearest(layout: Layout, header: Sequence[str], lang: Lang, *, mine: bool) -> str:
    """Say what a file looks like and which columns it lacks for that."""
    lacks, mark = _lacking(layout, header), t("unknown.mark", lang)
    if mine:
        if lacks:
            return t("unknown.own", lang, file=_file(layout), lacks=mark.join(lacks))
        denied = [text for text in header if plain_header(text) in layout.not_with]
        return t("unknown.own_not", lang, file=_file(layout), headers=mark.join(denied))
    title = layout.title[lang]
    if not lacks:
        return t("unknown.mixed", lang, title=title)
    return t("unknown.near", lang, title=title, lacks=mark.join(lacks))


def _lacking(layout: Layout, header: Sequence[str]) -> list[str]:
    """Return the headers that a layout looks for and does not find."""
    lacks = [layout.columns[name][0] for name in layout.missing(header)]
    if layout.only_with and not layout.only_with & set(map(plain_header, header)):
        lacks.append("/".join(sorted(layout.only_with)[:_FEW]))
    return lacks


def _few(header: Sequence[str]) -> str:
    """Return the first headers as they may be printed: short, without control characters."""
    shown = [UNSEEN.sub("", text).strip()[:_LONGEST] for text in header if text.strip()]
    return " | ".join(shown[:_SHOWN]) + (" | .." if len(shown) > _SHOWN else "")


def _report(
    path: Path, sheet: str | None, grid: Grid, layout: Layout, problems: Problems
) -> FileReport:
    name = f"{path.name}[{sheet}]" if sheet else path.name
    rows = Rows.of(grid, layout, name, problems)
    mapped = {key: [grid.header[at] for at in places] for key, places in rows.positions.items()}
    used = {at for places in rows.positions.values() for at in places}
    unmapped = [text.strip() for at, text in enumerate(grid.header) if at not in used]
    return FileReport(
        file=name,
        path=path,
        sheet=grid.sheet,
        encoding=grid.encoding,
        header_row=grid.header_row,
        layout=layout,
        rows=rows,
        mapped=mapped,
        unmapped=[text for text in unmapped if text],
    )
