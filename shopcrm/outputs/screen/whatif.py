"""The report of ``whatif``: the settings, the labels with other people, and who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from shopcrm.labels import t, unit
from shopcrm.outputs.figures import grouped_yuan
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen, fit
from shopcrm.policy import changed_settings
from shopcrm.tables import rows_of
from shopcrm.toml_text import as_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy
    from shopcrm.segments.compare import Comparison

_WIDTH = 76
_LABEL_WIDTH = 22


def print_whatif(
    screen: Screen,
    found: Comparison,
    policy: Policy,
    changed: Policy,
    lang: Lang,
    currency: str,
) -> None:
    """Print what would change.

    Args:
        screen: the terminal.
        found: labels before and after.
        policy: the policy in force.
        changed: the other one.
        lang: language.
        currency: of the amounts.
    """
    name = policy.text("shop.name") or t("overview.shop", lang)
    screen.title(t("whatif.title", lang, shop=name))
    for key, value in changed_settings(policy, changed).items():
        before, after = as_toml(value[0]), as_toml(value[1])
        screen.line(t("whatif.setting", lang, key=key, before=before, after=after))
    number = len(found.changed)
    screen.line()
    if not number:
        screen.line(t("whatif.nobody", lang), "green")
        return
    _groups(screen, found, lang, currency)
    screen.line(t("whatif.people", lang, number=f"{number:,}"), "bold")
    lines = policy.whole("whatif.lines")
    for row in rows_of(found.changed.head(lines)):
        told = t(
            "whatif.person",
            lang,
            id=fit(row.id, _LABEL_WIDTH),
            net=f"{grouped_yuan(row.net_fen)} {unit(currency, lang)}",
        )
        changes = [t("whatif.gone", lang, labels=_words(row.gone, lang))] if row.gone else []
        changes += [t("whatif.come", lang, labels=_words(row.come, lang))] if row.come else []
        screen.line(fit(f"{told}  {'  '.join(changes)}", _WIDTH), indent=2)
    if number > lines:
        screen.line(t("whatif.more", lang, number=f"{number - lines:,}"), "dim", indent=2)


def _groups(screen: Screen, found: Comparison, lang: Lang, currency: str) -> None:
    """Print the labels that have other people, or other money."""
    rows: list[list[str | Text]] = []
    for row in rows_of(found.groups):
        same = row.people == row.people_after and row.net_fen == row.net_fen_after
        if same:
            continue
        word = fit(_word(f"{row.section}.{row.label}", lang), _LABEL_WIDTH)
        rows.append(
            [
                Text(word, LABEL_STYLES.get(row.label, "")),
                f"{row.people:,}",
                f"{row.people_after:,}",
                f"{row.people_after - row.people:+,}",
                grouped_yuan(row.net_fen),
                grouped_yuan(row.net_fen_after),
            ]
        )
    money = unit(currency, lang)
    head = [
        t(f"whatif.col_{name}", lang, unit=money)
        for name in ("label", "before", "after", "difference", "net_before", "net_after")
    ]
    screen.table(head, rows, right=range(1, len(head)), indent=2)
    screen.line()


def _words(labels: Iterable[str], lang: Lang) -> str:
    return t("sheet_note.list_mark", lang).join(_word(label, lang) for label in labels)


def _word(label: str, lang: Lang) -> str:
    """Return the word of a label: its own name for a grade or a segment of the owner's."""
    section, _, name = label.partition(".")
    if section == "tags":
        return t(f"tag.{name}", lang)
    return t(f"{section}.{name}", lang) if section in ("stage", "rfm_class") else name
