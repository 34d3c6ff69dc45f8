"""The same figures as data, for ``--json``. Field names are part of the interface: docs/json.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.outputs.explained import explained
from shopcrm.outputs.figures import figures, file_rows, problem_counts, warnings, yuan
from shopcrm.outputs.goods_words import proposal_reasons
from shopcrm.outputs.people import one_person, preference_texts
from shopcrm.outputs.words import of_customers
from shopcrm.policy import changed_settings
from shopcrm.segments.classes import rfm_counts
from shopcrm.segments.moves import LISTS
from shopcrm.segments.own.assign import own_counts
from shopcrm.sources.cells.repairs import REPAIRS
from shopcrm.tables import OWN_MARK, rows_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from shopcrm.outputs.figures import Counted
    from shopcrm.policy import Policy
    from shopcrm.segments.compare import Comparison
    from shopcrm.segments.moves import Moves
    from shopcrm.shop import Shop
    from shopcrm.sources.read import FileReport


def segment_data(shop: Shop) -> dict[str, Any]:
    """Return the figures of ``segment``; money is text in yuan with two decimals."""
    done = figures(shop)
    edges = shop.thresholds.rfm
    vip_from = shop.thresholds.vip_from_fen
    return {
        "today": shop.today.isoformat(),
        "files": [file_data(file) for file in shop.files],
        "orders": done.orders,
        "customers": done.customers,
        "buyers": done.buyers,
        "repeat_buyers": done.repeat_buyers,
        "refund_only": done.refund_only,
        "orders_without_key": done.without_key,
        "deals_matched": shop.matched,
        "net_sales": yuan(done.net_fen),
        "currency": shop.currency,
        "other_currencies": {
            code: {"orders": orders, "net_sales": yuan(net)}
            for code, (orders, net) in sorted(done.others.items())
        },
        "sources": [
            {
                "platform": one.platform,
                "shop": one.shop,
                "currency": one.currency,
                "orders": one.orders,
                "net_sales": yuan(one.net_fen),
            }
            for one in done.sources
        ],
        "products": [_counted(one) for one in done.products],
        "regions": [_counted(one) for one in done.regions],
        "stages": done.stages if done.customers is not None else {},
        "tags": done.tags,
        "vip_from": None if vip_from is None else f"{vip_from / 100:.2f}",
        "rfm_edges": {
            "recency": list(edges.recency),
            "frequency": list(edges.frequency),
            "monetary": [edge / 100 for edge in edges.monetary],
            "fixed": list(edges.fixed),
            "moved": list(edges.moved),
        },
        "rfm_high": list(shop.thresholds.rfm_high),
        "rfm_classes": rfm_counts(shop.segments) if done.customers is not None else {},
        "own": own_counts(shop.segments, shop.policy),
        "problems": problem_counts(shop),
        "warnings": warnings(shop, shop.lang),
    }


def _counted(one: Counted) -> dict[str, Any]:
    return {"name": one.name, "orders": one.orders, "net_sales": yuan(one.net_fen)}


def file_data(file: FileReport) -> dict[str, Any]:
    """Return what one file was read as."""
    return {
        "file": file.file,
        "layout": file.layout.name,
        "encoding": file.encoding,
        "header_row": file.header_row,
        **file_rows(file),
        "key": file.key,
        "orders_without_key": file.without_key,
        "paid_is": file.paid_is,
        "amount_of": file.amount_of,
        "repairs": {name: file.rows.repairs[name] for name in REPAIRS if file.rows.repairs[name]},
        "statuses": file.statuses,
        "mapped": file.mapped,
        "unmapped": file.unmapped,
    }


def contacts_data(shop: Shop, customer: str | None = None) -> list[dict[str, Any]]:
    """Return the contacts, of one customer or all, the most important first; days in ISO form."""
    due = shop.contacts
    if customer is not None:
        due = due[due["customer"] == customer]
    people = of_customers(shop.customers, due["customer"], ["id", "phone"])
    return [
        {
            "customer": str(person.id),
            "priority": int(row.priority),
            "honorific": row.honorific if isinstance(row.honorific, str) else None,
            "phone": person.phone if isinstance(person.phone, str) else None,
            "kind": row.kind,
            "round": None if pd.isna(row.round) else int(row.round),
            "order": row.order_no if isinstance(row.order_no, str) else None,
            "due_from": _day(row.due_from),
            "due_by": _day(row.due_by),
            "days_overdue": int(row.days_overdue),
            "channel": row.channel,
            "reason": row.reason,
            "script": row.script,
            "receipt_date": _day(row.receipt_date),
            "receipt_from": row.receipt_from if isinstance(row.receipt_from, str) else None,
            "folded": bool(row.folded),
            "attempts": int(row.attempts),
            "about": row.about if isinstance(row.about, str) else None,
            "reachable_until": _day(row.reachable_until),
            "owed": row.owed if isinstance(row.owed, str) else None,
            "staff": row.staff if isinstance(row.staff, str) else None,
            "waiting": bool(row.waiting),
            "product": row.product if isinstance(row.product, str) else None,
            "order_date": _day(row.order_date),
        }
        for row, person in zip(rows_of(due), rows_of(people), strict=True)
    ]


def effect_data(found: pd.DataFrame, shop: Shop) -> dict[str, Any]:
    """Return who ordered again, talked to or left alone.

    Args:
        found: EFFECT.
        shop: the shop.
    """
    return {
        "today": shop.today.isoformat(),
        "confidence": shop.policy.number("effect.confidence"),
        "least": shop.policy.whole("effect.least"),
        "kinds": [_fields(row) for row in found.to_dict("records")],
    }


def audience_data(shop: Shop, word: str, buyers: int, held: Mapping[str, int]) -> dict[str, Any]:
    """Return who is told of a new arrival.

    Args:
        shop: the shop with the notices as its contacts.
        word: what was asked for.
        buyers: how many have bought such a thing.
        held: how many of them are left out, by rule.
    """
    return {"word": word, "buyers": buyers, "left_out": {**held}, "contacts": contacts_data(shop)}


def considered_data(tasks: pd.DataFrame) -> list[dict[str, Any]]:
    """Return every contact with one customer that may be due, and what became of it.

    Args:
        tasks: PLANNED with ``reason``, of :attr:`shopcrm.contacts.plan.Plan.considered`.
    """
    return [
        {
            "kind": row.kind,
            "round": None if pd.isna(row.round) else int(row.round),
            "order": row.order_no if isinstance(row.order_no, str) else None,
            "about": row.about if isinstance(row.about, str) else None,
            "due_from": _day(row.due_from),
            "due_by": _day(row.due_by),
            "held": row.held,
            "reason": row.reason,
        }
        for row in rows_of(tasks)
    ]


def customer_data(shop: Shop, customer: str) -> dict[str, Any]:
    """Return everything about one customer; money is text in yuan.

    Args:
        shop: the shop.
        customer: key in CUSTOMERS.
    """
    person = shop.customers.set_index("customer").loc[customer]
    label = shop.segments.set_index("customer").loc[customer]
    orders = shop.orders[shop.orders["customer"] == customer]
    return {
        "customer": customer,
        **_fields(person),
        **_fields(label),
        "tags": str(label["tags"]).split() if isinstance(label["tags"], str) else [],
        "own": str(label["own"]).split(OWN_MARK) if isinstance(label["own"], str) else [],
        "ids": [
            _fields(row)
            for row in shop.identities[shop.identities["customer"] == customer]
            .drop(columns="customer")
            .to_dict("records")
        ],
        "order_list": [
            {**_fields(row), "file": shop.files[int(row["file"])].file}
            for row in orders.drop(columns="customer").to_dict("records")
        ],
        "reviews": [
            {**_fields(row), "file": shop.files[int(row["file"])].file}
            for row in shop.reviews[shop.reviews["customer"] == customer]
            .drop(columns="customer")
            .to_dict("records")
        ],
        "contacts": contacts_data(shop, customer),
        **_profile(shop, customer),
    }


def _profile(shop: Shop, customer: str) -> dict[str, Any]:
    """Return type, group, preferences, agent, suspicion and what to offer, each with its reason."""
    one, lang = one_person(shop, customer), shop.lang
    kind = one.types.iloc[0]
    agent, suspect = one.agents.to_dict("records"), one.suspects.to_dict("records")
    offers = one.proposals.assign(reason=proposal_reasons(one.proposals, lang))
    tastes = one.preferences.assign(text=preference_texts(one.preferences, lang))
    return {
        "kind": {
            "type": plain(kind["type"]),
            "by": plain(kind["type_by"]),
            "reason": plain(kind["reason"]),
        },
        "group": one.groups.iloc[0],
        "preferences": [_own_fields(row) for row in tastes.to_dict("records")],
        "agent": _own_fields(agent[0]) if agent else None,
        "suspicion": (
            {
                "patterns": suspect[0]["patterns"].split(),
                "evidence": suspect[0]["evidence"],
            }
            if suspect
            else None
        ),
        "next_products": [_own_fields(row) for row in offers.to_dict("records")],
    }


def _own_fields(row: Any) -> dict[str, Any]:
    return {name: value for name, value in _fields(row).items() if name != "customer"}


def why_data(shop: Shop, customer: str) -> list[dict[str, Any]]:
    """Return each label of a customer with its rule, the numbers and what would change it."""
    return [
        {
            "section": one.section,
            "label": one.label,
            "holds": one.holds,
            "rule": one.rule,
            "numbers": one.numbers,
            "change": list(one.change),
        }
        for one in explained(shop, customer)
    ]


def moves_data(moves: Moves, since: dt.date, today: dt.date) -> dict[str, Any]:
    """Return who moved between two days."""
    return {
        "since": since.isoformat(),
        "today": today.isoformat(),
        "matrix": {
            str(before): {str(now): int(number) for now, number in row.items()}
            for before, row in moves.matrix.iterrows()
        },
        "moved": [
            {
                "customer": row.id,
                "before": row.before,
                "now": row.now,
                "net": yuan(row.net_fen),
            }
            for row in rows_of(moves.moved())
        ],
        "lists": {name: [str(one) for one in moves.listed(name)["id"]] for name in LISTS},
    }


def whatif_data(found: Comparison, policy: Policy, changed: Policy) -> dict[str, Any]:
    """Return what would change under another policy."""
    return {
        "settings": {
            key: {"before": before, "after": after}
            for key, (before, after) in changed_settings(policy, changed).items()
        },
        "groups": [
            {
                "section": row.section,
                "label": row.label,
                "customers": row.people,
                "net": yuan(row.net_fen),
                "customers_after": row.people_after,
                "net_after": yuan(row.net_fen_after),
            }
            for row in rows_of(found.groups)
        ],
        "changed": [
            {
                "customer": row.id,
                "net": yuan(row.net_fen),
                "lost": list(row.gone),
                "gained": list(row.come),
            }
            for row in rows_of(found.changed)
        ],
    }


def _fields(row: Any) -> dict[str, Any]:
    """Return a row of a table by field; ``net_fen`` becomes ``net``, text in yuan."""
    return {str(name).removesuffix("_fen"): plain(value, name) for name, value in row.items()}


def plain(value: Any, name: object = "") -> Any:
    """Return a cell as JSON can carry it: fen as yuan, a day as text, missing as None."""
    if pd.isna(value):
        return None
    if str(name).endswith("_fen"):
        return yuan(int(str(value)))
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.item() if hasattr(value, "item") else value


def _day(moment: object) -> str | None:
    return moment.date().isoformat() if isinstance(moment, pd.Timestamp) else None
