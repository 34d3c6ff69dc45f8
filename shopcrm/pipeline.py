"""The arrow in code: files, orders, customers, segments, due contacts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.history import register_talks
from shopcrm.contacts.plan import due_contacts
from shopcrm.customers.currency import of_currency, shop_currency
from shopcrm.customers.facts import customer_facts
from shopcrm.customers.identity import identify, identify_reviews, match_deals, near_deals
from shopcrm.customers.links import know_ids
from shopcrm.customers.names import folded_ids, note_ids
from shopcrm.segments.assign import assign_segments
from shopcrm.shop import Shop
from shopcrm.sources.kinds.merge_table import read_merges
from shopcrm.sources.opening.memory import give_back
from shopcrm.sources.read import MERGED, Step, read_files

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy
    from shopcrm.sources.read import Inputs


@dataclass(frozen=True, eq=False)
class Known:
    """What the files say, and who is who in it: the arrow as far as orders.

    Attributes:
        inputs: as read; its orders, register and log do not say who is who.
        orders: ORDERS with ``customer``, each deal once.
        register: REGISTER with ``customer``.
        log: CONTACT_LOG with ``customer``.
        reviews: REVIEWS with ``customer``.
        identities: IDENTITIES.
        matched: deals found both in the register and in an export.
    """

    inputs: Inputs
    orders: pd.DataFrame
    register: pd.DataFrame
    log: pd.DataFrame
    reviews: pd.DataFrame
    identities: pd.DataFrame
    matched: int


def know(
    paths: Sequence[tuple[Path, bool]],
    policy: Policy,
    today: dt.date,
    *,
    step: Step = lambda _name, _number, _total: None,
    passwords: Sequence[str] = (),
    whole: bool = True,
) -> Known:
    """Read the files and tell who is who.

    Args:
        paths: what :func:`shopcrm.sources.files.find_files` returned.
        policy: the policy in force.
        today: the day to count from.
        step: told of each file before it is read.
        passwords: to try on files that are locked.
        whole: these are all files of the shop; some of them need not have every id that the
            merge table speaks of.

    Raises:
        ShopcrmError: a file that cannot be used.
    """
    merges = read_merges(policy, passwords)
    paths = [(path, named) for path, named in paths if path != merges.path]
    inputs = read_files(paths, policy, today, step, passwords)
    first = policy.words("identity.platforms")
    ids = know_ids(inputs.orders, inputs.register, merges.new_by_old, first)
    orders, register, log = identify(inputs.orders, inputs.register, inputs.log, ids)
    identities = folded_ids(orders, register, ids)
    orders, matched = match_deals(orders)
    inputs.mark(matched, MERGED)
    inputs.doubt("maybe_same_deal", near_deals(orders))
    exports = matched.set_index("order")["export"]
    register["order"] = register["order"].map(exports).astype("str").fillna(register["order"])
    told = merges if whole else replace(merges, path=None)
    note_ids(identities, inputs.log, told, ids, inputs.problems)
    reviews = identify_reviews(inputs.reviews, orders, ids)
    return Known(inputs, orders, register, log, reviews, identities, len(matched))


def run(
    paths: Sequence[tuple[Path, bool]],
    policy: Policy,
    today: dt.date,
    lang: Lang,
    *,
    days: int = 0,
    step: Step = lambda _name, _number, _total: None,
    passwords: Sequence[str] = (),
    whole: bool = True,
) -> Shop:
    """Run the arrow over the files, from the first to the last stage.

    Args:
        paths: what :func:`shopcrm.sources.files.find_files` returned.
        policy: the policy in force.
        today: the day to count from.
        lang: language of reasons and scripts.
        days: contacts that fall due within so many days from today are planned too.
        step: told of each file before it is read.
        passwords: to try on files that are locked.
        whole: as for :func:`know`.

    Raises:
        ShopcrmError: a file that cannot be used.
    """
    known = know(paths, policy, today, step=step, passwords=passwords, whole=whole)
    inputs, orders, register, log = known.inputs, known.orders, known.register, known.log
    currency = shop_currency(orders, policy)
    counted = of_currency(orders, currency)
    customers = customer_facts(counted, inputs.items, register, log, policy, today, currency)
    give_back()
    segments, thresholds = assign_segments(customers, log, policy, lang, currency)
    give_back()
    talks = pd.concat([log, register_talks(register)], ignore_index=True)
    plan = due_contacts(orders, customers, segments, talks, policy, today, lang, days=days)
    give_back()
    return Shop(
        today=today,
        policy=policy,
        lang=lang,
        currency=currency,
        files=inputs.files,
        orders=orders,
        items=inputs.items,
        reviews=known.reviews,
        register=register,
        cells=inputs.cells,
        log=log,
        identities=known.identities,
        customers=customers,
        segments=segments,
        contacts=plan.contacts,
        held=plan.held,
        thresholds=thresholds,
        problems=inputs.problems,
        matched=known.matched,
    )
