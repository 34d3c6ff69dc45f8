"""Who hears of a new arrival: buyers of a product or a category, on demand, by the same rules."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import days_of
from shopcrm.contacts.honorific import honorifics
from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.plan import due_contacts
from shopcrm.contacts.reasons import why_now
from shopcrm.contacts.rules import RULES, held_by, put_off
from shopcrm.contacts.scripts import write_scripts
from shopcrm.customers.bought import bought
from shopcrm.tables import CONTACTS, SUCCESSFUL, conform, empty, once_each

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.contacts.world import World

KIND: Final = "new_arrival"
"""It stands in no plan, only in the log, once the notices have been sent."""

_REVIEW: Final = "review"
_TALKS: Final = ("done", "snoozed", "opt_out")
_BOUGHT: Final = "bought_lately"
_FIRST: Final = (*RULES, _BOUGHT, "settled", "one_a_day")
"""Rules in the order in which they are asked, and in which they are told."""


@dataclass(frozen=True, eq=False)
class Audience:
    """Who hears of it.

    Attributes:
        buyers: how many have bought such a thing.
        contacts: CONTACTS, who bought it last first.
        held: how many of the buyers are left out, by rule.
    """

    buyers: int
    contacts: pd.DataFrame
    held: dict[str, int]


def audience(world: World, items: pd.DataFrame, due: pd.DataFrame, word: str) -> Audience:
    """Return who is told of a new arrival of a kind that they have bought.

    It is marketing: whoever wants to be left alone, is blacklisted, sends everything back, has a
    refund or a bad review open or has been talked to often enough is left out; and so is who
    hears from the shop today anyway, has been told of the same before, or has just bought one:
    a bed that is still on its way needs no other.

    Args:
        world: the shop today, nothing planned ahead.
        items: ITEMS.
        due: CONTACTS of the day's plan.
        word: part of a product's name or of a category, or one of the owner's own categories
            (``preferences.categories``), whose keywords are then looked for.
    """
    found = _buyers(world, items, word)
    if found.empty:
        return Audience(0, empty(CONTACTS), {})
    contacts = found.assign(kind=KIND, about=word, due_from=world.now)
    held = _held(contacts, world, due)
    counts = held.value_counts()
    kept = contacts[held.isna()].reset_index(drop=True)
    return Audience(
        len(found),
        _described(kept, word, world),
        {rule: int(counts[rule]) for rule in _FIRST if rule in counts},
    )


def categories(world: World, items: pd.DataFrame) -> list[str]:
    """Return the categories that can be asked for: the files' own, and the owner's."""
    own = world.policy.table("preferences.categories")
    told = [*items["category"].dropna().unique(), *world.orders["category"].dropna().unique()]
    return sorted({*map(str, told), *map(str, own)})


def _buyers(world: World, items: pd.DataFrame, word: str) -> pd.DataFrame:
    """Return who bought such a thing: ``customer``, ``product``, ``order_date``, ``number``."""
    own = {str(name): words for name, words in world.policy.table("preferences.categories").items()}
    wanted = [_plain(one) for one in own.get(word, [])] or [_plain(word)]

    def meant(text: object) -> str | None:
        plain = _plain(str(text))
        return "yes" if any(one in plain for one in wanted) else None

    orders = world.orders
    good = orders[orders["status"].isin(SUCCESSFUL) & orders["customer"].notna()]
    good = good.reset_index(drop=True)
    lines = bought(good, items)
    here = once_each(lines["product"].astype("object"), meant).notna()
    here |= once_each(lines["category"].astype("object"), meant).notna()
    lines = lines[here]
    of = good.iloc[lines["row"].to_numpy()]
    table = pd.DataFrame(
        {
            "customer": of["customer"].to_numpy(),
            "order": of["order"].to_numpy(),
            "product": lines["product"].to_numpy(),
            "order_date": of["paid"].fillna(of["created"]).to_numpy(),
        }
    )
    table = table.sort_values(["order_date", "customer", "order", "product"], na_position="first")
    number = table.groupby("customer")["order"].nunique()
    last = table.drop_duplicates("customer", keep="last").iloc[::-1].reset_index(drop=True)
    return last.assign(number=number.reindex(last["customer"]).to_numpy())


def _held(contacts: pd.DataFrame, world: World, due: pd.DataFrame) -> pd.Series[str]:
    """Return the rule that leaves each buyer out, missing for who is told."""
    log = world.log
    who, owed = world.places(contacts["customer"]), np.zeros(len(contacts), bool)
    first = put_off(owed, days_of(contacts["due_from"]), who, world)
    places = held_by(owed, first, who, world, _unanswered(contacts["customer"], world))
    held = pd.Series(np.array([*RULES, None], object)[places], contacts.index, dtype="str")
    told = log[(log["kind"] == KIND) & (log["about"] == contacts["about"].head(1).squeeze())]
    told = told[told["result"].isin(("done", "skipped", "opt_out"))]
    today = log[log["result"].isin(_TALKS) & (log["date"] == world.now)]
    busy = {*today["customer"].dropna(), *due.loc[~due["waiting"], "customer"]}
    since = world.now - pd.Timedelta(days=world.policy.whole("audience.since_days"))
    held = held.mask(held.isna() & (contacts["order_date"].dt.floor("D") >= since), _BOUGHT)
    held = held.mask(held.isna() & contacts["customer"].isin(told["customer"]), "settled")
    return held.mask(held.isna() & contacts["customer"].isin(busy), "one_a_day")


def _unanswered(customers: pd.Series[str], world: World) -> npt.NDArray[np.int64]:
    """Return the places of those of the customers whose bad review is still being dealt with."""
    found = KINDS[_REVIEW].tasks(world)
    theirs = np.isin(world.places(customers), found["who"]) if found else np.zeros(0, bool)
    if not theirs.any():
        return np.zeros(0, np.int64)
    plan = due_contacts(
        world.orders,
        world.customers,
        world.segments,
        world.log,
        world.policy,
        world.now.date(),
        world.lang,
        care=world.care,
        only=[*customers[theirs]],
    )
    reviews = plan.considered[plan.considered["kind"] == _REVIEW]
    still = reviews[~reviews["held"].isin(("settled", "lapsed"))]
    return world.places(still["customer"].astype("str"))


def _described(kept: pd.DataFrame, word: str, world: World) -> pd.DataFrame:
    people = world.customers.set_index("customer").reindex(kept["customer"]).reset_index()
    tags = world.segments.set_index("customer")["tags"].reindex(kept["customer"]).fillna("")
    blank = pd.Series(pd.NaT, index=kept.index, dtype="datetime64[us]")
    contacts = kept.assign(
        honorific=honorifics(people, world.policy),
        type=people["type"],
        ordinary=~tags.str.contains(r"\bvip\b").to_numpy(dtype=bool),
        channel="message",
        why=KIND,
        script=KIND,
        what=word,
        day=kept["order_date"],
        round=1,
        rounds=1,
        within=0,
        due_by=world.now,
        folded=False,
        previous=blank,
        receipt_date=blank,
        agreed=blank,
        receipt_from=pd.Series(pd.NA, index=kept.index, dtype="str"),
        owed=pd.Series(pd.NA, index=kept.index, dtype="str"),
        unsaid=False,
        attempts=0,
        days_overdue=0,
        waiting=False,
        priority=np.arange(1, len(kept) + 1),
    ).drop(columns="order")
    contacts["reason"] = why_now(contacts, world.policy, world.lang)
    contacts["script"] = write_scripts(contacts, world)
    contacts["round"] = pd.Series(pd.NA, index=kept.index, dtype="Int64")
    return conform(contacts[[name for name in CONTACTS if name in contacts]], CONTACTS)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
