"""All layouts in the open: a writer each, and the files that belong together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from examples.exports import (
    abroad,
    alibaba,
    douyin,
    jd,
    pinduoduo,
    sheets,
    taobao,
    video,
    youzan,
)
from examples.exports.files import write_file
from examples.exports.layout import Carries, Writer, to_the_fen

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from examples.exports.sales import Sale

WRITERS: Mapping[str, Writer] = {
    **taobao.WRITERS,
    **alibaba.WRITERS,
    **pinduoduo.WRITERS,
    **jd.WRITERS,
    **douyin.WRITERS,
    **video.WRITERS,
    **youzan.WRITERS,
    **abroad.WRITERS,
    **sheets.WRITERS,
}

TOGETHER = (
    ("taobao_order_2016", "tmall_refund_2017"),
    ("taobao_order_2016", "taobao_item_old", "tmall_refund_2017", "taobao_review_tool"),
    ("taobao_order_2016", "taobao_refund_new"),
    ("taobao_order_2018", "taobao_item_old"),
    ("taobao_order_2018", "tmall_refund_2017"),
    ("taobao_order_2023", "taobao_item_2023", "taobao_refund_new"),
    ("pdd_order", "pdd_settlement"),
    ("pdd_order_older", "pdd_aftersale"),
    ("douyin_order", "douyin_aftersale"),
    ("douyin_order_b", "douyin_aftersale"),
)
"""Files of one shop that are downloaded together; refunds are known to the fen by them."""

SETS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name, writer in WRITERS.items() if not writer.carries.adds},
    **{"+".join(names): names for names in TOGETHER},
}
"""Every folder of files that tells the shop on its own."""


def carried(name: str) -> Carries:
    """What the files of a set tell together."""
    names = SETS[name]
    carries = WRITERS[names[0]].carries
    return carries if len(names) == 1 else replace(carries, money=to_the_fen)


def write_set(
    name: str, sales: Sequence[Sale], folder: Path, shuffle: random.Random | None = None
) -> list[Path]:
    """Write the files of a set, or of one layout, into `folder`."""
    names = SETS.get(name, (name,))
    return [write_file(one, WRITERS[one], sales, folder, shuffle) for one in names]
