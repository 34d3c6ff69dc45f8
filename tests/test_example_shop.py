"""The whole arrow on a freshly made example shop, against an oracle that never saw the program."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from examples.make_shop import make_shop
from shopcrm.contacts.kinds import KINDS
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.shop import Shop
from shopcrm.sources.files import find_files
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    from pathlib import Path

Truth = dict[str, Any]
FIGURES = ("orders", "net_fen", "gross_fen", "refund_fen")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Truth]:
    folder: Path = tmp_path_factory.mktemp("example")
    truth = make_shop(folder)
    paths = find_files(["."], folder / "shop")
    today = dt.date.fromisoformat(truth["totals"]["today"])
    return run(paths, load_policy(None), today, "zh"), truth


@pytest.fixture(scope="session")
def shop(example: tuple[Shop, Truth]) -> Shop:
    return example[0]


@pytest.fixture(scope="session")
def totals(example: tuple[Shop, Truth]) -> Truth:
    found: Truth = example[1]["totals"]
    return found


@pytest.fixture(scope="session")
def table(shop: Shop) -> pd.DataFrame:
    labels = shop.segments.drop(columns="customer")
    return pd.concat([shop.customers, labels], axis=1).set_index("id", drop=False)


@pytest.fixture(scope="session")
def people(example: tuple[Shop, Truth]) -> Truth:
    found: Truth = example[1]["customers"]
    return found


def test_who(table: pd.DataFrame, people: Truth) -> None:
    """The customers are exactly the oracle's, each once, spelt as the platform spells them."""
    assert sorted(table["id"]) == sorted(people)


def test_money_and_counts(table: pd.DataFrame, people: Truth) -> None:
    """Every customer's orders, net, gross and refunds are the oracle's, to the fen."""
    rows = table[list(FIGURES)].to_numpy().tolist()
    found = dict(zip(table["id"], rows, strict=True))
    assert found == {who: [one[name] for name in FIGURES] for who, one in people.items()}


def test_days(table: pd.DataFrame, people: Truth) -> None:
    """Every customer's first and last order and silence are the oracle's."""
    for name in ("first_order", "last_order", "days_since"):
        column = table[name]
        shown = column if name == "days_since" else column.dt.strftime("%Y-%m-%d")
        found = shown.astype("object").where(column.notna(), None).to_dict()
        assert found == {who: one[name] for who, one in people.items()}


def test_rhythm(table: pd.DataFrame, people: Truth) -> None:
    """Every customer's expected gap is the oracle's."""
    gaps = table["expected_gap"]
    truth = {who: one["expected_gap"] for who, one in people.items()}
    known = {who: gap for who, gap in truth.items() if gap is not None}
    assert gaps.dropna().to_dict() == pytest.approx(known, abs=0.0006)


def test_stages(table: pd.DataFrame, people: Truth) -> None:
    """Every customer is in the oracle's stage."""
    assert table["stage"].to_dict() == {who: one["stage"] for who, one in people.items()}


@pytest.mark.parametrize("tag", ["vip", "serial_returner"])
def test_tags(table: pd.DataFrame, people: Truth, tag: str) -> None:
    """VIP and serial returners are exactly the oracle's."""
    found = {who for who, tags in table["tags"].items() if tag in tags.split()}
    assert found == {who for who, one in people.items() if tag in one["tags"]}


def test_only_refunds(table: pd.DataFrame, people: Truth) -> None:
    """Who only has refunds is potential, and the reason says so."""
    only = [who for who, one in people.items() if "refund_only" in one["tags"]]
    assert set(table.loc[only, "stage"]) == {"potential"}
    assert table.loc[only, "reason"].str.contains("全都退了款").all()


def test_totals(shop: Shop, table: pd.DataFrame, totals: Truth) -> None:
    """The totals are the oracle's: with and without the orders that nobody can be named for."""
    good = shop.orders[shop.orders["status"].isin(SUCCESSFUL)]
    nameless = good[good["customer"].isna()]
    found = {
        "customers": len(table),
        "buyers": int((table["orders"] >= 1).sum()),
        "repeat_buyers": int((table["orders"] >= 2).sum()),
        "successful_orders": int(table["orders"].sum()),
        "net_fen": int(table["net_fen"].sum()),
        "orders_without_key": int(shop.orders["customer"].isna().sum()),
        "successful_orders_without_key": len(nameless),
        "net_fen_without_key": int(nameless["net_fen"].sum()),
        "successful_orders_with_keyless": len(good),
        "net_fen_with_keyless": int(good["net_fen"].sum()),
        "register_matched": shop.matched,
        "vip_from_fen": shop.thresholds.vip_from_fen,
        "stages": {stage: int((table["stage"] == stage).sum()) for stage in totals["stages"]},
    }
    assert found == {name: totals[name] for name in found}


def test_contacts(shop: Shop) -> None:
    """Every contact is a customer's only one, is due, and goes to nobody who is held back."""
    contacts = shop.contacts
    assert contacts["customer"].is_unique
    assert (contacts["due_from"] <= pd.Timestamp(shop.today)).all()
    assert sorted(contacts["priority"]) == list(range(1, len(contacts) + 1))
    tags = shop.segments.set_index("customer")["tags"].reindex(contacts["customer"])
    held = tags.str.contains("opt_out|blacklist|serial_returner|refund_open").to_numpy()
    # What the shop owes goes to everyone.
    assert {KINDS[kind].standing for kind in contacts.loc[held, "kind"]} <= {"owed"}
    for column in ("reason", "script"):
        assert not contacts[column].str.contains(r"nan|NaT|None|[{}]").any()


def test_same_twice(shop: Shop, example: tuple[Shop, Truth]) -> None:
    """The same files on the same day give the same tables."""
    paths = [(report.path, True) for report in shop.files]
    again = run(list(dict.fromkeys(paths)), shop.policy, shop.today, shop.lang)
    for name in ("orders", "customers", "segments", "contacts"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(example[0], name))
