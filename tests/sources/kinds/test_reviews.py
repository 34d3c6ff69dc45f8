"""Reviews: each once, with its order where an order file has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import Row, examples, fates, kinds, order, read, write_csv


def review(place: int = 1, **cells: Any) -> Row:
    """Return a review of that order."""
    return {
        "订单号": f"{2 * 10**18 + place}",
        "买家昵称": "t***1",
        "评价内容": "很软，睡得好",
        "评价类型": "好评",
        "评价时间": "2026-10-12 09:00:00",
    } | cells


def test_reviews_join_their_order(tmp_path: Path) -> None:
    """A review has its order where one is known, and stays without one where not."""
    orders = write_csv(tmp_path / "a.csv", [order(1)])
    inputs = read(orders, write_csv(tmp_path / "b.csv", [review(1), review(7)]))
    assert fates(inputs)[1] == (2, 2, 0, 0)
    assert inputs.reviews["order"].notna().tolist() == [True, False]
    assert inputs.reviews["rating"].tolist() == ["good", "good"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"订单号": "", "买家昵称": ""}, "no_customer"),
        ({"订单号": ""}, "no_customer"),
        ({"评价时间": "2027-01-01 00:00:00"}, "future_date"),
    ],
)
def test_useless_reviews_are_listed(tmp_path: Path, cells: Row, kind: str) -> None:
    """A review of nobody, a masked nick being nobody's, and one of the future are listed."""
    inputs = read(write_csv(tmp_path / "b.csv", [review(1), review(2, **cells)]))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert kinds(inputs) == [kind]


def test_unknown_rating(tmp_path: Path) -> None:
    """A rating that nobody knows is a doubt; what was written stays."""
    inputs = read(write_csv(tmp_path / "b.csv", [review(1, 评价类型="五星半")]))
    assert kinds(inputs) == ["unknown_rating"]
    assert inputs.reviews["text"].tolist() == ["很软，睡得好"]
    assert inputs.reviews["rating"].isna().all()


@given(
    st.lists(
        st.builds(
            lambda place, text: review(place, 评价内容=text),
            st.integers(1, 3),
            st.sampled_from(["好", "不好", ""]),
        ),
        min_size=1,
        max_size=10,
    ),
    st.data(),
)
@examples(6)
def test_each_once(tmp_path: Path, rows: list[Row], data: st.DataObject) -> None:
    """A review counts once in however many files it stands, in any order; rows add up."""
    turned = data.draw(st.permutations(rows))
    one = write_csv(tmp_path / "a.csv", rows)
    other = write_csv(tmp_path / "b.csv", turned, "utf-8-sig")
    alone, both = read(one).reviews, read(other, one)
    said = ["rating", "text", "time"]
    assert alone[said].to_numpy().tolist() == both.reviews[said].to_numpy().tolist()
    assert len(alone) == len({(row["订单号"], row["评价内容"]) for row in rows})
    for all_rows, used, merged, listed in fates(both):
        assert all_rows == used + merged + listed
