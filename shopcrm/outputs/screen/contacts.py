"""The report of ``callbacks``: whom to contact, why, by when, what to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.text import Text

from shopcrm.contacts.rules import RULES
from shopcrm.labels import t
from shopcrm.outputs.figures import gaps_in_reading
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen
from shopcrm.outputs.settings_notes import settings_notes
from shopcrm.outputs.words import label_word, of_customers
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    for warning in (*gaps_in_reading(shop, lang), *settings_notes(shop)):
        screen.line(t("report.note", lang, text=warning), "yellow")
    if due.empty:
        screen.line(t("callbacks.none", lang), "green")
        return
    _by_kind(screen, shop)
    shown = due[~due["waiting"]].head(shop.policy.whole("callbacks.screen_lines"))
    people = of_customers(shop.customers, shown["customer"], ["id", "phone"])
    labels = of_customers(shop.segments, shown["customer"], ["segment"])
    rows = list(zip(rows_of(shown), rows_of(people), labels["segment"], strict=True))
    for kind in shown["kind"].unique():
        screen.line()
        screen.line(t("callbacks.kind", lang, kind=t(f"kind.{kind}", lang)), "bold cyan")
        for contact, person, segment in rows:
            if contact.kind == kind:
                _one(screen, shop, contact, person, segment)
    rest = int((~due["waiting"]).sum()) - len(shown)
    if rest:
        screen.line()
        screen.line(t("callbacks.more", lang, number=f"{rest:,}"))


def _by_kind(screen: Screen, shop: Shop) -> None:
    """Print how many contacts there are of each kind, of each person, and how many wait."""
    lang, due = shop.lang, shop.contacts
    mark = t("report.mark", lang)
    first = shop.policy.words("callbacks.priority")
    counted = due.assign(late=due["days_overdue"] > 0).groupby("kind")
    counts = counted.agg(number=("kind", "size"), late=("late", "sum"), wait=("waiting", "sum"))
    names = sorted(map(str, counts.index), key=lambda kind: (_place(first, kind), kind))
    shown = ["number", *(name for name in ("late", "wait") if counts[name].any())]
    screen.line()
    screen.table(
        ["", *(t(f"callbacks.head_{name}", lang) for name in shown)],
        [
            [t(f"kind.{kind}", lang), *(f"{int(counts[one][kind]):,}" for one in shown)]
            for kind in names
        ],
        right=range(1, len(shown) + 1),
    )
    staff = due.loc[~due["waiting"], "staff"].value_counts().sort_index()
    if len(staff):
        screen.line(mark.join(f"{name} {number:,}" for name, number in staff.items()))
    waiting = int(due["waiting"].sum())
    if waiting:
        screen.line(t("callbacks.waiting", lang, number=f"{waiting:,}"), "yellow")


def _place(words: Sequence[str], word: str) -> int:
    return words.index(word) if word in words else len(words)


def print_considered(screen: Screen, shop: Shop, customer: str, tasks: pd.DataFrame) -> None:
    """Print every contact with one customer that may be due, and what became of it.

    Args:
        screen: the terminal.
        shop: the shop.
        customer: key in CUSTOMERS.
        tasks: PLANNED with ``reason``, of :attr:`shopcrm.contacts.plan.Plan.considered`.
    """
    lang = shop.lang
    name = str(shop.customers.set_index("customer")["id"][customer])
    screen.title(t("callbacks.why_title", lang, customer=name, today=shop.today.isoformat()))
    tags = str(shop.segments.set_index("customer")["tags"][customer] or "").split()
    for rule in RULES:  # what is not due yet will be held back as well
        if rule in tags:
            screen.line(t("callbacks.left_alone", lang, rule=t(f"held.{rule}", lang)), "yellow")
    if tasks.empty:
        screen.line(t("callbacks.why_none", lang))
        return
    for task in rows_of(tasks):
        kind = t(f"kind.{task.kind}", lang)
        if not pd.isna(task.round):
            kind = t("callbacks.round", lang, kind=kind, round=task.round)
        style = {"due": "green", "settled": "dim", "lapsed": "dim", "later": ""}.get(
            task.held, "yellow"
        )
        when = t("callbacks.window", lang, first=f"{task.due_from:%Y-%m-%d}", last=_last(task))
        screen.line(f"{kind}  {t(f'held.{task.held}', lang)}", f"bold {style}".strip())
        screen.line(when, indent=2)
        screen.line(task.reason, "dim", indent=2)


def _last(task: Any) -> str:
    last = max(task.due_by, task.due_from)
    return f"{last:%Y-%m-%d}"


def _one(screen: Screen, shop: Shop, contact: Any, person: Any, segment: str) -> None:
    lang = shop.lang
    honorific, phone = contact.honorific, person.phone
    channel = t(f"channel.{contact.channel}", lang)
    if contact.channel == "phone" and isinstance(phone, str):
        channel += f" {phone}"
    head = Text(f"{contact.priority:>3}  ", "bold")
    called = [person.id, *([honorific] if isinstance(honorific, str) else [])]
    head.append("  ".join(called), "bold")
    if not pd.isna(contact.reachable_until):
        channel += t("callbacks.until", lang, day=f"{contact.reachable_until:%m-%d}")
    head.append(f"  {channel}  ")
    head.append(label_word(segment, lang), LABEL_STYLES.get(segment, ""))
    if isinstance(contact.staff, str):
        head.append(f"  {contact.staff}", "dim")
    screen.console.print(head, overflow="fold")
    reason = contact.reason
    by = contact.due_by
    late = contact.days_overdue
    when = "" if pd.isna(by) or late else t("callbacks.by", lang, day=f"{by:%m-%d}")
    screen.line(reason + when, "red" if late else "", indent=5)
    if isinstance(contact.owed, str) and contact.kind != "promise":
        screen.line(t("callbacks.owed", lang, owed=contact.owed), "yellow", indent=5)
    screen.line(contact.script, "dim", indent=5)
