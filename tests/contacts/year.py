"""A shop plays a year day by day, works its list, and the laws of the plan are checked each day.

    python -m tests.contacts.year --seeds 20 --customers 1000

Orders come in (some days after a promise), are paid or not, sent, received, refunded, refused and
reviewed; customers suggest something, have birthdays, ask to be left alone in the log or on the
owner's sheet; there are activities, days off and two people for the calls, who cannot do all of
them. Who is called answers, does not, wants another day or to be left alone; some days nobody
works the list. Prints figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.plan import Plan, due_contacts
from shopcrm.contacts.world import Care
from shopcrm.customers.facts import customer_facts
from shopcrm.segments.assign import assign_segments
from shopcrm.tables import (
    ACTIVITIES,
    CONTACT_LOG,
    ITEMS,
    ORDERS,
    PROMISES,
    REFUNDS,
    REGISTER,
    REVIEWS,
    SHOP_DAYS,
    STANDINGS,
    SUGGESTIONS,
    conform,
    empty,
    stacked,
)
from tests.tables import policy_with

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopcrm.policy import Policy
    from shopcrm.tables import Table

FIRST: Final = dt.date(2026, 1, 1)
TALKS: Final = ("done", "snoozed", "opt_out")
SETTLED: Final = ("done", "skipped")
RESULTS: Final = ("done", "no_answer", "snoozed", "skipped", "opt_out")
SHARES: Final = (0.66, 0.2, 0.08, 0.05, 0.01)
DAY: Final = pd.Timedelta(days=1)
NEVER: Final = np.datetime64("NaT", "D")
OWED: Final = [name for name, kind in KINDS.items() if kind.standing == "owed"]
REMEMBERED: Final = ("promise", "review", "suggestion")
"""Kinds whose tasks never cease to exist: no order and no change of stage answers them."""

ABOUT: Final = {
    "refunds": "applied",
    "reviews": "reviewed",
    "promises": "promised",
    "suggestions": "suggested",
}
"""Sheets of the owner, and the event that writes a row of each."""

CLOSED: Final = (("2026-02-14", "2026-02-22"), ("2026-10-01", "2026-10-03"))
LADDER: Final = [
    {"name": "普通", "orders": 1},
    {"name": "高级", "amount": 800, "orders": 4},
    {"name": "VIP", "amount": 2500, "vip": True},
]


@dataclass
class Day:
    """The shop's tables as the files of one day tell them."""

    today: dt.date
    orders: pd.DataFrame
    care: Care
    log: pd.DataFrame
    customers: pd.DataFrame
    segments: pd.DataFrame


@dataclass
class Year:
    """A shop whose year is played.

    Attributes:
        seed: of everything that happens by chance.
        customers: so many.
        days: so many are played.
        first: the first of them.
    """

    seed: int
    customers: int
    days: int = 365
    first: dt.date = FIRST
    policy: Policy = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    persons: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        # Small enough that things wait on a bad day, and big enough that they are done some time.
        self.staff = {"小王": max(6, self.customers // 25), "小李": max(3, self.customers // 40)}
        self.policy = policy_with({"callbacks.staff": self.staff, "grade.ladder": LADDER})
        self.log = empty(CONTACT_LOG)
        self.events = self._events()
        self.register = self._register()
        self.said = self._said()
        # What does not change from day to day is made once.
        times = self.events.select_dtypes("datetime")
        self.moments = {
            str(name): days.to_numpy().astype("datetime64[D]") for name, days in times.items()
        }
        self.orders, self.sheets = self._orders(), self._sheets()

    def play(self) -> Counter[str]:
        """Play the year; an AssertionError says which law was broken, on which day.

        Returns:
            How often each kind, result and rule came up.
        """
        before: pd.DataFrame | None = None
        worked: set[str] = set()
        for number in range(self.days):
            shop = self.on(self.first + dt.timedelta(days=number))
            plan = self._plan(shop)
            self._laws_of_the_list(plan, shop)
            if before is not None:
                gone = set(before["customer"]) - set(plan.contacts["customer"]) - worked
                self._nothing_lost(before[before["customer"].isin(gone)], shop)
            worked = self._work(plan, shop.today) if self.rng.random() < 0.9 else set()
            if self.rng.random() < 0.1:  # the list asked for again in the evening
                shop.log = self.log
                again = set(self._plan(shop).contacts["customer"])
                assert not again & worked, (shop.today, "contacted twice a day", again & worked)
            before = plan.contacts
            self.counts.update({f"held {rule}": n for rule, n in plan.held.items()})
            overdue, waiting = before["days_overdue"] > 0, before["waiting"]
            self.counts.update(
                {"lines": len(before), "overdue": int(overdue.sum()), "waiting": int(waiting.sum())}
            )
        self._laws_of_the_log()
        return self.counts

    def _events(self) -> pd.DataFrame:
        """Return all orders of the year and the half year before, with the days of their life."""
        rng, size = self.rng, self.customers
        gaps = rng.lognormal(np.log(70), 0.7, size)
        owner, days = [], []
        for who, gap in enumerate(gaps):
            day = rng.uniform(-180, 365)
            while day < self.days and rng.random() < 0.85:
                owner.append(who)
                days.append(day)
                day += max(1.0, rng.exponential(gap))
        number = len(owner)
        created = np.datetime64(self.first, "D") + np.floor(days).astype(int)
        kind = rng.choice(["good", "late", "unpaid", "refund"], number, p=[0.80, 0.05, 0.07, 0.08])
        paid = np.where(kind == "unpaid", NEVER, created + np.where(kind == "late", 2, 0))
        shipped = paid + rng.integers(0, 3, number)
        signed = shipped + rng.integers(1, 6, number)
        applied = np.where(kind == "refund", signed + rng.integers(0, 5, number), NEVER)
        decided = applied + rng.integers(1, 4, number)
        refused = rng.random(number) < 0.2
        unhappy = (rng.random(number) < 0.05) & (kind == "good")
        return pd.DataFrame(
            {
                "who": [f"c{who}" for who in owner],
                "order": [f"o{n}" for n in range(number)],
                "created": created,
                "paid": paid,
                "shipped": shipped,
                "signed": signed,
                "applied": applied,
                "agreed": np.where(refused, NEVER, decided),
                "refused": np.where(refused, decided, NEVER),
                "back": np.where(refused, NEVER, decided + rng.integers(1, 7, number)),
                "reviewed": np.where(unhappy, signed + rng.integers(1, 10, number), NEVER),
                "rating": rng.choice(["neutral", "bad"], number),
                "promised": np.where(rng.random(number) < 0.05, signed + 2, NEVER),
                "no_day": rng.random(number) < 0.5,
                "suggested": np.where(rng.random(number) < 0.02, signed + 3, NEVER),
                "outcome": rng.choice(["adopted", "declined"], number),
                "fen": rng.integers(2_000, 60_000, number),
            }
        )

    def _register(self) -> pd.DataFrame:
        rng, size = self.rng, self.customers
        names = [f"c{n}" for n in range(size)]
        lunar = rng.random(size) < 0.3
        months, days = rng.integers(1, 13, size), rng.integers(1, 29, size)
        birthdays = [
            f"{'农历' if moon else ''}{month}月{day}日" if n % 3 == 0 else None
            for n, (moon, month, day) in enumerate(zip(lunar, months, days, strict=True))
        ]
        columns = {
            "customer": names,
            "buyer": names,
            "buyer_key": names,
            "birthday": birthdays,
            "type": rng.choice(["零售", "批发", "一件代发"], size, p=[0.85, 0.1, 0.05]),
            "phone": [f"138{n:08d}" for n in range(size)],
            "registered": pd.Timestamp(self.first),
        }
        return conform(pd.DataFrame(columns), REGISTER)

    def _said(self) -> dict[str, pd.DataFrame]:
        """Return the owner's sheets that do not change through the year."""
        whom = self.rng.choice(
            self.register["customer"], max(3, self.customers // 50), replace=False
        )
        since = pd.Timestamp(self.first) + pd.to_timedelta(
            self.rng.integers(0, 365, len(whom)), "D"
        )
        words = np.resize(["opt_out", "blacklist", "whitelist"], len(whom))
        until = np.where(words == "opt_out", (since + 90 * DAY).to_numpy(), np.datetime64("NaT"))
        standings = {"customer": whom, "standing": words, "since": since, "until": until}
        first, last = (pd.to_datetime([span[end] for span in CLOSED]) for end in (0, 1))
        days = {"name": "放假", "first": first, "last": last, "closed": True}
        sale = pd.to_datetime(["2026-06-16", "2026-11-09"])
        sales = {"name": ["618", "双11"], "first": sale, "last": sale + 2 * DAY, "text": "满减"}
        return {
            "standings": conform(pd.DataFrame(standings), STANDINGS),
            "shop_days": conform(pd.DataFrame(days), SHOP_DAYS),
            "activities": conform(pd.DataFrame(sales), ACTIVITIES),
        }

    def _orders(self) -> pd.DataFrame:
        """Return ORDERS of the whole year, but for what a day changes."""
        events = self.events
        columns = {
            "order": events["order"],
            "order_no": events["order"],
            "customer": events["who"],
            "buyer": events["who"],
            "buyer_key": events["who"],
            "origin": "export",
            "created": events["created"],
            "product": "四件套",
        }
        return conform(columns, ORDERS)

    def _sheets(self) -> dict[str, pd.DataFrame]:
        """Return the sheets that orders fill through the year, a row an order that may."""
        events = self.events
        by = {"id": events["order"], "customer": events["who"]}
        suggested = events["suggested"]
        tables: dict[str, tuple[Table, dict[str, Any]]] = {
            "refunds": (REFUNDS, {"order": events["order"]}),
            "reviews": (
                REVIEWS,
                {"order": events["order"], "rating": events["rating"], "text": "起球"}
                | {"customer": events["who"], "time": events["reviewed"]},
            ),
            "promises": (
                PROMISES,
                by
                | {"what": "补发枕套", "made": events["promised"]}
                | {"due": (events["promised"] + 20 * DAY).mask(events["no_day"])},
            ),
            "suggestions": (
                SUGGESTIONS,
                by
                | {"what": "加大码", "made": suggested, "decided": suggested + 20 * DAY}
                | {"outcome": events["outcome"]},
            ),
        }
        return {name: conform(columns, table) for name, (table, columns) in tables.items()}

    def on(self, today: dt.date) -> Day:
        """Return the tables as the files of a day would tell them."""
        now, moments = np.datetime64(today, "D"), self.moments
        past = {name: days <= now for name, days in moments.items()}  # NaT is never
        unpaid = ~past["paid"]
        steps = [
            (unpaid & (now - moments["created"] > np.timedelta64(3, "D")), "closed"),
            (unpaid, "unpaid"),
            (past["back"], "refunded"),
            (past["signed"], "success"),
            (past["shipped"], "shipped"),
        ]
        status = np.select([rows for rows, _ in steps], [word for _, word in steps], "paid")
        gross = np.where(unpaid, 0, self.events["fen"])
        changing = {
            "status": pd.array(status, dtype="str"),
            **{name: _known(moments[name], past[name]) for name in ("paid", "shipped", "signed")},
            "gross_fen": gross,
            "refund_fen": np.where(past["back"], gross, 0),
            "net_fen": np.where(past["back"], 0, gross),
            "refund_open": past["applied"] & ~past["back"] & ~past["refused"],
        }
        orders = self.orders.assign(**changing)[past["created"]].reset_index(drop=True)
        care = self._care(past)
        facts = customer_facts(orders, empty(ITEMS), self.register, self.log, self.policy, today)
        segments, _ = assign_segments(facts, self.log, self.policy, "zh")
        return Day(today, orders, care, self.log, facts, segments)

    def _care(self, past: dict[str, Any]) -> Care:
        """Return the owner's sheets, by what is past: of each kind of event, of each order."""
        steps = ("back", "refused", "agreed", "applied")
        reached = [past[name] for name in steps]
        phase = np.select(reached, ["done", *steps[1:]], "")
        moved = np.select(reached, [self.moments[name] for name in steps], NEVER)
        changing = {"phase": pd.array(phase, dtype="str"), "time": _known(moved, ~np.isnat(moved))}
        sheets = self.sheets | {"refunds": self.sheets["refunds"].assign(**changing)}
        made = {
            name: sheets[name][past["created"] & past[about]].reset_index(drop=True)
            for name, about in ABOUT.items()
        }
        return Care(**made, **self.said)

    def _plan(self, shop: Day, only: Collection[str] | None = None) -> Plan:
        return due_contacts(
            shop.orders,
            shop.customers,
            shop.segments,
            shop.log,
            self.policy,
            shop.today,
            "zh",
            care=shop.care,
            only=only,
        )

    def _work(self, plan: Plan, today: dt.date) -> set[str]:
        """Make the day's contacts from the top of the list, and write down what came of them."""
        done = plan.contacts[~plan.contacts["waiting"]].reset_index(drop=True)
        if done.empty:
            return set()
        results = self.rng.choice(RESULTS, len(done), p=SHARES)
        later = pd.Timestamp(today) + pd.to_timedelta(self.rng.integers(1, 15, len(done)), "D")
        kept = ["customer", "kind", "round", "order_no", "about", "channel"]
        lines = done[kept].assign(
            date=pd.Timestamp(today),
            buyer=done["customer"],
            buyer_key=done["customer"],
            result=results,
            next_date=pd.Series(later).where(results == "snoozed"),
            id=f"{today}-" + done["customer"],
        )
        self.log = stacked([self.log, conform(lines, CONTACT_LOG)])
        self.counts.update(f"kind {kind}" for kind in done["kind"])
        self.counts.update(f"result {result}" for result in results)
        return set(done["customer"])

    def _laws_of_the_list(self, plan: Plan, shop: Day) -> None:
        contacts, today, now = plan.contacts, shop.today, pd.Timestamp(shop.today)
        assert contacts["customer"].is_unique, (today, "two contacts for one customer")
        assert (contacts["due_from"] <= now).all(), (today, "not due yet")
        told = contacts[["reason", "script", "channel", "due_by", "staff"]]
        assert told.notna().all(axis=None), (today, "untold")
        assert list(contacts["priority"]) == list(range(1, len(contacts) + 1))
        if any(pd.Timestamp(first) <= now <= pd.Timestamp(last) for first, last in CLOSED):
            assert contacts.empty, (today, "the shop is closed")
            return
        care = contacts.loc[~contacts["kind"].isin(OWED), "customer"]
        wrong = set(care) & self._left_alone(shop)
        assert not wrong, (today, "care or marketing for those who are left alone", wrong)
        self._staff(contacts, today)
        self._rounds(contacts, today)
        self._promises_first(contacts, shop)

    def _left_alone(self, shop: Day) -> set[str]:
        """Return who gets nothing but what is owed: by refund, review, sheet or own wish."""
        now = pd.Timestamp(shop.today)
        refunding = shop.orders.loc[shop.orders["refund_open"], "customer"]
        asked = shop.log.loc[shop.log["result"] == "opt_out", "customer"]
        sheet = shop.care.standings
        holds = (sheet["since"] <= now) & ~(sheet["until"] < now)
        listed = sheet.loc[holds & (sheet["standing"] != "whitelist"), "customer"]
        reviews = shop.care.reviews
        talks = shop.log[(shop.log["kind"] == "review") & shop.log["result"].isin(SETTLED)]
        told_of = talks.groupby(["customer", "about"]).size()
        keys = pd.MultiIndex.from_arrays(
            [reviews["customer"], reviews["time"].dt.strftime("%Y-%m-%d")]
        )
        answered = told_of.reindex(keys).fillna(0).to_numpy() >= 2
        last = pd.Timedelta(days=self.policy.whole("review.last_days"))
        unhappy = reviews.loc[~answered & (reviews["time"] + last >= now), "customer"]
        # A second talk that would only be due after the last day is none.
        told = shop.log[(shop.log["kind"] == "review") & (shop.log["date"] > now - 10 * DAY)]
        late = reviews.loc[reviews["time"] + last - 10 * DAY < now, "customer"]
        return {*refunding, *asked, *listed, *(set(unhappy) - (set(told["customer"]) & set(late)))}

    def _staff(self, contacts: pd.DataFrame, today: dt.date) -> None:
        made = contacts[~contacts["waiting"]].groupby("staff").size()
        assert all(made[name] <= self.staff[name] for name in made.index), (today, "too many")
        short = contacts[contacts["waiting"]].groupby("staff").size()
        assert all(made[name] == self.staff[name] for name in short.index), (today, "time is left")
        for customer, person in zip(contacts["customer"], contacts["staff"], strict=True):
            assert self.persons.setdefault(customer, person) == person, (today, customer)

    def _rounds(self, contacts: pd.DataFrame, today: dt.date) -> None:
        """Each after-sale round lies inside its window, counted from the talk before."""
        rounds = contacts[(contacts["kind"] == "after_sale") & contacts["previous"].notna()]
        if rounds.empty:
            return
        place = rounds["round"].astype(int).to_numpy() - 1
        starts, ends = (
            np.array(self.policy.wholes(f"callbacks.{name}"))[place]
            for name in ("from_days", "by_days")
        )
        first, last = (
            (rounds[name] - rounds["previous"]).dt.days.to_numpy()
            for name in ("due_from", "due_by")
        )
        # Only a day that was agreed may lie elsewhere.
        agreed = rounds["reason"].str.contains("约好").to_numpy()
        assert ((first >= starts) & (last == ends) | agreed).all(), (today, "out of its window")
        late = (pd.Timestamp(today) - rounds["due_by"]).dt.days.clip(lower=0)
        assert (rounds["days_overdue"] == late).all(), today

    def _promises_first(self, contacts: pd.DataFrame, shop: Day) -> None:
        """Who orders today and is owed something hears of that first, if a day is not agreed."""
        now, promises = pd.Timestamp(shop.today), shop.care.promises
        ordered = shop.orders.loc[shop.orders["created"] == now, "customer"]
        kept = shop.log[
            (shop.log["kind"] == "promise") & shop.log["result"].isin((*SETTLED, "snoozed"))
        ]
        owed = promises[promises["customer"].isin(ordered) & (promises["made"] < now)]
        owed = owed[~owed["customer"].isin(kept["customer"])]
        if owed.empty:
            return
        listed = contacts.set_index("customer").reindex(owed["customer"].unique())
        first = (listed["kind"] == "promise") | listed["reason"].str.contains("约好", na=False)
        assert first.all(), (shop.today, "owed, and not said first", listed[~first])
        self.counts["promises first"] += len(listed)

    def _nothing_lost(self, missing: pd.DataFrame, shop: Day) -> None:
        """Who was on yesterday's list, and was not contacted, is on today's, or it is told why."""
        if missing.empty:
            return
        told = self._plan(shop, only=set(missing["customer"])).considered
        what = ["customer", "kind", "about", "order"]
        told = told if len(told) else pd.DataFrame(columns=[*what, "held"])
        listed = told.loc[told["held"].isin(["due", "one_a_day"]), "customer"]
        assert listed.empty, (shop.today, "due, and not on the list", listed)
        same = missing[what].merge(told.astype({"kind": "str"}), how="left", on=what)
        gone = same["held"].isna()
        # What is gone altogether was answered by an event: an order paid, a silence broken.
        assert not same.loc[gone, "kind"].isin(REMEMBERED).any(), (shop.today, same[gone])
        why = same["held"].fillna("answered by an event")
        self.counts.update(f"left {reason}" for reason in why)

    def _laws_of_the_log(self) -> None:
        log = self.log
        assert not log.duplicated(["customer", "date"]).any(), "two contacts on one day"
        talks = log[log["result"].isin(TALKS)].sort_values(["customer", "date"])
        cap = self.policy.whole("callbacks.cap")
        before = talks.groupby("customer")["date"].shift(cap)
        soon = (talks["date"] - before).dt.days < 30
        wrong = talks[soon & ~talks["kind"].isin(OWED)]
        assert wrong.empty, (wrong, "more talks in 30 days than the cap")
        reviews = log[(log["kind"] == "review") & log["result"].isin(SETTLED)]
        assert (reviews.groupby(["customer", "about"]).size() <= 2).all(), "a review, three times"
        once = log[log["kind"].isin(["winback", "first_order", "birthday", "grade", "holiday"])]
        once = once[once["result"].isin(SETTLED)]
        assert not once.duplicated(["customer", "kind", "about"]).any(), "said twice"


def _known(days: Any, past: Any) -> Any:
    """Return the days that are past, as moments."""
    return np.where(past, days, NEVER).astype("datetime64[us]")


def _played(seed: int, customers: int, days: int) -> Counter[str]:
    return Year(seed, customers, days).play()


def main() -> None:
    """Play the years and print what came up."""
    parser = argparse.ArgumentParser(description="Play years of contacts and check the laws.")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="seeds at once")
    given = parser.parse_args()
    total: Counter[str] = Counter()
    seeds = range(given.first_seed, given.first_seed + given.seeds)
    play = partial(_played, customers=given.customers, days=given.days)
    jobs = min(given.jobs, given.seeds)
    # Not forked: pandas and pyarrow have threads by now.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        played = pool.map(play, seeds) if jobs > 1 else map(play, seeds)
        for seed, found in zip(seeds, played, strict=True):
            total += found
            print(f"seed {seed}: {found['lines']:,} lines, the laws hold", flush=True)  # noqa: T201
    for name, number in sorted(total.items()):
        print(f"{name:28}{number:>12,}")  # noqa: T201


if __name__ == "__main__":
    main()
