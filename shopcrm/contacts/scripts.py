"""What to say: templates by kind and round, the shop's own words where it has some."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

import pandas as pd

from shopcrm.contacts.honorific import address_as
from shopcrm.errors import PolicyError
from shopcrm.labels import names, t
from shopcrm.policy import SHOP_FILE, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

PLACEHOLDERS: Final = ("honorific", "shop", "product", "order_date", "receipt_date", "promotion")
_PRODUCT_LENGTH: Final = 18


def templates(policy: Policy, lang: Lang) -> dict[str, str]:
    """Return the script of each kind and round, the owner's words in place of the built-in.

    Placeholders may be written in either language (``{称谓}`` or ``{honorific}``).

    Raises:
        PolicyError: a script for a kind that does not exist, or an unknown placeholder.
    """
    found = {name: t(f"script.{name}", lang) for name in names("script")}
    own_words = {t(f"placeholder.{name}", "zh"): name for name in PLACEHOLDERS}
    for name, text in policy.table("scripts.texts").items():
        if name not in found:
            raise PolicyError(
                "script_kind", path=SHOP_FILE, word=name, near=did_you_mean(name, found)
            )
        found[name] = _in_english(str(text), own_words)
    return found


def write_scripts(contacts: pd.DataFrame, policy: Policy, lang: Lang) -> pd.Series[str]:
    """Return the script of each contact.

    Args:
        contacts: CONTACTS with all but ``script``.
        policy: ``shop.name``, ``callbacks.promotion`` and ``scripts.texts``.
        lang: language of the built-in scripts.
    """
    texts = templates(policy, lang)
    shop = policy.text("shop.name") or t("script_part.shop", lang)
    promotion = policy.text("callbacks.promotion")
    joined = t("script_part.promotion", lang, promotion=promotion) if promotion else ""
    found = []
    for row in contacts.itertuples():
        key = f"after_sale_{row.round}" if row.kind == "after_sale" else "one_week"
        values = {
            "honorific": address_as(row.honorific, lang),
            "shop": shop,
            "product": short_product(row.product, lang),
            "order_date": _day(row.order_date, lang),
            "receipt_date": _day(row.receipt_date, lang),
            "promotion": joined,
        }
        text = texts[key].format_map(values)
        found.append(text + joined if row.folded and "{promotion}" not in texts[key] else text)
    return pd.Series(found, index=contacts.index, dtype="str")


def short_product(product: object, lang: Lang) -> str:
    """Return a product's name short enough to be said: the first of several, cut."""
    if not isinstance(product, str):
        return t("script_part.product", lang)
    first, _, more = product.partition("，")
    return first[:_PRODUCT_LENGTH] + (t("script_part.more", lang) if more else "")


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
