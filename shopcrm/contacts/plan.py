"""The plan: whom to contact from today on, about what, in which round, by when.

Each kind of contact says what may be due (``contacts/kinds``); the log says what has been done,
agreed or tried about it; the rules hold back what is not to be said now; and of what is left each
customer gets one contact, the most important. The day on which a task falls due follows from the
files and the log alone, never from today, so that what is due stays due until it is done or
skipped, another day is agreed, a rule holds it back, or its last day has passed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import DAY, at, below, chosen, frame, sorted_rows
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
from shopcrm.sources.opening.memory import give_back
from shopcrm.tables import CONTACTS, PLANNED, as_text, conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from shopcrm.contacts.columns import Columns, Days, Flags, Whole
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_PLANS_FROM: Final = (
    "order",
    "order_no",
    "customer",
    "status",
    *RECEIPT_FROM,
    "product",
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
        orders=orders,
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
        world = replace(world, orders=orders[list(_PLANS_FROM)]).only(only)
    tasks = _tasks(world)
    due = _one_each(tasks, world)
    held = _held(tasks, due)
    told = _considered(tasks, world) if world.alone else pd.DataFrame()
    return Plan(_describe(tasks, due, world), held, told)


def _tasks(world: World) -> Columns:
    """Return the tasks of all kinds with their windows and what holds each back.

    Returns:
        Columns of PLANNED, but for those that say what is to be told.
    """
    off = set(world.policy.words("callbacks.off"))
    first = world.policy.words("callbacks.priority")
    parts, kinds = [], []
    for name, kind in KINDS.items():
        if name in off or not kind.rounds(world.policy):
            continue
        found = kind.tasks(world)
        if found and not (timely := world.timely(found)).all():
            found = at(found, timely)
        if found and len(found["who"]):
            parts.append(found)
            kinds.append(name)
    sizes = [len(part["who"]) for part in parts]
    tasks = below(parts)
    del parts
    give_back()
    tasks["kind"] = chosen(np.repeat(np.arange(len(kinds)), sizes), *kinds)
    ranks = [first.index(name) if name in first else len(first) for name in kinds]
    tasks["rank"] = np.repeat(np.array(ranks, np.int64), sizes)
    tasks |= contact_history(tasks, world, KINDS)
    tasks |= _windows(tasks, world)
    _hold_back(tasks, world)
    return tasks


def _windows(tasks: Columns, world: World) -> Columns:
    """Return the next round and window of each task, and say which are settled, over or later.

    Args:
        tasks: columns of TASKS and of :func:`contact_history`.
        world: the shop.
    """
    policy = world.policy
    number, starts, ends = _rounds_of(tasks["kind"], policy)
    settled, agreed = tasks["settled"], tasks["agreed"]
    place = np.minimum(settled, number - 1)
    later, round_of = place > 0, (tasks["kind"].codes, place)
    first_from, first_by = (tasks[name].astype(DAY) for name in ("first_from", "first_by"))
    first_from = np.where(later, tasks["previous"] + starts[round_of], first_from)
    first_by = np.where(later, tasks["previous"] + ends[round_of], first_by)
    # An agreed day moves the whole window; a day that only passed without an answer does not.
    due_from = np.where(np.isnat(agreed), first_from, agreed)
    again = np.fmax(tasks["day_after"], working_days(tasks["missed"], policy, world.care))
    due_from = np.where(again > due_from, again, due_from)
    held = np.full(len(due_from), -1)
    held[due_from > world.last_day] = _STATES.index("later")
    held[_too_late(tasks, due_from, world)] = _STATES.index("lapsed")
    held[(settled >= number) & ~(agreed > tasks["previous"])] = _STATES.index("settled")
    return {
        "folded": tasks["folded"] & ~later,
        "round": place + 1,
        "rounds": number,
        "within": ends[round_of],
        "due_from": due_from,
        "due_by": np.where(np.isnat(agreed), first_by, agreed),
        "held": held,
    }


def _hold_back(tasks: Columns, world: World) -> None:
    """Put off what the cap does not allow yet, and mark what a rule holds back."""
    held, who, due_from = tasks["held"], tasks["who"], tasks["due_from"]
    owed = tasks["kind"].isin([name for name, kind in KINDS.items() if kind.standing == "owed"])
    # A bad review that has begun and is not done with, between two rounds too.
    waits = (held < 0) | (held == _STATES.index("later"))
    begun = tasks["begins"].astype(DAY) <= world.last_day
    unanswered = np.unique(who[waits & begun & (tasks["kind"] == "review")])
    free = np.flatnonzero(held < 0)
    due_from[free] = put_off(owed[free], due_from[free], who[free], world)
    held[free[_too_late(tasks, due_from, world)[free]]] = _STATES.index("lapsed")
    free = np.flatnonzero(held < 0)
    held[free] = held_by(owed[free], due_from[free], who[free], world, unanswered)


_STATES: Final = (*RULES, "settled", "lapsed", "later", "one_a_day", "due")
"""What becomes of a task; ``held`` is a place in these, -1 as long as nothing holds it back."""


def _too_late(tasks: Columns, due_from: Days, world: World) -> Flags:
    """Tell which tasks make no sense any more, now or on the day on which they could be done.

    A day that was agreed with the customer is kept, however late.
    """
    lapses = tasks["lapses"].astype(DAY)
    over = (lapses < world.today) | (lapses < due_from)
    found: Flags = over & np.isnat(tasks["agreed"])
    return found


def _rounds_of(kinds: pd.Categorical, policy: Policy) -> tuple[Whole, Whole, Whole]:
    """Return how many rounds the kind of each task has, and of each category and round the days.

    First and last day count from the talk before.
    """
    rounds = [KINDS[name].rounds(policy) for name in kinds.categories]
    most = max(map(len, rounds), default=0)
    days = np.zeros((2, len(rounds), most), np.int64)
    for place, some in enumerate(rounds):
        days[:, place, : len(some)] = np.array(some, np.int64).reshape(-1, 2).T
    number = np.array([*map(len, rounds)], np.int64)[kinds.codes]
    return number, days[0], days[1]


def _one_each(tasks: Columns, world: World) -> Whole:
    """Choose each customer's contact, and mark the others as held back by it.

    What is due now comes before what falls due later; a day that was agreed before everything;
    then the most important kind; of one kind the newest.
    """
    held, who = tasks["held"], tasks["who"]
    free = np.flatnonzero(held < 0)
    several = np.bincount(who[free])[who[free]] > 1 if free.size else free
    rivals = free[several]
    wait = np.maximum((tasks["due_from"][rivals] - world.today).astype(np.int64), 0)
    newest = -tasks["first_from"][rivals].astype(np.int64)
    place = sorted_rows(
        (who[rivals], wait, np.isnat(tasks["agreed"][rivals]), tasks["rank"][rivals], newest),
        lambda few: [tasks[name].take(rivals[few]) for name in ("order", "about")],
    )
    rivals = rivals[place]
    others = rivals[1:][who[rivals[1:]] == who[rivals[:-1]]]
    held[others] = _STATES.index("one_a_day")
    due: Whole = free[held[free] < 0]
    return due


def _held(tasks: Columns, due: Whole) -> dict[str, int]:
    """Count the customers who get no contact because of a rule, by the first rule that applies."""
    held, who = tasks["held"], tasks["who"]
    rows = np.flatnonzero((held >= 0) & (held < len(RULES)))
    rows = rows[~np.isin(who[rows], who[due])]
    if not rows.size:
        return {}
    first = np.full(who[rows].max() + 1, len(RULES))
    np.minimum.at(first, who[rows], held[rows])
    counts = np.bincount(first, minlength=len(RULES))
    return {rule: int(number) for rule, number in zip(RULES, counts, strict=False) if number}


def _describe(tasks: Columns, due: Whole, world: World) -> pd.DataFrame:
    """Sort the most important first, and fill in who, how, why and what to say.

    Texts are fetched and written in the order of the list: to sort them would copy them all.
    Of the tasks nothing is left.
    """
    policy = world.policy
    overdue = _days_overdue(tasks["due_by"][due], world)
    ordinary = ~world.tagged("vip", tasks["who"][due])
    keys = (
        overdue > policy.whole("callbacks.stale_days"),
        np.isnat(tasks["agreed"][due]),
        tasks["rank"][due],
        ordinary,
        -overdue,
        tasks["due_by"][due],
        tasks["round"][due],
        _by_name(tasks["who"][due], world),
    )
    place = np.lexsort(keys[::-1])
    due, overdue, ordinary = due[place], overdue[place], ordinary[place]
    del keys, place
    told = {name: tasks.pop(name)[due] for name in _TOLD}
    contacts = frame(told | {"days_overdue": overdue, "ordinary": ordinary})
    tasks.clear()  # as large as what comes of them
    del told, overdue, ordinary
    give_back()
    who = contacts.pop("who").to_numpy()
    contacts["customer"] = world.names(who)
    people = pd.DataFrame({name: world.of_people(name, who) for name in _PEOPLE_FROM})
    contacts["honorific"] = honorifics(people, policy)
    contacts["type"] = people["type"]
    contacts["owed"] = _owed(who, world)
    contacts = channels(contacts, people, world)
    contacts = share_out(contacts, policy)
    contacts["priority"] = np.arange(1, len(contacts) + 1)
    contacts["reason"] = why_now(contacts, policy, world.lang)
    contacts["script"] = write_scripts(contacts, world)
    contacts["round"] = _numbers_of_rounds(contacts)
    return conform(as_text(contacts[[name for name in CONTACTS if name in contacts]]), CONTACTS)


def _numbers_of_rounds(tasks: pd.DataFrame) -> pd.arrays.IntegerArray:
    """Return the rounds, missing for kinds of one round."""
    only = (tasks["rounds"] == 1).to_numpy()
    return pd.arrays.IntegerArray(tasks["round"].to_numpy(), only)


def _days_overdue(due_by: Days, world: World) -> Whole:
    late = (world.today - due_by).astype(np.int64)
    return np.where(np.isnat(due_by), 0, np.maximum(late, 0))


def _by_name(who: Whole, world: World) -> Whole:
    """Return numbers that sort customers by name."""
    names = world.customers["customer"]
    strange = who.max(initial=-1) >= len(names)  # these are numbered as they are asked for
    if names.is_monotonic_increasing and not strange:  # as stage 2 leaves them
        return who
    return pd.Series(world.names(who)).rank(method="first").to_numpy().astype(np.int64)


_TOLD: Final = (
    "who", "kind", "about", "order", "order_no", "product", "order_date", "receipt_date",
    "receipt_from", "folded", "previous", "due_from", "due_by", "attempts", "channel", "round",
    "rounds", "within", "agreed", "unsaid", "why", "script", "what", "day", "number",
)  # fmt: skip
"""What a contact and its words are made of."""

_PEOPLE_FROM: Final = ("name", "sex", "type", "phone", "phone_until")
"""Columns of CUSTOMERS that say how somebody is reached and addressed."""


def _owed(who: Whole, world: World) -> Any:
    """Return what each customer is owed, several promises joined."""
    owed = open_promises(world)
    told: dict[int, list[str]] = {}
    if len(owed):
        owed = owed.sort_values(["made", "id"], kind="stable")
        for place, what in zip(world.places(owed["customer"]), owed["what"], strict=True):
            told.setdefault(place, []).append(what)
    places = np.array(sorted(told), np.int64)
    texts = pd.array([*("；".join(told[place]) for place in places), None], dtype="str")
    found = np.searchsorted(places, who)
    there = np.append(places, -1)[found] == who
    return texts.take(np.where(there, found, -1))


def _considered(tasks: Columns, world: World) -> pd.DataFrame:
    """Return every task of the customers asked for, with its reason and what became of it."""
    if not len(tasks["who"]):
        return pd.DataFrame()
    held = tasks["held"]
    told = frame(tasks | {"held": np.array(_STATES, object)[held]})  # -1 is the last: due
    told["customer"] = world.names(tasks["who"])
    told["days_overdue"] = np.where(held < 0, _days_overdue(tasks["due_by"], world), 0)
    told["reason"] = why_now(told, world.policy, world.lang)
    told["round"] = _numbers_of_rounds(told)
    order = ["customer", "due_from", "rank", "about", "order"]
    told = told[[name for name in PLANNED if name in told]]
    return conform(told.sort_values(order, kind="stable", ignore_index=True), PLANNED)
