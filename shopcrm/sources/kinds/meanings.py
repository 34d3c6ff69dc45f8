"""What the columns and words of every kind of file mean: who, where, which product, what refund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.sources.cells import clean, quick
from shopcrm.sources.kinds.rows import USED, Rows
from shopcrm.sources.layouts import ANY_OTHER, plain_word
from shopcrm.tables import FEW, PRODUCT_MARK, once_each

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy

    Flags = npt.NDArray[np.bool_]


def who(rows: Rows, policy: Policy) -> dict[str, pd.Series[str]]:
    """Return what a row says of its customer, by the columns of ORDERS."""
    name, phone = rows.text("name"), rows.text("phone")
    province, city = region(rows)
    packed = _packed_address(rows) if not rows.has("name") else None
    if packed is not None:
        name, phone = name.fillna(packed["name"]), phone.fillna(packed["phone"])
        province, city = province.fillna(packed["province"]), city.fillna(packed["city"])
    buyer = rows.text("buyer")
    found = {
        "buyer": buyer,
        "buyer_key": folded(buyer),
        "phone": phone,
        "email": rows.text("email"),
        "name": name,
        "province": province,
        "city": city,
    }
    if policy.flag("identity.address") and rows.has("address"):
        found["address"] = address_keys(name, rows.text("address"))
    return found


def address_keys(name: pd.Series[str], address: pd.Series[str]) -> pd.Series[str]:
    """Return receiver and address folded into one key, each distinct pair once."""
    pairs = (name + "\n" + address).astype("str")
    return once_each(pairs, lambda pair: clean.address_key(*pair.split("\n", 1)))


def region(rows: Rows) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return each row's province and city, from their own columns or from the address."""
    source = rows.text("province") if rows.has("province") else rows.text("address")
    codes, distinct = pd.factorize(source)
    pairs = [clean.as_region(text) for text in distinct]
    province, city = (
        pd.Series(pd.array([pair[at] for pair in pairs], dtype="str").take(codes, allow_fill=True))
        for at in (0, 1)
    )
    if rows.has("city"):
        cities, words = pd.factorize(rows.text("city"))
        short = np.array([*(clean.short_city(word) for word in words), None], dtype=object)
        city = pd.Series(short[cities], dtype="str").fillna(city)
    return province, city


def _packed_address(rows: Rows) -> pd.DataFrame | None:
    """Take apart the newer ``姓名，86-手机号，省 市 区 地址 ，`` in one cell."""
    if not rows.has("address"):
        return None
    codes, distinct = pd.factorize(rows.text("address"))
    parts = [clean.unpack_address(text) for text in distinct]
    taken = np.array([*parts, (None,) * 4], dtype=object)[codes]
    names = ("name", "phone", "province", "city")
    return pd.DataFrame({name: pd.Series(taken[:, i], dtype="str") for i, name in enumerate(names)})


def joined_titles(names: pd.Series[str], *, in_turn: bool = False) -> str | None:
    """Return titles as one text, each once: by name, for rows have no order, or as they stand."""
    found = dict.fromkeys(names.dropna())
    return PRODUCT_MARK.join(found if in_turn else sorted(found)) or None


def join_products(product: pd.Series[str], goes_on: npt.NDArray[np.bool_]) -> pd.Series[str]:
    """Write the products of an order over several rows into its first row."""
    if not goes_on.any():
        return product

    head = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(goes_on))))
    return product.groupby(head).transform(joined_titles, in_turn=True)


def folded(ids: pd.Series[str]) -> pd.Series[str]:
    """Return ids so that their spellings are equal, distinct ones folded once."""
    import pyarrow as pa

    coded = pa.array(ids.array).dictionary_encode()
    words = quick.folded(coded.dictionary)
    return pd.Series(pd.array(words.take(coded.indices), dtype="str"), index=ids.index)


def contains_any(texts: pd.Series[str], words: list[str]) -> Flags:
    """Tell for each text whether it has one of the words."""
    codes, distinct = pd.factorize(texts)
    hits = [any(word in str(text) for word in words) for text in distinct]
    found: Flags = np.array([*hits, False])[codes]
    return found


def refund_reasons(reason: pd.Series[str], back: Flags) -> pd.Series[str]:
    """Return why money went back; missing where none did, or the words give no reason.

    Args:
        reason: as written; where an order is closed, that is the column for it.
        back: whether money went back.
    """
    codes, distinct = pd.factorize(reason)
    none = clean.WORDS["no_reason"]
    words = pd.array([None if word in none else word for word in distinct], dtype="str")
    shown = words.take(np.where(back, codes, -1), allow_fill=True)
    said: Any = pd.Series(shown, index=reason.index).astype(FEW)
    found: pd.Series[str] = said
    return found


def refund_states(rows: Rows) -> npt.NDArray[np.object_]:
    """Return what each row's refund word means: open, done or none; an unknown word is a doubt."""
    words = rows.layout.refund_status
    codes, distinct = pd.factorize(rows.text("refund_status"))
    other = words.get(ANY_OTHER)
    meanings = [words.get(plain_word(word), other) for word in distinct]
    unknown = np.array([meaning is None for meaning in [*meanings, "none"]])[codes]
    rows.doubt_rows("unknown_refund", unknown & (rows.fate == USED), "refund_status")
    states = np.array([meaning or "none" for meaning in [*meanings, None]], dtype=object)
    return states[codes]
