"""Which ids are one person's: ids belong to a platform, and only a real key joins two of them.

The rules, in the order in which they are used (DOMAIN, who is a customer):

1. An id that one platform alone has is its own key. An id that several platforms have is as many
   people, and its keys are ``platform:id``. A register or a log does not say whose id it writes:
   it means the platform's that has it; where several have it, see 3, else it is nobody else's.
2. The owner's merge table joins whatever it names.
3. A phone or an e-mail that stands beside exactly one id of each platform joins these ids, the
   register's own names being a platform too. Ids joined over several phones and e-mails are
   joined only if they are no two ids of one platform: else something is shared, and nothing says
   what, so that none of them is joined.
4. What has no id is the customer's whose phone it is, if that is exactly one; else the phone is
   the key. Then likewise the e-mail, and receiver and address.

The key of joined ids is the owner's new id; else that of the platform that ``identity.platforms``
names first, the others by name and the register last, so that more rows do not change it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.customers.ids import KINDS, LINKS, Ids, looking, none, put, texts
from shopcrm.tables.among import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt


def know_ids(
    orders: pd.DataFrame,
    register: pd.DataFrame,
    merged: Mapping[str, str] | None = None,
    first: Sequence[str] = (),
) -> Ids:
    """Find out which ids are one person's.

    Args:
        orders: ORDERS, the deals of the register included.
        register: REGISTER.
        merged: the owner's merge table, as :func:`read_merges` has it.
        first: platforms whose ids go before those of others as the key of joined ones.
    """
    tables = (orders, register)
    platforms = _platforms(tables, first)
    ids = Ids(tables, platforms, _shared(tables, platforms), merged=merged or {})
    written = tuple(ids.written(table) for table in tables)
    groups = _groups(ids) if ids.merged else {}
    known = _known(tables, written, several=len(platforms) > 1)
    joined, why = _links(ids, written, known, groups)
    ids = replace(ids, joined=joined, why=why)
    ids = _of_all_platforms(ids)
    ids = _with_owners(ids, known)
    return _with_merges(ids) if ids.merged else ids


def _groups(ids: Ids) -> dict[str, str]:
    """Return the new id by old one; phones and e-mails are settled when it is known whose."""
    words = pd.Series(sorted({*ids.merged, *ids.merged.values()}), dtype="str")
    means = dict(zip(words, ids.plain(words), strict=True))
    there = ids.existing(pd.Series(list(means.values()), dtype="str"))
    looks = np.logical_or.reduce([looking(words, one) for one in LINKS.values()])
    values = set(words[looks]) - there
    pairs = {old: new for old, new in ids.merged.items() if not {old, new} & values}
    return _chains({means[old]: means[new] for old, new in pairs.items()})


def _platforms(tables: Sequence[pd.DataFrame], first: Sequence[str]) -> tuple[str, ...]:
    found = {str(name) for table in tables for name in table["platform"].dropna().unique()}
    rank = {name: place for place, name in enumerate(first)}
    return tuple(sorted(found, key=lambda name: (rank.get(name, len(rank)), name)))


def _shared(tables: Sequence[pd.DataFrame], platforms: Sequence[str]) -> pd.DataFrame:
    """Return the ids that several platforms have, with each platform that has them."""
    parts = []
    for name in platforms if len(platforms) > 1 else ():
        rows = [table.loc[table["platform"] == name, "buyer_key"] for table in tables]
        distinct = pd.concat(rows, ignore_index=True).dropna().drop_duplicates()
        parts.append(pd.DataFrame({"id": distinct, "platform": name}))
    if not parts:
        return pd.DataFrame({"id": pd.Series(dtype="str"), "platform": pd.Series(dtype="str")})
    every = pd.concat(parts, ignore_index=True)
    return every[every["id"].duplicated(keep=False)].reset_index(drop=True)


def _known(
    tables: Sequence[pd.DataFrame], written: Sequence[pd.Series[str]], *, several: bool
) -> dict[str, pd.DataFrame]:
    """Return which ``id`` stands beside which ``value``, each pair once, by kind of value.

    A register's id can be a phone itself, and on some platforms ids are: it stands beside itself.
    """
    found = {}
    for kind, looks in LINKS.items():
        parts = []
        for number, (table, ids) in reversed([*enumerate(zip(tables, written, strict=True))]):
            both = ids.notna() & table[kind].notna()
            pairs = pd.DataFrame({"id": ids[both], "value": table.loc[both, kind]})
            parts.append(pairs.assign(sheet=bool(number)))
            if several or number:
                itself = looking(table["buyer_key"], looks)
                values = table.loc[itself, "buyer_key"]
                parts.append(pd.DataFrame({"id": ids[itself], "value": values, "sheet": True}))
        every = pd.concat([part for part in parts if len(part)] or parts[:1])
        found[kind] = every.drop_duplicates(["id", "value"])
    return found


def _links(
    ids: Ids,
    written: Sequence[pd.Series[str]],
    known: Mapping[str, pd.DataFrame],
    groups: Mapping[str, str],
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return the key by id for ids that are another's, and why: rules 2 and 3 above."""
    joined, why = dict(groups), dict.fromkeys(groups, "merge_table")
    edges = _edges(ids, known, groups)
    if len(edges):
        rank = _ranks(ids, written, groups, edges["id"].unique())
        for name, key, kind in _one_person(edges, rank, set(groups.values())):
            joined[name], why[name] = key, kind
        joined.update({old: joined.get(new, new) for old, new in groups.items()})
    return texts(joined), texts({name: why[name] for name in joined})


def _one_person(
    edges: pd.DataFrame, rank: pd.DataFrame, wanted: set[str]
) -> list[tuple[str, str, str]]:
    """Return each id that is joined to another, that other one, and the kind of the link.

    Args:
        edges: ``id`` that stands beside a ``value`` of a ``kind``.
        rank: ``rank`` of each platform that has the ``id``.
        wanted: ids that the owner wants to be the key.
    """
    edges = edges.merge(rank, on="id")  # an id merged over platforms stands for each
    unsure = edges.duplicated(["kind", "value", "rank"], keep=False)
    values = pd.MultiIndex.from_frame(edges[["kind", "value"]])
    sure = ~values.isin(values[unsure])
    edges, values = edges[sure], values[sure]
    if edges.empty:
        return []
    part = _connected(pd.factorize(edges["id"])[0], values.factorize()[0])
    people = edges.assign(part=part, other=~edges["id"].isin(wanted))
    people = people.sort_values(["part", "other", "rank", "id", "kind"])
    people = people.drop_duplicates(["part", "id", "rank"], keep="last")  # phone before e-mail
    twice = people.loc[people.duplicated(["part", "rank"]), "part"]
    people = people[~people["part"].isin(twice)]
    best = people.groupby("part")["id"].transform("first")
    joined = people.assign(best=best)[people["id"] != best].drop_duplicates("id")
    return list(zip(joined["id"], joined["best"], joined["kind"], strict=True))


def _edges(ids: Ids, known: Mapping[str, pd.DataFrame], groups: Mapping[str, str]) -> pd.DataFrame:
    """Return ``id``, ``kind`` and ``value`` of phones and e-mails that stand beside several ids.

    On one platform only a phone or an e-mail of the register can join anything.
    """
    parts = []
    for kind, pairs in known.items():
        some = pairs
        if len(ids.platforms) < 2:  # noqa: PLR2004
            if not ids.platforms:
                continue
            some = pairs[among(pairs["value"], pairs.loc[pairs["sheet"], "value"].unique())]
        some = some.assign(id=_renamed(some["id"], groups), kind=kind)
        some = some[["id", "kind", "value"]].drop_duplicates()
        parts.append(some[some["value"].duplicated(keep=False)])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _renamed(names: pd.Series[str], groups: Mapping[str, str]) -> pd.Series[str]:
    if not groups:
        return names
    other = among(names, list(groups))
    return put(names, other, names[other].map(groups))


def _ranks(
    ids: Ids, written: Sequence[pd.Series[str]], groups: Mapping[str, str], names: Iterable[str]
) -> pd.DataFrame:
    """Return ``id`` and the ``rank`` of each platform that has it; last for the register's own."""
    some = set(names)
    old = [old for old, new in groups.items() if new in some]
    wanted = pd.concat([pd.Series(names, dtype="str"), pd.Series(old, dtype="str")])
    parts = []
    for table, own in zip(ids.tables, written, strict=True):
        rows = among(own, wanted) & table["platform"].notna()
        platform = table.loc[rows, "platform"].astype("str")
        rank = platform.map({name: place for place, name in enumerate(ids.platforms)})
        parts.append(pd.DataFrame({"id": _renamed(own[rows], groups), "rank": rank}))
    found = pd.concat(parts).drop_duplicates()
    rest = sorted(some - set(found["id"]))
    last = pd.DataFrame({"id": pd.Series(rest, dtype="str"), "rank": len(ids.platforms)})
    return pd.concat([found, last], ignore_index=True).astype({"rank": "int64"})


def _connected(left: npt.NDArray[np.intp], right: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return for each edge of a two-sided graph the number of the part that it lies in."""
    labels = np.arange(left.max() + 1)
    while True:
        low = np.full(right.max() + 1, len(labels))
        np.minimum.at(low, right, labels[left])
        new = labels.copy()
        np.minimum.at(new, left, low[right])
        np.minimum.at(new, labels[left], low[right])  # so that long chains shrink by halves
        new = new[new]
        if np.array_equal(new, labels):
            return labels[left]
        labels = new


def _of_all_platforms(ids: Ids) -> Ids:
    """Add the ids by which all platforms that have them mean one customer."""
    if ids.shared.empty:
        return ids
    names = ids.shared["platform"] + ":" + ids.shared["id"]
    customers = pd.DataFrame({"id": ids.shared["id"], "key": ids.customers(names)})
    once = customers.drop_duplicates()
    one = once[~once["id"].duplicated(keep=False) & ~among(once["id"], ids.joined.index)]
    more = pd.Series(one["key"].array, index=pd.Index(one["id"], dtype="str"), dtype="str")
    said = pd.Series("key", index=more.index, dtype="str")
    return replace(ids, joined=pd.concat([ids.joined, more]), why=pd.concat([ids.why, said]))


def _with_owners(ids: Ids, known: Mapping[str, pd.DataFrame]) -> Ids:
    """Find whose each phone, e-mail and address is; each kind knows what the one before found."""
    owners: dict[str, pd.Series[str]] = {}
    for kind in KINDS:
        if not any(table[kind].notna().any() for table in ids.tables):
            continue
        pairs = []
        if kind == KINDS[0]:
            pairs = [known[kind][["id", "value"]]]
            pairs[0] = pairs[0].assign(id=ids.customers(pairs[0]["id"]))
        else:
            so_far = replace(ids, owners=owners)
            for table in ids.tables:
                columns = ["platform", "buyer_key", *owners, kind]
                there = table.loc[table[kind].notna(), columns]
                key = so_far.keys(there.drop(columns=kind))
                pairs.append(pd.DataFrame({"id": key, "value": there[kind]}).dropna())
        every = pd.concat(pairs).drop_duplicates()
        single = every[~every["value"].duplicated(keep=False)]
        owners[kind] = single.set_index("value")["id"].astype("str")
    return replace(ids, owners=owners)


def _with_merges(ids: Ids) -> Ids:
    """Join what the merge table calls by phone or e-mail, and note what stands in no row."""
    words = pd.Series(sorted({*ids.merged, *ids.merged.values()}), dtype="str")
    plain = dict(zip(words, ids.plain(words), strict=True))
    there = ids.existing(pd.Series(list(plain.values()), dtype="str"))
    for kind in LINKS:
        for table in ids.tables:
            there |= set(table.loc[among(table[kind], words), kind])
    unused = frozenset(word for word in words if plain[word] not in there)
    means = dict(zip(words, ids.resolve(words), strict=True))
    rest = _chains(
        {means[old]: means[new] for old, new in ids.merged.items() if means[old] != means[new]}
    )
    joined = {str(name): rest.get(key, key) for name, key in ids.joined.items()}
    why = {str(name): reason for name, reason in ids.why.items()}
    owners = {kind: _renamed(found, rest) for kind, found in ids.owners.items()}
    for old, new in rest.items():
        joined[old] = new
        why[old] = "merge_table"
        for kind in LINKS:
            if any((table[kind] == old).any() for table in ids.tables):
                mine = pd.Series({old: new}, dtype="str")
                before = owners.get(kind, none())
                owners[kind] = pd.concat([before.drop(old, errors="ignore"), mine])
    return replace(
        ids,
        joined=texts(joined),
        why=texts({name: why[name] for name in joined}),
        owners=owners,
        unused=unused,
    )


def _chains(pairs: Mapping[str, str]) -> dict[str, str]:
    """Return the last name of each chain by every other name in it.

    Two names of the table can turn out to be one customer's; what is a chain by name can then be
    a ring or a fork of customers: all that hang together are one, called by the least last name.
    """
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while root.get(name, name) != name:
            name = root[name]
        return name

    for old, new in sorted(pairs.items()):
        root[top(old)] = top(new)
    members: dict[str, set[str]] = {}
    for name in {*pairs, *pairs.values()}:
        members.setdefault(top(name), set()).add(name)
    found = {}
    for group in members.values():
        last = min(group - pairs.keys() or group)
        found.update({name: last for name in group if name != last})
    return found
