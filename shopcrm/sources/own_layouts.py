"""The owner's own layouts: ``layouts/*.toml`` in the shop's folder, and what is wrong in them.

Each mistake is one PolicyError with file, line and what was likely meant. What cannot be right is
refused too: a layout that claims every file, one header under two fields, order numbers without a
platform (those of two programs would become the same orders).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import PolicyError
from shopcrm.labels import LANGS, has, t
from shopcrm.policy import did_you_mean, not_one_of
from shopcrm.sources.layouts import (
    ANY_OTHER,
    FIELDS,
    GRAINS,
    KINDS,
    ORDER_DAYS,
    REFUND_WORDS,
    STATUS_WORDS,
    Layout,
    built_in,
    columns_of,
    layout_of,
    plain_word,
    platform_names,
)
from shopcrm.sources.opening.grid import plain_header
from shopcrm.tables import RATINGS
from shopcrm.toml_file import read_toml
from shopcrm.toml_text import as_toml, line_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FOLDER: Final = "layouts"
SUFFIX: Final = ".toml"
_NOTEPAD: Final = ".toml.txt"
"""What Notepad makes of a name when the owner types ``x.toml`` and leaves its file type alone."""

_EXAMPLES: Final[Mapping[str, object]] = {
    "kind": "orders",
    "platform": "taobao",
    "title": {"zh": "...", "en": "..."},
    "like": "register",
    "required": ["buyer", "amount"],
    "not_with": ["..."],
    "only_with": ["..."],
    "grain": "item",
    "order_day": "yymmdd",
    "paid_is": "gross",
    "fill_down": ["order_no", "buyer"],
    "columns": {"buyer": ["..."]},
    "status": {"...": "paid"},
    "refund_status": {"...": "done"},
    "rating": {"...": "good"},
    "defaults": {"status": "success"},
}
"""Every key of a layout, with a value of its shape."""

_ONE_OF: Final[Mapping[str, Sequence[str]]] = {
    "kind": tuple(KINDS),
    "grain": GRAINS,
    "order_day": tuple(ORDER_DAYS),
    "paid_is": ("gross", "net"),
}
"""What can stand behind a key that names one of a few things."""

_MEANINGS: Final[Mapping[str, Sequence[str]]] = {
    "status": STATUS_WORDS,
    "refund_status": REFUND_WORDS,
    "rating": RATINGS,
}
"""What the words of each section can mean."""

_LABELS: Final = {"kind": "file_kind", "columns": "field", "status": "status"}
"""Where the labels of a closed list stand: an owner may write 成功 for success."""

_NUMBERED: Final = ("orders", "items", "refunds", "reviews")
"""Kinds whose order numbers are told apart by the platform."""

_PLATFORM: Final = re.compile(r"[^\s:/\\.]+")
_NEAR_PLATFORM: Final = 0.8
"""So alike is a typing mistake, and not a platform of the owner's own."""


def of_the_shop(shop_dir: Path | None) -> tuple[Layout, ...]:
    """Return the owner's own layouts: ``layouts/*.toml`` in the shop's folder, by name.

    Raises:
        PolicyError: a mistake in one of them, with file, line and the likely word.
    """
    folder = None if shop_dir is None else shop_dir / FOLDER
    if folder is None or not folder.is_dir():
        return ()
    found: list[Layout] = []
    nameless: dict[str, Path] = {}
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise PolicyError("policy_unreadable", path=folder) from error
    for path in paths:
        name = path.name.lower()
        if name.startswith("."):  # what other systems leave beside a file
            continue
        if name.endswith(_NOTEPAD):
            raise PolicyError("layout_name", path=path, name=path.name[: -len(".txt")])
        if name.endswith(SUFFIX):
            data, text = read_toml(path)
            _Check(path, data, text).all()
            found.append(layout_of(path.name[: -len(SUFFIX)], data))
            if found[-1].platform is None and _is_numbered(found[-1]):
                other = nameless.setdefault(found[-1].kind, path)
                if other != path:
                    raise PolicyError("layout_nameless", path=path, other=other.name)
    return tuple(found)


@dataclass
class _Check:
    """Reports the first mistake in a layout of the owner's."""

    path: Path
    data: Mapping[str, Any]
    text: str

    def all(self) -> None:
        """Check one thing after the other, the plainest mistakes first."""
        if not self.data:
            raise PolicyError("layout_empty", path=self.path)
        self._names()
        self._words()
        needed = ["kind", "required", *([] if "like" in self.data else ["columns"])]
        for name in needed:
            if name not in self.data:
                raise PolicyError("layout_lacks", path=self.path, key=name)
        self._fields()
        self._headers()
        self._needed()
        self._meanings()
        self._platform()

    def _line(self, *keys: str | int) -> int:
        return line_of(self.text, *keys)

    def _one_of(
        self, word: str, known: Sequence[str], key: str, *keys: str | int, labels: str = ""
    ) -> None:
        """Check that a word is one of a few.

        Args:
            word: as the owner has it.
            known: the few.
            key: what takes them, as the message calls it.
            keys: where the word stands.
            labels: section of the labels in which the few stand in plain words.
        """
        if word in known:
            return
        near = did_you_mean(word, known) or _plainly(word, known, labels)
        raise not_one_of(self.path, self._line(*keys), key, word, known, near)

    def _names(self) -> None:
        """Check the keys above the sections, the sections' names, and the shape of the values."""
        for name, value in self.data.items():
            if name not in _EXAMPLES:
                place = _place_of(name, value)
                if place:
                    raise PolicyError(
                        "layout_place", path=self.path, line=self._line(name), key=name, place=place
                    )
                raise self._unknown(name, value)
            if isinstance(value, list) and any(isinstance(one, dict) for one in value):
                raise self._unknown(name, value)
            self._shape(name, value, _EXAMPLES[name])

    def _unknown(self, name: str, value: object) -> PolicyError:
        """Return the error for a name above the sections, or of a section, that is none."""
        depth = int(isinstance(value, dict)) or 2 * isinstance(value, list)
        is_section = depth and self.text.split("\n")[self._line(name) - 1].lstrip().startswith("[")
        word = "[" * depth + name + "]" * depth if is_section else name
        near = did_you_mean(name, _EXAMPLES)
        if not near:
            known = ", ".join(_EXAMPLES)
            return PolicyError(
                "layout_no_word", path=self.path, line=self._line(name), word=word, known=known
            )
        if is_section:
            near = f"[{near}]"
        return PolicyError(
            "layout_word", path=self.path, line=self._line(name), word=word, near=near
        )

    def _shape(self, name: str, value: object, example: object) -> None:
        if isinstance(example, dict) and isinstance(value, dict):
            inner = next(iter(example.values()))
            for key, one in value.items():
                self._is_above(name, key)
                if not (_is_like(one, inner) or (isinstance(inner, list) and _is_text(one))):
                    self._refuse(one, {key: inner}[key], name, key)
        elif not _is_like(value, example):
            self._refuse(value, example, name)

    def _refuse(self, value: object, expected: object, *keys: str) -> None:
        raise PolicyError(
            "wrong_value",
            path=self.path,
            line=self._line(*keys),
            key=".".join(keys),
            value=as_toml(value),
            expected=as_toml(expected),
        )

    def _is_above(self, section: str, name: str) -> None:
        """Refuse what belongs above the first section and stands in one: TOML takes it for its."""
        is_field = section in ("columns", "defaults") and name in FIELDS
        if name in _EXAMPLES and not is_field:
            raise PolicyError(
                "layout_above",
                path=self.path,
                line=self._line(section, name),
                key=name,
                section=f"[{section}]",
            )

    def _words(self) -> None:
        for name, known in _ONE_OF.items():
            if name in self.data:
                self._one_of(self.data[name], known, name, name, labels=name)
        if "like" in self.data:
            self._one_of(self.data["like"], [one.name for one in built_in()], "like", "like")
        for name in self.data.get("title", {}):
            self._one_of(name, LANGS, "title", "title", name)

    def _fields(self) -> None:
        """Check the names on the left of [columns] and [defaults]."""
        for section in ("columns", "defaults"):
            for name, value in self.data.get(section, {}).items():
                word = value if isinstance(value, str) else next(iter(value), "")
                if name not in FIELDS and word in FIELDS:
                    self._turned(name, word, section)
                place = _place_of(name, word) if section == "columns" and name not in FIELDS else ""
                if place:
                    line = self._line(section, name)
                    raise PolicyError(
                        "layout_place", path=self.path, line=line, key=name, place=place
                    )
                self._one_of(name, list(FIELDS), f"[{section}]", section, name, labels="columns")

    def _turned(self, name: str, word: str, section: str) -> None:
        raise PolicyError(
            "layout_turned",
            path=self.path,
            line=self._line(section, name),
            section=f"[{section}]",
            better=as_toml({word: name})[2:-2],
        )

    def _headers(self) -> None:
        """Check that there are headers, none blank, and none under two fields."""
        mine = self.data.get("columns", {})
        fields: dict[str, str] = {}
        columns = columns_of(self.data)
        for name in sorted(columns, key=lambda name: name in mine):
            texts = _listed(columns[name])
            for text in texts:
                header = plain_header(text)
                if not header:
                    self._refuse(columns[name], ["..."], "columns", name)
                other = fields.setdefault(header, name)
                if other != name and name in mine:
                    raise PolicyError(
                        "layout_two_fields",
                        path=self.path,
                        line=self._line("columns", name),
                        header=text,
                        one=other,
                        two=name,
                    )

    def _needed(self) -> None:
        """Check that the layout asks for something, and only for fields that have a column."""
        columns = {name: _listed(texts) for name, texts in columns_of(self.data).items() if texts}
        if not self.data["required"] or not columns:
            key = "columns" if self.data["required"] else "required"
            raise PolicyError("layout_claims_all", path=self.path, line=self._line(key), key=key)
        for key in ("required", "fill_down"):
            for at, name in enumerate(self.data.get(key, ())):
                if name in columns:
                    continue
                if name in FIELDS:
                    raise PolicyError(
                        "layout_no_column",
                        path=self.path,
                        line=self._line(key, at),
                        key=key,
                        field=name,
                    )
                near = [one for one, texts in columns.items() if name in texts]
                if near:
                    raise not_one_of(
                        self.path, self._line(key, at), key, name, list(columns), near[0]
                    )
                self._one_of(name, list(columns), key, key, at, labels="columns")

    def _meanings(self) -> None:
        for section, known in _MEANINGS.items():
            for name, value in self.data.get(section, {}).items():
                if name == ANY_OTHER and section != "refund_status":
                    raise PolicyError("layout_star", path=self.path, line=self._line(section, name))
                if value not in known and name in known:
                    self._turned(name, value, section)
                self._one_of(value, known, f"[{section}]", section, name, labels=section)
        if "status" in self.data.get("defaults", {}):
            word = self.data["defaults"]["status"]
            self._one_of(
                word, STATUS_WORDS, "defaults.status", "defaults", "status", labels="status"
            )

    def _platform(self) -> None:
        """Check that the platform can stand before order numbers, and is no typing mistake."""
        word = self.data.get("platform")
        known = platform_names()
        if word is None or plain_word(word) in known:
            return
        if not _PLATFORM.fullmatch(word):
            self._refuse(word, "taobao", "platform")
        near = did_you_mean(word, known, _NEAR_PLATFORM) if word.isalpha() else ""
        if near:
            codes = sorted(set(known.values()))
            raise not_one_of(
                self.path, self._line("platform"), "platform", word, codes, known[near]
            )


def _is_numbered(layout: Layout) -> bool:
    return layout.kind in _NUMBERED and "order_no" in layout.columns


def _place_of(name: str, value: object) -> str:
    """Return the section that a key belongs in which stands above all sections, or nothing."""
    if isinstance(value, dict):
        return ""
    if name in FIELDS:
        return "[columns]"
    return next((f"[{section}]" for section, known in _MEANINGS.items() if value in known), "")


def _plainly(word: str, known: Sequence[str], kind: str) -> str:
    """Return which of the known words is called so, or begins so, in plain language."""
    section = _LABELS.get(kind)
    if section is None or not word:
        return ""
    called = chain.from_iterable(
        ((t(f"{section}.{name}", lang).casefold(), name) for lang in LANGS)
        for name in known
        if has(f"{section}.{name}")
    )
    return next((name for label, name in called if label.startswith(word.casefold())), "")


def _listed(texts: str | Sequence[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_like(value: object, example: object) -> bool:
    """Tell whether a value has the shape of an example."""
    if isinstance(example, list) and isinstance(value, list):
        return all(map(_is_text, value))
    return isinstance(value, type(example)) and not isinstance(example, dict)
