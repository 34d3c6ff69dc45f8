"""The report of ``effect``: who ordered again, talked to or left alone, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from shopcrm.labels import t
from shopcrm.outputs.figures import missing_days
from shopcrm.shares import percent, points
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.shop import Shop

_STYLES: Final = {"more": "green", "less": "red", "too_few": "dim", "open": ""}


def print_effect(screen: Screen, shop: Shop, found: pd.DataFrame) -> None:
    """Print one table for each number of days, and what the figures do not say.

    Args:
        screen: the terminal.
        shop: the shop.
        found: EFFECT.
    """
    lang, policy = shop.lang, shop.policy
    screen.title(t("effect.title", lang, today=shop.today.isoformat()))
    for line in missing_days(shop, lang):
        screen.line(line, "yellow")
    if found.empty:
        screen.line(t("effect.none", lang))
        return
    sure = percent(policy.number("effect.confidence"))
    head = [
        "",
        *(t(f"effect.{name}", lang) for name in ("contacted", "came", "others", "came")),
        t("effect.difference", lang, sure=sure),
        "",
    ]
    for days, rows in found.groupby("days", sort=True):
        screen.line(t("effect.within", lang, days=days), "bold cyan")
        screen.table(head, [_row(shop, row) for row in rows_of(rows)], right=(1, 2, 3, 4, 5))
        screen.line()
    screen.line(t("effect.like", lang), "dim")
    screen.line(t("effect.no_experiment", lang), "yellow")
    if (found["verdict"] == "too_few").any():
        screen.line(t("effect.few", lang, least=policy.whole("effect.least")), "dim")
    unlike = int(found.groupby("kind")["unlike"].max().sum())
    if unlike:
        screen.line(t("effect.unlike", lang, number=f"{unlike:,}"), "dim")


def _row(shop: Shop, row: Any) -> list[str | Text]:
    lang = shop.lang
    verdict = Text(t(f"verdict_of_effect.{row.verdict}", lang), _STYLES[row.verdict])
    kind = t(f"kind.{row.kind}", lang)
    if not row.contacted:
        return [kind, "0", "", "", "", "", verdict]
    apart, low, high = (points(one, sign=True) for one in (row.difference, row.low, row.high))
    told = [f"{row.contacted:,}", percent(row.share), f"{row.others:,}", percent(row.others_share)]
    return [kind, *told, f"{apart} [{low}, {high}]", verdict]
