"""How each customer is called, and which ids were folded into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.ids import KINDS, qualified
from shopcrm.tables import FOLDED_BY, IDENTITIES, conform, empty
from shopcrm.tables.among import among

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.customers.ids import Ids
    from shopcrm.sources.kinds.merge_table import Merges
    from shopcrm.sources.problems import Problems

    Whole = npt.NDArray[np.int64]

_TOLD: Final = {"ids_folded": ("spelling",), "ids_joined": ("phone", "email")}
"""Kinds of problem that tell the owner of ids taken as one, and by what they were."""

_COLUMNS: Final = ["customer", "platform", "buyer_key", "buyer", *KINDS]


def names_of(
    orders: pd.DataFrame, register: pd.DataFrame, keys: pd.Index[str], codes: Whole, written: Whole
) -> dict[str, pd.Series[str]]:
    """Return ``id`` and ``key_kind`` of each customer.

    The id is the key as it is spelt: as the platform does rather than as it is typed by hand, the
    commoner before the rarer, else the first in text order.

    Args:
        orders: ORDERS with ``customer``, none missing.
        register: REGISTER with ``customer``, none missing.
        keys: the customers.
        codes: place in ``keys`` of each order's customer.
        written: the same of each register row's.
    """
    found = [_own(table) for table in (orders, register)]
    exported = (orders["origin"] == "export").to_numpy()
    kinds = np.full(len(keys), "buyer", dtype=object)
    for kind in reversed(KINDS):
        for table, places in ((orders, codes), (register, written)):
            kinds[places[(table[kind] == table["customer"]).to_numpy()]] = kind
    spelt = []
    for table, places, ids, hands in (
        (orders, codes, found[0], exported),
        (register, written, found[1], np.zeros(len(register), bool)),
    ):
        there = ids.notna().to_numpy()
        kinds[places[there]] = "buyer"
        other = (ids != table["customer"]).to_numpy() & there
        spelt.append((places, ids, hands, there, other))
    # Where every row writes the key itself there is nothing to count.
    several = np.zeros(len(keys), bool)
    for places, _, _, _, other in spelt:
        several[places[other]] = True
    parts = [
        pd.DataFrame({"code": places, "id": ids.array, "exported": hands})[there & several[places]]
        for places, ids, hands, there, _ in spelt
    ]
    ways = pd.concat(parts, ignore_index=True)
    counted = ways.groupby(["code", "id"], sort=False)["exported"].agg(["size", "any"])
    ranked = counted.reset_index().sort_values(
        ["code", "any", "size", "id"], ascending=[True, False, False, True]
    )
    best = ranked.drop_duplicates("code").set_index("code")["id"].reindex(range(len(keys)))
    ids = best.fillna(pd.Series(keys, dtype="str")).astype("str").reset_index(drop=True)
    return {"id": ids, "key_kind": pd.Series(kinds, dtype="str")}


def _own(table: pd.DataFrame) -> pd.Series[str]:
    """Return the spelling of the customer's key in rows that write it, missing in the others."""
    own = table["buyer_key"] == table["customer"]
    ids = table["buyer"].where(own)
    rest = table[~own & table["buyer"].notna() & table["platform"].notna()]
    if rest.empty:
        return ids
    rest = rest[qualified(rest) == rest["customer"]]
    spelt = rest["platform"].astype("str") + ":" + rest["buyer"]
    return ids.fillna(spelt.reindex(ids.index)) if len(rest) else ids


def folded_ids(orders: pd.DataFrame, register: pd.DataFrame, ids: Ids) -> pd.DataFrame:
    """Return IDENTITIES of the customers that are known by more than one id.

    Args:
        orders: ORDERS with ``customer``; deals of the register are counted as its rows.
        register: REGISTER with ``customer``.
        ids: whose each id is.
    """
    exported = (orders["origin"] == "export").to_numpy()
    exports = orders[_COLUMNS] if exported.all() else orders.loc[exported, _COLUMNS]
    tables = [exports, register[_COLUMNS]]
    words = [_word(table) for table in tables]
    wanted = _called_differently(tables, words, ids)
    parts = []
    for table, word in zip(tables, words, strict=True):
        rows = among(table["customer"], wanted)
        parts.append(_lines(table[rows], word[rows], ids))
    lines = pd.concat(parts, ignore_index=True)
    same = ["customer", "kind", "platform", "id", "by"]
    counted = lines.groupby(same, dropna=False, sort=False).size().rename("count").reset_index()
    every = pd.concat([counted, _without_rows(ids, lines)], ignore_index=True)
    every = every[among(every["customer"], lines["customer"])]
    different = every.drop_duplicates(["customer", "kind", "id"])["customer"]
    every = every[among(every["customer"], different[different.duplicated()])]
    if every.empty:
        return empty(IDENTITIES)
    return conform(_in_order(every), IDENTITIES)


def _called_differently(
    tables: list[pd.DataFrame], words: list[pd.Series[str]], ids: Ids
) -> pd.Series[str]:
    """Return the customers that may have several ids: most have one, however it is spelt."""
    folded = [
        table.loc[(word != table["customer"]) & table["customer"].notna(), "customer"]
        for table, word in zip(tables, words, strict=True)
    ]
    some = pd.concat(folded).drop_duplicates()
    theirs = [among(table["customer"], some) for table in tables]
    found = [table["customer"][rows] for table, rows in zip(tables, theirs, strict=True)]
    codes, customers = pd.factorize(pd.concat(found))
    called = pd.concat([word[rows] for word, rows in zip(words, theirs, strict=True)])
    without = [table["buyer_key"].isna()[rows] for table, rows in zip(tables, theirs, strict=True)]
    bare = pd.concat(without).to_numpy()
    first = np.empty(len(customers), np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    other = (called.array != called.array.take(first[codes])) | bare
    several = np.zeros(len(customers), bool)
    several[codes[np.asarray(other, bool)]] = True
    found_some: pd.Series[str] = pd.concat([pd.Series(customers[several]), ids.joined])
    return found_some.drop_duplicates()


def _word(table: pd.DataFrame) -> pd.Series[str]:
    """Return what each row calls its customer by, as written."""
    word = table["buyer"]
    for kind in KINDS:
        if not word.isna().any():
            break
        word = word.fillna(table[kind])
    return word


def _lines(table: pd.DataFrame, word: pd.Series[str], ids: Ids) -> pd.DataFrame:
    """Return for each row its id, of what kind it is, and why it is this customer's."""
    kind = pd.Series("buyer", index=table.index, dtype=object)
    by = pd.Series("", index=table.index, dtype=object)
    known = table["buyer_key"].notna()
    own = ids.written(table)
    why = own.map(ids.why).astype(object)
    by[known] = why.where(own != table["customer"], "key").fillna("spelling")[known]
    open_rows = ~known
    for name in KINDS:
        rows = open_rows & table[name].notna()
        kind[rows] = name
        said = table.loc[rows, name]
        merged = said.map(ids.why).astype(object)
        by[rows] = merged.fillna(name).where(said != table.loc[rows, "customer"], "key")
        open_rows &= ~rows
    return pd.DataFrame(
        {
            "customer": table["customer"],
            "kind": kind,
            "platform": table["platform"].astype("str").where(known),
            "id": word,
            "by": by,
        }
    )


def _without_rows(ids: Ids, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the owner's old ids that stand in no row any more."""
    old = [name for name, why in ids.why.items() if why == "merge_table" and name in ids.unused]
    if not old or lines.empty:
        return pd.DataFrame()
    customers = pd.Series([ids.joined[name] for name in old], dtype="str")
    frame = pd.DataFrame({"customer": customers, "id": pd.Series(old, dtype="str")})
    return frame.assign(kind="buyer", platform=np.nan, by="merge_table", count=0)


def _in_order(every: pd.DataFrame) -> pd.DataFrame:
    """Sort by customer, the key first; other spellings of the key are told from it."""
    key_rows = every["by"] == "key"
    best = every[key_rows].assign(exported=every["platform"].notna())
    best = best.sort_values(["exported", "count", "id"], ascending=[False, False, True])
    shown = best.drop_duplicates("customer").set_index("customer")["id"]
    other = key_rows & (every["id"] != every["customer"].map(shown))
    every = every.assign(by=every["by"].mask(other, "spelling"))
    rank = every["by"].map({name: place for place, name in enumerate(FOLDED_BY)})
    every = every.assign(rank=rank, less=-every["count"])
    by = ["customer", "rank", "less", "platform", "id"]
    return every.sort_values(by, kind="stable").drop(columns=["rank", "less"])


def note_ids(
    identities: pd.DataFrame, log: pd.DataFrame, merges: Merges, ids: Ids, problems: Problems
) -> None:
    """Mention ids taken for one customer, ids that say nobody's, and unused rows of a merge table.

    Args:
        identities: IDENTITIES.
        log: CONTACT_LOG; an id that stands only there is used too.
        merges: the merge table.
        ids: whose each id is.
        problems: where they are mentioned.
    """
    for kind, by in _TOLD.items():
        for told in _several(identities, ("key", *by)):
            problems.add(kind, "", values=told)
    for told in ids.unclear_words(log["buyer_key"]):
        problems.add("id_on_two_platforms", "", values=told)
    if merges.path is None:
        return
    unused = ids.unused - set(log["buyer_key"].dropna())
    told_rows = {merges.rows[word]: merges.written[word] for word in sorted(unused)}
    for row, text in sorted({**told_rows, **merges.unclear}.items()):
        problems.add("merge_unused", merges.path.name, [row], values=[text])


def _several(identities: pd.DataFrame, by: tuple[str, ...]) -> list[str]:
    """Return for each customer with several ids that were folded so all of them."""
    known = (identities["kind"] == "buyer") & (identities["count"] > 0)
    ids = identities[known & identities["by"].isin(by)]
    once = ids.drop_duplicates(["customer", "id"])
    several = once[once["customer"].duplicated(keep=False)]
    return list(several.groupby("customer", sort=True)["id"].agg(" = ".join))
