"""Rows of an order export as orders: what the status word means, and how much money was kept.

Rules: DOMAIN "What counts"; the words of each platform stand in ``platforms/*.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from shopcrm.errors import PolicyError
from shopcrm.sources import clean
from shopcrm.sources.layouts import CLOSED_ANY, STATUS_WORDS, plain_word
from shopcrm.sources.rows import MERGED, USED, Rows
from shopcrm.tables import SUCCESSFUL, once_each

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Fen = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

PaidIs = Literal["gross", "net", "unclear"]

TIMES: Final = ("created", "paid", "shipped", "signed", "confirmed")
"""Moments in the life of an order."""

_ROUNDING_FEN: Final = 1


def read_orders(
    rows: Rows, policy: Policy, today: dt.date, file: int
) -> tuple[pd.DataFrame, PaidIs | None]:
    """Return the usable rows of an order export, one line a row, not merged yet.

    Args:
        rows: the parsed file.
        policy: ``status.words`` and ``returns.seller_fault``.
        today: rows dated later are listed.
        file: index of the file.

    Returns:
        The columns of ORDERS but ``order``, which :mod:`merge` gives; and whether the paid column
        is gross or net of refunds, None when the file has no refunds to tell it by.
    """
    goes_on = rows.going_on()
    product = join_products(rows.text("product"), goes_on)
    rows.fate[goes_on] = MERGED
    times = {name: rows.times(name) for name in TIMES}
    reason = rows.text("reason").fillna("")
    refund_state = refund_states(rows)
    status, gross, refund, paid_is = _settle(rows, policy, today, times, reason, refund_state)
    rows.forget(*TIMES, "reason", "refund_status", "status", "amount", "total", "refund")
    order_no = rows.text("order_no")
    rows.forget("order_no")
    province, city = region(rows)
    name, phone = rows.text("name"), rows.text("phone")
    packed = _packed_address(rows) if not rows.has("name") else None
    if packed is not None:
        name, phone = name.fillna(packed["name"]), phone.fillna(packed["phone"])
        province, city = province.fillna(packed["province"]), city.fillna(packed["city"])
    fault_words = policy.words("returns.seller_fault")
    buyer = rows.text("buyer")
    quantity, no_quantity = rows.wholes("quantity")
    return rows.used(
        {
            "order_no": order_no,
            "origin": "export",
            "platform": rows.layout.platform,
            "shop": rows.text("shop"),
            "buyer": buyer,
            "buyer_key": folded(buyer),
            "phone": phone,
            "name": name,
            "province": province,
            "city": city,
            "status": status,
            **times,
            "gross_fen": gross,
            "refund_fen": refund,
            "quantity": np.where(no_quantity, 1, quantity),
            "product": product,
            "category": rows.text("category"),
            "refund_open": refund_state == "open",
            "seller_fault": contains_any(reason, fault_words),
            "file": file,
        }
    ), paid_is


def join_products(product: pd.Series[str], goes_on: npt.NDArray[np.bool_]) -> pd.Series[str]:
    """Write the products of an order over several rows into its first row."""
    if not goes_on.any():
        return product

    def joined(names: pd.Series[str]) -> str | None:
        return "，".join(dict.fromkeys(names.dropna())) or None

    head = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(goes_on))))
    return product.groupby(head).transform(joined)


def _settle(
    rows: Rows,
    policy: Policy,
    today: dt.date,
    times: dict[str, npt.NDArray[np.datetime64]],
    reason: pd.Series[str],
    refund_state: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.object_], Fen, Fen, PaidIs | None]:
    """Return each row's status, what was paid and what went back; rows of no use are listed."""
    amount, amount_missing = rows.wholes("amount")
    total, total_missing = rows.wholes("total")
    refund, refund_missing = rows.wholes("refund")
    if rows.has("refund_status"):  # an amount asked for, or refused, is no refund
        refund = np.where(refund_state == "done", refund, 0)
    status = _status(rows, policy)
    paid_is = paid_column(amount, refund, total, rows.fate == USED, total_missing)
    gross = np.where(amount_missing, 0, amount + (refund if paid_is == "net" else 0))
    has_paid_time = ~np.isnat(times["paid"])
    status = _settle_closed(status, reason, refund, has_paid_time)
    when = np.where(has_paid_time, times["paid"], times["created"])
    _list_unusable(rows, status, when, amount, amount_missing, refund, today)

    whole = status == "refunded"
    gross = np.where(whole & (gross == 0) & ~total_missing, total, gross)
    refund = np.where(whole, np.where(refund_missing | (refund == 0), gross, refund), refund)
    over = (refund > gross + _ROUNDING_FEN) & ~whole
    rows.doubt_rows("refund_over_paid", over & (rows.fate == USED), "refund")
    refund = np.minimum(refund, gross)
    live = np.isin(status, SUCCESSFUL)
    status[live & (gross > 0) & (refund >= gross)] = "refunded"
    # Nothing paid and no pay time is a gift or a sample; with a pay time, vouchers paid for it.
    status[live & (gross == 0) & ~has_paid_time] = "free"
    gross = np.where(np.isin(status, ("unpaid", "closed")), 0, gross)
    refund = np.where(np.isin(status, (*SUCCESSFUL, "refunded")), refund, 0)
    return status, gross, refund, paid_is


def paid_column(
    amount: Fen, refund: Fen, total: Fen, usable: Flags, total_missing: Flags
) -> PaidIs | None:
    """Tell whether a paid column is net or gross of refunds, by the rows that can show it.

    Where ``paid + refund = total`` the refund has been taken off already; where ``paid = total``
    it has not (LAYOUTS: two real files disagree). None: no row has a refund.
    """
    telling = usable & (refund > 0) & (total > 0) & ~total_missing
    net = int((telling & (abs(amount + refund - total) <= _ROUNDING_FEN)).sum())
    gross = int((telling & (abs(amount - total) <= _ROUNDING_FEN)).sum())
    if not (usable & (refund > 0)).any():
        return None
    if net == gross:  # also when no row with a refund has a total
        return "unclear"
    return "net" if net > gross else "gross"


def folded(ids: pd.Series[str]) -> pd.Series[str]:
    """Return ids so that their spellings are equal, distinct ones folded once."""
    return once_each(ids, lambda word: clean.fold(word) or None)


def contains_any(texts: pd.Series[str], words: list[str]) -> Flags:
    """Tell for each text whether it has one of the words."""
    codes, distinct = pd.factorize(texts)
    hits = [any(word in str(text) for word in words) for text in distinct]
    found: Flags = np.array([*hits, False])[codes]
    return found


def check_words(policy: Policy) -> None:
    """Check what the owner's own status words are said to mean.

    Raises:
        PolicyError: it is no status.
    """
    for word, meaning in policy.table("status.words").items():
        if meaning not in STATUS_WORDS:
            file, _, line = policy.sources["status.words"].rpartition(":")
            raise PolicyError(
                "wrong_value",
                path=file,
                line=line,
                key=f"status.words.{word}",
                value=meaning,
                expected=" | ".join(STATUS_WORDS),
            )


def _status(rows: Rows, policy: Policy) -> npt.NDArray[np.object_]:
    """Return the meaning of each status word; a word that nobody knows lists its row."""
    own = {plain_word(word): to for word, to in policy.table("status.words").items()}
    words = {**rows.layout.status, **own}
    codes, distinct = pd.factorize(rows.text("status"))
    default = rows.layout.defaults.get("status")
    meanings = [words.get(plain_word(word), word if word == default else None) for word in distinct]
    status = np.array([*meanings, None], dtype=object)[codes]
    unknown = np.array([meaning is None for meaning in [*meanings, None]])[codes]
    rows.list_rows("unknown_status", unknown & (rows.fate == USED), "status")
    return np.where(unknown, "unpaid", status)


def _settle_closed(
    status: npt.NDArray[np.object_],
    reason: pd.Series[str],
    refund: Fen,
    has_paid_time: Flags,
) -> npt.NDArray[np.object_]:
    """Settle 交易关闭: refunded if money went back or had come, else closed before payment."""
    never = contains_any(reason, clean.WORDS["never_paid"]) & (refund == 0)
    # An amount alone does not show that money came: it may be what would have been due.
    back = has_paid_time | (refund > 0) | contains_any(reason, clean.WORDS["refund_reason"])
    settled = np.where(never | ~back, "closed", "refunded")
    return np.where(status == CLOSED_ANY, settled, status)


def _list_unusable(
    rows: Rows,
    status: npt.NDArray[np.object_],
    when: npt.NDArray[np.datetime64],
    amount: Fen,
    amount_missing: Flags,
    refund: Fen,
    today: dt.date,
) -> None:
    usable = rows.fate == USED
    first = "paid" if rows.has("paid") else "created"
    rows.list_rows("negative_money", usable & (amount < 0), "amount")
    rows.list_rows("negative_money", (rows.fate == USED) & (refund < 0), "refund")
    rows.list_rows("no_date", (rows.fate == USED) & np.isnat(when), first)
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (when >= tomorrow), first)
    needs = np.isin(status, SUCCESSFUL) & amount_missing
    rows.list_rows("no_amount", (rows.fate == USED) & needs, "amount")


def refund_states(rows: Rows) -> npt.NDArray[np.object_]:
    """Return what each row's refund word means: open, done or none; an unknown word is a doubt."""
    words = rows.layout.refund_status
    codes, distinct = pd.factorize(rows.text("refund_status"))
    meanings = [words.get(plain_word(word)) for word in distinct]
    unknown = np.array([meaning is None for meaning in [*meanings, "none"]])[codes]
    rows.doubt_rows("unknown_refund", unknown & (rows.fate == USED), "refund_status")
    states = np.array([meaning or "none" for meaning in [*meanings, None]], dtype=object)
    return states[codes]


def region(rows: Rows) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return each row's province and city, from their own columns or from the address."""
    source = rows.text("province") if rows.has("province") else rows.text("address")
    codes, distinct = pd.factorize(source)
    pairs = [clean.as_region(text) for text in distinct]
    places = np.array([*pairs, (None, None)], dtype=object)
    province = pd.Series(places[codes, 0], dtype="str")
    city = pd.Series(places[codes, 1], dtype="str")
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
