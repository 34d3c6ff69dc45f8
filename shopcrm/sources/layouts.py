"""Layouts: one TOML file says how one kind of export looks. No Python per platform.

A layout file has::

    kind = "orders"                    # orders, items, register or contacts
    platform = "taobao"                # part of an order's identity; leave out for the register
    title = { zh = "…", en = "…" }
    required = ["buyer", "amount"]     # fields whose columns must be there
    not_with = ["子订单编号"]           # headers that show it is another file
    fill_down = ["order_no", "status"] # fields blank from an order's second row on (optional)
    [columns]                          # field = headers, as the platform spells them
    [status]                           # status word = one of STATUS_WORDS
    [refund_status]                    # word = open, done or none
    [defaults]                         # field = value where the file has no such column

The words that all exports of a platform share stand once, in ``platforms/<platform>.toml``; a
layout's own ``[status]`` and ``[refund_status]`` come on top.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import PolicyError
from shopcrm.policy import did_you_mean, line_of, read_toml
from shopcrm.sources.grid import plain_header
from shopcrm.tables import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KINDS: Final = ("orders", "items", "register", "contacts")

FIELDS: Final[Mapping[str, str]] = {
    "order_no": "id",
    "item_no": "id",
    "buyer": "id",
    "phone": "phone",
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
    "total": "money",
    "amount": "money",
    "refund": "money",
    "quantity": "whole",
    "product": "text",
    "category": "text",
    "shop": "text",
    "registered": "time",
    "last_contact": "time",
    "grade": "text",
    "type": "text",
    "birthday": "text",
    "note": "text",
    "date": "time",
    "kind": "text",
    "round": "whole",
    "channel": "text",
    "result": "text",
    "next_date": "time",
    "id": "text",
    "script": "text",
}
"""Every field that a layout can fill, and how its cells are read."""

CLOSED_ANY: Final = "closed_or_refunded"
STATUS_WORDS: Final = (*STATUSES, CLOSED_ANY)
"""What a status word can mean; ``closed_or_refunded`` is settled by pay time, refund and reason."""
REFUND_WORDS: Final = ("open", "done", "none")

_EXAMPLES: Final[Mapping[str, object]] = {
    "kind": "orders",
    "platform": "taobao",
    "title": {"zh": "...", "en": "..."},
    "required": ["buyer", "amount"],
    "not_with": ["..."],
    "fill_down": ["order_no", "buyer"],
    "columns": {"buyer": ["..."]},
    "status": {"...": "paid"},
    "refund_status": {"...": "done"},
    "defaults": {"status": "success"},
}
"""Every key of a layout, with a value of its shape."""


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
    defaults: Mapping[str, str] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()

    def positions(self, header: Sequence[str]) -> dict[str, list[int]]:
        """Return for each field the positions of its columns, in the order of the aliases."""
        plain = [plain_header(text) for text in header]
        found = {
            name: [at for alias in aliases for at, text in enumerate(plain) if text == alias]
            for name, aliases in self.columns.items()
        }
        return {name: places for name, places in found.items() if places}

    def missing(self, header: Sequence[str]) -> list[str]:
        """Return the required fields that the header does not have."""
        found = self.positions(header)
        return [name for name in self.required if name not in found]

    def claims(self, header: Sequence[str]) -> bool:
        """Tell whether this layout says: that is one of mine."""
        plain = {plain_header(text) for text in header}
        return not self.missing(header) and not plain & self.not_with


def plain_word(word: str) -> str:
    """Return a status word as it is compared: half width, without white space."""
    return "".join(unicodedata.normalize("NFKC", word).split())


@cache
def built_in() -> tuple[Layout, ...]:
    """Return the layouts that come with the program, by name."""
    folder = resources.files("shopcrm.sources").joinpath("layouts")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=str)
    return tuple(
        _layout(entry.name.removesuffix(".toml"), tomllib.loads(entry.read_text("utf-8")))
        for entry in files
    )


def of_the_shop(shop_dir: Path | None) -> tuple[Layout, ...]:
    """Return the owner's own layouts: ``layouts/*.toml`` in the shop's folder.

    Raises:
        PolicyError: a mistake in one of them, with file, line and the likely word.
    """
    if shop_dir is None:
        return ()
    found = []
    for path in sorted((shop_dir / "layouts").glob("*.toml")):
        data, text = read_toml(path)
        _check(path, data, text)
        found.append(_layout(path.stem, data))
    return tuple(found)


@cache
def _shared_words(platform: str | None) -> Mapping[str, Mapping[str, str]]:
    entry = resources.files("shopcrm.sources").joinpath("platforms", f"{platform}.toml")
    return tomllib.loads(entry.read_text("utf-8")) if entry.is_file() else {}


def _words(data: Mapping[str, Any], section: str) -> dict[str, str]:
    shared = _shared_words(data.get("platform")).get(section, {})
    return {plain_word(word): to for word, to in {**shared, **data.get(section, {})}.items()}


def _layout(name: str, data: Mapping[str, Any]) -> Layout:
    return Layout(
        name=name,
        kind=data["kind"],
        platform=data.get("platform"),
        title={"zh": name, "en": name, **data.get("title", {})},
        required=tuple(data["required"]),
        not_with=frozenset(map(plain_header, data.get("not_with", ()))),
        columns={
            field_name: tuple(
                dict.fromkeys(map(plain_header, [text] if isinstance(text, str) else text))
            )
            for field_name, text in data["columns"].items()
        },
        status=_words(data, "status"),
        refund_status=_words(data, "refund_status"),
        defaults=data.get("defaults", {}),
        fill_down=tuple(data.get("fill_down", ())),
    )


def _check(path: Path, data: Mapping[str, Any], text: str) -> None:
    """Report the first mistake in an owner's layout."""

    def check(section: str, name: str, word: object, known: Sequence[str]) -> None:
        if word not in known:
            near = did_you_mean(str(word), known) or " | ".join(known[:12])
            line = line_of(text, section, name)
            raise PolicyError("layout_word", path=path, line=line, word=word, near=near)

    for name, value in data.items():
        check("", name, name, sorted(_EXAMPLES))
        _check_shape(path, text, name, value)
    if lacks := [name for name in ("kind", "required", "columns") if name not in data]:
        raise PolicyError("layout_lacks", path=path, key=lacks[0])
    check("", "kind", data["kind"], KINDS)
    for section in ("columns", "defaults"):
        for name in data.get(section, {}):
            check(section, name, name, list(FIELDS))
    for name in [*data["required"], *data.get("fill_down", ())]:
        check("", "required", name, list(data["columns"]))
    for section, known in (("status", STATUS_WORDS), ("refund_status", REFUND_WORDS)):
        for name, value in data.get(section, {}).items():
            check(section, name, value, known)
    default = data.get("defaults", {}).get("status", STATUS_WORDS[0])
    check("defaults", "status", default, STATUS_WORDS)


def _check_shape(path: Path, text: str, name: str, value: object) -> None:
    example = _EXAMPLES[name]
    if not _is_like(value, example):
        line = max(line_of(text, "", name), line_of(text, name, name))
        raise PolicyError(
            "wrong_value", path=path, line=line, key=name, value=value, expected=example
        )


def _is_like(value: object, example: object) -> bool:
    """Tell whether a value has the shape of an example; one text may stand for a list of one."""
    if isinstance(example, dict) and isinstance(value, dict):
        inner = next(iter(example.values()))
        return all(
            _is_like(one, inner) or (isinstance(inner, list) and isinstance(one, str))
            for one in value.values()
        )
    if isinstance(example, list) and isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, type(example))
