"""The report of ``inspect``: what each file was read as, and what was wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.labels import t
from shopcrm.outputs.figures import file_rows
from shopcrm.outputs.screen.screen import Screen, fit
from shopcrm.outputs.words import OF_CUSTOMERS, key_words, shown_values
from shopcrm.sources.cells.repairs import REPAIRS
from shopcrm.sources.opening.grid import plain_header
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shopcrm.labels import Lang
    from shopcrm.sources.problems import Problems
    from shopcrm.sources.read import FileReport

_ROWS_SHOWN = 3
_UNUSED_SHOWN = 12
_FILES_SHOWN = 12


def print_files(screen: Screen, files: Sequence[FileReport], found: Problems, lang: Lang) -> None:
    """Print one paragraph a file, then the problems by kind with the first rows of each."""
    problems = found.table()
    problems = problems.assign(value=shown_values(problems, lang))
    for file in files:
        _file(screen, file, lang)
        _problems(screen, problems[problems["file"] == file.file], found.counts(file.file), lang)
        screen.line()
    known = {file.file for file in files}
    rest = problems[~problems["file"].isin(known)]
    if len(rest):
        screen.line(t("inspect.others", lang), "bold")
        _problems(screen, rest, dict(rest["kind"].value_counts()), lang, shown=_FILES_SHOWN)


def _file(screen: Screen, file: FileReport, lang: Lang) -> None:
    screen.line(file.file, "bold cyan")

    def say(key: str, /, **values: object) -> None:
        screen.line(t(f"inspect.{key}", lang, **values), indent=2)

    say("layout", title=file.layout.title[lang], layout=file.layout.name)
    needed = [file.mapped[field][0].strip() for field in file.layout.required]
    header = (text.strip() for text in file.rows.grid.header)
    needed += [text for text in header if plain_header(text) in file.layout.only_with][:1]
    say("because", columns=", ".join(needed))
    say("place", encoding=file.encoding, row=file.header_row)
    say("rows", **{name: f"{count:,}" for name, count in file_rows(file).items()})
    if file.layout.kind in OF_CUSTOMERS:
        known = key_words(file, lang)
        if known:
            say("key", key=known[0], columns=known[1])
        else:
            say("no_key_used" if file.all_listed else "no_key")
        if file.without_key:
            say("without_key", number=f"{file.without_key:,}")
    if file.paid_is:
        say(f"paid_{file.paid_is}")
    if file.amount_of:
        say(f"amount_{file.amount_of}")
    mended = [
        f"{t(f'repair.{name}', lang)} {file.rows.repairs[name]:,}"
        for name in REPAIRS
        if file.rows.repairs[name]
    ]
    if mended:
        say("repairs", repairs=t("report.strong_mark", lang).join(mended))
    if file.statuses:
        mark = t("report.mark", lang)
        words = [f"{t(f'status.{name}', lang)} {n:,}" for name, n in file.statuses.items()]
        say("statuses", statuses=mark.join(words))
    pairs = [
        f"{'+'.join(header.strip() for header in headers)}={t(f'field.{field}', lang)}"
        for field, headers in file.mapped.items()
    ]
    say("mapped", columns=t("report.mark", lang).join(pairs))
    if file.unmapped:
        unused = t("report.mark", lang).join(file.unmapped[:_UNUSED_SHOWN])
        more = len(file.unmapped) - _UNUSED_SHOWN
        say("unmapped_more" if more > 0 else "unmapped", columns=unused, number=more)


def _problems(
    screen: Screen,
    problems: pd.DataFrame,
    counts: Mapping[str, int],
    lang: Lang,
    *,
    shown: int = 0,
) -> None:
    """Print problems by kind; those of several files, ``shown`` of a kind, with their file."""
    for kind, rows in problems.groupby("kind", sort=True):
        severity = rows["severity"].iloc[0]
        style = {"listed": "red", "doubt": "yellow"}.get(severity, "dim")
        head = t(
            "inspect.problem",
            lang,
            kind=t(f"problem.{kind}", lang),
            number=f"{counts[str(kind)]:,}",
        )
        screen.line(head, style, indent=2)
        first = rows.head(shown or _ROWS_SHOWN)
        for row in rows_of(first):
            where = t("inspect.row", lang, row=row.row) if pd.notna(row.row) else ""
            parts = (fit(row.file, 30) if shown else "", where, row.column, row.value)
            screen.line(fit(" ".join(filter(None, parts)), 74), "dim", indent=4)
        # A row counts once, in however many columns it is wrong.
        more = counts[str(kind)] - int(first["row"].nunique() + first["row"].isna().sum())
        if more > 0:
            screen.line(t("inspect.more", lang, number=f"{more:,}"), "dim", indent=4)
