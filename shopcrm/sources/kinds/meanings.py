"""What the columns and words of every kind of file mean: who, where, which product, what refund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.sources.cells import clean, quick
from shopcrm.sources.kinds.coded import Coded
from shopcrm.sources.kinds.fates import USED
from shopcrm.sources.layouts import ANY_OTHER, plain_word
from shopcrm.tables import PRODUCT_MARK, once_each

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy
    from shopcrm.sources.kinds.rows import Rows

    Flags = npt.NDArray[np.bool_]


def who(rows: Rows, policy: Policy) -> tuple[dict[str, pd.Series[str]], dict[str, Coded]]:
    """Return what a row says of its customer, by the columns of ORDERS.

    Returns:
        The columns, but for ``province`` and ``city``, which ORDERS and REGISTER hold differently.
    """
    name, phone, place = rows.coded("name"), rows.coded("phone"), region(rows)
    if rows.has("address") and not rows.has("name"):
        packed = _packed_address(rows)
        name, phone = name.or_else(packed["name"]), phone.or_else(packed["phone"])
        place = {part: said.or_else(packed[part]) for part, said in place.items()}
    buyer, key = _buyer(rows)
    found = {
        "buyer": buyer,
        "buyer_key": key,
        "phone": phone.texts(),
        "email": rows.text("email"),
        "name": name.texts(),
    }
    if policy.flag("identity.address") and rows.has("address"):
        found["address"] = address_keys(found["name"], rows.text("address"))
    return found, place


def _buyer(rows: Rows) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return the buyer's id as written and folded; one column for both where that is the same."""
    buyer = rows.coded("buyer")
    folded_words = quick.folded(buyer.words)
    texts = buyer.texts()
    if folded_words.equals(buyer.words):
        return texts, texts
    return texts, Coded.of(buyer.codes, folded_words).texts()


def address_keys(name: pd.Series[str], address: pd.Series[str]) -> pd.Series[str]:
    """Return receiver and address folded into one key, each distinct pair once."""
    pairs = (name + "\n" + address).astype("str")
    return once_each(pairs, lambda pair: clean.address_key(*pair.split("\n", 1)))


def region(rows: Rows) -> dict[str, Coded]:
    """Return each row's ``province`` and ``city``: from their columns or from the address."""
    source = rows.coded("province" if rows.has("province") else "address")
    pairs = [clean.as_region(text) for text in source.listed()]
    province, city = (Coded.of(source.codes, [pair[at] for pair in pairs]) for at in (0, 1))
    if rows.has("city"):
        city = rows.coded("city").each(clean.short_city).or_else(city)
    return {"province": province, "city": city}


def _packed_address(rows: Rows) -> dict[str, Coded]:
    """Take apart the newer ``姓名，86-手机号，省 市 区 地址 ，`` in one cell."""
    source = rows.coded("address")
    parts = [clean.unpack_address(text) for text in source.listed()]
    names = ("name", "phone", "province", "city")
    return {
        name: Coded.of(source.codes, [part[at] for part in parts]) for at, name in enumerate(names)
    }


def joined_titles(
    titles: pd.Series[str], groups: npt.NDArray[Any], *, in_turn: bool = False
) -> pd.Series[str]:
    """Return for each group its titles as one text, each once, missing where it has none.

    Args:
        titles: one a row.
        groups: the group of each row.
        in_turn: titles as they stand; else by name, for rows have no order.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    codes, names = pd.factorize(groups)
    told = pd.DataFrame({"code": codes, "title": titles.array}).dropna().drop_duplicates()
    told = told.sort_values(["code"] if in_turn else ["code", "title"], kind="stable")
    ends = np.bincount(told["code"], minlength=len(names)).cumsum()
    words = pa.array(told["title"].astype("str").array)
    lists = pa.LargeListArray.from_arrays(np.append(0, ends), words)
    texts = pc.binary_join(lists, pa.scalar(PRODUCT_MARK, words.type))
    joined = pd.Series(pd.array(texts, dtype="str"), index=names)
    return joined.mask(joined == "")


def join_products(product: pd.Series[str], goes_on: npt.NDArray[np.bool_]) -> pd.Series[str]:
    """Write the products of an order over several rows into its first row."""
    if not goes_on.any():
        return product
    head = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(goes_on))))
    return joined_titles(product, head, in_turn=True).reindex(head).set_axis(product.index)


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


def refund_reasons(reason: Coded, back: Flags) -> Coded:
    """Return why money went back; missing where none did, or the words give no reason.

    Args:
        reason: as written; where an order is closed, that is the column for it.
        back: whether money went back.
    """
    none = clean.WORDS["no_reason"]
    shown = reason.each(lambda word: None if word in none else word)
    return Coded(np.where(back, shown.codes, np.int32(-1)), shown.words)


def refund_states(rows: Rows) -> Coded:
    """Return what each row's refund word means: open, done or none; an unknown word is a doubt."""
    words = rows.layout.refund_status
    said = rows.coded("refund_status")
    other = words.get(ANY_OTHER)
    unknown = said.flags(lambda word: words.get(plain_word(word), other) is None)
    rows.doubt_rows("unknown_refund", unknown & (rows.fate == USED), "refund_status")
    meant = said.each(lambda word: words.get(plain_word(word), other))
    return meant.or_else(Coded.alike("none", len(rows.fate)))
