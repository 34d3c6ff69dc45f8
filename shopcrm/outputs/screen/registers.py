"""The reports of ``promise list``, ``suggestion list`` and ``optout list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.labels import Lang, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.shop import Shop


def print_promises(screen: Screen, shop: Shop, rows: pd.DataFrame) -> None:
    """Print promises, one customer and one promise an entry.

    Args:
        screen: the terminal.
        shop: the shop.
        rows: of :func:`shopcrm.outputs.register_data.owed_promises`.
    """
    lang = shop.lang
    screen.title(t("registers.promises", lang, number=len(rows), today=shop.today))
    for row in rows.to_dict("records"):
        late = pd.isna(row["kept"]) and bool(
            row["due"] < pd.Timestamp(shop.today) or not pd.isna(row["again"])
        )
        screen.line(f"{row['buyer']}  {row['what']}", "yellow" if late else "bold")
        said = [
            t("registers.made_today", lang)
            if row["days"] == 0
            else _dated("registers.made", row["made"], lang, days=row["days"]),
            _dated("registers.due", row["due"], lang),
            _dated("registers.again", row["again"], lang),
            _dated("registers.talked", row["talked"], lang),
            _dated("registers.kept", row["kept"], lang),
        ]
        _details(screen, said, row["id"], lang)
    if rows.empty:
        screen.line(t("registers.nothing_owed", lang), "green")


def print_suggestions(screen: Screen, shop: Shop, rows: pd.DataFrame) -> None:
    """Print suggestions, with who deals with each and what became of it."""
    lang = shop.lang
    screen.title(t("registers.suggestions", lang, number=len(rows), today=shop.today))
    for row in rows.to_dict("records"):
        screen.line(f"{row['buyer']}  {row['what']}", "bold")
        decided = not pd.isna(row["outcome"])
        said = [
            _dated("registers.suggested", row["made"], lang),
            "" if pd.isna(row["team"]) else t(f"team.{row['team']}", lang),
            t(f"outcome.{row['outcome']}", lang) if decided else t("registers.undecided", lang),
            _dated("registers.talked", row["talked"], lang),
            _dated("registers.told", row["told"], lang)
            or (t("registers.untold", lang) if decided else ""),
        ]
        _details(screen, said, row["id"], lang)
    if rows.empty:
        screen.line(t("registers.no_suggestion", lang), "green")


def print_standings(screen: Screen, shop: Shop, rows: pd.DataFrame) -> None:
    """Print who is on which list, since when, why, and who put it down."""
    lang = shop.lang
    screen.title(t("registers.standings", lang, number=len(rows), today=shop.today))
    for standing, part in rows.groupby("standing", sort=False):
        screen.line(f"{t(f'standing.{standing}', lang)}  {len(part)}", "bold cyan")
        for row in part.to_dict("records"):
            said = [
                _dated("registers.since", row["since"], lang),
                "" if pd.isna(row["reason"]) else row["reason"],
                "" if pd.isna(row["by"]) else row["by"],
                _dated("registers.until", row["until"], lang),
            ]
            screen.line(f"{row['buyer']}  {_joined(said, lang)}", indent=2)
    if rows.empty:
        screen.line(t("registers.nobody", lang), "green")


def _dated(key: str, day: Any, lang: Lang, **values: object) -> str:
    return "" if pd.isna(day) else t(key, lang, day=day.strftime("%Y-%m-%d"), **values)


def _joined(said: Sequence[str], lang: Lang) -> str:
    return t("report.mark", lang).join(filter(None, said))


def _details(screen: Screen, said: Sequence[str], number: str, lang: Lang) -> None:
    screen.line(_joined([*said, t("registers.id", lang, id=number)], lang), "dim", indent=2)
