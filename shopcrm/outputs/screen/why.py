"""The report of ``customer --why``: each label, its rule, the numbers, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import has, t
from shopcrm.outputs.explained import explained
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.segments.why import Why
    from shopcrm.shop import Shop


def print_why(screen: Screen, shop: Shop, customer: str) -> None:
    """Print why a customer has each label.

    Args:
        screen: the terminal.
        shop: the shop.
        customer: key in CUSTOMERS.
    """
    lang = shop.lang
    known = shop.customers.set_index("customer")["id"]
    screen.title(t("why_screen.title", lang, id=known[customer], today=shop.today))
    for one in explained(shop, customer):
        word = _word(one, lang)
        style = LABEL_STYLES.get(one.label, "bold") if one.holds else "dim"
        head = word if one.holds else t("why_screen.not", lang, label=word)
        screen.line(head, style)
        for name, text in (("rule", one.rule), ("numbers", one.numbers)):
            if text:
                screen.line(t(f"why_screen.{name}", lang, text=text), indent=2)
        for change in one.change:
            screen.line(t("why_screen.change", lang, text=change), indent=2)
        screen.line()


def _word(one: Why, lang: Lang) -> str:
    name = f"{one.section}.{one.label}"
    return (
        t(name, lang) if one.section in ("stage", "tag", "rfm_class") and has(name) else one.label
    )
