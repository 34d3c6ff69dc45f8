"""Shopify, in yuan or in dollars, and WooCommerce Analytics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples.exports.cells import phone_of, pieces, stamp, yuan
from examples.exports.layout import Block, Carries, Row, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from examples.exports.sales import Sale

WOO = {
    "unpaid": "Pending payment",
    "closed": "Cancelled",
    "paid": "Processing",
    "shipped": "Completed",
    "success": "Completed",
    "refunded": "Refunded",
}


def _zoned(moment: datetime | None) -> str:
    return f"{stamp(moment)} +0800" if moment else ""


def _name(sale: Sale) -> str:
    return f"#{1001 + sale.place}"


def email(sale: Sale) -> str:
    """An address of the person, which no server knows."""
    return f"buyer{sale.person:04d}@example.com"


def _shopify(currency: str) -> Callable[[Sequence[Sale]], list[Block]]:
    def blocks(sales: Sequence[Sale]) -> list[Block]:
        return [_shopify_rows(sale, currency) for sale in sales]

    return blocks


def _financial(sale: Sale) -> str:
    if sale.status in ("unpaid", "closed"):
        return {"unpaid": "pending", "closed": "voided"}[sale.status]
    if sale.refund_fen:
        return "refunded" if sale.status == "refunded" else "partially_refunded"
    return "paid"


def _shopify_rows(sale: Sale, currency: str) -> Block:
    deal, customer = sale.deal, sale.customer
    sent = sale.state.shipped
    off = 500 if deal.style % 7 == 0 and sale.paid_fen else 0
    mail = email(sale)
    own: Row = {
        "Financial Status": _financial(sale),
        "Paid at": _zoned(sale.paid),
        "Fulfillment Status": "fulfilled" if sent else "unfulfilled",
        "Fulfilled at": _zoned(sent),
        "Accepts Marketing": "yes" if sale.person % 2 else "no",
        "Currency": currency,
        "Subtotal": yuan(deal.total_fen - deal.postage_fen),
        "Shipping": yuan(deal.postage_fen),
        "Taxes": "0.00",
        "Total": yuan(deal.total_fen),
        "Discount Code": "WELCOME" if off else "",
        "Discount Amount": yuan(off),
        "Shipping Method": "Standard",
        "Billing Name": customer.surname + customer.given,
        "Shipping Name": customer.surname + customer.given,
        "Shipping Street": customer.street,
        "Shipping City": customer.place.city,
        "Shipping Zip": f"'{customer.place.postcode}",
        "Shipping Province": customer.place.province,
        "Shipping Country": "CN",
        "Shipping Phone": phone_of(sale, masked=True),
        "Cancelled at": _zoned(sale.created) if sale.status == "closed" else "",
        "Payment Method": "Alipay",
        "Refunded Amount": yuan(sale.refund_fen),
        "Outstanding Balance": yuan(deal.total_fen if sale.paid is None else 0),
        "Id": str(5_000_000_000_000 + 104_729 * sale.place),
        "Risk Level": "Low",
        "Source": "web",
        "Billing Province Name": customer.place.province,
        "Shipping Province Name": customer.place.province,
    }
    items: Block = [
        {
            "Name": _name(sale),
            "Email": mail.title() if sale.place % 6 == 0 else mail,
            "Created at": _zoned(deal.created),
            "Lineitem quantity": str(line.quantity),
            "Lineitem name": line.product.title,
            "Lineitem price": yuan(line.price_fen),
            "Lineitem sku": line.product.code,
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "true",
            "Lineitem fulfillment status": "fulfilled" if sent else "pending",
            "Vendor": "Yunmian",
        }
        for line in sale.lines
    ]
    return [items[0] | own, *items[1:]]


def _woo_number(sale: Sale) -> str:
    return str(3001 + sale.place)


def _woo_money(sale: Sale) -> tuple[int, int]:
    """Net revenue is without postage and after refunds, which are not told."""
    if sale.status in ("refunded", "unpaid", "closed"):
        return 0, 0
    return sale.paid_fen - (sale.deal.postage_fen if sale.paid_fen else 0) - sale.refund_fen, 0


def _woo(sales: Sequence[Sale]) -> list[Block]:
    found: list[Block] = []
    seen: set[int] = set()
    for sale in sales:
        fen = _woo_money(sale)[0]
        if sale.paid is None:
            fen = sale.deal.total_fen - sale.deal.postage_fen
        customer = sale.customer
        word = sale.stage if sale.status == "free" else sale.status
        row: Row = {
            "Date": stamp(sale.created),
            "Order #": _woo_number(sale),
            "N. Revenue (formatted)": f"¥{fen // 100:,}.{fen % 100:02d}",
            "Status": WOO[word],
            "Customer": customer.surname + customer.given,
            "Customer type": "returning" if sale.person in seen else "new",
            "Product(s)": ", ".join(f"{x.quantity}× {x.product.title}" for x in sale.lines),
            "Items sold": str(pieces(sale)),
            "Coupon(s)": "",
            "Net Sales": yuan(fen),
            "Attribution": "Direct",
        }
        seen.add(sale.person)
        found.append([row])
    return found


_SENT = {"success": "shipped"}

WRITERS = {
    "shopify_order": Writer(
        "orders_export_1.csv",
        _shopify("CNY"),
        Carries(key=email, number=_name, blurs=_SENT),
        encoding="utf-8",
        kept_together=True,
    ),
    "shopify_order_usd": Writer(
        "orders_export_2.csv",
        _shopify("USD"),
        Carries(key=email, number=_name, blurs=_SENT, currency="USD"),
        header="shopify_order",
        encoding="utf-8",
        kept_together=True,
    ),
    "woocommerce_orders": Writer(
        "wc-orders-report-export.csv",
        _woo,
        Carries(
            key=lambda _sale: None,
            number=_woo_number,
            money=_woo_money,
            day=lambda sale: sale.created,
            blurs=_SENT,
        ),
        encoding="utf-8",
    ),
}
