"""Who is behind each id, phone, e-mail and address: to look up what :mod:`links` found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.tables.among import among

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]

KINDS: Final = ("phone", "email", "address")
"""Columns that say who it is where there is no id, the surest first."""

LINKS: Final = {"phone": r"1[3-9]\d{9}", "email": r"[^@\s]+@[^@\s]+\.[^@\s]+"}
"""Columns that join ids, and how an id looks that is one itself."""


def texts(words: Mapping[str, str]) -> pd.Series[str]:
    """Return texts by text as a Series with an index."""
    index = pd.Index(list(words), dtype="str")
    return pd.Series(list(words.values()), index=index, dtype="str")


def none() -> pd.Series[str]:
    """Return no texts by text."""
    return texts({})


@dataclass(frozen=True, eq=False)
class Ids:
    """Who is behind each id, phone, e-mail and address of one run.

    Attributes:
        tables: ORDERS and REGISTER.
        platforms: of the run, in the order of their rank.
        shared: ``id`` and ``platform`` of the ids that several platforms have.
        joined: key of the customer by id, for ids that are not the key themselves.
        why: for the same ids one of FOLDED_BY.
        owners: for each of KINDS the key of the customer by phone, e-mail or address, for those
            that stand beside exactly one.
        merged: the merge table: new id by old id, chains resolved.
        unused: old and new ids of the merge table that stand in no row.
    """

    tables: tuple[pd.DataFrame, ...]
    platforms: tuple[str, ...] = ()
    shared: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"id": [], "platform": []}))
    joined: pd.Series[str] = field(default_factory=none)
    why: pd.Series[str] = field(default_factory=none)
    owners: Mapping[str, pd.Series[str]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()

    def written(self, table: pd.DataFrame) -> pd.Series[str]:
        """Return the id that each row is written under, ``platform:id`` where several have it.

        Args:
            table: one with ``buyer_key``, and ``platform`` if its ids are a platform's.
        """
        ids = table["buyer_key"]
        if "platform" not in table:
            return self.plain(ids)
        bare = table["platform"].isna()
        if bare.all():
            return self.plain(ids)
        if bare.any():
            ids = put(ids, bare, self.plain(ids[bare]))
        if self.shared.empty:
            return ids
        both = ~bare & among(ids, self.shared["id"].unique())
        return put(ids, both, qualified(table[both]))

    def plain(self, words: pd.Series[str]) -> pd.Series[str]:
        """Return ids without a platform before them, where only that platform has the id."""
        if not self.platforms:
            return words
        marked = np.flatnonzero(words.str.contains(":", regex=False).eq(other=True))
        parts = words.iloc[marked].str.partition(":") if len(marked) else pd.DataFrame()
        if len(parts):
            own = ~among(parts[2], self.shared["id"])
            known = parts[0].isin(self.platforms).to_numpy() & own
            marked, parts = marked[known], parts[known]
        if parts.empty:
            return words
        pairs = pd.MultiIndex.from_frame(parts[[0, 2]])
        there = np.zeros(len(parts), bool)
        for table in self.tables:
            rows = table[among(table["buyer_key"], parts[2].unique()) & table["platform"].notna()]
            there |= pairs.isin(pd.MultiIndex.from_frame(_as_text(rows)))
        flags = np.zeros(len(words), bool)
        flags[marked[there]] = True
        return put(words, flags, parts.loc[there, 2])

    def keys(self, table: pd.DataFrame) -> pd.Series[str]:
        """Return the customer of each row of a table, missing where nothing says who it is."""
        keys = self.customers(self.written(table))
        for kind in KINDS:
            if kind not in table or not keys.isna().any():
                continue
            bare = keys.isna() & table[kind].notna()
            if bare.any():
                keys = put(keys, bare, self._owner(table.loc[bare, kind], kind))
        return keys

    def resolve(self, words: pd.Series[str]) -> pd.Series[str]:
        """Return whom each word means: an id, an old one, a phone or an e-mail of somebody."""
        ids = self.plain(words)
        found = self.customers(ids)
        for kind in LINKS:
            owners = self.owners.get(kind, none())
            owned = among(ids, owners.index) & ~among(ids, self.joined.index)
            if owned.any():
                owned &= ~among(ids, list(self.existing(ids[owned])))
                found = put(found, owned, ids[owned].map(owners))
        return found

    def unclear(self, words: pd.Series[str]) -> Flags:
        """Tell which words are ids of several platforms, so that they say nobody's."""
        if self.shared.empty:
            return np.zeros(len(words), bool)
        return among(words, self.shared["id"]) & ~among(words, self.joined.index)

    def unclear_words(self, more: pd.Series[str]) -> list[str]:
        """Return the ids that say nobody's, with their platforms, in the order of the text.

        Args:
            more: ids of a table without platforms, besides ORDERS and REGISTER.
        """
        if self.shared.empty:
            return []
        bare = [table.loc[table["platform"].isna(), "buyer_key"] for table in self.tables]
        words = pd.concat([*bare, more, pd.Series([*self.merged, *self.merged.values()])])
        words = words[self.unclear(words)]
        named = self.shared[among(self.shared["id"], words.unique())]
        joined = named.groupby("id", sort=True)["platform"].agg(", ".join)
        return [f"{word}: {platforms}" for word, platforms in joined.items()]

    def customers(self, ids: pd.Series[str]) -> pd.Series[str]:
        """Return the customer by id."""
        if self.joined.empty:
            return ids
        other = among(ids, self.joined.index)
        return put(ids, other, ids[other].map(self.joined))

    def _owner(self, values: pd.Series[str], kind: str) -> pd.Series[str]:
        owners = self.owners.get(kind)
        if owners is None or owners.empty:
            return values
        return values.map(owners).astype("str").fillna(values)

    def existing(self, words: pd.Series[str]) -> set[str]:
        """Return those of the words that are ids in some row."""
        few = words.dropna().unique()
        ends = [word.partition(":")[2] for word in few if ":" in word]
        found: set[str] = set()
        for table in self.tables:
            rows = table[among(table["buyer_key"], [*few, *ends])]
            found |= set(self.written(rows).dropna())
        return found & set(few)


def _as_text(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["platform", "buyer_key"]].astype("str")


def qualified(table: pd.DataFrame) -> pd.Series[str]:
    """Return ``platform:id`` of each row."""
    return table["platform"].astype("str") + ":" + table["buyer_key"]


def looking(values: pd.Series[str], pattern: str) -> Flags:
    """Tell which texts are of a pattern as a whole."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.match_substring_regex(pa.array(values.array), f"^(?:{pattern})$")
    flags: Flags = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return flags


def put(values: pd.Series[str], where: Any, others: pd.Series[str]) -> pd.Series[str]:
    """Return values with those at ``where`` replaced in turn; without any nothing is copied."""
    flags = np.asarray(where, bool)
    if not flags.any():
        return values
    made = values.astype("str").copy()
    made[flags] = others.astype("str").array
    return made
