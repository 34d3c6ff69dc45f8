"""The report of ``customer``: everything about one customer on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.contacts.honorific import honorifics
from shopcrm.labels import t, unit
from shopcrm.outputs.figures import grouped_yuan
from shopcrm.outputs.goods_words import proposal_reasons
from shopcrm.outputs.people import one_person, preference_texts
from shopcrm.outputs.screen.expected import expected_lines
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen, fit
from shopcrm.outputs.words import label_word, platform_word
from shopcrm.shares import percent
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from shopcrm.shop import Shop

_IDS_SHOWN = 12
_ORDERS_SHOWN = 8
_REVIEWS_SHOWN = 3
_TALKS_SHOWN = 5
_FACTS = (
    ("orders", "net_fen", "average_fen"),
    ("first_order", "last_order", "days_since"),
    ("expected_gap", "refund_fen", "unpaid_orders"),
    ("product", "category"),
    ("phone", "email", "province", "city"),
    ("type", "birthday", "sheet_grade"),
    ("last_contact", "note"),
)


def print_customer(screen: Screen, shop: Shop, customer: str) -> None:
    """Print label and reasons, facts, orders, talks, and what to do next.

    Args:
        screen: the terminal.
        shop: the shop.
        customer: key in CUSTOMERS.
    """
    lang = shop.lang
    rows = shop.customers[shop.customers["customer"] == customer]
    person = rows.iloc[0]
    label = shop.segments[shop.segments["customer"] == customer].iloc[0]
    honorific = honorifics(rows, shop.policy).iloc[0]
    named = [str(person["id"]), *([honorific] if isinstance(honorific, str) else [])]
    tags = label["tags"].split() if isinstance(label["tags"], str) else []
    words = dict.fromkeys([label["segment"], label["stage"], *tags])
    screen.line("  ".join(named), "bold cyan")
    shown = "  ".join(label_word(word, lang) for word in words)
    screen.line(shown, LABEL_STYLES.get(label["segment"], ""))
    for reason in str(label["reason"]).split("；"):
        screen.line(reason, indent=2)
    screen.line()
    _facts(screen, shop, person, label)
    _profile(screen, shop, customer)
    _ids(screen, shop, customer)
    _orders(screen, shop, customer)
    _reviews(screen, shop, customer)
    _talks(screen, shop, customer)
    _next(screen, shop, customer)


def _facts(screen: Screen, shop: Shop, person: pd.Series[Any], label: pd.Series[Any]) -> None:
    lang = shop.lang
    money = unit(shop.currency, lang)
    for names in _FACTS:
        parts = [
            f"{t(f'column.{name}', lang, unit=money)} {_shown(name, person[name])}"
            for name in names
            if pd.notna(person[name])
        ]
        if parts:
            screen.line("   ".join(parts), indent=2)
    for line in expected_lines(shop, person):
        screen.line(line, indent=2)
    scores = [label[f"{name}_score"] for name in ("recency", "frequency", "monetary")]
    if pd.notna(scores[0]):
        rfm = "-".join(str(score) for score in scores)
        rank = label["risk_rank"] if pd.notna(label["risk_rank"]) else "-"
        total = int(shop.segments["risk_rank"].notna().sum())
        screen.line(t("customer.scores", lang, rfm=rfm, rank=rank, total=total), indent=2)
    if isinstance(label["rfm_class"], str):
        word = t(f"rfm_class.{label['rfm_class']}", lang)
        screen.line(t("customer.rfm_class", lang, word=word, why=label["rfm_reason"]), indent=2)
    if isinstance(label["own"], str):
        screen.line(t("customer.own", lang, own=label["own"]), indent=2)
    _grade(screen, shop, label)
    screen.line()


def _grade(screen: Screen, shop: Shop, label: pd.Series[Any]) -> None:
    """Print the rung of the owner's ladder, the next one and what is missing to it."""
    lang = shop.lang
    if isinstance(label["grade"], str):
        screen.line(t("customer.grade", lang, grade=label["grade"]), indent=2)
    if not isinstance(label["next_grade"], str):
        return
    ways = []
    if pd.notna(label["to_next_fen"]):
        money = f"{grouped_yuan(int(label['to_next_fen']))} {unit(shop.currency, lang)}"
        ways.append(t("customer.missing_money", lang, money=money))
    if pd.notna(label["to_next_orders"]):
        ways.append(t("customer.missing_orders", lang, number=int(label["to_next_orders"])))
    told = t("customer.or", lang).join(ways)
    screen.line(t("customer.next_grade", lang, grade=label["next_grade"], ways=told), indent=2)


def _profile(screen: Screen, shop: Shop, customer: str) -> None:
    """Print type, group, preferences, agent, suspicion and what to offer, each with its reason."""
    lang, one = shop.lang, one_person(shop, customer)
    kind = one.types.iloc[0]
    if isinstance(kind["type"], str):
        told = {"type": t(f"type.{kind['type']}", lang), "reason": kind["reason"]}
        screen.line(t("customer.kind", lang, **told), indent=2)
    screen.line(t("customer.group", lang, group=t(f"group.{one.groups.iloc[0]}", lang)), indent=2)
    for agent in rows_of(one.agents):
        quality = t(f"quality.{agent.quality}", lang)
        screen.line(t("customer.agent", lang, quality=quality, reason=agent.reason), indent=2)
    if len(one.suspects):
        screen.line(t("customer.suspicion", lang), "yellow", indent=2)
        for text in one.suspects["evidence"].iloc[0].split(t("suspicion.mark", lang)):
            screen.line(text, indent=4)
    tastes = preference_texts(one.preferences, lang)
    if tastes:
        screen.line(t("customer.preferences", lang), indent=2)
        for text in tastes:
            screen.line(text, indent=4)
    elif len(one.orders):
        least = shop.policy.whole("preferences.min_orders")
        share = percent(shop.policy.number("preferences.min_share"))
        screen.line(t("customer.no_preferences", lang, orders=least, share=share), indent=2)
    offers = one.proposals
    if len(offers):
        screen.line(t("customer.offers", lang), indent=2)
    for offer, why in zip(rows_of(offers), proposal_reasons(offers, lang), strict=True):
        screen.line(f"{offer.rank}. {fit(offer.product, 70)}", indent=4)
        screen.line(why, "dim", indent=7)
    screen.line()


def _shown(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return grouped_yuan(int(value))
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if name == "expected_gap":
        return f"{value:.0f}"
    return str(value)


def _ids(screen: Screen, shop: Shop, customer: str) -> None:
    """Print the ids that were folded into this customer, whose they are, and by what."""
    lang = shop.lang
    ids = shop.identities[shop.identities["customer"] == customer]
    if ids.empty:
        return
    screen.line(t("customer.ids", lang), "bold")
    rows = []
    for row in rows_of(ids.head(_IDS_SHOWN)):
        # Where no row has the id, or it is a phone, no platform says that it is its own.
        known = row.kind == "buyer" and row.count > 0
        name = row.platform if isinstance(row.platform, str) else None
        platform = platform_word(name, lang) if known else ""
        number = t("customer.rows", lang, number=row.count)
        rows.append([fit(row.id, 40), platform, t(f"folded_by.{row.by}", lang), number])
    screen.table(["", "", "", ""], rows, right=(3,), indent=2)
    if len(ids) > _IDS_SHOWN:
        more = len(ids) - _IDS_SHOWN
        screen.line(t("customer.more_ids", lang, number=more), "dim", indent=2)
    screen.line()


def _orders(screen: Screen, shop: Shop, customer: str) -> None:
    lang = shop.lang
    orders = shop.orders[shop.orders["customer"] == customer].iloc[::-1]
    if orders.empty:
        return
    screen.line(t("customer.orders", lang, number=len(orders)), "bold")
    rows = []
    for row in rows_of(orders.head(_ORDERS_SHOWN)):
        when = row.created if pd.isna(row.paid) else row.paid
        back = t("customer.refunded", lang, money=grouped_yuan(row.refund_fen))
        product = row.product if isinstance(row.product, str) else ""
        rows.append(
            [
                "" if pd.isna(when) else f"{when:%Y-%m-%d}",
                grouped_yuan(row.gross_fen) + _other(row.currency, shop.currency),
                t(f"status.{row.status}", lang) + (f" {back}" if row.refund_fen else ""),
                fit(product, 30),
            ]
        )
    screen.table(["", "", "", ""], rows, right=(1,), indent=2)
    if len(orders) > _ORDERS_SHOWN:
        more = len(orders) - _ORDERS_SHOWN
        screen.line(t("customer.more_orders", lang, number=more), "dim", indent=2)
    screen.line()


def _other(currency: object, own: str) -> str:
    """Return the currency of an order that is not in the shop's, to stand behind its amount."""
    return f" {currency}" if isinstance(currency, str) and currency != own else ""


def _reviews(screen: Screen, shop: Shop, customer: str) -> None:
    lang = shop.lang
    found = shop.reviews[shop.reviews["customer"] == customer].sort_values("time").iloc[::-1]
    if found.empty:
        return
    screen.line(t("customer.reviews", lang, number=len(found)), "bold")
    for row in rows_of(found.head(_REVIEWS_SHOWN)):
        day = "" if pd.isna(row.time) else f"{row.time:%Y-%m-%d}"
        rating = t(f"rating.{row.rating}", lang) if isinstance(row.rating, str) else ""
        text = row.text if isinstance(row.text, str) else ""
        screen.line(fit("  ".join(filter(None, (day, rating, text))), 76), indent=2)
    screen.line()


def _talks(screen: Screen, shop: Shop, customer: str) -> None:
    lang = shop.lang
    talks = shop.log[shop.log["customer"] == customer].sort_values("date").iloc[::-1]
    if talks.empty:
        return
    screen.line(t("customer.talks", lang, number=len(talks)), "bold")
    for row in rows_of(talks.head(_TALKS_SHOWN)):
        kind = t(f"kind.{row.kind}", lang) if isinstance(row.kind, str) else ""
        number = "" if pd.isna(row.round) else str(row.round)
        note = row.note if isinstance(row.note, str) else ""
        parts = [f"{row.date:%Y-%m-%d}", kind + number, t(f"result.{row.result}", lang), note]
        screen.line(fit("  ".join(part for part in parts if part), 76), indent=2)
    screen.line()


def _next(screen: Screen, shop: Shop, customer: str) -> None:
    lang = shop.lang
    due = shop.contacts[shop.contacts["customer"] == customer]
    if due.empty:
        screen.line(t("customer.nothing_due", lang))
        return
    contact = due.iloc[0]
    channel = t(f"channel.{contact['channel']}", lang)
    screen.line(t("customer.next", lang, channel=channel, reason=contact["reason"]), "green")
    screen.line(contact["script"], indent=2)
