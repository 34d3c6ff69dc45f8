"""Makes the example shop: an owner's folder, and the answers a right program gives for it.

    python examples/make_shop.py [--out DIR]      DIR/shop/ and DIR/truth.json, DIR is examples/
    python examples/make_shop.py --big 100000 --format xlsx --out FILE     one big order file
                                  [--customers N]     of exactly so many customers
    python examples/make_shop.py --layout NAME --out FOLDER [--customers N]     the shop as one
                                  platform exports it; NAME is one of examples/exports/table.py

The same seed gives the same bytes. Nothing in it is anybody's: every person is made up.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.exports.sales import sales_of
from examples.exports.table import SETS, WRITERS, write_set
from examples.shop_big import write_big
from examples.shop_care import write_care
from examples.shop_files import write_exports
from examples.shop_history import build_history
from examples.shop_register import write_contacts, write_register
from examples.shop_truth import check, truth

if TYPE_CHECKING:
    from examples.shop_model import History

SEED = 20261120
HERE = Path(__file__).resolve().parent


def make_shop(out: Path, seed: int = SEED) -> dict[str, Any]:
    """Write `out`/shop/ and `out`/truth.json for `seed`; returns what truth.json holds."""
    history = build_history(seed)
    answers = truth(history)
    near = check(history, answers)
    if near:
        raise SystemExit("the example stands on an edge:\n" + "\n".join(near))
    shop = out / "shop"
    orders = shop / "订单"
    orders.mkdir(parents=True, exist_ok=True)
    planted = {"登记表.xlsx": write_register(history, shop / "登记表.xlsx", seed)}
    planted |= {f"订单/{name}": made for name, made in write_exports(history, orders).items()}
    planted["contacts.csv"] = write_contacts(history, shop / "contacts.csv", seed)
    planted |= write_care(history, shop)
    totals = answers["totals"]
    totals["rows_read"] = {name: made.pop("rows_read") for name, made in planted.items()}
    totals |= _register_counts(history)
    totals["planted"] = {name: dict(sorted(made.items())) for name, made in planted.items()}
    text = json.dumps(answers, ensure_ascii=False, indent=1) + "\n"
    (out / "truth.json").write_bytes(text.encode("utf-8"))
    return answers


def _register_counts(history: History) -> dict[str, int]:
    """How many deals and people stand in the register, and how many deals in an export too."""
    people = [c for c in history.customers if c.registered]
    deals = [d for c in people for d in c.deals if d.in_register]
    return {
        "register_customers": len(people),
        "register_deals": len(deals),
        "register_matched": sum(d.channel != "register" for d in deals),
    }


def main() -> None:
    """Read the command line and make what it asks for."""
    parser = argparse.ArgumentParser(description="Make the example shop, or one big order file.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder, or the file with --big")
    parser.add_argument("--big", type=int, metavar="ROWS", help="write one file of so many orders")
    parser.add_argument("--format", choices=("xlsx", "csv"), default="xlsx", help="with --big")
    parser.add_argument("--seed", type=int, default=SEED)
    names = sorted({*SETS, *WRITERS})
    parser.add_argument("--layout", choices=names, metavar="NAME", help="write a platform's files")
    parser.add_argument(
        "--customers",
        type=int,
        metavar="N",
        help="with --big: so many; with --layout: so many only",
    )
    asked = parser.parse_args()
    if asked.layout is not None:
        if asked.out == HERE:
            parser.error("--layout needs --out FOLDER")
        sales = sales_of(build_history(asked.seed), asked.customers)
        for path in write_set(asked.layout, sales, asked.out):
            print(
                f"{path}: {len(sales)} orders of {len({sale.person for sale in sales})} customers"
            )
        return
    if asked.big is not None:
        if asked.out == HERE:
            parser.error("--big needs --out FILE")
        customers = write_big(asked.big, asked.out, asked.format, asked.seed, asked.customers)
        print(f"{asked.out}: {asked.big} orders of {customers} customers")
        return
    totals = make_shop(asked.out, asked.seed)["totals"]
    print(f"{asked.out / 'shop'}: {totals['customers']} customers, today {totals['today']}")


if __name__ == "__main__":
    main()
