"""Five columns beside a styled register: as shopcrm adds them, and as a user's script would.

    python benchmarks/enriching.py make     REGISTER.xlsx ROWS
    python benchmarks/enriching.py shopcrm  REGISTER.xlsx ROWS COPY.xlsx
    python benchmarks/enriching.py openpyxl REGISTER.xlsx ROWS COPY.xlsx

Both know what to write from the number of the row alone, so that nothing but the workbook is
measured: opening it, adding the columns, saving the copy.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Final

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SHEET: Final = "客户登记"
HEADERS: Final = ("客户", "姓名", "电话", "地址", "等级", "首单", "金额", "次数", "来源", "备注")
NEW: Final = ("标签", "净消费", "成交单数", "末单日期", "原因")
_FIRST_DAY: Final = dt.date(2025, 1, 1)
_LABELS: Final = ("新客", "回头客", "流失预警")


def make(path: Path, rows: int) -> None:
    """Write a register as an owner keeps it: every cell with a border, every other row grey."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        looks = [
            [
                book.add_format({"border": 1, "bg_color": fill, "font_name": "宋体", **more})
                for more in ({}, {"num_format": "yyyy-mm-dd"}, {"num_format": "0.00"})
            ]
            for fill in ("#FFFFFF", "#F2F2F2")
        ]
        head = book.add_format({"border": 1, "bold": True, "bg_color": "#DDEBF7"})
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, rows, len(HEADERS) - 1)
        sheet.write_row(0, 0, HEADERS, head)
        for row in range(1, rows + 1):
            plain, day, money = looks[row % 2]
            words = (f"tb{row:08}", f"张{row % 977}", f"138{row:08}", f"南山区科技路{row % 5000}号")
            for at, word in enumerate(words):
                sheet.write_string(row, at, word, plain)
            sheet.write_string(row, 4, "VIP" if row % 3 else "普通", plain)
            sheet.write_datetime(row, 5, _day(row), day)
            sheet.write_number(row, 6, row % 9000 / 4, money)
            sheet.write_number(row, 7, row % 30, plain)
            sheet.write_string(row, 8, "天猫", plain)
            sheet.write_blank(row, 9, None, plain)


def by_shopcrm(register: Path, rows: int, target: Path) -> None:
    """Write the copy with shopcrm's enriched register."""
    import numpy as np

    from shopcrm.outputs.arrays import of_numbers, of_texts
    from shopcrm.outputs.enriched import NewColumn, enrich

    row = np.arange(2, rows + 2)
    labels = [_LABELS[each % len(_LABELS)] for each in row.tolist()]
    texts = [f"买过 {each % 9} 次，上次 {each % 100} 天前" for each in row.tolist()]
    days = (np.datetime64(_FIRST_DAY) + row % 500).astype("datetime64[s]")
    columns = [
        NewColumn(NEW[0], row, of_texts(labels), "text"),
        NewColumn(NEW[1], row, of_numbers(row * 117), "money"),
        NewColumn(NEW[2], row, of_numbers(row % 9), "whole"),
        NewColumn(NEW[3], row, of_numbers(days), "date"),
        NewColumn(NEW[4], row, of_texts(texts), "text"),
    ]
    enrich(register, target, SHEET, 1, columns, force=True)


def by_openpyxl(register: Path, rows: int, target: Path) -> None:
    """Write the copy as everybody does: load, set cells, save."""
    import openpyxl

    book = openpyxl.load_workbook(register)
    sheet = book[SHEET]
    first = len(HEADERS) + 1
    for at, header in enumerate(NEW, first):
        sheet.cell(1, at, header)
    for row in range(2, rows + 2):
        sheet.cell(row, first, _LABELS[row % len(_LABELS)])
        sheet.cell(row, first + 1, row * 117 / 100)
        sheet.cell(row, first + 2, row % 9)
        sheet.cell(row, first + 3, _day(row))
        sheet.cell(row, first + 4, f"买过 {row % 9} 次，上次 {row % 100} 天前")
    book.save(target)


def _day(row: int) -> dt.date:
    return _FIRST_DAY + dt.timedelta(days=row % 500)


def main(words: list[str]) -> None:
    """Do what the command line asks."""
    who, register, rows = words[0], Path(words[1]), int(words[2])
    if who == "make":
        make(register, rows)
    elif who == "shopcrm":
        by_shopcrm(register, rows, Path(words[3]))
    else:
        by_openpyxl(register, rows, Path(words[3]))


if __name__ == "__main__":
    main(sys.argv[1:])
