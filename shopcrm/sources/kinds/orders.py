"""Rows of an order export as orders: what the status word means, and how much money was kept.

Rules: DOMAIN "What counts"; the words of each platform stand in ``platforms/*.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from shopcrm.policy import did_you_mean, not_one_of
from shopcrm.sources.cells import clean
from shopcrm.sources.kinds.coded import Coded
from shopcrm.sources.kinds.fates import MERGED, USED
from shopcrm.sources.kinds.fold import AmountOf, fold_items
from shopcrm.sources.kinds.meanings import refund_reasons, refund_states, who
from shopcrm.sources.layouts import (
    CLOSED_ANY,
    ORDER_DAYS,
    STATUS_WORDS,
    PaidIs,
    plain_word,
)
from shopcrm.sources.opening import memory
from shopcrm.tables import STATUSES, SUCCESSFUL, TIMES

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy
    from shopcrm.sources.kinds.rows import Rows

    Fen = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Status = npt.NDArray[np.int8]

ROUNDING_FEN: Final = 1

_NAMES: Final = (*STATUSES, CLOSED_ANY)
_CODE: Final = {name: code for code, name in enumerate(_NAMES)}
"""What a row's status is held as while it is settled."""


class OrdersRead(NamedTuple):
    """What an order export says.

    Attributes:
        orders: one line an order, the columns of ORDERS but ``order``, which :mod:`merge` gives.
        items: items of orders of several rows, see :func:`shopcrm.sources.kinds.fold.fold_items`.
        paid_is: whether the paid column is gross or net of refunds, None when the file has no
            refunds to tell it by.
        amount_of: whether an amount on a row is the order's or the item's, None when no order has
            several rows.
        shared: rows whose refund is their share by price, until another file tells it: ``order``
            (the key) ``row``, and the amount they bear as ``value``.
        unstated: rows whose refund no column states, until another file tells it: ``order``,
            ``row``.
    """

    orders: pd.DataFrame
    items: pd.DataFrame
    paid_is: PaidIs | None
    amount_of: AmountOf | None
    shared: pd.DataFrame
    unstated: pd.DataFrame


def read_orders(rows: Rows, policy: Policy, today: dt.date, file: int) -> OrdersRead:
    """Return the usable rows of an order export as orders, not merged with other files yet.

    Args:
        rows: the parsed file.
        policy: ``status.words``, ``returns.seller_fault`` and ``identity.address``.
        today: rows dated later are listed.
        file: index of the file.
    """
    by_item = rows.layout.grain == "item" or bool(rows.layout.fill_down)
    order_no = rows.tie_items() if by_item else rows.numbers()
    rows.forget("order_no")
    times = {}
    for name in TIMES:
        times[name] = rows.times(name)
        memory.give_back()
    _days_from_numbers(rows, order_no, times)
    reason = rows.coded("reason")
    refund_state = refund_states(rows)
    currency = rows.currencies()
    status, money, paid_is = _settle(rows, policy, today, times, reason, refund_state)
    rows.forget(*TIMES, "reason", "refund_status", "status", "amount", "total", "refund")
    rows.forget("cancelled", "currency")
    quantity, no_quantity = rows.wholes("quantity")
    of_item = _of_items(rows, money) if by_item else {}
    said, place = who(rows, policy)
    found = rows.used(
        {
            "order_no": order_no,
            "origin": "export",
            "platform": rows.layout.platform,
            "shop": rows.coded("shop").few(),
            **said,
            **{name: part.few(rows.fate == USED) for name, part in place.items()},
            "virtual_phone": rows.virtual_phones(),
            "status": Coded.of(status, list(_NAMES)).texts(),
            **times,
            "currency": currency,
            "total_fen": money.total,
            "gross_fen": money.gross,
            "refund_fen": money.refund,
            "quantity": np.where(no_quantity, 1, quantity),
            "product": rows.coded("product").few(),
            "category": rows.coded("category").few(),
            "payment": rows.coded("payment").few(),
            "refund_open": refund_state.any_of(["open"]),
            "seller_fault": reason.having(policy.words("returns.seller_fault")),
            "refund_reason": refund_reasons(reason, money.refund > 0).few(),
            "file": file,
            **of_item,
        }
    )
    unstated = found.loc[np.isin(found["row"], rows.grid.rows[money.unstated]), ["order_no", "row"]]
    unstated = unstated.assign(order=f"{rows.layout.platform or ''}:" + unstated["order_no"])
    if not by_item:
        return OrdersRead(found, found.iloc[:0], paid_is, None, found.iloc[:0], unstated)
    # What an order's first row alone bears is the order's, also where an order stands twice.
    told: AmountOf | None = "order" if "amount" in rows.layout.fill_down else None
    orders, items, amount_of, odd = fold_items(found, told)
    used = rows.fate == USED
    rows.fate[used & ~np.isin(rows.grid.rows, orders["row"])] = MERGED
    odd = odd.assign(
        order=f"{rows.layout.platform or ''}:" + odd["order_no"],
        value=[f"{fen / 100:.2f}" for fen in odd["gross_fen"]],  # the cells have been let go
    )
    differ = odd[~odd["shared"]]
    header = rows.grid.header[rows.positions["amount"][0]] if rows.has("amount") else ""
    rows.problems.add("amounts_differ", rows.file, differ["row"], header, differ["value"])
    return OrdersRead(orders, items, paid_is, amount_of, odd[odd["shared"]], unstated)


def _of_items(rows: Rows, money: Money) -> dict[str, object]:
    """Return the columns that :func:`fold_items` wants on top."""
    price, _ = rows.wholes("price")
    return {
        "item_no": rows.text("item_no"),
        "price_fen": price,
        "given_fen": money.given,
        "order_code": rows.orders,
    }


def _days_from_numbers(
    rows: Rows, order_no: pd.Series[str], times: dict[str, npt.NDArray[np.datetime64]]
) -> None:
    """Take the day of orders without any time from their number, where the layout says how."""
    if rows.layout.order_day is None:
        return
    blank = np.isnat(times["created"]) & np.isnat(times["paid"]) & (rows.fate == USED)
    if not blank.any():
        return
    digits = order_no[blank].str.extract("^" + ORDER_DAYS[rows.layout.order_day], expand=True)
    year = digits[0].where(digits[0].str.len() != len("26"), "20" + digits[0])
    days = pd.to_datetime(year + digits[1] + digits[2], format="%Y%m%d", errors="coerce")
    times["created"][blank] = days.to_numpy().astype("datetime64[us]")
    rows.repairs["day_from_number"] += int(days.notna().sum())


class Money(NamedTuple):
    """What the rows say of money, in fen.

    Attributes:
        total: before discounts.
        gross: what was paid.
        refund: what went back.
        given: what the file itself states as gone back.
        unstated: rows of which something has gone back, and the file does not state how much.
    """

    total: Fen
    gross: Fen
    refund: Fen
    given: Fen
    unstated: Flags


def _settle(
    rows: Rows,
    policy: Policy,
    today: dt.date,
    times: dict[str, npt.NDArray[np.datetime64]],
    reason: Coded,
    refund_state: Coded,
) -> tuple[Status, Money, PaidIs | None]:
    """Return each row's status, what was paid and what went back; rows of no use are listed."""
    refunded = refund_state.any_of(["done"])
    amount, amount_missing = rows.wholes("amount")
    total, total_missing = rows.wholes("total")
    refund, refund_missing = rows.wholes("refund")
    if rows.has("refund_status"):  # an amount asked for, or refused, is no refund
        refund = np.where(refunded, refund, 0)
    status = _status(rows, policy)
    paid_is = paid_column(amount, refund, total, rows.fate == USED, total_missing)
    paid_is = paid_is and (rows.layout.paid_is or paid_is)
    gross = np.where(amount_missing, 0, amount + (refund if paid_is == "net" else 0))
    has_paid_time = ~np.isnat(times["paid"])
    status = _settle_closed(status, reason, refund, refunded, has_paid_time)
    if rows.has("cancelled"):
        status[_among(status, "unpaid") & ~np.isnat(rows.times("cancelled"))] = _CODE["closed"]
    when = np.where(has_paid_time, times["paid"], times["created"])
    _list_unusable(rows, status, when, amount, amount_missing, refund, today)

    # What has left is under way, whatever the platform calls an order that is paid.
    status[_among(status, "paid") & ~np.isnat(times["shipped"])] = _CODE["shipped"]
    unstated = _settle_unstated(rows, status, refunded, gross)
    whole = _among(status, "refunded")
    given = refund
    gross = np.where(whole & (gross == 0) & ~total_missing, total, gross)
    refund = np.where(whole, np.where(refund_missing | (refund == 0), gross, refund), refund)
    over = (refund > gross + ROUNDING_FEN) & ~whole
    rows.doubt_rows("refund_over_paid", over & (rows.fate == USED), "refund")
    refund = np.minimum(refund, gross)
    live = _among(status, *SUCCESSFUL)
    one_item = rows.orders is not None and (rows.orders >= 0)
    status[live & (gross > 0) & (refund >= gross) & ~np.asarray(one_item)] = _CODE["refunded"]
    # Nothing paid and no pay time is a gift or a sample; with a pay time, vouchers paid for it.
    status[live & (gross == 0) & ~has_paid_time] = _CODE["free"]
    gross = np.where(_among(status, "unpaid", "closed"), 0, gross)
    refund = np.where(_among(status, *SUCCESSFUL, "refunded"), refund, 0)
    total = np.where(total_missing, 0, total)
    return status, Money(total, gross, refund, given, unstated), paid_is


def _settle_unstated(rows: Rows, status: Status, refunded: Flags, gross: Fen) -> Flags:
    """Settle refunds that are done though no column says of how much.

    An order whose own status stands has kept some of its money, how much only a file of refunds
    knows: none is taken off, and unless such a file is read it is a doubt. Without a status of its
    own it is the whole.

    Returns:
        The rows whose refund another file has to tell.
    """
    done = refunded & _among(status, *SUCCESSFUL) & (gross > 0)
    nothing = np.zeros(len(done), bool)
    if rows.has("refund"):
        return nothing
    if rows.has("status"):
        known: Flags = done & (rows.fate == USED)
        return known
    status[done] = _CODE["refunded"]
    return nothing


def paid_column(
    amount: Fen, refund: Fen, total: Fen, usable: Flags, total_missing: Flags
) -> PaidIs | None:
    """Tell whether a paid column is net or gross of refunds, by the rows that can show it.

    Where ``paid + refund = total`` the refund has been taken off already; where ``paid = total``
    it has not (LAYOUTS: two real files disagree). None: no row has a refund.
    """
    telling = usable & (refund > 0) & (total > 0) & ~total_missing
    net = int((telling & (abs(amount + refund - total) <= ROUNDING_FEN)).sum())
    gross = int((telling & (abs(amount - total) <= ROUNDING_FEN)).sum())
    if not (usable & (refund > 0)).any():
        return None
    if net == gross:  # also when no row with a refund has a total
        return "unclear"
    return "net" if net > gross else "gross"


def check_words(policy: Policy) -> None:
    """Check what the owner's own status words are said to mean.

    Raises:
        PolicyError: it is no status.
    """
    for word, meaning in policy.table("status.words").items():
        if meaning not in STATUS_WORDS:
            file, _, line = policy.sources["status.words"].rpartition(":")
            near = did_you_mean(str(meaning), STATUS_WORDS)
            raise not_one_of(file, int(line), f"status.words.{word}", meaning, STATUS_WORDS, near)


def _status(rows: Rows, policy: Policy) -> Status:
    """Return the meaning of each status word; a word that nobody knows lists its row."""
    own = {plain_word(word): to for word, to in policy.table("status.words").items()}
    words = {**rows.layout.status, **own}
    said = rows.coded("status")
    default = rows.layout.defaults.get("status")
    meant = said.each(lambda word: words.get(plain_word(word), word if word == default else None))
    rows.list_rows("no_status", ~said.there & (rows.fate == USED), "status")
    rows.list_rows("unknown_status", ~meant.there & (rows.fate == USED), "status")
    codes = [_CODE[str(name)] for name in meant.listed()]
    found: Status = meant.spread(codes, nothing=_CODE["unpaid"]).astype(np.int8)
    return found


def _settle_closed(
    status: Status, reason: Coded, refund: Fen, refunded: Flags, has_paid_time: Flags
) -> Status:
    """Settle 交易关闭: refunded if money went back or had come, else closed before payment."""
    never = reason.having(clean.WORDS["never_paid"]) & (refund == 0)
    # An amount alone does not show that money came: it may be what would have been due.
    back = has_paid_time | (refund > 0) | refunded
    back |= reason.having(clean.WORDS["refund_reason"])
    settled = np.where(never | ~back, _CODE["closed"], _CODE["refunded"])
    return np.where(_among(status, CLOSED_ANY), settled, status).astype(np.int8)


def _among(status: Status, *names: str) -> Flags:
    """Tell which rows have one of the statuses."""
    wanted: Flags = np.array([name in names for name in _NAMES])[status]
    return wanted


def _list_unusable(
    rows: Rows,
    status: Status,
    when: npt.NDArray[np.datetime64],
    amount: Fen,
    amount_missing: Flags,
    refund: Fen,
    today: dt.date,
) -> None:
    usable = rows.fate == USED
    first = "paid" if rows.has("paid") else "created"
    rows.list_rows("negative_paid", usable & (amount < 0), "amount")
    rows.list_rows("negative_paid", (rows.fate == USED) & (refund < 0), "refund")
    rows.list_rows("no_date", (rows.fate == USED) & np.isnat(when), first)
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (when >= tomorrow), first)
    needs = _among(status, *SUCCESSFUL) & amount_missing
    rows.list_rows("no_amount", (rows.fate == USED) & needs, "amount")
