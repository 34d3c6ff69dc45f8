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

Who = Annotated[str, typer.Argument(metavar="WHO", help="customer_id")]


def customer(run: Run, who: Who, files: Files = None) -> None:
    """Show one customer, by id in any spelling, by phone, or by a name that only one has."""
    from shopcrm.outputs.json_data import customer_data
    from shopcrm.outputs.screen.customer import print_customer

    shop = run.shop(files)
    found = find_customer(shop, who)
    if run.json:
        run.data(customer_data(shop, found))
    else:
        print_customer(run.screen, shop, found)
    run.finish(shop.problems)


def find_customer(shop: Shop, who: str) -> str:
    """Return the key of the customer meant.

    Raises:
        NotFoundError: nobody, or several of that name; the message offers similar ones.
    """
    from shopcrm.sources.clean import BadCellError, as_phone, fold

    people = shop.customers
    key = fold(who)
    try:
        phone = as_phone(who)
    except BadCellError:
        phone = None
    for column, wanted in (("customer", key), ("phone", phone), ("name", who.strip())):
        rows = people[people[column] == wanted]
        if len(rows) == 1:
            return str(rows["customer"].iloc[0])
        if len(rows) > 1:
            raise NotFoundError("no_customer", who=who, near=", ".join(rows["id"].head(_SHOWN)))
    near = ", ".join(_similar(people, key)) or "-"
    raise NotFoundError("no_customer", who=who, near=near)


def _similar(people: pd.DataFrame, key: str) -> list[str]:
    """Return up to five ids that contain this one, else those most like it that begin the same."""
    if not key:
        return []
    inside = people[people["customer"].str.contains(key, regex=False)]
    if len(inside):
        return list(inside["id"].head(_SHOWN))
    begin = people[people["customer"].str.startswith(key[0])].head(_COMPARED)
    near = difflib.get_close_matches(key, begin["customer"], n=_SHOWN, cutoff=0.4)
    return list(begin.set_index("customer").loc[near, "id"])
