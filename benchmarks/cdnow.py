"""How well the rank by risk tells who buys again, on CDNOW, the literature's data set.

    python benchmarks/cdnow.py path/to/cdnow_master.txt.gz

The program runs as it is: the purchases up to 1997-09-30 become an export with a layout of its
own in a shop's folder, and the rank by risk of that day is compared with who bought in the 39
weeks after. Prints the area under the ROC curve; days since the last order reach 0.759.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopcrm.pipeline import run
from shopcrm.policy import load_policy

if TYPE_CHECKING:
    from shopcrm.shop import Shop

SPLIT = dt.date(1997, 9, 30)
LAYOUT = """\
kind = "orders"
title = { zh = "CDNOW", en = "CDNOW" }
required = ["buyer", "paid", "amount"]
[columns]
buyer = ["cdnow id"]
paid = ["cdnow date"]
quantity = ["cdnow quantity"]
amount = ["cdnow dollars"]
status = ["cdnow status"]
[status]
bought = "success"
"""


def read_purchases(path: Path) -> pd.DataFrame:
    """Return id, day (ISO), quantity and dollars of each purchase."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        lines = [line.split() for line in file][1:]
    table = pd.DataFrame(lines, columns=["id", "day", "quantity", "dollars"], dtype="str")
    return table.assign(day=pd.to_datetime(table["day"], format="%Y%m%d").dt.date)


def run_shop(purchases: pd.DataFrame, folder: Path) -> Shop:
    """Run the program on the purchases up to the split, as an owner with this export would."""
    early = purchases[purchases["day"] <= SPLIT]
    export = folder / "cdnow.csv"
    early.assign(status="bought").to_csv(
        export,
        index=False,
        header=["cdnow id", "cdnow date", "cdnow quantity", "cdnow dollars", "cdnow status"],
    )
    (folder / "layouts").mkdir()
    (folder / "layouts" / "cdnow.toml").write_text(LAYOUT, "utf-8")
    policy = folder / "shop.toml"
    policy.write_text('[callbacks]\nplan = "off"\n', "utf-8")
    return run([(export, True)], load_policy(policy), SPLIT, "en")


def area(safety: pd.Series[float], again: pd.Series[bool]) -> float:
    """Return the area under the ROC curve: how often who buys again is ranked the safer."""
    ranks = safety.rank()
    yes, no = int(again.sum()), int((~again).sum())
    return float((ranks[again].sum() - yes * (yes + 1) / 2) / (yes * no))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the rank by risk on CDNOW.")
    parser.add_argument("path", type=Path, help="cdnow_master.txt.gz")
    purchases = read_purchases(parser.parse_args().path)
    later = set(purchases.loc[purchases["day"] > SPLIT, "id"])
    with tempfile.TemporaryDirectory() as folder:
        shop = run_shop(purchases, Path(folder))
    table = shop.customers[["id", "days_since", "overdue"]].assign(rank=shop.segments["risk_rank"])
    buyers = table[table["rank"].notna()]
    again = buyers["id"].isin(later)
    print(f"orders {len(shop.orders)}, customers {len(table)}, ranked {len(buyers)}")
    print(f"buy again {again.mean():.1%}")
    for name, safety in (
        ("rank by risk", buyers["rank"].astype("float64")),
        ("days since the last order", -buyers["days_since"].astype("float64")),
        ("multiple of the expected gap", -buyers["overdue"]),
    ):
        print(f"AUC {area(safety, again):.4f}  {name}")


if __name__ == "__main__":
    main()
