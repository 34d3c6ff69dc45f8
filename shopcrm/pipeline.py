"""The arrow in code: files, orders, customers, segments, due contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.history import register_talks
from shopcrm.contacts.plan import due_contacts
from shopcrm.customers.facts import customer_facts
from shopcrm.customers.identity import identify, match_deals, spellings
from shopcrm.segments.assign import assign_segments
from shopcrm.shop import Shop
from shopcrm.sources.read import MERGED, Inputs, Step, read_files

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy


def run(
    paths: Sequence[tuple[Path, bool]],
    policy: Policy,
    today: dt.date,
    lang: Lang,
    *,
    days: int = 0,
    step: Step = lambda _name, _number, _total: None,
) -> Shop:
    """Run the arrow over the files.

    Args:
        paths: what :func:`shopcrm.sources.files.find_files` returned.
        policy: the policy in force.
        today: the day to count from.
        lang: language of reasons and scripts.
        days: contacts that fall due within so many days from today are planned too.
        step: told of each file before it is read.

    Raises:
        ShopcrmError: a file that cannot be used.
    """
    inputs = read_files(paths, policy, today, step)
    orders, register, log = identify(inputs.orders, inputs.register, inputs.log)
    orders, matched = match_deals(orders)
    inputs.mark(matched, MERGED)
    exports = matched.set_index("order")["export"]
    register["order"] = register["order"].map(exports).astype("str").fillna(register["order"])
    _note_spellings(orders, register, inputs)
    customers = customer_facts(orders, inputs.items, register, log, policy, today)
    segments, thresholds = assign_segments(customers, log, policy, lang)
    talks = pd.concat([log, register_talks(register)], ignore_index=True)
    plan = due_contacts(orders, customers, segments, talks, policy, today, lang, days=days)
    return Shop(
        today=today,
        policy=policy,
        lang=lang,
        files=inputs.files,
        orders=orders,
        items=inputs.items,
        register=register,
        cells=inputs.cells,
        log=log,
        customers=customers,
        segments=segments,
        contacts=plan.contacts,
        held=plan.held,
        thresholds=thresholds,
        problems=inputs.problems,
        matched=len(matched),
    )


def _note_spellings(orders: pd.DataFrame, register: pd.DataFrame, inputs: Inputs) -> None:
    """Mention ids that are written in several ways and were taken for one customer."""
    ways = spellings(orders, register)
    several = ways[ways["customer"].duplicated(keep=False)]
    for _, group in several.groupby("customer", sort=True):
        inputs.problems.add("ids_folded", "", values=" = ".join(group["buyer"]))
