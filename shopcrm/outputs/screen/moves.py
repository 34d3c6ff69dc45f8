"""The report of ``moves``: from which stage to which, and who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from rich.text import Text

from shopcrm.labels import t, unit
from shopcrm.outputs.figures import grouped_yuan
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen, fit
from shopcrm.segments.moves import LISTS
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy
    from shopcrm.segments.moves import Moves

_ID_WIDTH = 24


def print_moves(
    screen: Screen,
    moves: Moves,
    policy: Policy,
    since: dt.date,
    today: dt.date,
    lang: Lang,
    currency: str,
) -> None:
    """Print the matrix of stages, and the first of each list.

    Args:
        screen: the terminal.
        moves: who moved.
        policy: ``moves.lines``.
        since: the earlier day.
        today: the later day.
        lang: language.
        currency: of the amounts.
    """
    name = policy.text("shop.name") or t("overview.shop", lang)
    screen.title(t("moves.title", lang, shop=name, since=since, today=today))
    moved, there = len(moves.moved()), len(moves.table)
    screen.line(t("moves.summary", lang, moved=f"{moved:,}", customers=f"{there:,}"), "bold")
    screen.line()
    if not there:
        return
    _matrix(screen, moves, lang)
    lines = policy.whole("moves.lines")
    for list_name in LISTS:
        _list(screen, moves.listed(list_name), list_name, lines, lang, currency)


def _matrix(screen: Screen, moves: Moves, lang: Lang) -> None:
    screen.line(t("moves.matrix", lang), "dim")
    rows: list[list[str | Text]] = []
    for stage, counts in zip(moves.matrix.index, moves.matrix.to_numpy(), strict=True):
        if not counts.sum():
            continue
        cells = [f"{count:,}" if count else "-" for count in counts]
        word = Text(_stage(stage, lang), LABEL_STYLES.get(stage, ""))
        rows.append([word, *cells, f"{counts.sum():,}"])
    totals = moves.matrix.to_numpy().sum(axis=0)
    rows.append([t("moves.total", lang), *(f"{one:,}" for one in totals), f"{totals.sum():,}"])
    words = [_stage(stage, lang) for stage in moves.matrix.columns]
    head = ["", *words, t("moves.total", lang)]
    screen.table(head, rows, right=range(1, len(head)), indent=2)
    screen.line()


def _list(
    screen: Screen, found: pd.DataFrame, name: str, lines: int, lang: Lang, currency: str
) -> None:
    if found.empty:
        return
    screen.line(t(f"moves.{name}", lang, number=f"{len(found):,}"), "bold")
    rows: list[list[str | Text]] = []
    for row in rows_of(found.head(lines)):
        same = row.before == row.now
        change = "" if same else t("moves.from", lang, stage=_stage(row.before, lang))
        days = "" if pd.isna(row.days_since) else t("moves.days", lang, days=row.days_since)
        word = Text(_stage(row.now, lang), LABEL_STYLES.get(row.now, ""))
        money = f"{grouped_yuan(row.net_fen)} {unit(currency, lang)}"
        rows.append([fit(row.id, _ID_WIDTH), word, change, money, days])
    screen.table(["", "", "", "", ""], rows, right=(3,), indent=2)
    if len(found) > lines:
        screen.line(t("moves.more", lang, number=f"{len(found) - lines:,}"), "dim", indent=2)
    screen.line()


def _stage(name: str, lang: Lang) -> str:
    return t(f"stage.{name}", lang) if name != "not_yet" else t("moves.not_yet", lang)
