"""A small shop in a temporary folder, and a way to call the program as its owner does."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shopcrm.cli import main

HEADER = (
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "订单状态",
    "收货人姓名",
    "收货地址 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "确认收货时间",
    "退款金额",
)
TODAY = "2026-11-20"


@dataclass(frozen=True)
class Answer:
    """What a call printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What was printed, as JSON."""
        return json.loads(self.out)


Call = Callable[..., Answer]

IN_BOTH = pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
"""For what costs whole runs and is said in both languages."""


@pytest.fixture
def call(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run the program in this process."""
    monkeypatch.delenv("SHOPCRM_LANG", raising=False)
    monkeypatch.delenv("SHOPCRM_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        printed = capsysbinary.readouterr()
        code = end.value.code
        assert isinstance(code, int)
        return Answer(code, printed.out.decode(), printed.err.decode())

    return run


def called_in(folder: Path, *arguments: object) -> Answer:
    """Run the program in a folder outside of any test: for what several tests look at."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, chdir(folder):
        for name in ("SHOPCRM_LANG", "SHOPCRM_DEBUG"):
            patch.delenv(name, raising=False)
        patch.setenv("COLUMNS", "80")
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode())
    assert isinstance(end.value.code, int)
    return Answer(end.value.code, *said)


def order(number: int, buyer: str, day: str, paid: str = "100.00", **other: str) -> dict[str, str]:
    """Return one order of an export: finished, received four days later."""
    return {
        "订单编号": f'="28930000000000{number:05d}"',
        "买家会员名": buyer,
        "总金额": paid,
        "买家实际支付金额": paid,
        "订单状态": "交易成功",
        "收货人姓名": "李*",
        "收货地址 ": "浙江省 杭州市 西湖区 ***",
        "联系手机": "'138****0000",
        "订单创建时间": f"{day} 09:00:00",
        "订单付款时间 ": f"{day} 09:01:00",
        "宝贝标题 ": "纯棉四件套",
        "退款金额": "0.00",
        **other,
    }


def write_orders(path: Path, orders: Iterable[dict[str, str]], encoding: str = "gb18030") -> Path:
    """Write an export as Taobao does: CSV, GBK, CRLF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="NULL")
        writer.writeheader()
        writer.writerows(orders)
    return path


def small_shop(folder: Path) -> Path:
    """Make the folder of a shop: four buyers, one of them with a refund."""
    write_orders(
        folder / "订单" / "export.csv",
        [
            order(1, "小云", "2026-08-01"),
            order(2, "小云", "2026-09-01"),
            order(3, "小云", "2026-11-10", "1234.50"),
            order(4, "阿花", "2026-11-15"),
            order(5, "老陈", "2025-06-01"),
            order(6, "退退", "2026-10-01", "50.00", 订单状态="付款以后用户退款成功，交易自动关闭"),
        ],
    )
    (folder / "shop.toml").write_text(
        '[shop]\nname = "云朵家纺"\nfiles = ["订单"]\noutput = "结果"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop, its folder made the current one."""
    folder = small_shop(tmp_path / "我的 店铺")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def sheet_of_today(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The callback sheet that the small shop gets, written once."""
    folder = small_shop(tmp_path_factory.mktemp("sheet") / "我的 店铺")
    assert called_in(folder, "callbacks", "--today", TODAY, "-o", "回访.xlsx").code == 0
    return (folder / "回访.xlsx").read_bytes()
