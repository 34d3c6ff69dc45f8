"""A shop plays a year day by day, works its list, and the laws of the plan are checked each day.

    python -m tests.contacts.year --seeds 20 --customers 1000

Orders come in, are paid or not, sent, received, refunded and reviewed; who is called answers,
does not, wants another day or to be left alone; some days nobody works the list. Prints figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.plan import Plan, due_contacts
from shopcrm.contacts.world import Care
from shopcrm.customers.facts import customer_facts
from shopcrm.policy import Policy
from shopcrm.segments.assign import assign_segments
from shopcrm.tables import (
    CONTACT_LOG,
    ITEMS,
    ORDERS,
    PROMISES,
    REFUNDS,
    REGISTER,
    REVIEWS,
    conform,
    empty,
)
from tests.tables import policy_with

FIRST: Final = dt.date(2026, 1, 1)
TALKS: Final = ("done", "snoozed", "opt_out")
RESULTS: Final = ("done", "no_answer", "snoozed", "skipped", "opt_out")
SHARES: Final = (0.66, 0.2, 0.08, 0.05, 0.01)
DAY: Final = pd.Timedelta(days=1)
NEVER: Final = np.datetime64("NaT", "D")


@dataclass
class Year:
    """A shop whose year is played.

    Attributes:
        seed: of everything that happens by chance.
        customers: so many.
        days: so many are played.
        a_day: contacts that the shop can make in a day.
    """

    seed: int
    customers: int
    days: int = 365
    a_day: int = 40
    policy: Policy = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.policy = policy_with({"callbacks.capacity": self.a_day})
        self.events = self._events()
        self.register = self._register()

    def play(self) -> Counter[str]:
        """Play the year; an AssertionError says which law was broken, on which day.

        Returns:
            How often each kind, result and rule came up.
        """
        before: pd.DataFrame | None = None
        worked: set[str] = set()
        for number in range(self.days):
            today = FIRST + dt.timedelta(days=number)
            shop = self._shop(today)
            plan = self._plan(shop, today)
            self._laws_of_the_list(plan, shop, today)
            if before is not None:
                self._nothing_lost(before, worked, plan, shop, today)
            worked = self._work(plan, today) if self.rng.random() < 0.9 else set()
            again = set(self._plan(shop, today).contacts["customer"])
            assert not again & worked, (today, "contacted twice a day", again & worked)
            before = plan.contacts
            self.counts.update({f"held {rule}": n for rule, n in plan.held.items()})
            overdue = plan.contacts["days_overdue"] > 0
            self.counts.update({"lines": len(plan.contacts), "lines overdue": int(overdue.sum())})
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
        created = np.datetime64(FIRST, "D") + np.array(days).astype(int)
        kind = rng.choice(["good", "unpaid", "refund"], number, p=[0.85, 0.07, 0.08])
        paid = np.where(kind == "unpaid", NEVER, created)
        shipped = created + rng.integers(0, 3, number)
        signed = shipped + rng.integers(1, 6, number)
        applied = np.where(kind == "refund", signed + rng.integers(0, 5, number), NEVER)
        bad = (rng.random(number) < 0.03) & (kind == "good")
        reviewed = np.where(bad, signed + rng.integers(1, 10, number), NEVER)
        promised = np.where(rng.random(number) < 0.02, signed + 2, NEVER)
        return pd.DataFrame(
            {
                "who": owner,
                "order": [f"o{n}" for n in range(number)],
                "created": created,
                "paid": paid,
                "shipped": shipped,
                "signed": signed,
                "applied": applied,
                "back": applied + rng.integers(2, 9, number),
                "reviewed": reviewed,
                "promised": promised,
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
        types = rng.choice(["零售", "批发", "一件代发"], size, p=[0.85, 0.1, 0.05])
        columns = {
            "customer": names,
            "buyer": names,
            "buyer_key": names,
            "birthday": birthdays,
            "type": types,
            "phone": [f"138{n:08d}" for n in range(size)],
            "registered": pd.Timestamp(FIRST),
        }
        return conform(pd.DataFrame(columns), REGISTER)

    def _shop(self, today: dt.date) -> dict[str, Any]:
        """Return the tables as the files of a day would tell them."""
        now = np.datetime64(today, "D")
        seen = self.events[self.events["created"].to_numpy() <= now]
        arrays = {name: seen[name].to_numpy() for name in seen}

        def past(name: str) -> np.ndarray:
            return arrays[name] <= now  # NaT is never

        unpaid = np.isnat(arrays["paid"])
        refunded = past("back")
        steps = [
            (unpaid & (now - arrays["created"] > np.timedelta64(3, "D")), "closed"),
            (unpaid, "unpaid"),
            (refunded, "refunded"),
            (past("signed"), "success"),
            (past("shipped"), "shipped"),
        ]
        status = np.select([rows for rows, _ in steps], [word for _, word in steps], "paid")
        gross = np.where(unpaid, 0, arrays["fen"])
        names = pd.Series([f"c{who}" for who in arrays["who"]], dtype="str")

        def when(name: str) -> np.ndarray:
            return np.where(past(name), arrays[name], NEVER).astype("datetime64[us]")

        orders = conform(
            pd.DataFrame(
                {
                    "order": arrays["order"],
                    "order_no": arrays["order"],
                    "customer": names,
                    "origin": "export",
                    "status": status,
                    "created": arrays["created"].astype("datetime64[us]"),
                    "paid": when("paid"),
                    "shipped": np.where(unpaid, np.datetime64("NaT"), when("shipped")),
                    "signed": np.where(unpaid, np.datetime64("NaT"), when("signed")),
                    "gross_fen": gross,
                    "refund_fen": np.where(refunded, gross, 0),
                    "net_fen": np.where(refunded, 0, gross),
                    "refund_open": past("applied") & ~refunded,
                    "product": "四件套",
                }
            ),
            ORDERS,
        )
        log = conform(pd.DataFrame(self.log), CONTACT_LOG) if self.log else empty(CONTACT_LOG)
        return {"orders": orders, "log": log, "care": self._care(arrays, names, past, today)}

    def _care(self, arrays: Any, names: pd.Series, past: Any, today: dt.date) -> Care:
        now = np.datetime64(today, "D")
        applied, back = past("applied"), past("back")
        refunds = pd.DataFrame(
            {
                "order": arrays["order"],
                "phase": np.where(back, "done", "applied"),
                "time": np.where(back, arrays["back"], arrays["applied"]).astype("datetime64[us]"),
            }
        )
        reviews = pd.DataFrame(
            {
                "order": arrays["order"],
                "customer": names,
                "rating": "bad",
                "text": "起球",
                "time": arrays["reviewed"].astype("datetime64[us]"),
            }
        )
        promises = pd.DataFrame(
            {
                "id": arrays["order"],
                "customer": names,
                "what": "补发枕套",
                "made": arrays["promised"].astype("datetime64[us]"),
                "due": (arrays["promised"] + np.timedelta64(20, "D")).astype("datetime64[us]"),
            }
        )
        del now
        return Care(
            refunds=conform(refunds[applied], REFUNDS),
            reviews=conform(reviews[past("reviewed")], REVIEWS),
            promises=conform(promises[past("promised")], PROMISES),
        )

    def _labelled(self, shop: dict[str, Any], today: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
        if "customers" not in shop:
            shop["customers"] = customer_facts(
                shop["orders"], empty(ITEMS), self.register, shop["log"], self.policy, today
            )
        log = conform(pd.DataFrame(self.log), CONTACT_LOG) if self.log else empty(CONTACT_LOG)
        segments, _ = assign_segments(shop["customers"], log, self.policy, "zh")
        return shop["customers"], segments

    def _plan(self, shop: dict[str, Any], today: dt.date, only: str | None = None) -> Plan:
        customers, segments = self._labelled(shop, today)
        log = conform(pd.DataFrame(self.log), CONTACT_LOG) if self.log else empty(CONTACT_LOG)
        shop["segments"] = segments
        return due_contacts(
            shop["orders"],
            customers,
            segments,
            log,
            self.policy,
            today,
            "zh",
            care=shop["care"],
            only=only,
        )

    def _work(self, plan: Plan, today: dt.date) -> set[str]:
        """Make the day's contacts from the top of the list, and write down what came of them."""
        done = plan.contacts[~plan.contacts["waiting"]]
        results = self.rng.choice(RESULTS, len(done), p=SHARES)
        for row, result in zip(done.itertuples(), results, strict=True):
            line: Any = row
            later = int(self.rng.integers(1, 15))
            self.log.append(
                {
                    "date": pd.Timestamp(today),
                    "customer": line.customer,
                    "buyer": line.customer,
                    "buyer_key": line.customer,
                    "kind": line.kind,
                    "round": line.round,
                    "order_no": line.order_no,
                    "about": line.about,
                    "channel": line.channel,
                    "result": result,
                    "next_date": pd.Timestamp(today) + later * DAY if result == "snoozed" else None,
                    "id": f"{today}-{line.customer}",
                }
            )
            self.counts.update([f"kind {line.kind}", f"result {result}"])
        return set(done["customer"])

    def _laws_of_the_list(self, plan: Plan, shop: dict[str, Any], today: dt.date) -> None:
        contacts, now = plan.contacts, pd.Timestamp(today)
        assert contacts["customer"].is_unique, (today, "two contacts for one customer")
        assert (contacts["due_from"] <= now).all(), (today, "not due yet")
        assert contacts[["reason", "script", "channel"]].notna().all(axis=None), today
        assert list(contacts["priority"]) == list(range(1, len(contacts) + 1))
        assert (~contacts["waiting"]).sum() <= self.a_day
        owed = contacts["kind"].isin([name for name, one in KINDS.items() if one.standing == "owed"])
        orders = shop["orders"]
        refunding = set(orders.loc[orders["refund_open"], "customer"])
        opted_out = {line["customer"] for line in self.log if line["result"] == "opt_out"}
        wrong = contacts.loc[~owed & contacts["customer"].isin(refunding | opted_out)]
        assert wrong.empty, (today, wrong[["customer", "kind"]])
        rounds = contacts[(contacts["kind"] == "after_sale") & contacts["previous"].notna()]
        starts = np.array(self.policy.wholes("callbacks.from_days"))
        wait = (rounds["due_from"] - rounds["previous"]).dt.days.to_numpy()
        first = starts[rounds["round"].astype(int).to_numpy() - 1]
        # Only a day that was agreed may come sooner.
        agreed = rounds["reason"].str.contains("约好").to_numpy()
        assert ((wait >= first) | agreed).all(), (today, "a round before its time")

    def _nothing_lost(
        self,
        before: pd.DataFrame,
        worked: set[str],
        plan: Plan,
        shop: dict[str, Any],
        today: dt.date,
    ) -> None:
        """Who was on yesterday's list, and was not contacted, is on today's, or it is told why."""
        gone = set(before["customer"]) - set(plan.contacts["customer"]) - worked
        for customer in sorted(gone):
            told = self._plan(shop, today, only=customer).considered
            line = before[before["customer"] == customer].iloc[0]
            same = told[told["kind"] == line["kind"]] if len(told) else told
            reasons = set(same["held"]) if len(same) else {"gone"}
            assert "due" not in reasons, (today, customer, "due, and not on the list")
            # What is gone altogether was answered by an event: an order paid, a silence broken.
            self.counts.update(f"left {reason}" for reason in reasons)

    def _laws_of_the_log(self) -> None:
        log = pd.DataFrame(self.log)
        assert not log.duplicated(["customer", "date"]).any(), "two contacts on one day"
        talks = log[log["result"].isin(TALKS)]
        care = talks[~talks["kind"].isin([k for k, one in KINDS.items() if one.standing == "owed"])]
        cap = self.policy.whole("callbacks.cap")
        for _, part in talks.groupby("customer"):
            days = part["date"].sort_values().to_numpy()
            mine = care.loc[care["customer"] == part["customer"].iloc[0], "date"].to_numpy()
            for day in mine:
                window = (days <= day) & (days > day - np.timedelta64(30, "D"))
                assert window.sum() <= cap, (part, "more talks in 30 days than the cap")


def main() -> None:
    """Play the years and print what came up."""
    parser = argparse.ArgumentParser(description="Play years of contacts and check the laws.")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    total: Counter[str] = Counter()
    for seed in range(given.seeds):
        found = Year(seed, given.customers, given.days).play()
        total += found
        print(f"seed {seed}: {found['lines']:,} lines, the laws hold", flush=True)
    for name, number in sorted(total.items()):
        print(f"{name:28}{number:>12,}")


if __name__ == "__main__":
    main()
