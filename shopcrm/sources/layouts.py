"""Layouts: one TOML file says how one kind of export looks. No Python per platform.

A layout file has::

    kind = "orders"                    # one of KINDS
    platform = "taobao"                # part of an order's identity; any name you like
    title = { zh = "…", en = "…" }
    like = "register"                  # a built-in layout whose [columns] come first (optional)
    required = ["buyer", "amount"]     # fields whose columns must be there
    not_with = ["子订单编号"]           # headers that show it is another file
    only_with = ["勋章等级"]            # headers of which one at least must be there (optional)
    grain = "item"                     # orders: a row is an order, or one item of it (optional)
    fill_down = ["order_no", "status"] # fields blank from an order's second row on (optional)
    paid_is = "gross"                  # the amount before refunds, or net of them (optional)
    order_day = "yymmdd"               # the order number begins with its day (optional)
    [columns]                          # field = headers, as the platform spells them
    [status]                           # status word = one of STATUS_WORDS
    [refund_status]                    # word = open, done or none
    [defaults]                         # field = value where the file has no such column

The words that all exports of a platform share stand once, in ``platforms/<platform>.toml``, and
those that mean the same everywhere in ``platforms/common.toml``; a layout's own ``[status]``,
``[refund_status]`` and ``[rating]`` come on top.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal

from shopcrm.sources.opening.grid import plain_header
from shopcrm.tables import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS: Final[Mapping[str, str]] = {
    "orders": "orders: who, when, how much, and what became of it",
    "items": "what was bought in each order, joined to the order by its number",
    "refunds": "refunds and after-sale cases, joined by the number of the order or sub-order",
    "reviews": "what buyers wrote, joined by order number or buyer",
    "register": "the registration sheet: one row a deal, without order numbers",
    "customers": "a list of customers: who they are, what they bought so far, no deals",
    "contacts": "the contact log, or a callback sheet with its results ticked",
    "promises": "what the shop owes its customers",
    "suggestions": "what customers suggest, and what became of it",
    "standings": "who is not to be contacted, blacklisted or trusted",
    "activities": "sales and promotions, with their days",
    "shop_days": "holidays of the shop's own, and days on which it is closed",
}
"""What a file can be."""

KEPT_BY_HAND: Final = frozenset(
    ("contacts", "promises", "suggestions", "standings", "activities", "shop_days")
)
"""Kinds of sheets in which nothing need have been written yet."""


FIELDS: Final[Mapping[str, str]] = {
    "order_no": "id",
    "item_no": "id",
    "buyer": "id",
    "phone": "phone",
    "email": "email",
    "name": "name",
    "sex": "text",
    "address": "text",
    "province": "text",
    "city": "text",
    "status": "text",
    "refund_status": "text",
    "reason": "text",
    "created": "time",
    "paid": "time",
    "shipped": "time",
    "signed": "time",
    "confirmed": "time",
    "cancelled": "time",
    "total": "money",
    "amount": "money",
    "refund": "money",
    "price": "money",
    "currency": "text",
    "quantity": "whole",
    "product": "text",
    "category": "text",
    "shop": "text",
    "refund_no": "id",
    "refunded": "time",
    "rating": "text",
    "review": "text",
    "platform": "text",
    "registered": "time",
    "last_contact": "last_time",
    "stated_orders": "whole",
    "stated_amount": "money",
    "stated_last": "time",
    "grade": "text",
    "type": "text",
    "birthday": "text",
    "note": "text",
    "payment": "text",
    "shop_category": "text",
    "medal": "text",
    "category_match": "text",
    "dsr": "text",
    "shop_state": "text",
    "date": "time",
    "kind": "text",
    "round": "whole",
    "channel": "text",
    "result": "text",
    "next_date": "time",
    "id": "text",
    "script": "text",
    "about": "text",
    "promise": "text",
    "due": "time",
    "kept": "time",
    "suggestion": "text",
    "team": "text",
    "outcome": "text",
    "decided": "time",
    "told": "time",
    "standing": "text",
    "until": "time",
    "by": "text",
    "activity": "text",
    "activity_text": "text",
    "first": "time",
    "last": "time",
    "holiday": "text",
    "closed": "text",
}
"""Every field that a layout can fill, and how its cells are read."""

CLOSED_ANY: Final = "closed_or_refunded"
STATUS_WORDS: Final = (*STATUSES, CLOSED_ANY)
"""What a status word can mean; ``closed_or_refunded`` is settled by pay time, refund and reason."""
REFUND_WORDS: Final = ("open", "done", "none")
ANY_OTHER: Final = "*"
"""As a refund word: whatever is not named means this."""

_COMMON: Final = "common"
"""Name of the file in ``platforms`` whose words are every platform's."""

GRAINS: Final = ("order", "item")
PaidIs = Literal["gross", "net", "unclear"]
ORDER_DAYS: Final[Mapping[str, str]] = {
    "yymmdd": r"(\d{2})(\d{2})(\d{2})",
    "yyyymmdd": r"(\d{4})(\d{2})(\d{2})",
}
"""How an order number can begin with the day of the order."""


@dataclass(frozen=True)
class Layout:
    """One kind of file: which header it has, and what its columns and words mean."""

    name: str
    kind: str
    platform: str | None
    title: Mapping[str, str]
    required: tuple[str, ...]
    not_with: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    status: Mapping[str, str] = field(default_factory=dict)
    refund_status: Mapping[str, str] = field(default_factory=dict)
    rating: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    only_with: frozenset[str] = frozenset()
    grain: str = "order"
    order_day: str | None = None
    paid_is: PaidIs | None = None

    def positions(self, header: Sequence[str]) -> dict[str, list[int]]:
        """Return for each field the positions of its columns, in the order of the aliases."""
        plain = _plain(tuple(header))
        found = {
            name: [at for alias in aliases for at, text in enumerate(plain) if text == alias]
            for name, aliases in self.columns.items()
        }
        return {name: places for name, places in found.items() if places}

    def missing(self, header: Sequence[str]) -> list[str]:
        """Return the required fields that the header does not have."""
        plain = set(_plain(tuple(header)))
        return [name for name in self.required if plain.isdisjoint(self.columns[name])]

    def is_another(self, header: Sequence[str]) -> bool:
        """Tell whether some header shows, or none denies, that it is another file."""
        plain = set(_plain(tuple(header)))
        lacks = bool(self.only_with) and not plain & self.only_with
        return lacks or bool(plain & self.not_with)

    def claims(self, header: Sequence[str]) -> bool:
        """Tell whether this layout says: that is one of mine."""
        return not self.missing(header) and not self.is_another(header)


@lru_cache(maxsize=64)
def _plain(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return a header as layouts compare it: every one of them asks for the same few."""
    return tuple(map(plain_header, header))


_YUAN_BEHIND: Final = "(元)"


def _spellings(header: str) -> tuple[str, ...]:
    """Return a header as it is compared, and without the (元) behind it, which hands leave out."""
    plain = plain_header(header)
    bare = plain.removesuffix(_YUAN_BEHIND)
    return (plain, bare) if bare and bare != plain else (plain,)


def plain_word(word: str) -> str:
    """Return a status word as it is compared: half width, without white space."""
    return "".join(unicodedata.normalize("NFKC", word).split())


@cache
def built_in() -> tuple[Layout, ...]:
    """Return the layouts that come with the program, by name."""
    folder = resources.files("shopcrm.sources").joinpath("layouts")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=str)
    return tuple(
        layout_of(entry.name.removesuffix(".toml"), tomllib.loads(entry.read_text("utf-8")))
        for entry in files
    )


@cache
def _shared_words(platform: str | None) -> Mapping[str, Mapping[str, str]]:
    entry = resources.files("shopcrm.sources").joinpath("platforms", f"{platform}.toml")
    return tomllib.loads(entry.read_text("utf-8")) if entry.is_file() else {}


@cache
def platform_names() -> Mapping[str, str]:
    """Return the platforms by the words that owners write for them: 淘宝, 天猫 -> taobao."""
    folder = resources.files("shopcrm.sources").joinpath("platforms")
    found = {}
    for entry in sorted(folder.iterdir(), key=str):
        code = entry.name.removesuffix(".toml")
        if code == _COMMON:
            continue
        for name in (code, *_shared_words(code).get("names", ())):
            found[plain_word(name)] = code
    return found


def _words(data: Mapping[str, Any], section: str) -> dict[str, str]:
    """Return the words of all platforms, of this one and of the layout, the last said wins."""
    found = {}
    for words in (_shared_words(_COMMON), _shared_words(data.get("platform")), data):
        found.update({plain_word(word): to for word, to in words.get(section, {}).items()})
    return found


def columns_of(data: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return the columns of a layout file; an empty list takes one of the other layout's away."""
    if "like" not in data:
        return dict(data["columns"])
    folder = resources.files("shopcrm.sources").joinpath("layouts")
    other = tomllib.loads(folder.joinpath(f"{data['like']}.toml").read_text("utf-8"))
    return {**columns_of(other), **data.get("columns", {})}


def layout_of(name: str, data: Mapping[str, Any]) -> Layout:
    """Return the layout that a file of that name tells; its platform by any of its names."""
    told = data.get("platform")
    data = {**data, "platform": platform_names().get(plain_word(told), told)} if told else data
    return Layout(
        name=name,
        kind=data["kind"],
        platform=data.get("platform"),
        title={"zh": name, "en": name, **data.get("title", {})},
        required=tuple(data["required"]),
        not_with=frozenset(map(plain_header, data.get("not_with", ()))),
        columns={
            field_name: tuple(
                dict.fromkeys(
                    spelt
                    for header in ([text] if isinstance(text, str) else text)
                    for spelt in _spellings(header)
                )
            )
            for field_name, text in columns_of(data).items()
            if text
        },
        status=_words(data, "status"),
        refund_status=_words(data, "refund_status"),
        defaults=data.get("defaults", {}),
        rating=_words(data, "rating"),
        fill_down=tuple(data.get("fill_down", ())),
        only_with=frozenset(map(plain_header, data.get("only_with", ()))),
        grain=data.get("grain", GRAINS[0]),
        order_day=data.get("order_day"),
        paid_is=data.get("paid_is"),
    )
