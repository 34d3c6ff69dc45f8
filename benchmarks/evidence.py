"""What the forecasts are worth out of time, on CDNOW, the marketing literature's data set.

    python benchmarks/evidence.py FOLDER [--write]

FOLDER, or the environment variable SHOPCRM_EVIDENCE, holds cdnow_master.txt.gz and
cdnow_sample.txt, which are no part of the project: docs/evidence.md says where they are from. The
program runs as it is: the purchases up to a day become an export with a layout of its own, every
customer gets a row of CUSTOMERS and SEGMENTS as of that day, and these are compared with what came
later. Prints the table; with --write puts it into docs/evidence.md too.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.cdnow import LAYOUT
from shopcrm.customers.returning.chances import learn_chances
from shopcrm.customers.returning.history import History, standing
from shopcrm.customers.returning.measures import area, places
from shopcrm.customers.returning.value import year_values
from shopcrm.pipeline import know, label
from shopcrm.policy import load_policy
from shopcrm.segments.backtest.measures import bands

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Flags = npt.NDArray[np.bool_]

VARIABLE: Final = "SHOPCRM_EVIDENCE"
PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "evidence.md"
BEGIN: Final = "<!-- measured: make evidence -->\n"
END: Final = "<!-- measured until here -->"

SPLITS: Final = (dt.date(1997, 9, 30), dt.date(1997, 12, 29), dt.date(1998, 3, 29))
"""The literature's split into 39 and 39 weeks, and two later days."""

HALF: Final = 273
"""Days in 39 weeks."""

AHEAD: Final = 90
SIZES: Final = (30, 100, 300)
DRAWS: Final = 40
VALUE_DAYS: Final = 182


@dataclass(frozen=True)
class Line:
    """A line of the table: what was measured, on what, and what was wanted of it."""

    what: str
    data: str
    found: str
    wanted: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Data:
    """One of the two files; days and customers are those of the file."""

    name: str
    purchases: pd.DataFrame

    def history(self) -> History:
        """Return the purchase days, customers numbered by their id."""
        table = self.purchases.groupby(["id", "day"], as_index=False)["fen"].sum()
        codes, keys = pd.factorize(table["id"], sort=True)
        days = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
        none = np.full(len(table), -1)
        return History(codes.astype(np.int64), days, table["fen"].to_numpy(), none, len(keys))


def read_data(folder: Path) -> Iterator[Data]:
    """Yield both files."""
    with gzip.open(folder / "cdnow_master.txt.gz", "rt", encoding="ascii") as file:
        yield Data("master", _purchases([line.split() for line in file][1:], 0))
    lines = (folder / "cdnow_sample.txt").read_text("ascii").splitlines()
    yield Data("sample", _purchases([line.split() for line in lines], 1))


def _purchases(lines: list[list[str]], first: int) -> pd.DataFrame:
    """Return id, day, quantity, dollars and fen; the id stands in the column ``first``."""
    columns = list(zip(*lines, strict=True))[first : first + 4]
    table = pd.DataFrame(dict(zip(("id", "day", "quantity", "dollars"), columns, strict=True)))
    fen = (table["dollars"].astype("float64") * 100).round().astype("int64")
    day = pd.to_datetime(table["day"], format="%Y%m%d")
    return table.assign(day=day, fen=fen)


def people_on(data: Data, split: dt.date, policy: Policy) -> pd.DataFrame:
    """Return what the program says of each customer on a day, from an export until then."""
    early = data.purchases[data.purchases["day"] <= pd.Timestamp(split)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export = folder / "cdnow.csv"
        told = early.assign(day=early["day"].dt.strftime("%Y-%m-%d"), status="bought")
        told[["id", "day", "quantity", "dollars", "status"]].to_csv(
            export,
            index=False,
            header=["cdnow id", "cdnow date", "cdnow quantity", "cdnow dollars", "cdnow status"],
        )
        (folder / "layouts").mkdir()
        (folder / "layouts" / "cdnow.toml").write_text(LAYOUT, "utf-8")
        (folder / "shop.toml").write_text("", "utf-8")
        policy = load_policy(folder / "shop.toml")
        found = label(know([(export, True)], policy, split), policy, split, "en")
    people = found.customers.assign(risk_rank=found.segments["risk_rank"])
    return people[people["orders"] > 0].reset_index(drop=True)


def following(data: Data, split: dt.date, people: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return the day of the next purchase after a day, NaT without any until the data end."""
    later = data.purchases[data.purchases["day"] > pd.Timestamp(split)]
    first = later.groupby("id")["day"].min()
    return people["id"].map(first)


def _within(then: pd.Series[pd.Timestamp], split: dt.date, days: int) -> Flags:
    return (then <= pd.Timestamp(split) + pd.Timedelta(days=days)).to_numpy()


def ranking(data: Data, people: pd.DataFrame, came: Flags) -> Iterator[Line]:
    """Yield how well each figure ranks who buys again in the second half."""
    wanted = {"master": 0.759, "sample": 0.771}[data.name]
    figures = {
        "chance of an order": people["again_share"],
        "rank by risk": people["risk_rank"].astype("float64"),
        "days since the last order (the baseline)": -people["days_since"].astype("float64"),
        "multiple of the expected gap": -people["overdue"],
    }
    for name, safety in figures.items():
        known = safety.notna().to_numpy()
        found = area(places(safety.to_numpy()[known].astype(np.float64)), came[known]) or 0.0
        ours = name.startswith(("chance", "rank"))
        yield Line(
            f"ranking, area under the ROC curve: {name}",
            data.name,
            f"{found:.4f}",
            f"at least {wanted}" if ours else "",
            found >= wanted if ours else None,
        )


def calibration(data: Data, people: pd.DataFrame, came: Flags, split: dt.date) -> Iterator[Line]:
    """Yield what was said and what came in each tenth, by the 90-day chance."""
    tenths = bands(people["again_share"].to_numpy(), came)
    widest = max(abs(one.said - one.came) for one in tenths)
    strict = data.name == "master"
    yield Line(
        f"calibration from {split}: widest difference in a tenth, points",
        data.name,
        f"{widest * 100:.1f}",
        "at most 5" if strict else "",
        widest <= 0.05 if strict else None,
    )
    if strict and split == SPLITS[0]:
        for number, one in enumerate(tenths, 1):
            told = f"said {one.said:.1%}, came {one.came:.1%} of {one.people:,}"
            yield Line(f"tenth {number}", data.name, told)


def windows(
    data: Data, people: pd.DataFrame, then: pd.Series[pd.Timestamp], split: dt.date
) -> Iterator[Line]:
    """Yield how many windows held the next order, by both ways of counting."""
    said = people["next_by"].notna() & (people["purchase_days"] > 2)
    back = said & then.notna()
    inside = back & (then >= people["next_from"]) & (then <= people["next_by"])
    several = people["purchase_days"] > 2
    width = (people["next_by"] - people["next_from"]).dt.days[said].median()
    held = inside.sum() / back.sum()
    strict = split == SPLITS[0]
    yield Line(
        f"windows from {split}: of those who came again until the data end",
        data.name,
        f"{held:.1%} of {int(back.sum()):,}",
        "70 % to 90 %" if strict else "",
        0.7 <= held <= 0.9 if strict else None,
    )
    yield Line(
        "the same, of all with a window: who never came counts as a miss",
        data.name,
        f"{inside.sum() / said.sum():.1%} of {int(said.sum()):,}",
    )
    if strict:
        none = int(several.sum() - said.sum())
        yield Line(
            "customers with two gaps and no window (silent too long)", data.name, f"{none:,}"
        )
        yield Line("median length of a window, days", data.name, f"{width:.0f}")


def ranges(data: Data, policy: Policy) -> Iterator[Line]:
    """Yield how many ranges of money held; the data are too short for a year, so half of one."""
    history = data.history()
    day = int(np.datetime64(SPLITS[1], "D").astype(np.int64))
    chances = learn_chances(history, day, AHEAD, policy)
    if chances is None:
        return
    said = year_values(history, day, chances, policy, ahead=VALUE_DAYS)
    if said is None:
        return
    spent = history.spent(day, day + VALUE_DAYS)[standing(history, day).codes]
    held = float(((spent >= said.low) & (spent <= said.high))[said.there].mean())
    ratio = float(said.mean[said.there].sum() / spent[said.there].sum())
    yield Line(f"ranges of {VALUE_DAYS} days' money from {SPLITS[1]}", data.name, f"{held:.1%}")
    yield Line("the same, all means together over what was spent", data.name, f"{ratio:.2f}")


def small_shops(data: Data, policy: Policy) -> Iterator[Line]:
    """Yield the log loss in small shops drawn from the data, against the shop's own share."""
    whole = data.history()
    maker = np.random.default_rng(1997)
    day = int(np.datetime64(SPLITS[0], "D").astype(np.int64))
    for size in SIZES:
        ours, plain, areas, silence = [], [], [], []
        for _ in range(DRAWS):
            drawn = np.isin(whole.codes, maker.choice(whole.size, size, replace=False))
            shop = History(
                whole.codes[drawn],
                whole.days[drawn],
                whole.fen[drawn],
                whole.products[drawn],
                whole.size,
            )
            chances = learn_chances(shop, day, AHEAD, policy)
            who = standing(shop, day)
            came = shop.came(day, day + AHEAD)[who.codes]
            before = standing(shop, day - AHEAD).codes
            base = float(np.clip(shop.came(day - AHEAD, day)[before].mean(), 0.01, 0.99))
            if chances is None or not came.any() or came.all():
                continue
            share = chances.share(who)
            ours.append(_loss(share, came))
            plain.append(_loss(np.full(len(came), base), came))
            areas.append(area(places(share), came) or 0.0)
            silence.append(area(places(-who.silence.astype(np.float64)), came) or 0.0)
        told = (
            f"log loss {np.mean(ours):.3f} (shop's share {np.mean(plain):.3f}), area "
            f"{np.mean(areas):.3f} (silence {np.mean(silence):.3f}), {len(ours)} of {DRAWS} told"
        )
        yield Line(
            f"shops of {size} customers",
            f"drawn from {data.name}",
            told,
            "less loss than the share",
            bool(np.mean(ours) < np.mean(plain)),
        )


def _loss(share: npt.NDArray[np.float64], came: Flags) -> float:
    return float(-np.log(np.where(came, share, 1 - share)).mean())


def measure(folder: Path) -> Iterator[Line]:
    """Yield all lines of the table."""
    policy = load_policy(None)
    for data in read_data(folder):
        for split in SPLITS:
            people = people_on(data, split, policy)
            then = following(data, split, people)
            if split == SPLITS[0]:
                yield from ranking(data, people, _within(then, split, HALF))
            yield from calibration(data, people, _within(then, split, AHEAD), split)
            yield from windows(data, people, then, split)
        yield from ranges(data, policy)
        if data.name == "master":
            yield from small_shops(data, policy)


def table(lines: list[Line]) -> str:
    """Return the table as Markdown."""
    told = ["| what | data | measured | wanted | |", "| --- | --- | --- | --- | --- |"]
    for one in lines:
        met = "" if one.met is None else "met" if one.met else "missed"
        told.append(f"| {one.what} | {one.data} | {one.found} | {one.wanted} | {met} |")
    return "\n".join(told) + "\n"


def main() -> int:
    """Measure and print; returns 1 where something that was wanted was missed."""
    parser = argparse.ArgumentParser(description="Measure the forecasts out of time on CDNOW.")
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get(VARIABLE))
    parser.add_argument("--write", action="store_true", help="put the table into docs/evidence.md")
    given = parser.parse_args()
    wanted = ("cdnow_master.txt.gz", "cdnow_sample.txt")
    folder = None if given.folder is None else Path(given.folder)
    if folder is None or not all((folder / name).exists() for name in wanted):
        print(f"evidence: {' and '.join(wanted)} are not there.", file=sys.stderr)
        print(
            f"Name their folder: make evidence DATA=FOLDER, or {VARIABLE}=FOLDER. They are no part "
            "of the project; docs/evidence.md says where they are from.",
            file=sys.stderr,
        )
        return 2
    lines = list(measure(folder))
    told = table(lines)
    print(told)
    if given.write:
        page = PAGE.read_text("utf-8")
        head, _, rest = page.partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}{told}{END}{rest.partition(END)[2]}", "utf-8")
    return int(any(one.met is False for one in lines))


if __name__ == "__main__":
    sys.exit(main())
