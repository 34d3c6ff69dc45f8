"""Bad input: one clear message in both languages, a documented exit code, no traceback."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import HEADER, TODAY, Answer, Call, order, write_orders


def fails(answer: Answer, code: int, *words: str) -> None:
    """Check a refusal: its exit code, its words, a hint below it, and nothing on stdout."""
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err
    message, *hint = answer.err.rstrip("\n").split("\n")
    assert message
    assert hint
    assert all(line.startswith("  ") for line in hint)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("missing.csv", None, 3),
        ("empty.csv", b"", 3),
        ("blank.csv", b" \r\n\r\n", 3),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, 3),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, 3),
        ("letter.xlsx", b"PK\x03\x04 this is no zip", 3),
        ("damaged.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, 3),
        ("header.csv", ",".join(HEADER).encode("gb18030") + b"\r\n", 3),
        ("strange.csv", "甲,乙,丙\r\n1,2,3\r\n".encode("gb18030"), 4),
    ],
)
def test_unreadable_files(
    call: Call, tmp_path: Path, name: str, content: bytes | None, code: int, lang: str
) -> None:
    """A file that is no table of ours is refused by name."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    fails(call("segment", path, "--lang", lang), code, name)


def test_word_document(call: Call, tmp_path: Path) -> None:
    """A zip that is no workbook is refused as such."""
    path = tmp_path / "letter.docx.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<w/>")
        archive.writestr("word/document.xml", "<w/>")
    fails(call("segment", path), 3, "不是表格文件")


def test_unknown_layout_shows_header_and_nearest(call: Call, tmp_path: Path) -> None:
    """The message shows the header found and what the nearest layout misses."""
    path = tmp_path / "half.csv"
    path.write_text("订单编号,买家会员名,订单状态\n1,a,交易成功\n", encoding="utf-8")
    answer = call("segment", path)
    said = ("订单编号 | 买家会员名 | 订单状态", "淘宝/天猫订单（旧版）", "买家实际支付金额")
    fails(answer, 4, *said, "--new-layout")


def test_two_layouts(call: Call, shop: Path) -> None:
    """Two layouts that claim one file are both named."""
    (shop / "layouts").mkdir()
    for name in ("one", "two"):
        (shop / "layouts" / f"{name}.toml").write_text(
            'kind = "orders"\nrequired = ["buyer"]\n[columns]\nbuyer = ["买家会员名"]\n'
            'amount = ["总金额"]\n',
            encoding="utf-8",
        )
    fails(call("segment"), 4, "one", "two")


def test_zip_bomb(call: Call, shop: Path) -> None:
    """A workbook that unpacks beyond the limit is refused before it is parsed."""
    text = (shop / "shop.toml").read_text("utf-8")
    (shop / "shop.toml").write_text(text + "[limits]\nexpanded_mb = 1\n", encoding="utf-8")
    with zipfile.ZipFile(shop / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    fails(call("segment", "bomb.xlsx"), 3, "bomb.xlsx", "1 MB")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[stages]\nnew_day = 3\n", ["第 6 行", "stages.new_day", "stages.new_days"]),
        ('[stages]\nnew_days = "many"\n', ["第 6 行", "stages.new_days"]),
        ("[vip]\ntop_share = 7\n", ["vip.top_share"]),
        ("[shop\nname = 1\n", ["shop.toml"]),
        ('[callbacks]\nplan = "daily"\n', ["after_sale"]),
        ('[scripts]\ntexts = { after_sale_1 = "{名字}好" }\n', ["{名字}"]),
    ],
)
def test_mistakes_in_shop_toml(call: Call, shop: Path, text: str, words: list[str]) -> None:
    """A mistake in shop.toml is reported with its place and what was likely meant."""
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    fails(call("segment", "--today", TODAY), 5, *words)


def test_rows_that_cannot_be_used(call: Call, shop: Path) -> None:
    """Unknown status, future date, negative and unreadable money: listed, and --strict is 1."""
    bad = [
        order(11, "甲", "2026-11-01", 订单状态="神秘状态"),
        order(12, "乙", "2027-03-01"),
        order(13, "丙", "2026-11-01", "-5.00"),
        order(14, "丁", "2026-11-01", "面议"),
        order(15, "戊", "2026-13-45"),
    ]
    write_orders(shop / "订单" / "bad.csv", bad)
    answer = call("segment", "--json", "--strict", "--today", TODAY)
    data = answer.data
    assert answer.code == 1
    assert data["orders"] == 5
    file = next(file for file in data["files"] if file["file"] == "bad.csv")
    assert (file["rows_read"], file["rows_used"], file["rows_listed"]) == (5, 0, 5)
    kinds = {"unknown_status", "future_date", "negative_paid", "bad_money", "bad_date"}
    assert kinds <= set(data["problems"])


def test_two_thousand_bad_rows(call: Call, shop: Path) -> None:
    """They are summed up on the screen and no failure; the first thousand stand in the workbook."""
    bad = [order(100 + n, "某", "2026-11-01", "面议") for n in range(2000)]
    write_orders(shop / "订单" / "bad.csv", bad)
    answer = call("segment", "--today", TODAY, "-o", "out.xlsx")
    assert answer.code == 0
    assert len(answer.out.splitlines()) <= 40
    assert "2,000" in answer.out
    rows = list(openpyxl.load_workbook("out.xlsx")["问题"].iter_rows(values_only=True))
    assert [row[3] for row in rows[1:1001]] == list(range(2, 1002))
    assert "2,000" in str(rows[1001])
    assert len(rows) == 1002


def test_output_exists(call: Call, shop: Path) -> None:
    """An output that exists is left alone without --force, and replaced with it."""
    target = shop / "out.xlsx"
    target.write_bytes(b"the owner's")
    fails_after_report = call("segment", "--today", TODAY, "-o", target)
    assert fails_after_report.code == 6
    assert target.read_bytes() == b"the owner's"
    assert call("segment", "--today", TODAY, "-o", target, "--force").code == 0
    assert target.read_bytes().startswith(b"PK")


def test_locked_output(call: Call, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target open in Excel stays whole, and the message says to close it."""
    target = shop / "out.xlsx"
    target.write_bytes(b"open in Excel")

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "sharing violation", str(target))

    monkeypatch.setattr("os.replace", locked)
    monkeypatch.setattr("pathlib.Path.replace", locked)
    answer = call("segment", "--today", TODAY, "-o", target, "--force")
    assert answer.code == 6
    assert "Excel" in answer.err
    assert target.read_bytes() == b"open in Excel"
    assert [path.name for path in shop.iterdir() if path.suffix == ".xlsx"] == ["out.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["segmnt"], ["segmnt", "segment"]),
        (["segment", "--forse"], ["--forse"]),
        (["done"], ["客户或回访表"]),
        (["customer"], ["客户（ID、电话或姓名）"]),
        (["segment", "--today", "20261"], ["20261"]),
        (["segment", "--today", "11.20"], ["11.20"]),
        (["segment", "--today", "2026.13.45"], ["2026.13.45"]),
        (["segment", "--today", "gestern"], ["gestern"]),
        (["segment", "--lang", "fr"], ["fr"]),
        (["callbacks", "--days", "-1"], ["days"]),
    ],
)
def test_wrong_calls(call: Call, shop: Path, arguments: list[str], words: list[str]) -> None:
    """A wrong call is exit code 2 with the word that is wrong."""
    fails(call(*arguments), 2, *words)


def test_no_files_and_no_shop(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without files and without a shop the message says how to begin."""
    monkeypatch.chdir(tmp_path)
    fails(call("segment"), 3, "shopcrm init")


def test_a_bug_is_no_traceback(call: Call, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is exit code 70 and one line."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("shopcrm.pipeline.customer_facts", broken)
    fails(call("segment"), 70, "nobody foresaw this")


def test_data_goes_to_what_is_no_console(call: Call, shop: Path) -> None:
    """Data is printed where there is no terminal, too."""
    assert call("policy", "--json").data["stages.new_days"]["value"] == 90
