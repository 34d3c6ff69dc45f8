"""The owner's register with columns beside its table: what `segment` writes and says."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from tests.cli.conftest import Call
from tests.making import at, write_xlsx
from tests.sources.opening.locking import rc4

TODAY = "2026-11-20"


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def kept_register(shop: Path) -> Path:
    return write_xlsx(
        shop / "登记表.xlsx",
        [
            ["十一月登记"],
            ["登记日期", "客户ID", "商品名称", "成交金额", "成交时间", "备注"],
            ["2026-11-01", "小云", "枕头", 88.5, "2026-11-01", "=1+1 不是公式"],
            ["2026-11-02", "阿兰", "被子", 299, "2026-11-02", None],
        ],
    )


def test_register_is_kept_and_enriched(call: Call, shop: Path) -> None:
    """The owner's file stays as it is; the copy has its cells and the label of each row."""
    register = kept_register(shop)
    before = register.read_bytes()
    answer = call("segment", register, "订单", "--today", TODAY)
    assert answer.code == 0
    assert "登记表.enriched.xlsx" in answer.out
    assert register.read_bytes() == before
    (copy,) = shop.rglob("*.enriched.xlsx")
    old, new = cells(register), cells(copy)
    width = len(old[0])
    assert [row[:width] for row in new] == old
    head = next(row for row in new if "原因" in row)
    below = new[new.index(head) + 1 :]
    assert all(row[head.index("原因")] for row in below if any(row[:width]))


@pytest.mark.slow
def test_enriched_again(call: Call, shop: Path) -> None:
    """A copy that is read as the register gets its columns replaced, never twice."""
    call("segment", kept_register(shop), "--today", TODAY)
    (copy,) = shop.rglob("*.enriched.xlsx")
    again = shop / "登记表2.xlsx"
    again.write_bytes(copy.read_bytes())
    answer = call("segment", again, "--today", TODAY, "-o", "out.xlsx")
    assert answer.code == 0
    assert [len(row) for row in cells(Path("登记表2.enriched.xlsx"))] == [
        len(row) for row in cells(copy)
    ]


ROWS: list[list[str | None]] = [
    ["登记", None, None, None],
    ["客户ID", "成交金额", "成交时间", "我的编号"],
    ["6955123412341234567", "88.50", "2026-11-01", "007"],
    ["阿兰", "299", "2026-11-02", "8"],
]


def as_csv(folder: Path) -> Path:
    text = "\r\n".join(",".join(cell or "" for cell in row) for row in ROWS)
    path = folder / "记录.csv"
    path.write_bytes(text.replace("6955123412341234567", '="6955123412341234567"').encode("gbk"))
    return path


def as_zip(folder: Path) -> Path:
    path = folder / "记录.zip"
    inner = as_csv(folder)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "里面.csv")
    inner.unlink()
    return path


def as_gzip(folder: Path) -> Path:
    path = folder / "记录.csv.gz"
    inner = as_csv(folder)
    path.write_bytes(gzip.compress(inner.read_bytes()))
    inner.unlink()
    return path


def as_page(folder: Path) -> Path:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell or ''}</td>" for cell in row) + "</tr>" for row in ROWS
    )
    path = folder / "记录.xls"
    path.write_text(f"<html><table>{rows}</table></html>", encoding="gbk")
    return path


def as_old_book(folder: Path) -> Path:
    book = xlwt.Workbook()
    book.add_sheet("说明").write(0, 0, "别的表")
    sheet = book.add_sheet("登记表")
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            if cell and number > 1 and column == 1:
                sheet.write(number, column, float(cell))
            elif cell and number > 1 and column == 2:
                look = xlwt.easyxf(num_format_str="yyyy-mm-dd")
                sheet.write(number, column, dt.date.fromisoformat(cell), look)
            elif cell:
                sheet.write(number, column, cell)
    path = folder / "记录.xls"
    book.save(str(path))
    return path


def as_open_document(folder: Path) -> Path:
    def cell(number: int, column: int, text: str | None) -> str:
        kind = f'office:value-type="string"><text:p>{text}</text:p>'
        if number > 1 and column == 1:
            kind = f'office:value-type="float" office:value="{text}">'
        elif number > 1 and column == 2:
            kind = f'office:value-type="date" office:date-value="{text}">'
        return f"<table:table-cell {kind}</table:table-cell>" if text else "<table:table-cell/>"

    rows = "".join(
        "<table:table-row>"
        + "".join(cell(number, column, text) for column, text in enumerate(row))
        + "</table:table-row>"
        for number, row in enumerate(ROWS)
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    path = folder / "记录.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="2026/11">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_other_kinds_of_files(call: Call, shop: Path) -> None:
    """Every row and cell is in a new .xlsx, ids as text; that one is then enriched again."""
    makers = (as_csv, as_zip, as_gzip, as_page, as_old_book, as_open_document)
    registers = []
    for number, make in enumerate(makers):
        made = make(shop)
        registers.append(made.rename(made.with_name(made.name.replace("记录", f"记录{number}"))))
    before = [path.read_bytes() for path in registers]
    answer = call("segment", *registers, "--today", TODAY, "-o", "out.xlsx")
    assert answer.code == 0
    assert [path.read_bytes() for path in registers] == before
    first = []
    for number in range(len(makers)):
        assert f"记录{number}.enriched.xlsx 是照" in answer.out
        read = cells(Path(f"记录{number}.enriched.xlsx"))
        first.append(read)
        assert read[0][0] == "登记"
        assert list(read[1][:4]) == ROWS[1]
        assert [row[0] for row in read[2:]] == ["6955123412341234567", "阿兰"]
        assert [row[1] for row in read[2:]] == [88.5, 299]
        assert [row[2] for row in read[2:]] == [at(2026, 11, 1), at(2026, 11, 2)]
        assert [row[3] for row in read[2:]] == ["007", "8"]
        assert all(row[read[1].index("原因")] for row in read[2:])

    again = call("segment", *sorted(shop.glob("记录?.enriched.xlsx")), "--today", TODAY)
    assert again.out.count("换成了新的") == len(makers)
    copies = [
        shop / "结果" / f"记录{number}.enriched.enriched.xlsx" for number in range(len(makers))
    ]
    assert [cells(copy) for copy in copies] == first


def test_packages_under_other_names(call: Call, shop: Path) -> None:
    """A workbook of Excel's that is called .xls, or packed, is patched and not made anew.

    Two registers of one name have two copies, and neither replaces the other.
    """
    as_csv(shop)
    as_old_book(shop)
    book = kept_register(shop)
    with zipfile.ZipFile("打包.zip", "w") as archive:
        archive.write(book, "登记表.xlsx")
    book.rename("旧名.xls")
    names = ("打包.zip", "旧名.xls", "记录.csv", "记录.xls")
    answer = call("segment", *names, "--today", TODAY, "--force", "-o", "out.xlsx")
    assert answer.code == 0
    assert answer.out.count("原样没动") == 2
    assert cells(Path("打包.enriched.xlsx")) == cells(Path("旧名.enriched.xlsx"))
    assert len(list(shop.glob("记录*.enriched.xlsx"))) == 2


def test_a_locked_register_is_not_laid_open(call: Call, shop: Path) -> None:
    """A register with a password gets no copy without one; its rows are in the workbook."""
    locked = as_old_book(shop)
    locked.write_bytes(rc4(locked.read_bytes(), "secret"))
    Path("口令.txt").write_text("secret", encoding="utf-8")
    words = ("--password-file", "口令.txt", "--no-lock", "--today", TODAY, "-o", "out.xlsx")
    answer = call("segment", locked, *words)
    assert answer.code == 0
    assert "没有写 记录.xls 的加列副本：文件有打开密码" in answer.out.replace("\n", "")
    assert not list(shop.glob("*.enriched*"))
    rows = openpyxl.load_workbook("out.xlsx")["登记表"].iter_rows(values_only=True)
    assert "阿兰" in [cell for row in rows for cell in row]
