"""The arrow in code: files, orders, customers, segments, due contacts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.contacts.history import all_talks
from shopcrm.contacts.plan import due_contacts
from shopcrm.contacts.world import Care
from shopcrm.customers.currency import of_currency, shop_currency
from shopcrm.customers.facts import customer_facts
from shopcrm.customers.identity import (
    identify,
    identify_reviews,
    identify_sheet,
    match_deals,
    near_deals,
)
from shopcrm.customers.links import know_ids
from shopcrm.customers.names import folded_ids, note_ids
from shopcrm.customers.returning.expect import expect_orders
from shopcrm.segments.assign import Thresholds, assign_segments
from shopcrm.segments.moves import until
from shopcrm.segments.own.assign import own_segments
from shopcrm.segments.past import Past
from shopcrm.segments.standings import standings_on
from shopcrm.shop import Shop
from shopcrm.sources.kinds.merge_table import read_merges
from shopcrm.sources.opening.memory import give_back
from shopcrm.sources.read import MERGED, Step, read_files
from shopcrm.tables import CONTACTS, SEGMENTS, empty
from shopcrm.tables.among import among

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.customers.ids import Ids
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
        care: the owner's other sheets with ``customer``, reviews and refunds among them.
        identities: IDENTITIES.
        matched: deals found both in the register and in an export.
    """

    inputs: Inputs
    orders: pd.DataFrame
    register: pd.DataFrame
    log: pd.DataFrame
    reviews: pd.DataFrame
    care: Care
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
    sheets = _of_people(inputs, ids, orders, register, whole=whole)
    give_back()
    care = Care(reviews=reviews, refunds=inputs.refunds, **sheets)
    return Known(inputs, orders, register, log, reviews, care, identities, len(matched))


def _of_people(
    inputs: Inputs, ids: Ids, orders: pd.DataFrame, register: pd.DataFrame, *, whole: bool
) -> dict[str, pd.DataFrame]:
    """Return the owner's sheets, with ``customer`` in those that are about customers.

    Where all files of the shop are read, rows about somebody whom no other file knows are
    mentioned.
    """
    found = dict(inputs.care)
    about = [kind for kind, sheet in found.items() if "buyer_key" in sheet and len(sheet)]
    if not about:
        return found
    for kind in about:
        sheet = identify_sheet(found[kind], ids)
        few = sheet["customer"].dropna().unique()
        known = [one.loc[among(one["customer"], few), "customer"] for one in (orders, register)]
        sheet["customer"] = sheet["customer"].where(sheet["customer"].isin(pd.concat(known)))
        if whole:
            inputs.doubt_buyers(sheet[sheet["customer"].isna()])
        found[kind] = sheet
    return found


@dataclass(frozen=True, eq=False)
class Labelled:
    """Who everybody is: the arrow as far as segments.

    Attributes:
        currency: of every sum.
        customers: CUSTOMERS.
        segments: SEGMENTS, rows as in ``customers``.
        thresholds: limits that come from the shop's own figures.
    """

    currency: str
    customers: pd.DataFrame
    segments: pd.DataFrame
    thresholds: Thresholds


def label(known: Known, policy: Policy, today: dt.date, lang: Lang) -> Labelled:
    """Say who everybody is on a day, by what is known.

    Args:
        known: of :func:`know`, or of :func:`known_on` an earlier day.
        policy: the policy in force.
        today: the day to count from.
        lang: language of the reasons.
    """
    orders, items, log = known.orders, known.inputs.items, known.log
    currency = shop_currency(orders, policy)
    counted = of_currency(orders, currency)
    customers = customer_facts(counted, items, known.register, log, policy, today, currency)
    give_back()
    customers = expect_orders(customers, counted, policy, today)
    give_back()
    past = Past(counted, items, today)
    lists = standings_on(known.care.standings, pd.Timestamp(today))
    segments, thresholds = assign_segments(customers, log, policy, lang, currency, past, lists)
    give_back()
    return Labelled(currency, customers, segments, thresholds)


def known_on(known: Known, day: dt.date) -> Known:
    """Return what was known on an earlier day: later orders, rows and talks are left out."""
    orders, register, log = until(known.orders, known.register, known.log, day)
    return replace(known, orders=orders, register=register, log=log)


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
    own_segments(policy)  # a rule that cannot be read is told before the files are
    known = know(paths, policy, today, step=step, passwords=passwords, whole=whole)
    labelled = label(known, policy, today, lang)
    currency, customers, segments = labelled.currency, labelled.customers, labelled.segments
    talks = all_talks(known.log, known.register)
    plan = due_contacts(
        known.orders,
        customers,
        segments,
        talks,
        policy,
        today,
        lang,
        days=days,
        care=known.care,
    )
    give_back()
    return replace(
        _shop(known, policy, today, lang, currency, customers),
        segments=segments,
        contacts=plan.contacts,
        held=plan.held,
        thresholds=labelled.thresholds,
    )


def unlabelled(known: Known, policy: Policy, today: dt.date, lang: Lang) -> Shop:
    """Return the shop as far as its customers: nobody has a label yet, and nothing is planned."""
    inputs = known.inputs
    currency = shop_currency(known.orders, policy)
    counted = of_currency(known.orders, currency)
    customers = customer_facts(
        counted, inputs.items, known.register, known.log, policy, today, currency
    )
    return _shop(known, policy, today, lang, currency, customers)


def _shop(
    known: Known,
    policy: Policy,
    today: dt.date,
    lang: Lang,
    currency: str,
    customers: pd.DataFrame,
) -> Shop:
    """Return a shop of which nobody has a label yet, and nothing is planned."""
    inputs = known.inputs
    return Shop(
        today=today,
        policy=policy,
        lang=lang,
        currency=currency,
        files=inputs.files,
        orders=known.orders,
        items=inputs.items,
        reviews=known.reviews,
        care=known.care,
        register=known.register,
        cells=inputs.cells,
        log=known.log,
        identities=known.identities,
        customers=customers,
        segments=empty(SEGMENTS),
        contacts=empty(CONTACTS),
        held={},
        thresholds=Thresholds(),
        problems=inputs.problems,
        matched=known.matched,
    )


def considered(shop: Shop, customer: str, days: int = 0) -> pd.DataFrame:
    """Return every contact with one customer that may be due, and what became of it.

    Args:
        shop: of :func:`run`.
        customer: key in CUSTOMERS.
        days: how far the plan looks ahead.
    """
    plan = due_contacts(
        shop.orders,
        shop.customers,
        shop.segments,
        all_talks(shop.log, shop.register),
        shop.policy,
        shop.today,
        shop.lang,
        days=days,
        care=shop.care,
        only=[customer],
    )
    return plan.considered
