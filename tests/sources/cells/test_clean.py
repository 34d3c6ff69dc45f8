"""One raw cell to one value."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.sources.cells import clean
from shopcrm.sources.cells.clean import BadCellError
from tests.making import at

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
CELLS = st.one_of(
    TEXTS,
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def kind_of(parser: object, cell: object) -> str:
    assert callable(parser)
    with pytest.raises(BadCellError) as caught:
        parser(cell)
    return caught.value.kind


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="2893000000000000123"', "2893000000000000123"),
        ('="0007"', "0007"),
        ("0007", "0007"),
        ("'0007", "0007"),
        ("260517-607198974342268\t", "260517-607198974342268"),
        (" \u200btb\ufeff01 ", "tb01"),
        (1275927.0, "1275927"),
        (12.5, "12.5"),
        (2893000000000000123, "2893000000000000123"),
        (at(2026, 3, 5), "2026-03-05"),
        (at(2026, 3, 5, 12, 30), "2026-03-05 12:30:00"),
        ("=tb88", "=tb88"),
    ],
)
def test_text(cell: object, text: str) -> None:
    """Wrappers, invisible marks and a float's point are no part of a text; leading zeros are."""
    assert clean.as_text(cell) == text


@pytest.mark.parametrize(
    "cell", ["NULL", "'null", "-", "--", "/", "#NULL!", "无退款申请", " \t", '=""', "#N/A", "'"]
)
def test_nothing(cell: str) -> None:
    """Every way in which the platforms write that there is nothing reads as nothing."""
    assert clean.as_text(cell) is None
    assert clean.as_money(cell) is None
    assert clean.as_time(cell) is None
    assert clean.as_whole(cell) is None


def test_digits_lost() -> None:
    """A number that a float has rounded is no id: a wrong one would be worse than none."""
    assert kind_of(clean.as_id, 2.893e18) == "digits_lost"
    assert clean.as_id(float(2**53 - 1)) == str(2**53 - 1)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("100", 10000),
        ("100.00", 10000),
        ("¥1,234.50", 123450),
        ("￥1，234.50元", 123450),
        ("12.3元", 1230),
        ("１２８．５", 12850),
        ("1.2万", 1_200_000),
        ("0.05万元", 50_000),
        ("499.00（系统计算中，该值仅供参考）", 49900),
        ("-88", -8800),
        ("'88\t", 8800),
        ('="88.8"', 8880),
        (62.86, 6286),
        (0.1 + 0.2, 30),
        (19, 1900),
        (1.1 * 3, 330),
        ("RMB 15", 1500),
        ("HK$1,200.50", 120050),
        ("$12", 1200),
        ("€ 12.30", 1230),
        ("৳2,999", 299900),
        ("3千", 300000),
        ("1.5千元", 150000),
        ("12.00 USD", 1200),
        ("-¥5.00", -500),
    ],
)
def test_money(cell: object, fen: int) -> None:
    """An amount is read to the fen in every way that people and platforms write one."""
    assert clean.as_money(cell) == fen


@pytest.mark.parametrize(
    "cell",
    [
        *("面议", "100-200", "12.3.4", "1e400", "1e999999999", "inf", "1e25", "(12)"),
        *(1e20, True, at(2026, 3, 5)),
    ],
)
def test_no_money(cell: object) -> None:
    """What is no amount, or one that no shop ever took, is said to be none."""
    assert kind_of(clean.as_money, cell) == "bad_money"


@pytest.mark.parametrize(("cell", "fen"), [("12.345", 1234), (0.666, 67), ("0.00001万", 10)])
def test_money_is_rounded_aloud(cell: object, fen: int) -> None:
    """Parts of a fen are rounded, and said to have been."""
    if cell == "0.00001万":
        assert clean.as_money(cell) == fen
        return
    with pytest.raises(BadCellError) as caught:
        clean.as_money(cell)
    assert (caught.value.kind, caught.value.instead) == ("money_rounded", fen)


@given(st.integers(-(10**11), 10**11))
def test_money_to_the_fen(fen: int) -> None:
    """Every amount comes back from the text and from the float that stand for it."""
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    assert clean.as_money(text) == fen
    assert clean.as_money(f"{int(text.split('.', maxsplit=1)[0]):,}.{text[-2:]}") in (fen, abs(fen))
    assert clean.as_money(float(text)) == fen


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-05 12:33:01", at(2026, 3, 5, 12, 33, 1)),
        ("2026/3/5 0:00", at(2026, 3, 5)),
        ("2026/3/5", at(2026, 3, 5)),
        ("2026.3.5", at(2026, 3, 5)),
        ("2026年3月5日", at(2026, 3, 5)),
        ("2026年3月5日 12时30分05秒", at(2026, 3, 5, 12, 30, 5)),
        ("2026年3月5日12点30分", at(2026, 3, 5, 12, 30)),
        ("20260305", at(2026, 3, 5)),
        ("20260305123301", at(2026, 3, 5, 12, 33, 1)),
        (20260305.0, at(2026, 3, 5)),
        ("2019-06-30 22:46:22.511", at(2019, 6, 30, 22, 46, 22, 511000)),
        ("2026-03-05T04:00:00Z", at(2026, 3, 5, 12)),
        ("2026-03-05 00:00:00 +0400", at(2026, 3, 5, 4)),
        ("2026-03-05 12:00:00 +08:00", at(2026, 3, 5, 12)),
        (43466.5, at(2019, 1, 1, 12)),
        ("43466.5", at(2019, 1, 1, 12)),
        (dt.date(2026, 3, 5), at(2026, 3, 5)),
        (at(2026, 3, 5, 1), at(2026, 3, 5, 1)),
        ("２０２６－０３－０５", at(2026, 3, 5)),
        ("2026-03-05\t", at(2026, 3, 5)),
    ],
)
def test_time(cell: object, moment: dt.datetime) -> None:
    """A moment is read in every way that people, platforms and Excel write one."""
    assert clean.as_time(cell) == moment


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-13-45", "2026-02-30 10:00:00", "2月30日", "13.5", "昨天", "inf", 11.2, 11.3),
        *(
            "2026/3/5-3月9日-10日",
            "2026-03-05至昨天",
            "2026-13-05至2026-03-09",
            "2026-02-30至03-09",
        ),
        *("2026-03-05 12:00:00 +9999", "0001-01-01T00:00:00+1400", "9999-12-31T23:00:00-1400"),
        *("1e999", 3.0, 1e300, True, dt.time(12, 30), dt.timedelta(days=2)),
    ],
)
def test_no_time(cell: object) -> None:
    """What is no day, or a day that does not exist, is said to be none."""
    assert kind_of(clean.as_time, cell) in ("bad_date", "digits_lost")


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("3月5日", at(2000, 3, 5)),
        ("3月5号", at(2000, 3, 5)),
        ("3/5", at(2000, 3, 5)),
        ("3-5", at(2000, 3, 5)),
        ("11.12", at(2000, 11, 12)),
        (11.12, at(2000, 11, 12)),
        (11.4, at(2000, 11, 4)),
        ("11.2", at(2000, 11, 2)),
        ("2.29", at(2000, 2, 29)),
        ("3月5日 12:30", at(2000, 3, 5, 12, 30)),
        ("１１．１２", at(2000, 11, 12)),
    ],
)
def test_day_without_year(cell: object, moment: dt.datetime) -> None:
    """A day of the year is not read as any day, but given with the need of its year."""
    with pytest.raises(BadCellError) as caught:
        clean.as_time(cell)
    assert (caught.value.kind, caught.value.instead) == ("no_year", moment)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2026/3/5-2026/3/9", at(2026, 3, 5), at(2026, 3, 9)),
        ("2026-03-05至2026-03-09", at(2026, 3, 5), at(2026, 3, 9)),
        ("2026-03-05~2026-03-09", at(2026, 3, 5), at(2026, 3, 9)),
        ("2026年3月5日到3月9日", at(2026, 3, 5), at(2026, 3, 9)),
        ("2026-03-05、03-09", at(2026, 3, 5), at(2026, 3, 9)),
        ("2026-03-09 2026-03-05", at(2026, 3, 5), at(2026, 3, 9)),
        ("2026-03-05 10:00:00\n2026-03-09 11:00:00", at(2026, 3, 5, 10), at(2026, 3, 9, 11)),
        ("2026.3.5/2026.3.9", at(2026, 3, 5), at(2026, 3, 9)),
    ],
)
def test_two_dates(cell: str, first: dt.datetime, last: dt.datetime) -> None:
    """Of two dates in one cell the earlier is when it was, or the later the last; either aloud."""
    for parser, moment in ((clean.as_time, first), (clean.as_last_time, last)):
        with pytest.raises(BadCellError) as caught:
            parser(cell)
        assert (caught.value.kind, caught.value.instead) == ("two_dates", moment)


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        *(("HK$1,200", "HKD"), ("$12", "USD"), ("US$ 12", "USD"), ("NT$12", "TWD")),
        *(("¥12", "CNY"), ("￥12", "CNY"), ("RMB", "CNY"), ("人民币", "CNY"), ("cny", "CNY")),
        *(("12港元", "HKD"), ("€12", "EUR"), ("usd", "USD"), (" EUR ", "EUR")),
        *(("12元", None), ("12.50", None), (12.5, None), (None, None), ("面议", None)),
    ],
)
def test_currency(cell: object, currency: str | None) -> None:
    """A cell names a currency by sign, word or code, the longest sign first."""
    assert clean.as_currency(cell) == currency


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        *(("Amy@Example.com", "amy@example.com"), (" a@b.cn ", "a@b.cn")),
        *(("a**@b.cn", None), ("-", None), ("'null", None)),
    ],
)
def test_email(cell: str, email: str | None) -> None:
    """An e-mail is compared in lower case, and a masked one is nobody's."""
    assert clean.as_email(cell) == email


@pytest.mark.parametrize("cell", ["amy", "amy@home", "a b@c.de", "a@b@c.de", "a@b."])
def test_no_email(cell: str) -> None:
    """What is no e-mail is flagged."""
    assert kind_of(clean.as_email, cell) == "bad_optional"


@given(st.datetimes(at(1990, 1, 2), at(2118, 1, 1)))
def test_time_of_any_form(moment: dt.datetime) -> None:
    """All spellings of one moment read as that moment."""
    moment = moment.replace(microsecond=0)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒"):
        assert clean.as_time(moment.strftime(form)) == moment
    days = (moment - at(1899, 12, 30)) / dt.timedelta(days=1)
    assert clean.as_time(days) == moment


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13800138000", "13800138000"),
        (13800138000.0, "13800138000"),
        ("'13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("86-13800138000", "13800138000"),
        ("0086 138 0013 8000", "13800138000"),
        ("013800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000/13900139000", "13800138000"),
        ("02088886666/13900139000", "02088886666"),
        ("13800138000 13900139000", "13800138000"),
        ("13800138000，13900139000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("+86-0-13800138000", "13800138000"),
        ("微信同号13800138000", "13800138000"),
        ("020-88886666", "02088886666"),
        ("138****8000", None),
        ("1******6198", None),
        ("13800138000-1234", None),
        ("13800138000转1234", None),
    ],
)
def test_phone(cell: object, phone: str | None) -> None:
    """A phone is its digits; a masked one is missing, and a virtual one belongs to one order."""
    assert clean.as_phone(cell) == phone


@pytest.mark.parametrize(
    "cell", ["12345", "微信同号", "138001380001234", "138001380001", "1380013800", "613800138000"]
)
def test_no_phone(cell: str) -> None:
    """What is no phone is flagged."""
    assert kind_of(clean.as_phone, cell) == "odd_phone"


@pytest.mark.parametrize("cell", ["***", "t**3", "张＊", "●●"])
def test_masked_id(cell: str) -> None:
    """A masked id is nobody's, and neither is a masked name."""
    assert clean.as_id(cell) is None
    assert clean.as_name(cell) is None


def test_masked_name() -> None:
    """A surname and 某 is no name; a name is."""
    assert clean.as_name("张某某") is None
    assert clean.as_name("李某") is None
    assert clean.as_name("李雨薇") == "李雨薇"


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12))
def test_spellings_fold(text: str) -> None:
    """Width, letter case, spaces and invisible marks do not tell two ids apart."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in text)
    hidden = text[:1] + "\u200b" + text[1:] + "\ufeff "
    folded = clean.fold(text)
    assert clean.fold(wide) == clean.fold(hidden) == clean.fold(text.swapcase()) == folded
    assert clean.fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("广东省 广州市 天河区 和平路1号", ("广东", "广州")),
        ("广东省广州市", ("广东", "广州")),
        ("上海 上海市 浦东新区", ("上海", "上海")),
        ("浙江杭州", ("浙江", "杭州")),
        ("新疆维吾尔自治区 乌鲁木齐市", ("新疆", "乌鲁木齐")),
        ("黑龙江省 哈尔滨市", ("黑龙江", "哈尔滨")),
        ("火星", (None, None)),
        ("广", (None, None)),
    ],
)
def test_region(text: str, place: tuple[str | None, str | None]) -> None:
    """Province and city of an address are given in short form, none where it has none."""
    assert clean.as_region(text) == place


def test_packed_address() -> None:
    """Name, phone and place come out of one cell; what is masked in it is missing."""
    packed = "李雨薇，86-13800138000，广东省 广州市 天河区 和平路1号 ，"
    assert clean.unpack_address(packed) == ("李雨薇", "13800138000", "广东", "广州")
    masked = "李**，86-138****8000，广东省 广州市 天河区 和*** ，"
    assert clean.unpack_address(masked) == (None, None, "广东", "广州")
    assert clean.unpack_address("广东省 广州市，天河区，和平路") == (None,) * 4


@pytest.mark.parametrize(("cell", "count"), [("2件", 2), ("1,200", 1200), (3.0, 3), ("２", 2)])
def test_whole(cell: object, count: int) -> None:
    """A count is read with its unit and separators."""
    assert clean.as_whole(cell) == count


@given(CELLS)
@example("1e999999")
@example("-1e-999999")
@example("sNaN")
@example("9999-99-99 99:99:99")
def test_any_cell(cell: object) -> None:
    """Whatever stands in a cell, it is read, or refused with a kind of problem."""
    for parser in (clean.as_text, clean.as_id, clean.as_name, clean.as_phone, clean.as_whole):
        try:
            parser(cell)
        except BadCellError as error:
            assert error.kind in ("digits_lost", "odd_phone", "bad_optional")  # noqa: PT017
    try:
        fen = clean.as_money(cell)
        assert fen is None or abs(fen) < 2**62
    except BadCellError as error:
        assert error.kind in ("bad_money", "money_rounded", "digits_lost")  # noqa: PT017
    try:
        moment = clean.as_time(cell)
        assert moment is None or moment.tzinfo is None
    except BadCellError as error:
        told = error.kind in ("no_year", "two_dates")
        assert told or error.kind in ("bad_date", "digits_lost")  # noqa: PT017
        assert isinstance(error.instead, dt.datetime) == told  # noqa: PT017
    try:
        email = clean.as_email(cell)
        assert email is None or "@" in email
    except BadCellError as error:
        assert error.kind in ("bad_optional", "digits_lost")  # noqa: PT017
    assert clean.as_currency(cell) in (None, *clean._CODES)  # noqa: SLF001


@given(TEXTS)
def test_any_text(text: str) -> None:
    """Folding, totals, regions and packed addresses take any text."""
    assert clean.fold(clean.fold(text)) == clean.fold(text)
    clean.is_total(text)
    clean.as_region(text)
    clean.unpack_address(text)
    clean.short_city(text)
