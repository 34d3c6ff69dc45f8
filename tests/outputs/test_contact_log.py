"""The contact log is only ever added to."""

from __future__ import annotations

import codecs
import csv
import errno
import io
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.errors import InputError, OutputError, ShopcrmError
from shopcrm.labels import LANGS, Lang, names, t
from shopcrm.outputs import own_csv
from shopcrm.outputs.contact_log import COLUMNS, ContactRecord, append, letters, letters_of
from shopcrm.outputs.log_form import missing_bytes
from shopcrm.tables import CONTACT_LOG
from tests.making import examples

BASE = ContactRecord(
    date=date(2026, 3, 5),
    buyer="小猪 佩奇",
    kind="after_sale",
    round=1,
    order_no="2893412345678901234",
    channel="phone",
    result="done",
    note="穿着合适，下次要大一码",
    next_date=None,
)
CALLED, SNOOZED = BASE, replace(BASE, buyer="tb𠮷野", result="snoozed", next_date=date(2026, 4, 1))
CLOSER = replace(BASE, buyer="李女士")
HEADER = "日期,客户ID,类型,轮次,订单号,方式,结果,备注,下次日期,编号\r\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "我的 店" / "contacts.csv"


def existing(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def table(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(path.read_bytes().decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


def key_of(path: Path, *records: ContactRecord) -> str:
    with pytest.raises(ShopcrmError) as caught:
        append(path, records or [CALLED], lang="zh")
    return caught.value.key


def visible(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if not each.name.endswith(".lock")]


# A new log


def test_new_log(log: Path) -> None:
    """A new log opens right in Excel: BOM, CRLF, the owner's words, ISO dates, one line each."""
    assert append(log, [CALLED, SNOOZED], lang="zh") == 2
    expected = (
        "日期,客户ID,类型,轮次,订单号,事由,方式,结果,备注,下次日期,编号\r\n"
        f"2026-03-05,小猪 佩奇,售后回访,1,'2893412345678901234,,电话,已联系,"
        f"穿着合适，下次要大一码,,{CALLED.id}\r\n"
        f"2026-03-05,tb𠮷野,售后回访,1,'2893412345678901234,,电话,改约,"
        f"穿着合适，下次要大一码,2026-04-01,{SNOOZED.id}\r\n"
    )
    assert log.read_bytes() == codecs.BOM_UTF8 + expected.encode()
    assert visible(log.parent) == ["contacts.csv"]


def test_new_log_in_english(log: Path) -> None:
    """The language says which words are written."""
    append(log, [replace(CALLED, kind="one_week", round=None, channel=None)], lang="en")
    (row,) = table(log)
    assert tuple(row) == tuple(t(f"log.{name}", "en") for name in COLUMNS)
    assert (row["kind"], row["round"], row["channel"]) == ("one-week call", "", "")
    assert row["result"] == "contacted"


def test_columns_are_those_of_the_table() -> None:
    """A log has only columns of the table, in its order, and each has a header."""
    assert [name for name in CONTACT_LOG if name in COLUMNS] == list(COLUMNS)
    assert sorted(COLUMNS) == sorted(names("log"))


def test_nothing_to_record_touches_nothing(log: Path) -> None:
    """No records, no file."""
    assert append(log, [], lang="zh") == 0
    assert not log.parent.exists()


@pytest.mark.parametrize("blank", [b"", codecs.BOM_UTF8, b"\r\n \r\n", b"\0" * 40])
def test_blank_file_is_a_new_log(log: Path, blank: bytes) -> None:
    """A file in which there is nothing becomes a new log."""
    append(existing(log, blank), [CALLED], lang="zh")
    assert len(table(log)) == 1


def test_unknown_word_is_a_fault_of_the_program(log: Path) -> None:
    """A result without a label fails before anything is written."""
    with pytest.raises(KeyError):
        append(log, [CALLED, replace(CALLED, result="dreamt")], lang="zh")
    assert not log.exists()


# Ids and text that Excel would change


@given(
    st.builds(
        ContactRecord,
        *(st.just(getattr(BASE, name)) for name in ("date",)),
        buyer=st.text(),
        kind=st.none(),
        round=st.none() | st.integers(1, 3),
        order_no=st.none() | st.text(),
        channel=st.none(),
        result=st.just("done"),
        note=st.none(),
        next_date=st.none(),
    )
)
def test_id_is_letters(record: ContactRecord) -> None:
    """An id is 12 letters, so that Excel never takes it for a number."""
    assert re.fullmatch("[a-p]{12}", record.id)


def test_id_says_which_contact() -> None:
    """What makes the contact another one changes the id, what was said about it does not."""
    others = [
        replace(CALLED, date=date(2026, 3, 6)),
        replace(CALLED, buyer="其他"),
        replace(CALLED, kind=None),
        replace(CALLED, round=2),
        replace(CALLED, order_no=None),
        replace(CALLED, result="no_answer"),
    ]
    assert len({CALLED.id, *(other.id for other in others)}) == 7
    said = replace(CALLED, note=None, channel="message", next_date=date(2026, 5, 1))
    assert said.id == CALLED.id
    assert CALLED.id == "konomnmmbopk"


def test_letters_stay_what_they_were() -> None:
    """Logs of years ago are full of these: equal parts give them for ever, row by row as alone."""
    rows = [(date(2026, 11, 20), '张"三\\😀', 3, None, "\n\ud800"), (1.5, "a", None, True, "")]
    assert letters("a b") == "febochpoiljh"
    assert letters(*rows[0]) == "njooopomcdeo"
    assert list(letters_of(*zip(*rows, strict=True))) == [letters(*row) for row in rows]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
        ("＝1", "'＝1"),
        (" =1", "' =1"),
        ("\tx", "'\tx"),
        ("\rx", "' x"),
        ("'quoted", "''quoted"),
        ("007", "'007"),
        ("13800138000", "'13800138000"),
        ("１３８", "'１３８"),
        ("12e5", "'12e5"),
        ("3/4", "'3/4"),
        ("5月3日", "'5月3日"),
        ("mar12", "'mar12"),
        ("TRUE", "'TRUE"),
        ("marco88", "marco88"),
        ("要 3 件", "要 3 件"),
        ("tb12345", "tb12345"),
        ("...", "..."),
        ('说"好",再\r\n买', '说"好",再 买'),
    ],
)
def test_text_stays_text(log: Path, text: str, cell: str) -> None:
    """What Excel would run, or turn into a number or a date, gets one quote; all on one line."""
    append(log, [replace(CALLED, buyer=text, order_no=text, note=text)], lang="zh")
    (row,) = table(log)
    assert (row["客户ID"], row["订单号"], row["备注"]) == (cell, cell, cell)
    assert log.read_bytes().count(b"\n") == 2


# An existing log, as Excel or an editor left it


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (b"", "utf-8"),
        (b"", "gb18030"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
    ids=["utf-8-sig", "utf-8", "gb18030", "utf-16-le", "utf-16-be"],
)
def test_existing_form_is_followed(
    log: Path, mark: bytes, encoding: str, delimiter: str, newline: str, lang: Lang
) -> None:
    """Encoding, delimiter, newline, header language, order and the owner's own columns stay."""
    if encoding == "gb18030" and lang == "en":
        lang = "zh"  # with an English header alone it would be ASCII
    order = ["result", "id", "note", "date", "buyer"]
    header = delimiter.join([*(t(f"log.{name}", lang) for name in order), "own"])
    before = mark + (header + newline).encode(encoding)
    assert append(existing(log, before), [SNOOZED], lang=lang) == 1
    assert append(log, [SNOOZED], lang=lang) == 0
    cells = [t("result.snoozed", lang), SNOOZED.id, SNOOZED.note or "", "2026-03-05", "tb𠮷野", ""]
    assert log.read_bytes() == before + (delimiter.join(cells) + newline).encode(encoding)


def test_gbk_resaved_by_excel(log: Path) -> None:
    """A log that Excel re-saved as GBK, dates reformatted, stays GBK and its contacts are known."""
    append(log, [CALLED], lang="zh")
    text = log.read_bytes().decode("utf-8-sig").replace("2026-03-05", "2026/3/5")
    log.write_bytes(text.encode("gbk"))
    assert append(log, [CALLED, SNOOZED], lang="zh") == 1
    rows = table(log, "gb18030")
    assert [row["客户ID"] for row in rows] == ["小猪 佩奇", "tb𠮷野"]
    assert log.read_bytes().startswith(text.encode("gbk"))


@pytest.mark.parametrize(
    "typed",
    [
        "2026/3/5,小猪 佩奇,售后回访,1,2893412345678901234,,已联系,,,\r\n",
        '2026年3月5日, 小猪 佩奇 ,after-sale,1,"=""2893412345678901234""",,contacted,,,\r\n',
    ],
)
def test_row_without_id_that_is_the_contact(log: Path, typed: str) -> None:
    """A contact that the owner typed in is not recorded a second time."""
    existing(log, (HEADER + typed).encode("utf-8-sig"))
    assert append(log, [CALLED], lang="zh") == 0
    assert append(log, [replace(CALLED, round=2)], lang="zh") == 1


def test_log_without_id_column(log: Path) -> None:
    """If the owner deleted the id column, recording twice still records once."""
    existing(log, "日期,客户ID,结果\r\n".encode("utf-8-sig"))
    assert append(log, [CALLED, SNOOZED], lang="zh") == 2
    assert append(log, [CALLED, SNOOZED], lang="zh") == 0


@pytest.mark.parametrize("content", ["日期,客户ID\r\n", "a\r\n", "\0\1x,,;", '"日期,客户ID,结果'])
def test_unknown_header_is_refused(log: Path, content: str) -> None:
    """A file that is no contact log is named with its header and not touched."""
    existing(log, content.encode())
    with pytest.raises(InputError, match="log_header") as caught:
        append(log, [CALLED], lang="zh")
    assert set(caught.value.values) == {"path", "header", "columns"}
    assert caught.value.values["columns"] == {
        "zh": "日期、客户ID、结果",
        "en": "date, customer id, result",
    }
    assert log.read_bytes() == content.encode()


# Torn lines


WHOLE = codecs.BOM_UTF8 + HEADER.encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_torn_last_line(log: Path, encoding: str) -> None:
    """Torn at any byte: what was there stays, the file stays valid, the record is whole again."""
    append(log, [CALLED], lang="zh")
    append(log, [replace(SNOOZED, note='说"好", 再"买"')], lang="zh")
    whole = log.read_bytes().decode("utf-8-sig").encode(encoding)
    mark = 2 if encoding == "utf-16" else 0
    step = "\r\n".encode("utf-16-le" if mark else encoding.removesuffix("-sig"))
    first = whole.index(step, whole.index(step) + 1) + len(step)
    for length in range(first, len(whole)):
        existing(log, whole[:length])
        append(log, [SNOOZED, CLOSER], lang="zh")
        assert log.read_bytes().startswith(whole[:length])
        rows = table(log, encoding)
        assert rows[0]["编号"] == CALLED.id
        last = [row for row in rows if row["编号"] == SNOOZED.id]
        assert [(row["结果"], row["客户ID"]) for row in last] == [("改约", "tb𠮷野")]
        assert rows[-1]["编号"] == CLOSER.id
        assert len(rows) <= 5  # a half UTF-16 newline ends as a line of its own
        assert append(log, [CALLED, SNOOZED, CLOSER], lang="zh") == 0


@given(
    st.text(min_size=1, max_size=1), st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
)
@example("﹘", "gb18030")
@example("𠮷", "utf-16-le")
def test_torn_character_is_completed(character: str, encoding: str) -> None:
    """Whatever character is torn, the bytes added make it valid: a strict reader can go on."""
    whole = character.encode(encoding, "replace")
    for length in range(1, len(whole)):
        added = missing_bytes(whole[:length], encoding)
        assert "\n" not in (whole[:length] + added).decode(encoding)


def test_torn_line_whose_id_is_not_last(log: Path) -> None:
    """An id in the middle of a torn line does not count: the rest of the record is lost."""
    header = "编号,日期,客户ID,结果\r\n"
    existing(log, f"{header}{CALLED.id},2026-03-05,小猪 佩奇,已".encode("utf-8-sig"))
    assert append(log, [CALLED], lang="zh") == 1
    assert [row["结果"] for row in table(log)] == ["已", "已联系"]


def test_quote_left_open_over_a_large_log(log: Path) -> None:
    """A quote left open long ago does not swallow what is appended now."""
    lines = "2026-01-01,甲,,,,,已联系,,,\r\n" * 9000
    existing(log, f'{HEADER}2026-01-01,"甲\r\n{lines}'.encode("utf-8-sig"))
    append(log, [CALLED], lang="zh")
    limit = csv.field_size_limit(2**31 - 1)
    assert table(log)[-1]["编号"] == CALLED.id
    csv.field_size_limit(limit)


# Crashes, full disks, other programs


def test_full_disk_takes_the_part_back(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full after a part of the batch leaves the log as it was."""
    append(log, [CALLED], lang="zh")
    before, real, room = log.read_bytes(), os.write, [30]

    def write(file: int, data: bytes) -> int:
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, data[: room.pop()])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        assert key_of(log, SNOOZED) == "disk_full"
        assert not room
    assert log.read_bytes() == before
    assert append(log, [SNOOZED], lang="zh") == 1


def test_write_in_two_parts(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes the batch in parts gets all of them."""
    append(log, [CALLED], lang="zh")
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:50]))
    append(log, [SNOOZED], lang="zh")
    assert [row["编号"] for row in table(log)] == [CALLED.id, SNOOZED.id]


def test_full_disk_while_creating(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be created whole is not created."""

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert key_of(log) == "disk_full"
    assert visible(log.parent) == []


def test_locked_by_excel(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that Excel holds open is locked, and is named."""
    append(log, [CALLED], lang="zh")
    real = os.open

    def sharing_violation(path: str, *rest: int, **options: int) -> int:
        if Path(path) == log.resolve():
            raise PermissionError(errno.EACCES, "used by another process")
        return real(path, *rest, **options)

    monkeypatch.setattr(os, "open", sharing_violation)
    with pytest.raises(OutputError) as caught:
        append(log, [SNOOZED], lang="zh")
    assert (caught.value.key, caught.value.values["path"]) == ("locked", log.resolve())


def test_busy(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that does not finish is waited for, then named."""
    log.parent.mkdir()
    monkeypatch.setattr(own_csv, "_LOCK_SECONDS", 0.1)
    with FileLock(log.parent / ".contacts.csv.lock"):
        assert key_of(log) == "log_busy"
    assert append(log, [CALLED], lang="zh") == 1


def test_folder_in_its_place(log: Path) -> None:
    """A folder of the log's name, or a file of its folder's name, is told."""
    log.mkdir(parents=True)
    assert key_of(log) == "is_folder"
    (log / "file").touch()
    assert key_of(log / "file" / "contacts.csv") == "unwritable"


def test_earlier_name_shares_the_lock(log: Path) -> None:
    """Two spellings of one path are one log."""
    append(log, [CALLED], lang="zh")
    assert append(log.parent / ".." / log.parent.name / log.name, [CALLED], lang="zh") == 0


KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from shopcrm.outputs.contact_log import ContactRecord, append

left, half = int(sys.argv[2]), sys.argv[3] == "half"

def dying(name):
    real = getattr(os, name)
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            if name == "write" and half:
                real(arguments[0], arguments[1][: len(arguments[1]) // 2])
            os._exit(9)
        return real(*arguments, **options)
    setattr(os, name, call)

for name in ("open", "write", "fsync", "replace", "ftruncate", "close"):
    dying(name)
append(Path(sys.argv[1]), [
    ContactRecord(
        date(2026, 1, day), f"客户{day}", "after_sale", 1, None, "phone", "done", "好", None
    )
    for day in range(1, 21)
], lang="zh")
"""
TWENTY = [
    ContactRecord(
        date(2026, 1, day), f"客户{day}", "after_sale", 1, None, "phone", "done", "好", None
    )
    for day in range(1, 21)
]


@pytest.mark.parametrize(
    ("half", "new"),
    [
        pytest.param("half", True, marks=pytest.mark.slow),
        ("none", True),
        ("half", False),
        pytest.param("none", False, marks=pytest.mark.slow),
    ],
)
def test_kill_at_any_step(log: Path, half: str, *, new: bool) -> None:
    """Killed at any step, the log has every earlier line, and the next run makes it complete."""
    log.parent.mkdir()
    deaths, ended = 0, 9
    while ended and deaths < 40:
        log.unlink(missing_ok=True)
        if not new:
            append(log, [CALLED], lang="zh")
        before = b"" if new else log.read_bytes()
        command = [sys.executable, "-c", KILLED, str(log), str(deaths), half]
        ended = subprocess.run(command, check=False).returncode
        assert ended in {0, 9}
        if new:
            assert not log.exists() or len(table(log)) == 20
        else:
            assert log.read_bytes().startswith(before)
        append(log, TWENTY, lang="zh")
        rows = [row for row in table(log) if row["编号"]]
        assert [row["编号"] for row in rows][-20 if new else -21 :] == [
            *([] if new else [CALLED.id]),
            *(record.id for record in TWENTY),
        ]
        deaths += 1
    assert ended == 0
    assert deaths > 3


PARALLEL = """
import sys
from datetime import date
from pathlib import Path
from shopcrm.outputs.contact_log import ContactRecord, append

for batch in range(40):
    append(Path(sys.argv[1]), [
        ContactRecord(date(2026, 1, 1), f"{sys.argv[2]}-{batch}-{line}", None, None, None, None,
                      "done", "好" * 500, None)
        for line in range(5)
    ], lang="zh")
"""


def test_two_processes(log: Path) -> None:
    """Two processes that record 200 lines each at once lose, tear and mix nothing."""
    running = [
        subprocess.Popen([sys.executable, "-c", PARALLEL, str(log), who]) for who in ("甲", "乙")
    ]
    assert [each.wait(timeout=60) for each in running] == [0, 0]
    assert log.read_bytes().count(b"\r\n") == 401
    buyers = {row["客户ID"] for row in table(log) if row["备注"] == "好" * 500}
    assert buyers == {f"{who}-{b}-{line}" for who in "甲乙" for b in range(40) for line in range(5)}


# Recording twice records once


RECORDS = st.builds(
    ContactRecord,
    date=st.integers(0, 3).map(lambda days: date(2026, 1, 1) + timedelta(days)),
    buyer=st.text(max_size=6),
    kind=st.sampled_from(["after_sale", "one_week", None]),
    round=st.sampled_from([1, 2, None]),
    order_no=st.none() | st.text("0123456789-='", max_size=5),
    channel=st.sampled_from(["phone", "message", None]),
    result=st.sampled_from(["done", "no_answer", "opt_out"]),
    note=st.none() | st.text(max_size=8),
    next_date=st.none() | st.just(date(2026, 2, 1)),
)


@examples(40)
@given(st.lists(RECORDS, max_size=6), st.lists(RECORDS, max_size=6), st.sampled_from(LANGS))
@example([replace(BASE, buyer='"')], [replace(BASE, buyer="\n")], "zh")
def test_recording_twice_records_once(
    first: list[ContactRecord], second: list[ContactRecord], lang: Lang
) -> None:
    """In whatever batches and language, each contact is there once, and earlier bytes stay."""
    with tempfile.TemporaryDirectory() as folder:
        log, seen, before = Path(folder, "contacts.csv"), set[str](), b""
        for batch in (first, first + second, second, first):
            added = append(log, batch, lang=lang)
            assert added == len({record.id for record in batch} - seen)
            seen |= {record.id for record in batch}
            if seen:
                assert log.read_bytes().startswith(before)
                before = log.read_bytes()
                assert {row[t("log.id", lang)] for row in table(log)} == seen
                assert before.count(b"\n") == len(seen) + 1
