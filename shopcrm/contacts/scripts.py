"""What to say: templates by kind and round, the shop's own words where it has some."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import arrow_of, chosen, groups
from shopcrm.contacts.columns import texts as texts_of
from shopcrm.contacts.honorific import address_as
from shopcrm.errors import PolicyError
from shopcrm.labels import names, t
from shopcrm.policy import SHOP_FILE, did_you_mean
from shopcrm.tables import CHANNELS, once_each

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from shopcrm.contacts.columns import Flags, Whole
    from shopcrm.contacts.world import World
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

PLACEHOLDERS: Final = (
    "honorific",
    "opening",
    "shop",
    "product",
    "order_date",
    "receipt_date",
    "promotion",
    "what",
    "day",
    "number",
    "owed",
)
_ROUND: Final = "after_sale_"
FOR: Final = "@"
"""Between a script's name and for whom it is."""

_PRODUCT_LENGTH: Final = 18


def templates(policy: Policy, lang: Lang) -> dict[str, str]:
    """Return the script of each kind and round, the owner's words in place of the built-in.

    Behind an ``@`` stands for whom a script is: a customer type as the register writes it,
    ``vip``, ``business`` (types to phone) or ``agent`` (types that get messages).

    Placeholders may be written in either language (``{称谓}`` or ``{honorific}``).

    Raises:
        PolicyError: a script for a kind that does not exist, or an unknown placeholder.
    """
    found = {name: t(f"script.{name}", lang) for name in names("script")}
    for number in range(1, len(policy.wholes("callbacks.from_days")) + 1):
        found.setdefault(f"{_ROUND}{number}", found.get(f"{_ROUND}{number - 1}", ""))
    own_words = {t(f"placeholder.{name}", "zh"): name for name in PLACEHOLDERS}
    for name, text in policy.table("scripts.texts").items():
        kind = name.partition(FOR)[0]
        if kind not in found:
            raise PolicyError(
                "script_kind", path=SHOP_FILE, word=name, near=did_you_mean(kind, found)
            )
        found[name] = _in_english(str(text), own_words)
    return found


def write_scripts(contacts: pd.DataFrame, world: World) -> pd.Series[str]:
    """Return the script of each contact.

    Args:
        contacts: the contacts with ``script`` (a key, to which the round of a kind with several
            is joined), ``round``, ``rounds`` and ``channel``.
        world: the shop: ``shop.name``, ``callbacks.promotion`` and ``scripts.texts`` of its
            policy, its activities, the language of the built-in scripts.
    """
    texts = templates(world.policy, world.lang)
    return _write(contacts, texts, world) if len(contacts) else pd.Series([], dtype="str")


def _promotion(world: World) -> str:
    """Return the activity that is on or near, by its own sheet, else what the policy says."""
    plans = world.care.activities.dropna(subset=["name", "first"])
    lead = pd.Timedelta(days=world.policy.whole("callbacks.promotion_days"))
    near = plans[
        (plans["first"] - lead <= world.now) & (plans["last"].fillna(plans["first"]) >= world.now)
    ].sort_values(["first", "name"])
    if near.empty:
        return world.policy.text("callbacks.promotion")
    one = near.iloc[0]
    return str(one["text"] if isinstance(one["text"], str) else one["name"])


def _write(contacts: pd.DataFrame, texts: Mapping[str, str], world: World) -> pd.Series[str]:
    policy, lang = world.policy, world.lang
    shop = policy.text("shop.name") or t("script_part.shop", lang)
    promotion = _promotion(world)
    joined = t("script_part.promotion", lang, promotion=promotion) if promotion else ""
    keys = _keys(contacts, texts, policy)
    wanted = {key: texts[key] for key in keys.categories}
    used = {name for text in wanted.values() for _, name, _, _ in string.Formatter().parse(text)}
    shows: dict[str, Callable[[object], str]] = {
        "product": lambda name: short_product(name, lang),
        "order_date": lambda day: _day(day, lang),
        "receipt_date": lambda day: _day(day, lang),
        "what": lambda text: text if isinstance(text, str) else "",
        "day": lambda day: _day(day, lang),
        "number": _figure,
        "owed": lambda text: text if isinstance(text, str) else "",
    }
    openings = {name: t(f"opening.{name}", lang, shop=shop) for name in CHANNELS}
    values: dict[str, Any] = {
        "honorific": contacts["honorific"].fillna(address_as(None, lang)),
        "shop": shop,
        "promotion": joined,
        "opening": once_each(contacts["channel"], lambda channel: openings[str(channel)]),
    }
    values |= {name: _once(contacts[name], show) for name, show in shows.items() if name in used}
    mention = contacts["folded"].to_numpy() | (keys == "one_week")
    rows, parts = [], []
    for place, text in enumerate(wanted.values()):
        rows.append(np.flatnonzero(keys.codes == place))
        late = mention[rows[-1]] if joined and "{promotion}" not in text else None
        parts.append(_fill(text, values, rows[-1], late))
    return pd.Series(_put_together(parts, rows), index=contacts.index)


def _keys(contacts: pd.DataFrame, texts: Mapping[str, str], policy: Policy) -> pd.Categorical:
    """Return which script each contact gets: that of its round, and the one most meant for it."""
    columns = [contacts[name].array for name in ("script", "round", "type", "ordinary")]
    codes, alike = groups(columns)
    agents, business = (
        policy.words(f"callbacks.{name}") for name in ("message_types", "phone_types")
    )
    keys = []
    for script, number, kind, ordinary in zip(*(one[alike] for one in columns), strict=True):
        by_round = f"{script}_{number}"
        key = by_round if by_round in texts else str(script)
        groups_of = {"agent": kind in agents, "business": kind in business, "vip": not ordinary}
        variants = [*(name for name, true in groups_of.items() if true), kind]
        meant = [key, *(f"{key}{FOR}{variant}" for variant in variants)]
        keys.append([name for name in meant if name in texts][-1])  # the one most meant
    distinct = [*dict.fromkeys(keys)]
    return chosen(np.array([*map(distinct.index, keys)])[codes], *distinct)


def _fill(
    template: str, values: Mapping[str, Any], rows: Whole, late: Flags | None
) -> pa.LargeStringArray:
    """Return the template filled for some rows.

    Args:
        template: the words, with English placeholders.
        values: by placeholder a text for all, or one a contact.
        rows: whom it is filled for.
        late: which of these hear of the promotion at the end.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.large_string()
    pieces: list[Any] = [pa.repeat(pa.scalar("", text), len(rows))]
    for literal, name, _, _ in string.Formatter().parse(template):
        value = "" if name is None else values[name]
        pieces.append(pa.scalar(literal, text))
        if isinstance(value, str):
            pieces.append(pa.scalar(value, text))
        else:
            whole = len(rows) == len(value)
            pieces.append(arrow_of(value.array if whole else value.array.take(rows)))
    if late is not None:
        said = pa.scalar(values["promotion"], text)
        pieces.append(pc.if_else(pa.array(late), said, pa.scalar("", text)))
    return pc.binary_join_element_wise(*pieces, pa.scalar("", text))


def _put_together(parts: Sequence[Any], rows: Sequence[Whole]) -> Any:
    """Return texts of some rows each as the texts of all rows."""
    import pyarrow as pa

    if len(parts) == 1:
        return texts_of(parts[0])
    back = np.argsort(np.concatenate(rows))
    return texts_of(pa.concat_arrays(parts)).take(back)


def _once(values: pd.Series[Any], show: Callable[[object], str]) -> pd.Series[str]:
    """Return the values as they are shown, each distinct one worked out once."""
    return once_each(values, show).fillna(show(None))


def short_product(product: object, lang: Lang) -> str:
    """Return a product's name short enough to be said: the first of several, cut."""
    if not isinstance(product, str):
        return t("script_part.product", lang)
    first, _, more = product.partition("，")
    return first[:_PRODUCT_LENGTH] + (t("script_part.more", lang) if more else "")


def _figure(number: object) -> str:
    return "" if pd.isna(number) else f"{number:,.10g}"  # type: ignore[call-overload]


def _day(moment: object, lang: Lang) -> str:
    if not isinstance(moment, pd.Timestamp) or pd.isna(moment):
        return ""
    return t("script_part.day", lang, month=moment.month, day=moment.day)


def _in_english(text: str, own_words: Mapping[str, str]) -> str:
    """Check the placeholders of a template and return it with their English names."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise PolicyError("script_word", path=SHOP_FILE, word=text, near=str(error)) from error
    written = ""
    for literal, name, _, _ in parts:
        written += literal.replace("{", "{{").replace("}", "}}")
        if name is None:
            continue
        known = own_words.get(name, name)
        if known not in PLACEHOLDERS:
            near = did_you_mean(name, [*own_words, *PLACEHOLDERS]) or ", ".join(own_words)
            raise PolicyError("script_word", path=SHOP_FILE, word=f"{{{name}}}", near=near)
        written += f"{{{known}}}"
    return written
