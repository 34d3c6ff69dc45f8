"""The report of ``callbacks``: whom to contact, why, by when, what to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.text import Text

from shopcrm.labels import t
from shopcrm.outputs.figures import gaps_in_reading
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen
from shopcrm.outputs.words import label_word, of_customers
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from shopcrm.shop import Shop


def print_contacts(screen: Screen, shop: Shop, days: int) -> None:
    """Print the first contacts with their scripts, and how many more there are."""
    lang, due = shop.lang, shop.contacts
    head = "callbacks.title_days" if days else "callbacks.title"
    screen.title(t(head, lang, today=shop.today.isoformat(), total=len(due), days=days))
    hours = {name: shop.policy.text(f"callbacks.{name}_hours") for name in ("phone", "message")}
    screen.line(t("callbacks.hours", lang, **hours), "dim")
    if shop.held:
        mark = t("report.mark", lang)
        held = mark.join(f"{t(f'held.{rule}', lang)} {n}" for rule, n in shop.held.items())
        screen.line(t("callbacks.held", lang, held=held), "dim")
    for warning in gaps_in_reading(shop, lang):
        screen.line(t("report.note", lang, text=warning), "yellow")
    if due.empty:
        screen.line(t("callbacks.none", lang), "green")
        return
    shown = due.head(shop.policy.whole("callbacks.screen_lines"))
    people = of_customers(shop.customers, shown["customer"], ["id", "phone"])
    labels = of_customers(shop.segments, shown["customer"], ["segment"])
    rows = zip(rows_of(shown), rows_of(people), labels["segment"], strict=True)
    for contact, person, segment in rows:
        screen.line()
        _one(screen, shop, contact, person, segment)
    rest = len(due) - len(shown)
    if rest:
        screen.line()
        screen.line(t("callbacks.more", lang, number=f"{rest:,}"))


def _one(screen: Screen, shop: Shop, contact: Any, person: Any, segment: str) -> None:
    lang = shop.lang
    honorific, phone = contact.honorific, person.phone
    channel = t(f"channel.{contact.channel}", lang)
    if contact.channel == "phone" and isinstance(phone, str):
        channel += f" {phone}"
    head = Text(f"{contact.priority:>3}  ", "bold")
    called = [person.id, *([honorific] if isinstance(honorific, str) else [])]
    head.append("  ".join(called), "bold")
    head.append(f"  {channel}  ")
    head.append(label_word(segment, lang), LABEL_STYLES.get(segment, ""))
    screen.console.print(head, overflow="fold")
    reason = contact.reason
    by = contact.due_by
    late = contact.days_overdue
    when = "" if pd.isna(by) or late else t("callbacks.by", lang, day=f"{by:%m-%d}")
    screen.line(reason + when, "red" if late else "", indent=5)
    screen.line(contact.script, "dim", indent=5)
