"""What a customer prefers, with the evidence: how many of their orders say so, and of how many."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from shopcrm.customers.distinct import distinct, tally
from shopcrm.customers.returns import lower_bound
from shopcrm.customers.turns import begins
from shopcrm.tables import PREFERENCE_KINDS, PREFERENCES, SUCCESSFUL, conform, once_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

BANDS: Final = ("low", "middle", "high")
HOURS: Final = ("00-06", "06-12", "12-18", "18-24")
WEEKDAYS: Final = ("weekday", "weekend")
_SATURDAY: Final = 5


class Usual(NamedTuple):
    """What is usual in a shop, with which the orders of each customer are compared.

    Most orders of every shop are placed on some side of an hour or a day: only more of them than
    usual says a thing.

    Attributes:
        shares: for hour, weekday and campaign, the share of each word over all orders.
        edges: prices of a piece in fen at which the bands change; None for too few prices.
    """

    shares: dict[str, npt.NDArray[np.float64]]
    edges: tuple[float, float] | None


class Said(NamedTuple):
    """What is said of orders: place of the order, and code of the word in ``words``."""

    rows: Whole
    codes: Whole
    words: list[str]


def preferences(
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    policy: Policy,
    activities: pd.DataFrame | None = None,
    usual: Usual | None = None,
) -> pd.DataFrame:
    """Return what each customer prefers, where enough of their orders say so.

    Args:
        orders: ORDERS with ``customer``, money of one currency, numbered from 0; all orders of
            each customer in it.
        lines: BOUGHT of these orders.
        policy: ``preferences``.
        activities: ACTIVITIES of the shop, in addition to those of the policy.
        usual: of the whole shop, where these are the orders of some customers.

    Returns:
        PREFERENCES, by customer and in the order of PREFERENCE_KINDS; of one kind each customer
        has one preference at most.
    """
    codes, keys = pd.factorize(orders["customer"], sort=True)
    counted = orders["status"].isin(SUCCESSFUL).to_numpy() & (codes >= 0)
    lines = lines[counted[lines["row"].to_numpy()]]
    usual = usual or usual_of(orders, policy, activities)
    said = {
        **_of_products(lines, policy),
        "price_band": _price_bands(lines, usual.edges),
        **_of_orders(orders, counted, policy, activities),
    }
    found = [
        _preferred(kind, said[kind], codes, keys, policy, usual.shares.get(kind))
        for kind in PREFERENCE_KINDS
        if kind in said
    ]
    table = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    rank = table["kind"].map({kind: n for n, kind in enumerate(PREFERENCE_KINDS)})
    turn = np.lexsort((rank, table["customer"]))
    return conform(table.iloc[turn].reset_index(drop=True), PREFERENCES)


def usual_of(orders: pd.DataFrame, policy: Policy, activities: pd.DataFrame | None = None) -> Usual:
    """Return what is usual in a shop: one price a piece for each order, and when they are placed.

    Args:
        orders: ORDERS with ``customer``, money of one currency, all of the shop.
        policy: ``preferences``.
        activities: ACTIVITIES of the shop.
    """
    counted = orders["status"].isin(SUCCESSFUL).to_numpy() & orders["customer"].notna().to_numpy()
    said = _placed(orders, np.flatnonzero(counted), policy, activities)
    shares = {
        kind: np.bincount(one.codes, minlength=len(one.words)) / max(len(one.rows), 1)
        for kind, one in said.items()
    }
    gross, pieces = orders["gross_fen"].to_numpy(), orders["quantity"].to_numpy()
    priced = counted & (gross > 0) & (pieces > 0)
    return Usual(shares, price_edges(gross[priced] // pieces[priced], policy))


def keywords_in(titles: Sequence[str], table: Mapping[str, object]) -> list[list[str]]:
    """Return for each title the owner's words of which it has a keyword, in the table's order.

    Args:
        titles: titles of products.
        table: word and its keywords: ``{"床品": ["四件套", "被套"]}``; case does not count.
    """
    patterns = {
        word: re.compile("|".join(re.escape(str(one).casefold()) for one in _listed(keys)))
        for word, keys in table.items()
        if _listed(keys)
    }
    return [
        [word for word, pattern in patterns.items() if pattern.search(title.casefold())]
        for title in titles
    ]


def price_edges(prices: npt.NDArray[np.int64], policy: Policy) -> tuple[float, float] | None:
    """Return the prices in fen at which the bands change; None where there are too few prices."""
    if len(prices) < max(policy.whole("preferences.min_prices"), 1):
        return None
    low, high = np.quantile(prices, policy.numbers("preferences.bands"))
    return float(low), float(high)


def near_campaign(
    days: npt.NDArray[np.datetime64], policy: Policy, activities: pd.DataFrame | None = None
) -> Flags:
    """Tell which days lie near a sale; a missing day does not.

    Args:
        days: of any unit.
        policy: ``preferences.campaigns``, ``own_campaigns`` and ``campaign_days``.
        activities: ACTIVITIES.
    """
    days = days.astype("datetime64[D]")
    known = days[~np.isnat(days)]
    if not len(known):
        return np.zeros(len(days), bool)
    first, last = known.min().astype(object).year, known.max().astype(object).year
    near = policy.whole("preferences.campaign_days")
    spans = []
    for word in policy.words("preferences.campaigns"):
        for year in range(first - 1, last + 2):
            day = _day(f"{year}-{word}")
            spans += [(day, day)] if day else []
    spans += [(day, day) for day in map(_day, policy.words("preferences.own_campaigns")) if day]
    if activities is not None:
        told = activities.dropna(subset=["first", "last"])
        spans += list(zip(told["first"].dt.date, told["last"].dt.date, strict=True))
    numbers, start = days.astype(np.int64), known.min().astype(np.int64)
    flags = np.zeros(int(known.max().astype(np.int64) - start) + 1, bool)
    for begin, end in spans:
        at = [int(np.datetime64(day, "D").astype(np.int64) - start) for day in (begin, end)]
        flags[max(at[0] - near, 0) : max(at[1] + near + 1, 0)] = True
    there = ~np.isnat(days)
    return there & flags[np.where(there, numbers - start, 0)]


def _listed(keys: object) -> list[object]:
    return list(keys) if isinstance(keys, list) else [keys] if keys else []


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:  # a 29th of February that the year does not have
        return None


def _of_products(lines: pd.DataFrame, policy: Policy) -> dict[str, Said]:
    """Return category, brand and series of each line, by the owner's keywords."""
    titles = [str(title) for title in lines["product"].cat.categories]
    rows, codes = lines["row"].to_numpy(), lines["product"].cat.codes.to_numpy()
    found = {}
    for kind, key in (("category", "categories"), ("brand", "brands"), ("series", "series")):
        table = policy.table(f"preferences.{key}")
        if table:
            found[kind] = _spread(rows, codes, keywords_in(titles, table))
    own = lines["category"]
    spread = [[str(word)] for word in own.cat.categories]
    told = _spread(rows, own.cat.codes.to_numpy(), spread)
    if "category" in found:
        rest = ~np.isin(told.rows, found["category"].rows)
        words = [*found["category"].words, *told.words]
        found["category"] = Said(
            np.append(found["category"].rows, told.rows[rest]),
            np.append(found["category"].codes, told.codes[rest] + len(found["category"].words)),
            words,
        )
    else:
        found["category"] = told
    return found


def _spread(rows: Whole, codes: npt.NDArray[np.integer], words: list[list[str]]) -> Said:
    """Return the words of each line, of which a product can have several."""
    distinct = sorted({word for some in words for word in some})
    number = {word: n for n, word in enumerate(distinct)}
    flat = np.array([number[word] for some in words for word in some], np.int64)
    length = np.array([*map(len, words), 0])
    count = length[codes]
    begin = np.repeat((np.cumsum(length) - length)[codes], count)
    nth = np.arange(len(begin)) - np.repeat(np.cumsum(count) - count, count)
    return Said(np.repeat(rows, count), flat[begin + nth], distinct)


def _price_bands(lines: pd.DataFrame, edges: tuple[float, float] | None) -> Said:
    """Return the band of what was paid for a piece; equal prices are in one band."""
    gross, pieces = lines["gross_fen"].to_numpy(), lines["quantity"].to_numpy()
    priced = (gross > 0) & (pieces > 0)
    price = gross[priced] // pieces[priced]
    if edges is None or edges[0] >= edges[1]:
        return Said(np.zeros(0, np.int64), np.zeros(0, np.int64), list(BANDS))
    band = (price > edges[0]).astype(np.int64) + (price >= edges[1])
    return Said(lines["row"].to_numpy()[priced], band, list(BANDS))


def _of_orders(
    orders: pd.DataFrame, counted: Flags, policy: Policy, activities: pd.DataFrame | None
) -> dict[str, Said]:
    """Return how, when and for what occasion each order was placed."""
    rows = np.flatnonzero(counted)
    payment, words = pd.factorize(once_each(orders["payment"].iloc[rows], _payment_word), sort=True)
    paid = payment >= 0
    return {
        "payment": Said(rows[paid], payment[paid], list(words)),
        **_placed(orders, rows, policy, activities),
    }


def _placed(
    orders: pd.DataFrame, rows: Whole, policy: Policy, activities: pd.DataFrame | None
) -> dict[str, Said]:
    """Return when each order was placed, and whether near a sale."""
    moment = orders["created"].fillna(orders["paid"]).to_numpy()[rows]
    known = ~np.isnat(moment)
    day = moment.astype("datetime64[D]")
    timed = known & (moment != day)  # a sheet has days alone, which are no midnights
    hour = (moment - day).astype("timedelta64[h]").astype(np.int64) // 6
    weekend = (day.astype(np.int64) + 3) % 7 >= _SATURDAY  # 1970-01-01 was a Thursday
    near = near_campaign(day, policy, activities)
    return {
        "hour": Said(rows[timed], hour[timed], list(HOURS)),
        "weekday": Said(rows[known], weekend[known].astype(np.int64), list(WEEKDAYS)),
        "campaign": Said(rows[known], near[known].astype(np.int64), ["", "campaign"]),
    }


def _payment_word(text: str) -> str | None:
    return text.strip() or None


def _preferred(
    kind: str,
    said: Said,
    codes: Whole,
    keys: pd.Index[str],
    policy: Policy,
    usual: npt.NDArray[np.float64] | None,
) -> pd.DataFrame:
    """Return of each customer the word in most of their orders, if the evidence is enough."""
    size = max(len(said.words), 1)
    order_words = said.rows * size + said.codes
    if kind in ("category", "brand", "series", "price_band"):  # a word can stand in several lines
        order_words = distinct(order_words)
    rows, words = np.divmod(order_words, size)
    fresh = begins(rows)
    known = np.bincount(codes[rows[fresh]], minlength=len(keys))
    pairs, number = tally(codes[rows] * size + words)
    who, word = np.divmod(pairs, size)
    of = known[who]
    share = number / np.maximum(of, 1)
    enough = (number >= policy.whole("preferences.min_orders")) & (
        share >= policy.number("preferences.min_share")
    )
    base = np.full(size, np.nan) if usual is None else usual
    if usual is not None:
        bound = lower_bound(share, of, policy.number("preferences.confidence"))
        enough &= bound > base[word]
    enough &= np.array([bool(text) for text in said.words] or [False])[word]
    who, word, number = who[enough], word[enough], number[enough]
    of, share = of[enough], share[enough]
    # Of equals the first by name: which of them came last may be chance, and must not decide.
    turn = np.lexsort((word, -number, who))
    first = turn[begins(who[turn])]
    texts = np.array([*said.words, ""], dtype=object)
    return pd.DataFrame(
        {
            "customer": keys[who[first]],
            "kind": kind,
            "value": pd.Series(texts[word[first]], dtype="str"),
            "orders": number[first],
            "known": of[first],
            "share": share[first],
            "base": base[word[first]],
        }
    )
