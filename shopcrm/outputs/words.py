"""The program's names of labels as the words that stand in sheets, a column at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from shopcrm.customers.each import numbers_of
from shopcrm.labels import has, t
from shopcrm.outputs.taken import taken
from shopcrm.tables import OWN_MARK, TAGS, once_each

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from shopcrm.labels import Lang
    from shopcrm.shop import Shop
    from shopcrm.sources.report import FileReport


OF_CUSTOMERS = ("orders", "register", "customers")
"""Kinds of file that say who somebody is."""

_WORDED = {("not_a_table", "no_rows"): "unread", ("lacks_column",): "field"}
"""Kinds of problem whose value is the program's name of something, and where its word stands."""


def worded(names: pd.Series[str], section: str, lang: Lang) -> pd.Series[str]:
    """Return each name's word in a section of the labels; missing stays missing."""
    return once_each(names, lambda name: t(f"{section}.{name}", lang))


def segment_words(segments: pd.Series[str], lang: Lang) -> pd.Series[str]:
    """Return the word of each label, be it a stage or a tag."""
    return once_each(segments, lambda name: label_word(name, lang))


def label_word(name: str, lang: Lang) -> str:
    """Return the word of a stage or a tag."""
    return t(f"tag.{name}" if name in TAGS else f"stage.{name}", lang)


def platform_word(platform: str | None, lang: Lang) -> str:
    """Return what people call a platform; what has none is of the registration sheet."""
    name = platform or "register"
    return t(f"platform.{name}", lang) if has(f"platform.{name}") else name


def key_words(file: FileReport, lang: Lang) -> tuple[str, str] | None:
    """Return what tells a file's customers apart and by which columns; None where nothing does."""
    if file.key is None:
        return None
    headers = file.mapped.get(file.key) or file.mapped.get("address", [])
    return t(f"inspect.key_{file.key}", lang), ", ".join(name.strip() for name in headers)


def other_tags(labels: pd.DataFrame, lang: Lang) -> pd.Series[str]:
    """Return each customer's tags but the label shown as words in a list; none is missing.

    The owner's own segments stand behind them.

    Args:
        labels: SEGMENTS.
        lang: language of the words.
    """
    mark = t("sheet_note.list_mark", lang)

    def words(text: str) -> str | None:
        tags, shown, own = text.split("|", 2)
        told = [t(f"tag.{tag}", lang) for tag in tags.split() if tag != shown]
        return mark.join([*told, *filter(None, own.split(OWN_MARK))]) or None

    own = labels["own"].astype("str").fillna("")
    return once_each(labels["tags"].fillna("") + "|" + labels["segment"] + "|" + own, words)


def segment_colours(lang: Lang) -> dict[str, str]:
    """Return the labels that have a colour, by their word."""
    from shopcrm.outputs.book import COLOURS

    return {label_word(name, lang): name for name in COLOURS}


def shown_values(problems: pd.DataFrame, lang: Lang) -> pd.Series[str]:
    """Return the cell that each problem is about; of a file, what was wrong with it."""
    values = problems["value"]
    for kinds, section in _WORDED.items():
        named = problems["kind"].isin(kinds)
        values = values.mask(named, worded(values.where(named), section, lang))
    return values


def of_customers(
    table: pd.DataFrame, customers: pd.Series[str], columns: list[str]
) -> pd.DataFrame:
    """Return columns of CUSTOMERS or SEGMENTS for each of these customers, in their order."""
    import pandas as pd

    at = numbers_of(customers, table["customer"])
    return pd.DataFrame({name: taken(table[name], at) for name in columns})


@lru_cache(maxsize=1)
def of_contacts(shop: Shop) -> npt.NDArray[np.int64]:
    """Return which row of CUSTOMERS each contact is with; two large sheets ask for it."""
    return numbers_of(shop.contacts["customer"], shop.customers["customer"])


def first_contacts(shop: Shop) -> npt.NDArray[np.int64]:
    """Return which of the contacts is each customer's first, -1 without one; as CUSTOMERS stand."""
    who = of_contacts(shop)
    first = np.full(len(shop.customers) + 1, -1)  # the last one is nobody's
    first[who[::-1]] = np.arange(len(who))[::-1]  # of equal places numpy keeps the last
    return first[:-1]


def next_contacts(shop: Shop) -> pd.DataFrame:
    """Return each customer's next contact: ``due_by`` and ``reason``, indexed by customer."""
    due = shop.contacts.drop_duplicates("customer").set_index("customer")
    return due[["due_by", "reason"]]
