"""What the contact log says about the orders that customers are to be called about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import DAY, days_of
from shopcrm.customers.turns import begins
from shopcrm.tables import CONTACT_LOG, conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.contacts.columns import Columns, Days, Flags, Whole
    from shopcrm.contacts.kind import Kind
    from shopcrm.contacts.world import World
    from shopcrm.policy import Policy

_COUNTS: Final = ("done", "skipped")
"""Results that settle a round: a skipped one was left out on purpose."""

_TALKS: Final = ("done", "snoozed", "opt_out")
CAP_DAYS: Final = 30


def register_talks(register: pd.DataFrame) -> pd.DataFrame:
    """Return the talks that stand only in the register (最近一次联系时间) as CONTACT_LOG.

    Nobody knows what was said, so it counts as a talk about whatever was due then: a customer who
    has just been talked to is not called again for the same thing.

    Args:
        register: REGISTER with ``customer``.
    """
    talks = register.dropna(subset=["customer", "last_contact"])
    talks = talks.drop_duplicates(["customer", "last_contact"])
    columns = {"customer": talks["customer"], "date": talks["last_contact"], "result": "done"}
    return conform(columns, CONTACT_LOG)


def all_talks(log: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Return the talks of the log and those that stand only in the register, as CONTACT_LOG.

    Args:
        log: CONTACT_LOG with ``customer``.
        register: REGISTER with ``customer``.
    """
    return pd.concat([log, register_talks(register)], ignore_index=True)


def talks_so_far(log: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return the log up to today, by whole days, each record once.

    Args:
        log: CONTACT_LOG with ``customer``.
        now: today.
    """
    log = log.assign(date=log["date"].dt.normalize(), next_date=log["next_date"].dt.normalize())
    again = log["id"].notna() & log["id"].duplicated()
    return log[log["date"].le(now) & ~again]


def contact_history(tasks: Columns, world: World, kinds: Mapping[str, Kind]) -> Columns:
    """Return what has happened about each task since it began, one row a task.

    A line of the log is about a task when its kind may settle the task and it names the same
    thing or order, or names neither and was made on or after the day on which the task begins;
    which round a line says does not matter, for rounds are re-anchored on real dates. Where both
    say what they are about that decides: two steps of one refund have one order. A talk ends what
    was agreed before. For kinds that any talk settles, lines that say no kind may be about them
    too, and lines about one task count for the other tasks of the customer that have begun.

    Args:
        tasks: ``kind``, ``who``, ``about``, ``order_no``, ``begins``.
        world: its log, and ``callbacks.snooze_days`` of its policy, for another day that was
            agreed without saying which.
        kinds: the kinds by name: whose lines settle them.

    Returns:
        ``settled`` (contacts that count, one a day), ``previous`` (the last of them), ``attempts``
        (days on which they were not reached since), ``missed`` (the last of these), ``agreed``
        (the day agreed last), ``unsaid`` (it was put off, and no day said), ``day_after`` (the day
        after the last line of the customer, of whatever kind).
    """
    log, size = world.log, len(tasks["who"])
    dates = days_of(log["date"])
    talked = np.flatnonzero(np.isin(tasks["who"], world.talkers))
    found: Columns = {name: np.zeros(size, np.int64) for name in ("settled", "attempts")}
    found |= {name: np.full(size, "NaT", DAY) for name in _DAYS} | {"unsaid": np.zeros(size, bool)}
    if not talked.size:
        return found
    last_line = _latest(world.talkers[world.talkers >= 0], dates[world.talkers >= 0])
    found["day_after"][talked] = last_line[tasks["who"][talked]] + 1
    task, line = _about_each(tasks, talked, world, kinds)
    task, place = np.unique(task, return_inverse=True)
    of_kind = _places(log["kind"], kinds)[line] == _places(tasks["kind"], kinds)[task[place]]
    what = _since(place, dates[line], of_kind, log.iloc[line], world.policy)
    for name, values in what.items():
        found[name][task] = values
    return found


_DAYS: Final = ("previous", "missed", "agreed", "day_after")


def _about_each(
    tasks: Columns, talked: Whole, world: World, kinds: Mapping[str, Kind]
) -> tuple[Whole, Whole]:
    """Return each task beside each line of the log that is about it: tasks, and lines.

    Args:
        tasks: the tasks.
        talked: rows of those of whose customer the log tells.
        world: the shop.
        kinds: the kinds by name.
    """
    log = world.log
    task, line = _pairs(talked, tasks["who"][talked], world.talkers)
    kind = _places(tasks["kind"], kinds)
    may = _may_settle(kinds)[_places(log["kind"], kinds)[line], kind[task]]
    task, line = task[may], line[may]
    same, elsewhere = {}, np.zeros(len(task), bool)
    for name in ("about", "order_no"):
        said, meant = log[name].array.take(line), tasks[name].take(task)
        there = ~(said.isna() | meant.isna())
        same[name] = there & np.asarray(said == meant, bool)
        # Where both say what they are about the order says no more.
        elsewhere |= there & ~same[name] & ~(same["about"] if name != "about" else np.False_)
    named = same["about"] | (same["order_no"] & tasks["about"].take(task).isna())
    any_talk = np.array([one.any_talk for one in kinds.values()])[kind[task]]
    begun = days_of(log["date"], line) >= tasks["begins"][task]
    about = named | (begun & (any_talk | ~elsewhere))
    return task[about], line[about]


def _since(
    place: Whole, date: Days, of_kind: Flags, lines: pd.DataFrame, policy: Policy
) -> Columns:
    """Return what lines of the log say of tasks, one row a task.

    Args:
        place: the task of each line, from 0 without a gap.
        date: the day of each.
        of_kind: the line is of the task's own kind.
        lines: the lines.
        policy: the policy in force.
    """
    size = int(place.max(initial=-1)) + 1
    result, next_date = lines["result"].array, days_of(lines["next_date"])
    settling = np.isin(result, _COUNTS)
    last = _latest(place[settling], date[settling], size)
    ended = date <= last[place]
    missed = ~ended & (result == "no_answer")
    # Who was talked to and named a day is promised that day as much as who put the talk off.
    named_day = settling & (next_date > date) & (date == last[place]) & of_kind
    snoozed = (~ended & (result == "snoozed")) | named_day
    other = np.where(np.isnat(next_date), date + policy.whole("callbacks.snooze_days"), next_date)
    latest = snoozed & (date == _latest(place[snoozed], date[snoozed], size)[place])
    said = snoozed & ~(latest & np.isnat(next_date))
    return {
        "settled": _days_each(place[settling], date[settling], size),
        "previous": last,
        # A line that corrects a note is no second call.
        "attempts": _days_each(place[missed], date[missed], size),
        "missed": _latest(place[missed], date[missed], size),
        "agreed": _latest(place[latest], other[latest], size),
        "unsaid": np.isin(np.arange(size), place[snoozed]) & ~np.isin(np.arange(size), place[said]),
    }


def _latest(place: Whole, days: Days, size: int = 0) -> Days:
    """Return the last day of each place, from 0 to the highest or to a number of them."""
    found = np.full(max(size, place.max(initial=-1) + 1), "NaT", DAY).view(np.int64)
    np.maximum.at(found, place, days.view(np.int64))
    return found.view(DAY)


def _days_each(place: Whole, days: Days, size: int) -> Whole:
    """Count the distinct days of each place."""
    order = np.lexsort((days, place))
    place, days = place[order], days[order]
    again = (place[1:] == place[:-1]) & (days[1:] == days[:-1])
    return np.bincount(place[np.append(~again, np.True_)[: len(place)]], minlength=size)


def _pairs(rows: Whole, who: Whole, talkers: Whole) -> tuple[Whole, Whole]:
    """Return rows of customers beside the lines of the log about the same customer."""
    order = np.argsort(talkers, kind="stable")
    first, end = (np.searchsorted(talkers[order], who, side) for side in ("left", "right"))
    number = end - first
    # Of each row the places first, first + 1, ... in the sorted log.
    step = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    return np.repeat(rows, number), order[np.repeat(first, number) + step]


def _places(kinds_of: Any, kinds: Mapping[str, Kind]) -> Whole:
    """Return the place of each kind; behind the last another one, and then a missing one."""
    codes, words = pd.factorize(kinds_of)
    names = [*kinds]
    places = [names.index(word) if word in kinds else len(names) for word in words]
    return np.array([*places, len(names) + 1])[codes]


def _may_settle(kinds: Mapping[str, Kind]) -> Flags:
    """Tell by places of kinds whether a line of the one may settle a task of the other."""
    names = [*kinds]
    table = np.zeros((len(names) + 2, len(names)), bool)
    for place, (name, kind) in enumerate(kinds.items()):
        table[[names.index(one) for one in (name, *kind.settled_by)], place] = True
        table[-1, place] = kind.any_talk
    return table


def free_again(world: World, who: Whole) -> Days:
    """Return for customers the first day on which the cap of talks in 30 days allows another.

    What is noted twice on a day is one talk.

    Args:
        world: its log, and ``callbacks.cap`` of its policy: talks allowed within CAP_DAYS; 0 for
            no cap.
        who: places of customers.
    """
    cap, log = world.policy.whole("callbacks.cap"), world.log
    found = np.full(len(who), "NaT", DAY)
    rows = np.flatnonzero(log["result"].isin(_TALKS) & (world.talkers >= 0))
    if not cap or not rows.size:
        return found
    talker, days = world.talkers[rows], days_of(log["date"], rows)
    order = np.lexsort((days, talker))
    talker, days = talker[order], days[order]
    new = begins(talker, days)
    talker, days = talker[new], days[new]
    nth = np.searchsorted(talker, who, side="right") - cap
    enough = (nth >= 0) & (talker[np.maximum(nth, 0)] == who)
    found[enough] = days[nth[enough]] + CAP_DAYS
    return found
