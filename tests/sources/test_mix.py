"""Files of several kinds together: no row is lost, and none has an order."""

from __future__ import annotations

import gzip
import zipfile
from html import escape
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shopcrm.sources.kinds.fates import USED
from tests.making import (
    DEAL,
    ITEM,
    Row,
    examples,
    fates,
    kinds,
    order,
    read,
    said,
    sheet_of,
    text_of,
    write_csv,
    write_xlsx,
)
from tests.sources.kinds.test_fold import CLOSED, PAID_ONCE, head, line, part, shopify
from tests.sources.kinds.test_refunds import refund
from tests.sources.kinds.test_reviews import review

MIX: dict[str, list[Row]] = {
    "taobao.csv": [order(1), order(2, 退款金额="30.00"), order(2, 订单状态="神秘")],
    "items.csv": [
        ITEM,
        ITEM | {"子订单编号": "s7", "主订单编号": "2000000000000000007"},
        ITEM | {"子订单编号": "s8", "主订单编号": "2000000000000000008", "买家实付金额": "?"},
    ],
    "refunds.csv": [refund(1), refund(2, 2), refund(9, 3)],
    "reviews.csv": [review(1), review(1), review(5), review(1, 订单号="", 买家昵称="")],
    "register.csv": [DEAL, DEAL, DEAL | {"成交时间": "9.3"}, DEAL | {"成交金额": "?"}],
    "douyin.csv": [part(1, 1), part(1, 2, **CLOSED), part(1, 2), part(2, 1, 订单提交时间="?")],
    "1688.csv": [head("1", "枕"), line("", "被"), line("3", "席"), line("合计", "")],
    "shopify.csv": [shopify("#1", "被", **PAID_ONCE), shopify("#1", "枕"), shopify("#2", "席")],
}


@given(data=st.data())
@examples(8)
def test_any_mix_of_files(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever files stand together, rows read = used + merged + listed in each of them."""
    names = data.draw(st.lists(st.sampled_from(list(MIX)), min_size=1, max_size=5, unique=True))
    files = []
    for name in names:
        rows = data.draw(st.lists(st.sampled_from(MIX[name]), min_size=1, max_size=6))
        files.append((write_csv(tmp_path / name, rows, "utf-8-sig"), len(rows)))
    inputs = read(*(path for path, _ in files))
    assert len(inputs.files) == len(files)
    for (_, number), (all_rows, used, merged, listed) in zip(files, fates(inputs), strict=True):
        assert number == all_rows == used + merged + listed
    exports = {one.file for one in inputs.files if one.layout.kind in ("orders", "register")}
    for at, one in enumerate(inputs.files):
        if one.file in exports:
            assert one.count(USED) >= (inputs.orders["file"] == at).sum()
    assert inputs.orders["order"].is_unique
    turned = read(*(path for path, _ in files[::-1]))
    assert said(turned.orders) == said(inputs.orders)
    assert kinds(turned) == kinds(inputs)


def test_every_form_in_one_folder(tmp_path: Path) -> None:
    """Each file has an encoding, delimiter and packing of its own, whatever lies beside it."""
    encodings = ("gb18030", "utf-8", "utf-8-sig", "utf-16")
    files = [
        write_csv(tmp_path / f"{at}.csv", [order(at)], encoding, delimiter=delimiter)
        for at, (encoding, delimiter) in enumerate(zip(encodings, ",;\t,", strict=True))
    ]
    files.append(write_xlsx(tmp_path / "4.xlsx", sheet_of([order(4)])))
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in sheet_of([order(5)])
    )
    for name, text in {"5.xls": f"<table>{rows}</table>", "6.csv": text_of([order(6)])}.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(text.encode("gb18030"))
    files.append(tmp_path / "7.csv.gz")
    files[-1].write_bytes(gzip.compress(text_of([order(7)]).encode("utf-16")))
    files.append(tmp_path / "8.zip")
    with zipfile.ZipFile(files[-1], "w") as archive:
        archive.writestr("a.csv", text_of([order(8)]).encode("gb18030"))
    inputs = read(*files)
    assert fates(inputs) == [(1, 1, 0, 0)] * len(files)
    assert set(inputs.orders["buyer"]) == {"tb001"}
    assert inputs.orders["order_no"].nunique() == len(files)
