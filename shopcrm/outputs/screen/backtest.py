"""The report of ``backtest``: how right each rule was on past days of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import t
from shopcrm.outputs.screen.expected import percent

if TYPE_CHECKING:
    import datetime as dt

    from rich.text import Text

    from shopcrm.labels import Lang
    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.policy import Policy
    from shopcrm.segments.backtest.limits import Choice
    from shopcrm.segments.backtest.run import Backtest

_EQUAL = 0.005
"""Areas that differ by less are as good as equal."""

_NO_BETTER_THAN_CHANCE = 0.55
_ROUGH = 0.1
_FEW = 100


def print_backtest(
    screen: Screen, done: Backtest, policy: Policy, today: dt.date, lang: Lang
) -> None:
    """Print what the test found, or why the past is too short for one.

    Args:
        screen: the terminal.
        done: of :func:`shopcrm.segments.backtest.run.try_rules`.
        policy: the rules that were tried.
        today: the last day that is known.
        lang: language.
    """
    name = policy.text("shop.name") or t("overview.shop", lang)
    screen.title(t("backtest.title", lang, shop=name, today=today.isoformat()))
    if not done.days:
        screen.line(t("backtest.short", lang, days=done.history_days, wanted=done.wanted_days))
        return
    days = t("report.mark", lang).join(day.isoformat() for day in done.days)
    screen.line(
        t(
            "backtest.how",
            lang,
            days=days,
            ahead=done.ahead,
            customers=f"{done.customers:,}",
            came=percent(done.came),
        )
    )
    if done.customers < _FEW:
        screen.line(t("backtest.few", lang, customers=done.customers), "yellow")
    screen.line()
    _rules(screen, done, lang)
    _bands(screen, done, lang)
    _held(screen, done, policy, lang)
    for choice, kind in ((done.factor, "factor"), (done.lost, "lost")):
        if choice is not None:
            _limits(screen, choice, kind, done.ahead, policy, lang)


def _rules(screen: Screen, done: Backtest, lang: Lang) -> None:
    head = [t(f"backtest.col_{name}", lang) for name in ("rule", "area", "hits", "caught")]
    rows: list[list[str | Text]] = [
        [
            t(f"backtest_rule.{one.rule}", lang),
            f"{one.area:.3f}",
            percent(one.hits),
            percent(one.caught),
        ]
        for one in done.scores
    ]
    screen.table(head, rows, right=(1, 2, 3), indent=2)
    screen.line(t("backtest.area", lang), "dim", indent=2)
    areas = {one.rule: one.area for one in done.scores}
    if "chance" not in areas:
        screen.line(t("backtest.no_chance", lang), indent=2)
    elif max(areas.values()) < _NO_BETTER_THAN_CHANCE:
        screen.line(t("backtest.nothing", lang), "yellow", indent=2)
    else:
        gain = areas["chance"] - areas["silence"]
        told = "better" if gain > _EQUAL else "worse" if gain < -_EQUAL else "equal"
        words = t(f"backtest.chance_{told}", lang, gain=f"{abs(gain):.3f}")
        screen.line(words, "green" if told != "worse" else "yellow", indent=2)
    screen.line()


def _bands(screen: Screen, done: Backtest, lang: Lang) -> None:
    if not done.bands:
        return
    screen.line(t("backtest.bands", lang, ahead=done.ahead), "bold")
    head = [t(f"backtest.col_{name}", lang) for name in ("people", "said", "came")]
    rows: list[list[str | Text]] = [
        [f"{one.people:,}", percent(one.said), percent(one.came)] for one in done.bands
    ]
    screen.table(head, rows, right=(0, 1, 2), indent=2)
    widest = max(abs(one.said - one.came) for one in done.bands)
    screen.line(t("backtest.widest", lang, points=f"{widest * 100:.1f}"), indent=2)
    if widest > _ROUGH:
        screen.line(t("backtest.rough", lang), "yellow", indent=2)
    screen.line()


def _held(screen: Screen, done: Backtest, policy: Policy, lang: Lang) -> None:
    share = percent(policy.number("returning.window_share"))
    if done.windows is None:
        screen.line(t("backtest.no_windows", lang))
    else:
        screen.line(
            t(
                "backtest.windows",
                lang,
                share=share,
                number=f"{done.windows.number:,}",
                back=f"{done.windows.back:,}",
                held=percent(done.windows.held),
                of_all=percent(done.windows.held_of_all),
            )
        )
    if done.ranges is None:
        screen.line(t("backtest.no_ranges", lang))
    else:
        number, held = f"{done.ranges.number:,}", percent(done.ranges.held)
        screen.line(t("backtest.ranges", lang, share=share, number=number, held=held))


def _limits(
    screen: Screen, choice: Choice, kind: str, ahead: int, policy: Policy, lang: Lang
) -> None:
    screen.line()
    screen.line(t(f"backtest.{kind}", lang, ahead=ahead), "bold")
    head = [t(f"backtest.col_{name}", lang) for name in ("limit", "flagged", "back", "missed")]
    rows: list[list[str | Text]] = []
    for one in choice.limits:
        if not one.flagged:
            continue
        mark = t("backtest.now", lang) if one.value == choice.now else ""
        rows.append(
            [f"{one.value:g}{mark}", f"{one.flagged:,}", percent(one.came), percent(one.missed)]
        )
    screen.table(head, rows, right=(1, 2, 3), indent=2)
    share = percent(policy.number("returning.gone_share"))
    best = "" if choice.best is None else f"{choice.best:g}"
    name = f"backtest.{kind}_{choice.why}"
    told = t(name, lang, best=best, now=f"{choice.now:g}", share=share, ahead=ahead)
    screen.line(told, "green" if choice.why == "better" else "", indent=2)
