"""Copies under a password: who can open them, and that nothing of them ever lies open."""

from __future__ import annotations

import functools
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
from msoffcrypto.exceptions import InvalidKeyError
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from shopcrm.cli.run import Run
from shopcrm.errors import UsageError
from shopcrm.outputs.locked import LONGEST, check_password, locked
from tests.cli.conftest import TODAY, Call
from tests.making import write_xlsx

WORD = "密码 9x"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAME = "小云"
REGISTER: list[list[Any]] = [
    ["登记日期", "客户ID", "客户ID等级", "商品名称", "成交金额", "成交时间", "姓名", "联系电话"],
    ["2026-09-02", NAME, "普通", "乳胶枕", 199, "2026-09-01", "张三丰", "13800138000"],
]


@pytest.fixture(autouse=True)
def _derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive a key from a password and a salt once: 100,000 rounds take their time each time."""
    slow = ECMA376Agile._derive_iterated_hash_from_password  # noqa: SLF001
    quick = staticmethod(functools.cache(slow))
    monkeypatch.setattr(ECMA376Agile, "_derive_iterated_hash_from_password", quick)


@pytest.fixture
def with_register(shop: Path) -> Path:
    """The shop with a register beside its orders."""
    write_xlsx(shop / "订单" / "登记表.xlsx", REGISTER)
    return shop


def opened(path: Path, password: str) -> bytes:
    """Open a workbook as Excel does, checking the password and that nothing was changed."""
    book: Any = msoffcrypto.OfficeFile(io.BytesIO(path.read_bytes()))
    book.load_key(password=password, verify_password=True)
    plain = io.BytesIO()
    book.decrypt(plain, verify_integrity=True)
    return plain.getvalue()


def cells(book: bytes) -> dict[str, list[tuple[Any, ...]]]:
    found = openpyxl.load_workbook(io.BytesIO(book))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in found}


class Watch:
    """Sees every file that this process opens to write, and what lies in some folders."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self.opened: set[str] = set()
        self.open: set[str] = set()
        self.on = False

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note a file that is opened to be written."""
        if self.on and event == "open":
            path, _mode, flags = arguments
            if isinstance(path, (str, bytes)) and flags & 0x3:
                self.opened.add(path if isinstance(path, str) else path.decode())

    def look(self) -> None:
        """Note the files of the folders that lie open now."""
        for folder in self.folders:
            for path in folder.rglob("*"):
                try:
                    content = path.read_bytes() if path.is_file() else b""
                except OSError:
                    continue
                if b"PK\x03\x04" in content or NAME.encode() in content:
                    self.open.add(path.name)


WATCHES: list[Watch] = []


def hear(event: str, arguments: tuple[Any, ...]) -> None:
    for each in WATCHES:
        each.heard(event, arguments)


sys.addaudithook(hear)


@contextmanager
def watched(*folders: Path) -> Iterator[Watch]:
    """Watch the folders while something is written."""
    watch, done = Watch(*folders), threading.Event()

    def looking() -> None:
        while not done.wait(0.01):
            watch.look()

    thread = threading.Thread(target=looking)
    WATCHES.append(watch)
    thread.start()
    watch.on = True
    try:
        yield watch
    finally:
        watch.on = False
        done.set()
        thread.join()
        watch.look()
        WATCHES.remove(watch)


@pytest.mark.slow  # the next one sees it of `segment`, which writes most
@pytest.mark.parametrize(
    "command",
    [("segment",), ("export", "qianniu"), ("callbacks",)],
    ids=" ".join,
)
def test_nothing_lies_open(
    command: tuple[str, ...],
    with_register: Path,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Under a password no plain file is ever written, not for a moment, here nor elsewhere."""
    out, temporary = with_register / "结果", tmp_path / "tmp"
    out.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with watched(out, temporary) as watch:
        answer = call(*command, "--today", TODAY, "--password", WORD)
    assert answer.code == 0, answer.err
    assert "已加打开密码" in answer.out
    assert WORD not in answer.out + answer.err
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) == (1 if command == ("callbacks",) else 2)
    for path in written:
        assert path.read_bytes().startswith(OLE)
        assert cells(opened(path, WORD))
        with pytest.raises(InvalidKeyError):
            opened(path, "falsch")
    assert watch.open == set()
    assert {Path(path).name[:9] for path in watch.opened} <= {".shopcrm-"}


def test_the_same_workbook(
    with_register: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the password is the workbook that is written without one, which the watch sees.

    Of the one under the password it sees nothing that is plain.
    """
    temporary, out = tmp_path / "tmp", with_register / "open"
    locked_too = with_register / "locked"
    for folder in (temporary, out, locked_too):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with watched(out, temporary) as watch:
        (temporary / "seen").write_bytes(b"")
        assert call("segment", "--today", TODAY, "-o", out / "a.xlsx").code == 0
    assert len(watch.open) >= 2
    assert str(temporary / "seen") in watch.opened
    given = ("-o", locked_too / "a.xlsx", "--password", WORD)
    (temporary / "seen").unlink()
    with watched(locked_too, temporary) as watch:
        assert call("segment", "--today", TODAY, *given).code == 0
    assert watch.open == set()
    assert watch.opened
    assert {Path(path).name[:9] for path in watch.opened} <= {".shopcrm-"}
    for name in ("a.xlsx", "登记表.enriched.xlsx"):
        assert cells(opened(locked_too / name, WORD)) == cells((out / name).read_bytes())


def test_nick_lists_under_a_password(shop: Path, call: Call) -> None:
    """Lists of nicks, which as text could not be locked, are sheets: a row a nick, in batches."""
    settings = shop / "shop.toml"
    settings.write_text(settings.read_text("utf-8") + "[qianniu]\nbatch = 1\n", "utf-8")
    assert call("export", "qianniu", "--today", TODAY, "-o", "open").code == 0
    assert call("export", "qianniu", "--today", TODAY, "-o", "lock", "--password", WORD).code == 0
    text = {
        path.stem: path.read_text("utf-8-sig").rstrip("\n").split("\n")
        for path in Path("open/昵称").iterdir()
    }
    sheets = cells(opened(Path("lock/昵称.xlsx"), WORD))
    assert {name: [row[0] or "" for row in rows] for name, rows in sheets.items()} == text


def test_which_password_locks(shop: Path, call: Call) -> None:
    """The first line of a password file locks, what is typed goes before it, --no-lock does not."""
    told = shop / "密码.txt"
    told.write_text("eins\nzwei\n", "utf-8")

    def locks(file: Path | None, word: str | None, *, wanted: bool | None = None) -> str | None:
        how = {"json": False, "strict": False, "force": False}
        run = Run(None, "zh", None, **how, password_path=file, password=word)
        return run.lock(wanted=wanted)

    assert locks(told, None) == locks(told, None, wanted=True) == "eins"
    assert locks(told, "drei") == locks(None, "drei") == "drei"
    assert locks(told, "drei", wanted=False) is None
    assert locks(None, None) is None
    given = ("callbacks", "--today", TODAY, "-o", "a.xlsx", "--password-file", told)
    assert call(*given).code == 0
    assert opened(shop / "a.xlsx", "eins")


def test_a_locked_sheet_is_read_back(shop: Path, call: Call) -> None:
    """A callback sheet under a password, ticked and saved so, is read with it and not without."""
    assert call("callbacks", "--today", TODAY, "-o", "a.xlsx", "--password", WORD).code == 0
    book = openpyxl.load_workbook(io.BytesIO(opened(shop / "a.xlsx", WORD)))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    sheet.cell(2, head.index("结果") + 1, "已联系")
    saved = io.BytesIO()
    book.save(saved)
    (shop / "a.xlsx").write_bytes(locked(saved.getvalue(), WORD))
    assert call("done", "a.xlsx", "--today", TODAY).code == 3
    assert call("done", "a.xlsx", "--today", TODAY, "--password", WORD).code == 0
    assert len((shop / "contacts.csv").read_text("utf-8-sig").splitlines()) == 2


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """Sit at the terminal and type these words."""
    left = list(words)

    def prompt(_text: str, **how: object) -> str:
        assert how["hide_input"]
        return left.pop(0)

    monkeypatch.setattr("typer.prompt", prompt)
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)


def test_lock_asks(shop: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lock asks twice, tells of a slip, and asks again; who types nothing gets nothing."""
    order = ("callbacks", "--today", TODAY, "-o", "a.xlsx", "--lock")
    assert call(*order).code == 2  # nobody there
    typed(monkeypatch, "")
    assert call(*order).code == 2
    assert not (shop / "a.xlsx").exists()
    typed(monkeypatch, WORD, "slip", WORD, WORD)
    answer = call(*order)
    assert answer.code == 0
    assert "不一样" in answer.err
    assert opened(shop / "a.xlsx", WORD)


@pytest.mark.parametrize("word", ["", "  ", "x" * (LONGEST + 1), "a\nb", "a\x00"])
def test_passwords_that_are_none(word: str) -> None:
    """A password that nobody could type into Excel is refused before anything is written."""
    with pytest.raises(UsageError):
        check_password(word)


IN_LIBREOFFICE = """
import subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue
soffice, profile, pipe, book, *words = sys.argv[1:]
office = subprocess.Popen(
    [soffice, "--headless", "--norestore", "-env:UserInstallation=" + profile,
     "--accept=pipe,name=" + pipe + ";urp;"]
)
def given(name, value):
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
for _ in range(300):
    try:
        far = resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.1)
desktop = far.ServiceManager.createInstance("com.sun.star.frame.Desktop")
for word in words:
    how = (given("Hidden", True), given("Password", word))
    try:
        found = desktop.loadComponentFromURL(book, "_blank", 0, how)
    except Exception:
        found = None
    text = found.Sheets.getByIndex(0).getCellByPosition(0, 0).String if found else "refused"
    sys.stdout.buffer.write((text + "\\n").encode())
try:
    desktop.terminate()
except Exception:
    pass
office.wait(20)
"""


@pytest.mark.slow
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    """LibreOffice opens a locked workbook with the password, and not with another one."""
    soffice, python = shutil.which("soffice"), shutil.which("python3", path=os.defpath)
    if soffice is None or python is None:
        pytest.skip("LibreOffice is not installed")
    if subprocess.run([python, "-c", "import uno"], check=False, capture_output=True).returncode:
        pytest.skip("no Python can speak to LibreOffice")
    plain = write_xlsx(tmp_path / "plain.xlsx", [["张三丰"]]).read_bytes()
    book = tmp_path / "a.xlsx"
    book.write_bytes(locked(plain, WORD))
    profile, pipe = (tmp_path / "profile").as_uri(), f"shopcrm{os.getpid()}"
    call = [python, "-c", IN_LIBREOFFICE, soffice, profile, pipe, book.as_uri(), WORD, "falsch"]
    done = subprocess.run(call, check=True, capture_output=True, timeout=90)
    assert done.stdout.decode().split() == ["张三丰", "refused"]
