"""称谓: how to address a customer. Never guessed from a given name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.columns import groups
from shopcrm.labels import t

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy


def honorifics(customers: pd.DataFrame, policy: Policy) -> pd.Series[str]:
    """Return surname and 总, 先生 or 女士, or what is known of it; missing without a name.

    Business customers are 总; others by the sex that the register says. A name that already ends
    in a title stays as it is, a name with neither stays the whole name.

    Args:
        customers: CUSTOMERS.
        policy: the customer types of business customers.
    """
    business = {*policy.words("callbacks.phone_types"), *policy.words("callbacks.message_types")}
    title = np.zeros(len(customers), np.int8)
    for place, word in enumerate(_TITLES[:-1], start=1):
        sign = t(f"honorific.{word}_sign", "zh")
        title[customers["sex"].str.startswith(sign, na=False).to_numpy()] = place
    title[customers["type"].isin(business).to_numpy()] = len(_TITLES)
    codes, alike = groups([customers["name"].array, title])  # once for all of a name and title
    known = tuple(t("honorific.known_titles", "zh").split())
    spoken = ["", *(t(f"honorific.{word}", "zh") for word in _TITLES)]
    told = []
    for name, place in zip(customers["name"].array[alike], title[alike], strict=True):
        ready = pd.isna(name) or not place or name.endswith(known)
        told.append(name if ready else surname(name) + spoken[place])
    return pd.Series(pd.array(told, dtype="str").take(codes), index=customers.index)


_TITLES: Final = ("female", "male", "business")


def surname(name: str) -> str:
    """Return the family name of a Chinese name; another name as it is.

    >>> surname("欧阳雪"), surname("李四"), surname("Anna Lee")
    ('欧阳', '李', 'Anna Lee')
    """
    if name.isascii():
        return name
    compound = t("honorific.compound_surnames", "zh").split()
    return name[:2] if name[:2] in compound and len(name) > 2 else name[:1]  # noqa: PLR2004


def address_as(honorific: object, lang: Lang) -> str:
    """Return how a script opens: the 称谓, or the platform's polite word without a name."""
    return honorific if isinstance(honorific, str) else t("honorific.nobody", lang)
