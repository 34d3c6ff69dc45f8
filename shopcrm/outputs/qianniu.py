"""Customer sheets for grouping in Qianniu: one group a label, and nick lists in batches.

Qianniu takes no import file whose form is public, so the export is a plain workbook, text cells
and the header in row 1, which a person or any tool can use, and lists of nicks to paste
(LAYOUTS: at most 100 groups, 15 characters a name, 20 nicks a batch).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.honorific import honorifics
from shopcrm.labels import t
from shopcrm.outputs.people import (
    all_groups,
    all_preferences,
    all_types,
    preferred,
    types_by_rule,
)
from shopcrm.outputs.words import label_word, other_tags, worded
from shopcrm.outputs.write import Artifact, BookArtifact
from shopcrm.segments.groups import GROUPS
from shopcrm.segments.own.assign import members as in_segment
from shopcrm.segments.own.assign import own_counts
from shopcrm.segments.types import TYPE_NAMES
from shopcrm.tables import PREFERENCE_KINDS, STAGES, TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from shopcrm.shop import Shop

    _Label = tuple[str, str, npt.NDArray[np.bool_]]

ON_QIANNIU: Final = ("taobao", "1688")
"""Platforms whose buyers can be grouped in Qianniu."""

_LIST_WIDTH: Final = 30
_NOT_IN_A_NAME: Final = re.compile(r'[\\/:*?"<>|\[\]\x00-\x1f]')


@dataclass(frozen=True)
class Group:
    """One Qianniu group: its name, and its members (rows of CUSTOMERS that have a nick)."""

    label: str
    name: str
    members: pd.Index[int]


def qianniu_groups(shop: Shop) -> tuple[list[Group], list[Group]]:
    """Return the groups to make, and those that are over Qianniu's limit, smallest first out.

    Which families of groups there are says ``qianniu.groups``, and they come in that order; a
    group without members is not made.
    """
    limit = shop.policy.whole("qianniu.name_length")
    with_nick = nicks(shop).notna()
    tags = " " + shop.segments["tags"].fillna("") + " "
    # Lists are pasted to send something: who wants to be left alone stands in a list of its own.
    # So does whom the owner wants nothing to do with.
    open_to = ~tags.str.contains(" (?:opt_out|blacklist) ", regex=True)
    found, names = [], set[str]()
    for label, word, rows in _labels(shop):
        meant = open_to | (label in ("opt_out", "blacklist"))
        if label == "potential":  # of whom a row could not be read may have bought long ago
            meant &= shop.customers["unread_rows"] == 0
        members = shop.customers.index[rows & with_nick & meant]
        if len(members):
            name = _free(word, limit, names)
            found.append(Group(label, name, members))
    room = shop.policy.whole("qianniu.max_groups")
    largest = sorted(found, key=lambda group: -len(group.members))[:room]
    kept = [group for group in found if group in largest]
    return kept, [group for group in found if group not in largest]


def _labels(shop: Shop) -> Iterator[_Label]:
    """Yield the labels that make groups: name, word, and who of CUSTOMERS has it."""
    lang, labels = shop.lang, shop.segments

    def of(section: str, names: tuple[str, ...], values: pd.Series[str]) -> Iterator[_Label]:
        for name in names:
            yield f"{section}.{name}", t(f"{section}.{name}", lang), (values == name).to_numpy()

    for family in dict.fromkeys(shop.policy.words("qianniu.groups")):
        if family in ("stages", "tags"):
            for name in STAGES if family == "stages" else TAGS:
                yield name, label_word(name, lang), in_segment(labels, name).to_numpy()
        elif family == "own":
            for name in own_counts(labels, shop.policy):
                yield name, name, in_segment(labels, name).to_numpy()
        elif family == "groups":
            yield from of("group", GROUPS, all_groups(shop))
        elif family == "types":
            yield from of("type", TYPE_NAMES, all_types(shop))
        else:
            yield from _tastes(shop)


def _tastes(shop: Shop) -> Iterator[_Label]:
    """Yield what customers prefer, kind by kind, by name."""
    table = all_preferences(shop)
    for kind in PREFERENCE_KINDS:
        of_kind = table[table["kind"] == kind]
        for value in sorted(of_kind["value"].unique()):
            who = of_kind.loc[of_kind["value"] == value, "customer"]
            word = t(
                "qianniu.preference",
                shop.lang,
                kind=t(f"preference.{kind}", shop.lang),
                value=preferred(value, shop.lang),
            )
            rows = shop.customers["customer"].isin(who).to_numpy()
            yield f"preference.{kind}.{value}", word, rows


def nicks(shop: Shop) -> pd.Series[str]:
    """Return the nick that Qianniu knows each customer by, missing for those it does not know.

    It knows the buyers of Taobao and 1688, and the ids of the registration sheet are taken for
    theirs; an account of another platform means nothing to it.
    """
    people = shop.customers
    parts = people["id"].str.extract(r"^([a-z0-9]+):(.+)$")
    named = parts[1].where(parts[0].isin(ON_QIANNIU))
    here = people["platform"].isna() | people["platform"].isin(ON_QIANNIU)
    plain = people["id"].where((people["key_kind"] == "buyer") & here & parts[0].isna())
    linked = shop.identities[
        (shop.identities["kind"] == "buyer") & shop.identities["platform"].isin(ON_QIANNIU)
    ]
    by_link = linked.drop_duplicates("customer").set_index("customer")["id"]
    also = people["customer"].map(by_link).astype("str")
    return named.fillna(plain).fillna(also).astype("str")


def qianniu_export(shop: Shop, folder: Path, password: str | None = None) -> list[Artifact]:
    """Return the workbook and the nick lists to be written into a folder.

    A text file cannot have a password. Under one, the lists are sheets of a second workbook,
    whose column can be copied and pasted just as well.
    """
    kept, left_out = qianniu_groups(shop)
    table = _members(shop)

    def workbook(target: Path | IO[bytes]) -> None:
        _render_workbook(target, shop, table, kept, left_out)

    book = folder / f"{t('qianniu.workbook', shop.lang)}.xlsx"
    lists = folder / t("qianniu.lists", shop.lang)
    if password is not None:
        from shopcrm.outputs.locked import locked_artifacts

        def nick_book(target: Path | IO[bytes]) -> None:
            _render_lists(target, shop, table["nick"], kept)

        books = [BookArtifact(book, workbook)]
        if kept:
            books.append(BookArtifact(lists.with_name(f"{lists.name}.xlsx"), nick_book))
        return locked_artifacts(books, password)
    return [
        BookArtifact(book, workbook),
        *(nick_list(shop, lists, group, table["nick"]) for group in kept),
    ]


def _members(shop: Shop) -> pd.DataFrame:
    """Return what is written of each customer, rows as in CUSTOMERS."""
    labels, lang = shop.segments, shop.lang
    flags = shop.policy.table("qianniu.flags")
    colours = labels["segment"].map({name: str(number) for name, number in flags.items()})
    colours = colours.astype("str").fillna("0")
    return pd.DataFrame(
        {
            "nick": nicks(shop),
            "remark": remarks(shop),
            "tags": other_tags(labels.assign(segment=""), lang),
            "flag": colours + " " + colours.map(lambda number: t(f"flag.{number}", lang)),
            "reason": labels["reason"],
        }
    )


def remarks(shop: Shop) -> pd.Series[str]:
    """Return the 备注名: 称谓 and type or city (李女士淘卖, 顾总定制); missing without a 称谓.

    Where the register says no type it is the one that a rule found; who is 零售 has none.
    """
    people = shop.customers
    retail = t("qianniu.retail", "zh")
    found = types_by_rule(shop)
    kind = people["type"].where(people["type"] != retail)
    kind = kind.fillna(worded(found.where(found != "retail"), "type", shop.lang))
    return honorifics(people, shop.policy) + kind.fillna(people["city"]).fillna("")


def _render_workbook(
    target: Path | IO[bytes],
    shop: Shop,
    table: pd.DataFrame,
    kept: list[Group],
    left_out: list[Group],
) -> None:
    from shopcrm.outputs.book import Book, Field

    lang, batch = shop.lang, shop.policy.whole("qianniu.batch")
    book = Book(target, t("qianniu.workbook", lang), lang)

    def head(name: str) -> str:
        return t(f"qianniu.{name}", lang)

    def text(values: list[str]) -> pd.Series[str]:
        return pd.Series(values, dtype="str")

    rows = [(group, head("made")) for group in kept]
    rows += [(group, head("over_limit")) for group in left_out]
    sizes = [len(group.members) for group, _ in rows]
    without = int(table["nick"].isna().sum())
    index = [
        Field(head("group"), text([*(group.name for group, _ in rows), head("no_nick")])),
        Field(head("count"), text([*map(str, sizes), str(without)])),
        Field(head("batches"), text([*(str(-(-size // batch)) for size in sizes), "0"])),
        Field(head("state"), text([*(state for _, state in rows), head("no_nick_state")])),
    ]
    book.table(head("index"), index, frozen=0)
    for group in kept:
        part = table.loc[group.members].reset_index(drop=True)
        numbers = np.arange(len(part)) // batch + 1
        fields = [
            Field(head("nick"), part["nick"]),
            Field(head("remark"), part["remark"]),
            Field(head("group"), text([group.name] * len(part))),
            Field(head("tags"), part["tags"]),
            Field(head("flag"), part["flag"]),
            Field(head("batch"), pd.Series(numbers).astype("str")),
            Field(head("reason"), part["reason"], wrap=True, width=66),
        ]
        book.table(group.name, fields)
    book.close()


def nick_list(shop: Shop, folder: Path, group: Group, nicks: pd.Series[str]) -> Artifact:
    """Return a list of nicks, one a line, a blank line between batches; Notepad opens it right."""
    batch = shop.policy.whole("qianniu.batch")
    members = list(nicks[group.members])
    batches = ["\r\n".join(members[at : at + batch]) for at in range(0, len(members), batch)]
    content = "\r\n\r\n".join(batches) + "\r\n"

    def render(path: Path) -> None:
        path.write_bytes(content.encode("utf-8-sig"))

    return Artifact(folder / f"{group.name}.txt", render)


def _render_lists(
    target: Path | IO[bytes], shop: Shop, nicks: pd.Series[str], groups: list[Group]
) -> None:
    """Write the lists of nicks as sheets, a blank row between batches."""
    from shopcrm.outputs.book import Book

    batch = shop.policy.whole("qianniu.batch")
    book = Book(target, t("qianniu.lists", shop.lang), shop.lang)
    for group in groups:
        sheet, text = book.page(group.name), book.style(num_format="@")
        sheet.set_column(0, 0, _LIST_WIDTH)
        for at, nick in enumerate(nicks[group.members]):
            sheet.write_string(at + at // batch, 0, nick, text)
    book.close()


def _free(word: str, limit: int, taken: set[str]) -> str:
    """Return a name that Qianniu, Excel and Windows all take, and that is not taken yet."""
    name = _NOT_IN_A_NAME.sub("", word)[:limit]
    number = 1
    while name in taken:
        number += 1
        name = name[: limit - len(str(number))] + str(number)
    taken.add(name)
    return name
