"""``shopcrm customer``: everything about one customer on one screen."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shopcrm.cli.run import Files, Run
from shopcrm.errors import NotFoundError

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.shop import Shop

_SHOWN: Final = 5
_COMPARED: Final = 5000
"""Comparing a word with more ids would keep the owner waiting."""

_LIKE: Final = 0.6
_SHORT: Final = 0.5
"""Likeness of names of three characters or more, and of two, that differ in one."""

Who = Annotated[str, typer.Argument(metavar="WHO", help="customer_id")]
Explained = Annotated[bool, typer.Option("--why", help="why")]


def customer(run: Run, person: Who, files: Files = None, *, why: Explained = False) -> None:
    """Show one customer, by id in any spelling, by phone, or by a name that only one has."""
    from shopcrm.outputs.json_data import customer_data, why_data
    from shopcrm.outputs.screen.customer import print_customer
    from shopcrm.outputs.screen.why import print_why

    shop = run.shop(files)
    found = find_customer(shop, person)
    if run.json:
        run.data(customer_data(shop, found) | ({"why": why_data(shop, found)} if why else {}))
    elif why:
        print_why(run.screen, shop, found)
    else:
        print_customer(run.screen, shop, found)
    run.finish(shop.problems)


def find_customer(shop: Shop, who: str) -> str:
    """Return the key of the customer meant: by any id of theirs, phone, e-mail or name.

    An id is the platform's that has it. Where several platforms have it, it wants the platform
    before it (``taobao:小云``), or nothing before the colon for the one that no platform knows.

    Raises:
        NotFoundError: nobody, or several; the message names them, or offers similar ones.
    """
    from shopcrm.sources.cells.clean import BadCellError, as_phone, fold

    people = shop.customers
    key = fold(who)
    try:
        phone = as_phone(who)
    except BadCellError:
        phone = None
    for found in (
        _by_id(shop, key),
        _holders(shop, "phone", phone),
        _holders(shop, "email", key if "@" in key else None),
        list(people.loc[people["name"] == who.strip(), "customer"]),
    ):
        if len(found) == 1:
            return found[0]
        if found:
            ids = people.set_index("customer").loc[found[:_SHOWN], ["id", "name"]]
            near = ", ".join(
                _with_name(f":{one.id}" if one.Index == key else one.id, one.name)
                for one in ids.itertuples()
            )
            raise NotFoundError(
                "many_customers" if len(found) > _SHOWN else "several_customers",
                who=who,
                number=len(found),
                shown=_SHOWN,
                near=near,
            )
    near = ", ".join(_similar(people, key, who.strip()))
    raise NotFoundError("no_customer" if near else "nobody_similar", who=who, near=near)


def _by_id(shop: Shop, key: str) -> list[str]:
    """Return the customers of a folded id: their key, or one that was folded into it."""
    from shopcrm.sources.cells.clean import fold
    from shopcrm.tables import once_each

    people, others = shop.customers["customer"], shop.identities
    if not key:
        return []
    bare = key.removeprefix(":")
    same = people == bare
    if key == bare:
        rest = people[people.str.endswith(f":{key}")]
        platforms = set(shop.orders["platform"].dropna().unique())
        same |= people.isin([name for name in rest if name.partition(":")[0] in platforms])
    if same.any():
        return list(people[same])
    folded = once_each(others["id"], fold)
    platform = others["platform"].astype("str") + ":" + folded
    found = others.loc[(folded == key) | (platform == key), "customer"].unique()
    if not len(found) and ":" in key:  # the id of a platform that alone has it
        name, _, plain = key.partition(":")
        orders = shop.orders[(shop.orders["buyer_key"] == plain) & shop.orders["customer"].notna()]
        found = orders.loc[orders["platform"] == name, "customer"].unique()
    return [str(one) for one in found]


def _holders(shop: Shop, column: str, value: str | None) -> list[str]:
    """Return the customers beside whom a phone or an e-mail stands, the latest one's first."""
    if value is None:
        return []
    people = shop.customers
    now = people.loc[people[column] == value, "customer"]
    if len(now):
        return list(now)
    rows = [table.loc[table[column] == value, "customer"] for table in (shop.orders, shop.register)]
    return sorted({str(one) for found in rows for one in found.dropna().unique()})


def _similar(people: pd.DataFrame, key: str, name: str) -> list[str]:
    """Return up to five customers with the word in id or name, else those most like it.

    A name is like another with one character wrong; the names are those that begin or end the
    same, since a wrong character stands at one end only.
    """
    if not key:
        return []
    names = people["name"].fillna("")
    found = people[names.str.contains(name, regex=False)]
    inside = people[people["customer"].str.contains(key, regex=False)]
    if found.empty and inside.empty:
        ends = names.str.startswith(name[0]) | names.str.endswith(name[-1])
        some = people[ends.to_numpy(bool)].head(_COMPARED)
        likeness = _LIKE if len(name) > len("王芳") else _SHORT
        once = list(dict.fromkeys(some["name"]))
        like = difflib.get_close_matches(name, once, _SHOWN, likeness)
        rank = {one: at for at, one in enumerate(like)}
        found = some[some["name"].isin(like)].sort_values(
            "name", key=lambda one: one.map(rank), kind="stable"
        )
        begin = people[people["customer"].str.startswith(key[0])].head(_COMPARED)
        near = difflib.get_close_matches(key, begin["customer"], n=_SHOWN, cutoff=0.4)
        inside = begin.set_index("customer", drop=False).loc[near]
    told = {
        one.customer: _with_name(one.id, one.name)
        for table in (found, inside)
        for one in table.head(_SHOWN).itertuples(index=False)
    }
    return list(told.values())[:_SHOWN]


def _with_name(id_: object, name: object) -> str:
    """Return an id as it is listed: with the customer's name where it is another word."""
    return f"{id_} {name}" if isinstance(name, str) and name != id_ else str(id_)
