"""Masks of single values and of free text: what they hide, and what they leave alone."""

from __future__ import annotations

import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.masked import masks
from shopcrm.outputs.masked.masks import (
    mask_address,
    mask_email,
    mask_name,
    mask_numbers,
    mask_phone,
    mask_streets,
)
from shopcrm.outputs.masked.texts import TextMask

MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LETTERS = st.text("王小明欧阳雪AnnaLee甲乙", min_size=2, max_size=8)


def test_the_examples_are_true() -> None:
    """What the docstrings show is so."""
    assert doctest.testmod(masks).failed == 0


@given(MOBILE, st.sampled_from(["", "-", " ", "."]), st.sampled_from(["{}", "打{}找他", "a{}b"]))
def test_a_phone_is_hidden_however_it_is_spaced(phone: str, gap: str, around: str) -> None:
    """Of a phone anywhere in a text the first three and the last four digits are left."""
    written = gap.join((phone[:3], phone[3:7], phone[7:]))
    masked = mask_numbers(around.format(written))
    assert masked == around.format(f"{phone[:3]}****{phone[7:]}")
    assert mask_phone(written) == f"{phone[:3]}****{phone[7:]}"


@given(st.integers(10**6, 10**22))
def test_a_long_number_is_hidden(number: int) -> None:
    """Of a number of seven digits and more at most seven are left, unless it is a day."""
    masked = mask_numbers(f"单号{number}。")
    if masked != f"单号{number}。":
        assert len(re.sub(r"\D", "", masked)) <= min(7, len(str(number)) - 3)
    else:
        assert re.fullmatch(r"(19|20)\d{6}", str(number))


@given(LETTERS)
def test_a_name_is_one_character(name: str) -> None:
    """Of a name the first character is left, and masking it again changes nothing."""
    assert mask_name(name) == name[0] + "**"
    assert mask_name(mask_name(name)) == mask_name(name)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("广东省 广州市 天河区 体育西路103号1201室", "广东省 广州市 天河区****"),
        ("内蒙古自治区呼和浩特市赛罕区大学东街1号", "内蒙古自治区呼和浩特市赛罕区****"),
        ("苏州市工业园区星湖街328号", "苏州市工业园区****"),
        ("浙江省杭州市余杭区", "浙江省杭州市余杭区"),
        ("北京市朝阳区幸福小区3栋", "北京市朝阳区****"),
        ("幸福小区3栋2单元", "****"),
        ("12 High Street, Leeds", "****"),
        ("广东省广州市天河区****", "广东省广州市天河区****"),
        ("", ""),
    ],
)
def test_an_address_ends_with_its_district(address: str, kept: str) -> None:
    """Street, house and flat are hidden; a region stays."""
    assert mask_address(address) == kept


def test_other_masks() -> None:
    """What is not what it should be is hidden whole; a remark without a street stays."""
    assert mask_email("Anna.Lee@qq.com") == "A***@qq.com"
    assert mask_email("anna at qq") == mask_phone("暂无") == mask_phone("x 13800138000") == "****"
    assert mask_phone("020-85556666 转 12") == "****"
    for remark in ("3号发货", "加了2楼邻居", "走路10分钟", "退100元，7天内"):
        assert mask_streets(remark) == remark


def test_known_words_in_a_text() -> None:
    """Names count anywhere, Latin words and numbers only whole, in capitals or not."""
    mask = TextMask({"王小明": "王**", "tb_0012": "C-x", "Li": "L**", "12": "C-y", "甲1": "C-z"})
    assert mask("王小明说TB_0012、xtb_0012 不是他") == "王**说C-x、xtb_0012 不是他"
    assert mask("12 单，Li 的，甲1和甲12") == "12 单，Li 的，C-z和甲12"


@given(st.lists(LETTERS, min_size=1, unique=True), st.text("，的和x 1"))
def test_no_known_name_is_left(names: list[str], between: str) -> None:
    """However names overlap and repeat, none of Chinese characters is left in a text."""
    chinese = [name for name in names if not name.isascii()]
    text = between.join(names)
    masked = TextMask(dict.fromkeys(chinese, "*"))(text)
    joined = set("".join(re.findall(r"[A-Za-z0-9]+", text)))
    for name in chinese:
        # Beside a Latin letter a name that begins or ends with one may be part of a longer word.
        assert name not in masked or joined & {name[0], name[-1]}
