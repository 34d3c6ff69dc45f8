"""The plan: whom to contact from today on, about what, in which round, by when.

Each kind of contact says what may be due (``contacts/kinds``); the log says what has been done,
agreed or tried about it; the rules hold back what is not to be said now; and of what is left each
customer gets one contact, the most important. The day on which a task falls due follows from the
files and the log alone, never from today, so that what is due stays due until it is done or
skipped, another day is agreed, a rule holds it back, or its last day has passed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.history import contact_history, talks_so_far
from shopcrm.contacts.honorific import honorifics
from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.kinds.promise import open_promises
from shopcrm.contacts.reach import channels
from shopcrm.contacts.reasons import why_now
from shopcrm.contacts.receipt import RECEIPT_FROM
from shopcrm.contacts.rules import RULES, held_by, put_off, working_days
from shopcrm.contacts.scripts import write_scripts
from shopcrm.contacts.staff import share_out
from shopcrm.contacts.world import Care, World
from shopcrm.customers.ids import among
from shopcrm.sources.opening.memory import give_back
from shopcrm.tables import CONTACTS, PLANNED, conform, empty, stacked

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

_PLANS_FROM: Final = (
    "order",
    "order_no",
    "customer",
    "status",
    *RECEIPT_FROM,
    "product",
    "category",
    "net_fen",
    "refund_open",
)
"""Columns of ORDERS that plans are made of."""


@dataclass(frozen=True)
class Plan:
    """What is due, and what a rule holds back.

    Attributes:
        contacts: CONTACTS, the most important first.
        held: number of customers whose contact would be due, by the rule that holds it back
            (:data:`shopcrm.contacts.rules.RULES`).
        considered: of customers that were asked for alone: each task with ``kind``, ``round``,
            ``due_from``, ``due_by``, ``reason`` and ``held``: what became of it.
    """

    contacts: pd.DataFrame
    held: dict[str, int] = field(default_factory=dict)
    considered: pd.DataFrame = field(default_factory=pd.DataFrame)


def due_contacts(
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    segments: pd.DataFrame,
    log: pd.DataFrame,
    policy: Policy,
    today: dt.date,
    lang: Lang,
    *,
    days: int = 0,
    care: Care | None = None,
    only: Collection[str] | None = None,
) -> Plan:
    """Return the contacts due today, or within the next ``days``; one a customer.

    Args:
        orders: ORDERS with ``customer``.
        customers: CUSTOMERS.
        segments: SEGMENTS.
        log: CONTACT_LOG with ``customer``.
        policy: ``callbacks``, the sections of the kinds, ``scripts``, ``shop.name``.
        today: the day.
        lang: language of reasons and scripts.
        days: how far to look ahead.
        care: the owner's sheets, reviews and refunds.
        only: plan for these customers alone, and tell of every task what became of it.
    """
    now = pd.Timestamp(today)
    world = World(
        orders=orders[list(_PLANS_FROM)],
        customers=customers,
        segments=segments,
        log=talks_so_far(log, now),
        care=care or Care(),
        policy=policy,
        now=now,
        horizon=now + pd.Timedelta(days=days),
        lang=lang,
    )
    if only is not None:
        world = world.only(only)
    tasks = _tasks(world, whole=only is not None)
    chosen = _one_each(tasks, world)
    held = _held(tasks, chosen)
    give_back()
    contacts = _describe(tasks.loc[chosen].reset_index(drop=True), world)
    return Plan(contacts, held, _considered(tasks, world) if only is not None else pd.DataFrame())


def _tasks(world: World, *, whole: bool) -> pd.DataFrame:
    """Return the tasks of all kinds with their windows and the rule that holds each back.

    Args:
        world: the shop.
        whole: also those that are settled, over, or due later.
    """
    off = set(world.policy.words("callbacks.off"))
    first = world.policy.words("callbacks.priority")
    parts = []
    for name, kind in KINDS.items():
        if name in off or not kind.rounds(world.policy):
            continue
        found = kind.tasks(world)
        if not whole and len(found):
            found = _timely(found, world)
        if len(found):
            rank = first.index(name) if name in first else len(first)
            parts.append(conform(found.assign(kind=name, rank=rank), PLANNED))
    tasks = _windows(stacked(parts) if parts else empty(PLANNED), world)
    tasks["who"] = world.places(tasks["customer"])
    unanswered = tasks.loc[_is_open(tasks, world, "review"), "who"].unique()
    free = tasks["held"].isna()
    if not whole:
        tasks = tasks[free].reset_index(drop=True)
        free = tasks["held"].isna()
    tasks.loc[free, "due_from"] = put_off(tasks[free], world, KINDS)
    tasks.loc[free & _too_late(tasks, world), "held"] = "lapsed"
    free = tasks["held"].isna()
    tasks.loc[free, "held"] = held_by(tasks[free], world, KINDS, unanswered)
    return tasks


def _timely(tasks: pd.DataFrame, world: World) -> pd.DataFrame:
    """Leave out what is over or not due yet and of which no line of the log can tell otherwise."""
    other_time = tasks["first_from"] > world.horizon
    if "lapses" in tasks:
        other_time |= tasks["lapses"] < world.now
    other_time &= ~among(tasks["customer"], world.log["customer"])
    return tasks[~other_time] if other_time.any() else tasks


def _is_open(tasks: pd.DataFrame, world: World, kind: str) -> pd.Series[bool]:
    """Tell which tasks of a kind have begun and are not done with, between two rounds too."""
    waits = tasks["held"].isna() | (tasks["held"] == "later")
    return waits & (tasks["kind"] == kind) & (tasks["begins"] <= world.horizon)


def _windows(tasks: pd.DataFrame, world: World) -> pd.DataFrame:
    """Give each task its next round and window, and say which are settled, over or due later."""
    policy = world.policy
    history = contact_history(tasks, world.log, KINDS, policy)
    plans = tasks.drop(columns=[name for name in history if name in tasks]).join(history)
    number, starts, ends = _rounds_of(plans["kind"], policy)
    settled = plans["settled"].to_numpy()
    place = np.minimum(settled, number - 1)
    later = place > 0
    at = plans["kind"].cat.codes.to_numpy(), place
    begin = plans["previous"] + pd.to_timedelta(starts[at], unit="D")
    end = plans["previous"] + pd.to_timedelta(ends[at], unit="D")
    # An agreed day moves the whole window; a day that only passed without an answer does not.
    agreed = plans["agreed"]
    due_from = agreed.fillna(plans["first_from"].mask(later, begin))
    due_by = agreed.fillna(plans["first_by"].mask(later, end))
    again = plans["day_after"].where(
        plans["missed"].isna(), working_days(plans["missed"], policy, world.care)
    )
    again = again.where(~(plans["day_after"] > again), plans["day_after"])
    due_from = due_from.where(~(again > due_from), again)
    plans = plans.assign(
        folded=plans["folded"] & ~later,
        round=place + 1,
        rounds=number,
        within=ends[at],
        due_from=due_from,
        due_by=due_by,
    )
    held = pd.Series(pd.NA, index=plans.index, dtype="str")
    held[due_from > world.horizon] = "later"
    held[_too_late(plans, world)] = "lapsed"
    held[(settled >= number) & ~(plans["agreed"] > plans["previous"])] = "settled"
    return plans.assign(held=held)


def _too_late(plans: pd.DataFrame, world: World) -> pd.Series[bool]:
    """Tell which tasks make no sense any more, now or on the day on which they could be done.

    A day that was agreed with the customer is kept, however late.
    """
    over = (plans["lapses"] < world.now) | (plans["lapses"] < plans["due_from"])
    return over & plans["agreed"].isna()


def _rounds_of(kinds: pd.Series[str], policy: Policy) -> tuple[Whole, Whole, Whole]:
    """Return how many rounds the kind of each task has, and of each category and round the days.

    First and last day count from the talk before.
    """
    rounds = [KINDS[name].rounds(policy) for name in kinds.cat.categories]
    most = max(map(len, rounds), default=0)
    days = np.zeros((2, len(rounds), most), np.int64)
    for place, some in enumerate(rounds):
        days[:, place, : len(some)] = np.array(some, np.int64).reshape(-1, 2).T
    number = np.array([*map(len, rounds)], np.int64)[kinds.cat.codes.to_numpy()]
    return number, days[0], days[1]


def _one_each(tasks: pd.DataFrame, world: World) -> pd.Index[int]:
    """Choose each customer's contact, and mark the others as held back by it.

    What is due now comes before what falls due later; a day that was agreed before everything;
    then the most important kind; of one kind the newest.
    """
    free = tasks[["who", "held"]]
    free = free[free["held"].isna()]
    several = free["who"].duplicated(keep=False)
    rivals = tasks.loc[several.index[several]]
    order = pd.DataFrame(
        {
            "who": rivals["who"],
            "wait": (rivals["due_from"] - world.now).dt.days.clip(lower=0),
            "unpromised": rivals["agreed"].isna(),
            "rank": rivals["rank"],
            "newest": -rivals["first_from"].astype("int64"),
            "order": rivals["order"],
            "about": rivals["about"],
        }
    ).sort_values(["who", "wait", "unpromised", "rank", "newest", "order", "about"], kind="stable")
    others = order.index[order["who"].duplicated()]
    tasks.loc[others, "held"] = "one_a_day"
    return free.index.difference(others)


def _held(tasks: pd.DataFrame, chosen: pd.Index[int]) -> dict[str, int]:
    """Count the customers who get no contact because of a rule, by the first rule that applies."""
    held = tasks["held"].isin(RULES).to_numpy()
    if not held.any():
        return {}
    called = np.zeros(tasks["who"].max() + 1, bool)
    called[tasks["who"].to_numpy()[chosen]] = True
    found = tasks.loc[held & ~called[tasks["who"].to_numpy()], ["who", "held"]]
    place = found["held"].map({rule: number for number, rule in enumerate(RULES)})
    first = found.iloc[place.argsort(kind="stable")].drop_duplicates("who")
    counts = first["held"].value_counts()
    return {rule: int(counts[rule]) for rule in RULES if rule in counts}


def _describe(due: pd.DataFrame, world: World) -> pd.DataFrame:
    """Sort the most important first, and fill in who, how, why and what to say."""
    policy = world.policy
    overdue = (world.now - due["due_by"]).dt.days.clip(lower=0)
    contacts = due.assign(
        days_overdue=overdue,
        stale=overdue > policy.whole("callbacks.stale_days"),
        ordinary=~world.tagged("vip", due["who"].to_numpy()),
    )
    # Sorted before the long texts are written, which would all be copied.
    ranking = [
        "stale", "unpromised", "rank", "ordinary", "rush", "due_by", "round", "customer",
    ]  # fmt: skip
    keys = contacts.assign(rush=-overdue, unpromised=due["agreed"].isna())[ranking]
    if world.customers["customer"].is_monotonic_increasing:  # as stage 2 leaves them
        keys["customer"] = due["who"]
    else:
        keys["customer"] = due["customer"].rank(method="first")
    place = np.lexsort([keys[name].to_numpy() for name in reversed(ranking)])
    contacts = contacts.take(place).reset_index(drop=True)
    del due, keys  # as large as what comes of them
    who = contacts["who"].to_numpy()
    people = pd.DataFrame({name: world.of_people(name, who) for name in _PEOPLE_FROM})
    contacts["honorific"] = honorifics(people, policy)
    contacts["type"] = people["type"]
    contacts["owed"] = _owed(contacts["customer"], world)
    contacts = channels(contacts, people, world)
    contacts = share_out(contacts, policy)
    contacts["priority"] = np.arange(1, len(contacts) + 1)
    contacts["reason"] = why_now(contacts, policy, world.lang)
    contacts["script"] = write_scripts(contacts, world)
    contacts["round"] = contacts["round"].astype("Int64").mask(contacts["rounds"] == 1)
    return conform(contacts[[name for name in CONTACTS if name in contacts]], CONTACTS)


_PEOPLE_FROM: Final = ("name", "sex", "type", "phone", "phone_until")
"""Columns of CUSTOMERS that say how somebody is reached and addressed."""


def _owed(customers: pd.Series[str], world: World) -> pd.Series[str]:
    """Return what each customer is owed, several promises joined."""
    owed = open_promises(world).sort_values(["made", "id"], kind="stable")
    if owed.empty:
        return pd.Series(pd.NA, index=customers.index, dtype="str")
    texts = owed.groupby("customer")["what"].agg("；".join)
    return texts.reindex(customers).set_axis(customers.index).astype("str")


def _considered(tasks: pd.DataFrame, world: World) -> pd.DataFrame:
    """Return every task of the customers asked for, with its reason and what became of it."""
    if tasks.empty:
        return tasks
    overdue = (world.now - tasks["due_by"]).dt.days.clip(lower=0).fillna(0).astype("int64")
    told = tasks.assign(
        days_overdue=overdue.where(tasks["held"].isna(), 0), held=tasks["held"].fillna("due")
    )
    told["reason"] = why_now(told, world.policy, world.lang)
    told["round"] = told["round"].astype("Int64").mask(told["rounds"] == 1)
    order = ["customer", "due_from", "rank", "about", "order"]
    return told.sort_values(order, kind="stable", ignore_index=True)
