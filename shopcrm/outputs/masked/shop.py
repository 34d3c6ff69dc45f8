"""The tables of a shop, masked column by column: what no rule knows is searched as free text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.contacts.honorific import honorifics
from shopcrm.outputs.masked.cells import masked_cells
from shopcrm.outputs.masked.masks import STARS, mask_email, mask_name, mask_phone
from shopcrm.outputs.masked.texts import TextMask
from shopcrm.shop import Masked
from shopcrm.tables import once_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcrm.outputs.masked.pseudonyms import Pseudonyms
    from shopcrm.shop import Shop

OURS: Final = frozenset(
    {
        *("channel", "counted_from", "currency", "key_kind", "kind", "origin", "platform"),
        *("rating", "receipt_from", "result", "segment", "stage", "standing", "status", "tags"),
    }
)
"""Columns that hold names of the program's own: no customer's word ever stands there."""

_MASKS: Final[dict[str, Callable[[str], str]]] = {
    "phone": mask_phone,
    "virtual_phone": mask_phone,
    "email": mask_email,
    "address": lambda _: STARS,
    "birthday": lambda _: STARS,
    "item_no": lambda _: STARS,
}
_BUYER: Final = ("buyer", "buyer_key")
_VALUES_KEPT: Final = frozenset(
    {
        *("bad_date", "bad_money", "future_date", "lacks_column", "log_word", "money_rounded"),
        *("negative_money", "negative_paid", "no_rows", "not_a_table", "own_layout", "own_output"),
        *("sheet_skipped", "two_dates", "unknown_rating", "unknown_refund", "unknown_status"),
        "year_filled",
    }
)
"""Kinds of problem whose value is an amount, a day or a status; of any other it is hidden."""


def masked_shop(shop: Shop, pseudonyms: Pseudonyms) -> Shop:
    """Return the shop without anybody in it who could be told.

    Names become 张**, phones 138****1234, e-mails a***@qq.com, addresses end with the district;
    customers and orders have pseudonyms; birthdays are hidden. Every other text is searched for
    phones, e-mails, streets, and the names and ids of the shop. Figures, days and labels stay.
    """
    return _Masking(shop, pseudonyms).shop()


class _Masking:
    def __init__(self, shop: Shop, pseudonyms: Pseudonyms) -> None:
        self._shop = shop
        self._pseudonyms = pseudonyms
        self._people: dict[str, str] = {}
        self._text = TextMask(dict(self._known()))
        self._platforms = {str(name) for name in shop.identities["platform"].dropna().unique()}

    def shop(self) -> Shop:
        shop = self._shop
        held = {each.name: getattr(shop, each.name) for each in fields(shop)}
        changed = {name: self._any(part) for name, part in held.items() if name != "cells"}
        who = shop.register["customer"]
        people = once_each(who, self._person).fillna(self._buyers(shop.register))
        words = shop.policy.words("mask.columns")
        changed["cells"] = masked_cells(shop.cells, shop.files, people, words, self._text)
        changed["files"] = [replace(file, file=self._text(file.file)) for file in shop.files]
        changed["problems"] = shop.problems.changed(self._value, self._text)
        changed["contacts"] = self._addressed(shop.contacts, changed)
        changed["masked"] = Masked(shop, self._person, self._text)
        return replace(shop, **changed)

    def _known(self) -> Iterator[tuple[str, str]]:
        """Yield every name and id of the shop, and what stands in its place."""
        shop = self._shop
        for table in (shop.orders, shop.register, shop.customers):
            for name in table["name"].dropna().unique():
                yield name, mask_name(name)
        for table in _tables(shop):
            for column in _BUYER:
                if column in table:
                    yield from self._pairs(table, column)
        ids = shop.identities
        yield from self._pairs(ids[ids["kind"] == "buyer"], "id")
        for column in ("customer", "id"):
            yield from self._pairs(shop.customers, column)

    def _pairs(self, table: pd.DataFrame, column: str) -> Iterator[tuple[str, str]]:
        found = table[[column, "customer"]].dropna().drop_duplicates(column)
        for text, customer in zip(found[column], found["customer"], strict=True):
            yield text, self._person(customer)
        unknown = table.loc[table["customer"].isna(), column].dropna().unique()
        for text in unknown:
            yield text, self._person(text)

    def _person(self, customer: str) -> str:
        found = self._people.get(customer)
        if found is None:
            found = self._people[customer] = self._pseudonyms.of("C", customer)
        return found

    def _any(self, value: Any) -> Any:
        """Return a table masked, and likewise what is made of tables."""
        if isinstance(value, pd.DataFrame):
            return self._table(value)
        if is_dataclass(value) and not isinstance(value, type):
            held = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
            tables = {
                name: self._any(part)
                for name, part in held.items()
                if isinstance(part, pd.DataFrame) or is_dataclass(part)
            }
            return replace(value, **tables) if tables else value
        return value

    def _table(self, table: pd.DataFrame) -> pd.DataFrame:
        columns: dict[Any, Any] = {}
        for name in table.columns:
            values = table[name]
            if name in OURS or not _is_text(values):
                columns[name] = values
            elif name == "order_no":
                order = columns.get("order")  # tables name it first
                there = once_each(values, lambda _: STARS) if order is None else order
                columns[name] = there.where(values.notna())
            elif name == "id":
                columns[name] = self._ids(table)
            elif name in _BUYER:
                columns[name] = self._buyers(table)
            else:
                columns[name] = self._column(str(name), values, table)
        return pd.DataFrame(columns, index=table.index, copy=False)

    def _column(self, name: str, values: pd.Series[Any], table: pd.DataFrame) -> pd.Series[Any]:
        mask = _MASKS.get(name, self._text)
        if name == "customer":
            mask = self._person
        elif name == "order":
            mask = self._order
        elif name == "name" and "customer" in table:
            mask = mask_name
        if isinstance(values.dtype, pd.CategoricalDtype):
            masked = {one: mask(str(one)) for one in values.cat.categories}
            if all(one == instead for one, instead in masked.items()):
                return values
            return values.astype("str").map(masked).astype("category")
        return once_each(values, mask)

    def _order(self, order: str) -> str:
        return self._pseudonyms.of("O", order)

    def _buyers(self, table: pd.DataFrame) -> pd.Series[str]:
        """Return the pseudonym of each row's customer; of its id, where nobody is known."""
        there = table["buyer_key"].notna()
        return once_each(table["customer"].fillna(table["buyer_key"]).where(there), self._person)

    def _ids(self, table: pd.DataFrame) -> pd.Series[str]:
        """Return the column ``id``: a customer's, one of their spellings, or of another thing."""
        if "customer" not in table or "date" in table:
            return once_each(table["id"], lambda _: STARS)
        people = once_each(table["customer"], self._person)
        if "key_kind" in table:  # CUSTOMERS: a platform before the id stays, Qianniu goes by it
            parts = table["id"].str.partition(":")
            marked = (parts[1] == ":") & parts[0].isin(self._platforms)
            return people.where(~marked, parts[0] + ":" + people)
        if "count" not in table:  # neither CUSTOMERS nor IDENTITIES
            return once_each(table["id"], self._text)
        found = people
        for kind in ("phone", "email", "address"):
            here = table["kind"] == kind
            found = found.where(~here, once_each(table["id"].where(here), _MASKS[kind]))
        return found

    def _value(self, kind: str, value: str) -> str:
        return self._text(value) if kind in _VALUES_KEPT else value and STARS

    def _addressed(self, contacts: pd.DataFrame, changed: dict[str, Any]) -> pd.DataFrame:
        """Return the contacts with the 称谓 that a masked name gives, in their scripts too."""
        people, names = self._shop.customers["customer"], changed["customers"]
        spoken = pd.Series(
            honorifics(names, self._shop.policy).to_numpy(), index=people, dtype="str"
        )
        new = contacts["customer"].map(spoken).astype("str").where(contacts["honorific"].notna())
        triples = zip(
            contacts["script"].fillna(""),
            contacts["honorific"].fillna(""),
            new.fillna(""),
            strict=True,
        )
        scripts = [
            self._text(text.replace(old, instead) if old else text)
            for text, old, instead in triples
        ]
        masked: pd.DataFrame = changed["contacts"].assign(
            honorific=new, script=pd.Series(scripts, index=contacts.index, dtype="str")
        )
        return masked


def _tables(value: object) -> Iterator[pd.DataFrame]:
    """Yield the tables of a shop, and of what it is made of."""
    if isinstance(value, pd.DataFrame):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _tables(getattr(value, each.name))


def _is_text(values: pd.Series[Any]) -> bool:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    return isinstance(dtype, pd.StringDtype) or dtype.kind == "O"
