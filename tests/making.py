"""Makes the small files that the tests of the sources read, and reads them."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import xlsxwriter
from hypothesis import HealthCheck, settings

from shopcrm.policy import load_policy
from shopcrm.sources.read import read_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from shopcrm.sources.read import Inputs

TODAY = date(2026, 11, 20)
Row = dict[str, Any]

ORDER: Row = {
    "订单编号": '="2000000000000000001"',
    "买家会员名": "tb001",
    "总金额": "100.00",
    "买家实际支付金额": "100.00",
    "退款金额": "0.00",
    "订单状态": "交易成功",
    "收货人姓名": "李雨薇",
    "收货地址 ": "广东省 广州市 天河区 和平路1号(510000)",
    "联系手机": "'13800138000",
    "订单创建时间": "2026-10-01 10:00:00",
    "订单付款时间 ": "2026-10-01 10:05:00",
    "宝贝标题 ": "云感四件套",
    "宝贝总数量": "1",
    "店铺名称": "云眠家纺",
    "订单关闭原因": "订单未关闭",
    "确认收货时间": "NULL",
}
DEAL: Row = {
    "登记日期": date(2026, 9, 2),
    "客户ID": "tb001",
    "客户ID等级": "普通",
    "商品名称": "乳胶枕",
    "成交金额": 199,
    "成交时间": date(2026, 9, 1),
}
ITEM: Row = {
    "子订单编号": "2000000000000000001",
    "主订单编号": "2000000000000000001",
    "商品标题": "云感四件套",
    "购买数量": "1",
    "买家实付金额": "100.00",
    "退款状态": "没有申请退款",
    "退款金额": "无退款申请",
    "订单状态": "交易成功",
    "订单创建时间": "2026-10-01 10:00:00",
}
CONTACT: Row = {
    "日期": "2026-10-05",
    "客户ID": "tb001",
    "类型": "售后回访",
    "轮次": "1",
    "订单号": "2000000000000000001",
    "方式": "电话",
    "结果": "已联系",
    "备注": "",
    "下次日期": "",
    "编号": "a1",
}

OWN = """
kind = "orders"
platform = "weidian"
title = { zh = "微店" }
required = ["order_no", "amount", "status"]
[columns]
order_no = "订单号"
buyer = ["买家"]
amount = ["实收"]
paid = ["时间"]
status = ["状态"]
[status]
"已完成" = "success"
"""
"""A layout of the owner's that reads a file no built-in one knows."""


TIMES: Final = int(os.environ.get("LAWS", "1"))
"""So many times the usual examples: `make laws` looks longer than `make test` has time for."""


def examples(count: int) -> settings:
    """Return settings for a law: so many examples (a third of them in `make test`), at leisure."""
    return settings(
        deadline=None,
        max_examples=count * TIMES if TIMES > 1 else min(count, max(3, count // 3)),
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def at(*parts: int) -> datetime:
    """Return a moment in shop time, which has no zone."""
    year, month, day, hour, minute, second, micro = (*parts, 0, 0, 0, 0)[:7]
    return datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001


def number(place: int) -> str:
    """Return the order number of the order at that place, as the platform's CSV spells it."""
    return f'="{2_000_000_000_000_000_000 + place}"'


def order(place: int = 1, **cells: Any) -> Row:
    """Return an order of the old Taobao export, some cells changed."""
    return ORDER | {"订单编号": number(place)} | cells


def text_of(
    rows: Sequence[Mapping[str, Any]],
    delimiter: str = ",",
    newline: str = "\r\n",
    header: Sequence[str] | None = None,
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> str:
    """Return rows as the text of a CSV file."""
    header = list(rows[0]) if header is None else header
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerow(header)
    writer.writerows([[row.get(name, "") for name in header] for row in rows])
    return text.getvalue()


def write_csv(
    path: Path, rows: Sequence[Mapping[str, Any]], encoding: str = "gb18030", **how: Any
) -> Path:
    """Write rows as a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text_of(rows, **how).encode(encoding))
    return path


def write_xlsx(
    path: Path,
    rows: Iterable[Iterable[Any]],
    merges: Sequence[tuple[int, int, int, int]] = (),
    sheet: str = "Sheet1",
    others: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    author: str = "",
) -> Path:
    """Write rows of cells as a workbook; merges are first row, first column, last row, column."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"author": author})
        day = book.add_format({"num_format": "yyyy/m/d"})
        for name, cells in {sheet: rows, **(others or {})}.items():
            page = book.add_worksheet(name)
            if name == sheet:
                for first, left, last, right in merges:
                    page.merge_range(first, left, last, right, "")
            for at, row in enumerate(cells):
                for column, value in enumerate(row):
                    if isinstance(value, (date, datetime)):
                        page.write_datetime(at, column, value, day)
                    elif isinstance(value, str):
                        page.write_string(at, column, value)
                    elif value is not None:
                        page.write(at, column, value)
    return path


def sheet_of(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Return rows as cells under their header."""
    return [list(rows[0]), *([row.get(name) for name in rows[0]] for row in rows)]


def write_raw_xlsx(
    path: Path, rows: Sequence[str], extra: Mapping[str, bytes] | None = None
) -> Path:
    """Write a workbook whose rows are given as XML, as other programs than Excel write them."""
    kinds = "http://schemas.openxmlformats.org"
    types = (
        f'<Types xmlns="{kinds}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    relations = f"{kinds}/officeDocument/2006/relationships"
    links = f'<Relationships xmlns="{kinds}/package/2006/relationships">'
    book = (
        f'<workbook xmlns="{kinds}/spreadsheetml/2006/main" xmlns:r="{relations}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    sheet = (
        f'<worksheet xmlns="{kinds}/spreadsheetml/2006/main"><sheetData>'
        + "".join(rows)
        + "</sheetData></worksheet>"
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'{links}<Relationship Id="rId1" Type="{relations}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'{links}<Relationship Id="rId1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def raw_row(number_of_row: int, cells: Sequence[str]) -> str:
    """Return a row as XML: a cell that starts with # is a number, others are text."""
    found = []
    for at, cell in enumerate(cells):
        place = f"{chr(65 + at)}{number_of_row}"
        if cell.startswith("#"):
            found.append(f'<c r="{place}"><v>{cell[1:]}</v></c>')
        else:
            found.append(f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>')
    return f'<row r="{number_of_row}">{"".join(found)}</row>'


def read(*paths: Path, shop: str = "", today: date = TODAY, named: bool = True) -> Inputs:
    """Read files, with the owner's ``shop.toml`` of that text beside the first of them."""
    policy = load_policy(None)
    if shop:
        own = paths[0].parent / "shop.toml"
        own.write_text(shop, "utf-8")
        policy = load_policy(own)
    return read_files([(path, named) for path in paths], policy, today)


def said(orders: pd.DataFrame) -> list[dict[str, Any]]:
    """Return all that orders say but where they stand, in an order of their own."""
    plain = orders.drop(columns=["file", "row"]).astype(object)
    known = plain.where(plain.notna(), None).sort_values("order")
    return [{str(name): value for name, value in row.items()} for _, row in known.iterrows()]


def kinds(inputs: Inputs) -> list[str]:
    """Return the kinds of all problems, sorted."""
    return sorted(inputs.problems.table()["kind"])


def fates(inputs: Inputs) -> list[tuple[int, int, int, int]]:
    """Return rows read, used, merged and listed of each file."""
    return [(one.rows_read, one.count(0), one.count(1), one.count(2)) for one in inputs.files]
