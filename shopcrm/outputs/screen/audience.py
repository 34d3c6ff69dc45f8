"""The report of ``audience``: who is told of a new arrival, who is left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import t
from shopcrm.outputs.words import of_customers
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.shop import Shop


def print_audience(
    screen: Screen, shop: Shop, word: str, buyers: int, held: Mapping[str, int]
) -> None:
    """Print the numbers, the reasons, and the first of those who are told with what to say.

    Args:
        screen: the terminal.
        shop: the shop with the notices as its contacts.
        word: what was asked for.
        buyers: how many have bought such a thing.
        held: how many of them are left out, by rule.
    """
    lang, due = shop.lang, shop.contacts
    day = shop.today.isoformat()
    screen.title(t("audience.title", lang, word=word, today=day))
    screen.line(t("audience.told", lang, buyers=f"{buyers:,}", number=f"{len(due):,}"), "bold")
    if held:
        rows = [[t(f"held.{rule}", lang), f"{number:,}"] for rule, number in held.items()]
        screen.line(t("audience.left_out", lang))
        screen.table(["", ""], rows, right=(1,), indent=2)
    if due.empty:
        return
    hours = shop.policy.text("callbacks.message_hours")
    screen.line(t("audience.hours", lang, hours=hours), "dim")
    shown = due.head(shop.policy.whole("callbacks.screen_lines"))
    people = of_customers(shop.customers, shown["customer"], ["id"])
    for contact, person in zip(rows_of(shown), rows_of(people), strict=True):
        called = [person.id, *([contact.honorific] if isinstance(contact.honorific, str) else [])]
        screen.line(f"{contact.priority}. {'  '.join(called)}", "bold", indent=2)
        screen.line(contact.reason, indent=5)
    screen.line()
    screen.line(t("audience.script", lang), "bold")
    screen.line(str(shown["script"].iloc[0]), "dim", indent=5)
    if len(due) > len(shown):
        screen.line(t("callbacks.more", lang, number=f"{len(due) - len(shown):,}"))
    screen.line(t("audience.not_recorded", lang), "dim")
