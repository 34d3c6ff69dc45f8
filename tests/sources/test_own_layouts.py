"""The owner's own layouts: each mistake is told with file, line and what was likely meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcrm.errors import LayoutError, PolicyError
from shopcrm.labels import LANGS, t
from shopcrm.sources.own_layouts import of_the_shop
from shopcrm.toml_file import read_toml
from tests.making import ORDER, OWN, Row, kinds, order, read, write_csv

ROW: Row = {"订单号": "1", "买家": "小猪", "实收": "12", "时间": "2026-01-02", "状态": "已完成"}
KIND, BUYER, WORD = 'kind = "orders"', 'buyer = ["买家"]', '"已完成" = "success"'
REQUIRED = '["order_no", "amount", "status"]'
STATUSES = "unpaid, closed, free, paid, shipped, signed, success, refunded, closed_or_refunded"


def own(folder: Path, text: str, name: str = "weidian.toml") -> Path:
    path = folder / "layouts" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def mistake(folder: Path) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        of_the_shop(folder)
    for lang in LANGS:  # neither language wants what is not told
        for part in ("error", "hint"):
            assert t(f"{part}.{caught.value.key}", lang).format(**caught.value.values)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "told"),
    [
        # names
        (KIND, 'Kind = "orders"', "layout_word", 2, {"word": "Kind", "near": "kind"}),
        ("title", "titel", "layout_word", 4, {"near": "title"}),
        ("title", "qwertz", "layout_no_word", 4, {"word": "qwertz"}),
        ("[columns]", "[colums]", "layout_word", 6, {"word": "[colums]", "near": "[columns]"}),
        ("[columns]", "[[columns]]", "layout_word", 6, {"near": "[columns]"}),
        ("[status]", "\n[Status]", "layout_word", 13, {"near": "[status]"}),
        ("[columns]\n", "", "toml_twice", 11, {"key": "status", "first": 10}),
        ("[status]\n", "", "layout_place", 12, {"key": "已完成", "place": "[status]"}),
        (KIND, f"{BUYER}\n{KIND}", "layout_place", 2, {"place": "[columns]"}),
        (KIND, f"{WORD}\n{KIND}", "layout_place", 2, {"place": "[status]"}),
        ("[columns]", '[columns]\ngrain = "item"', "layout_above", 7, {"key": "grain"}),
        (WORD, f'{WORD}\nonly_with = ["x"]', "layout_above", 14, {"section": "[status]"}),
        (WORD, f'{WORD}\nplatform = "x"', "layout_above", 14, {"key": "platform"}),
        ('{ zh = "微店" }', '{ cn = "微店" }', "one_of", 4, {"word": "cn", "known": "zh, en"}),
        # shapes
        (KIND, "kind = 3", "wrong_value", 2, {"key": "kind", "value": "3"}),
        ('{ zh = "微店" }', '"微店"', "wrong_value", 4, {"expected": '{ zh = "...", en = "..." }'}),
        (REQUIRED, '"order_no"', "wrong_value", 5, {"expected": '["buyer", "amount"]'}),
        (BUYER, "buyer = 3", "wrong_value", 8, {"key": "columns.buyer", "value": "3"}),
        (BUYER, "buyer = [true]", "wrong_value", 8, {"value": "[true]", "expected": '["..."]'}),
        (BUYER, 'buyer = " "', "wrong_value", 8, {"key": "columns.buyer"}),
        (WORD, '"已完成" = ["success"]', "wrong_value", 13, {"value": '["success"]'}),
        (KIND, f'{KIND}\nonly_with = "勋章"', "wrong_value", 3, {"key": "only_with"}),
        (KIND, f"{KIND}\nnot_with = [1]", "wrong_value", 3, {"value": "[1]"}),
        (KIND, f"{KIND}\npaid_is = true", "wrong_value", 3, {"value": "true"}),
        (
            KIND,
            f"{KIND}\ndefaults = {{ status = 1 }}",
            "wrong_value",
            3,
            {"key": "defaults.status"},
        ),
        # closed lists
        ('"orders"', '"order"', "one_of_near", 2, {"near": "orders"}),
        ('"orders"', '"订单"', "one_of_near", 2, {"near": "orders"}),
        ('"orders"', '"qwertz"', "one_of", 2, {}),
        (KIND, f'{KIND}\nlike = "registre"', "one_of_near", 3, {"near": "register"}),
        (KIND, f'{KIND}\ngrain = "items"', "one_of_near", 3, {"near": "item"}),
        (KIND, f'{KIND}\ngrain = "row"', "one_of", 3, {"known": "order, item"}),
        (KIND, f'{KIND}\norder_day = "day"', "one_of", 3, {"known": "yymmdd, yyyymmdd"}),
        (KIND, f'{KIND}\norder_day = "yyyy-mm-dd"', "one_of_near", 3, {"near": "yyyymmdd"}),
        (KIND, f'{KIND}\npaid_is = "no"', "one_of", 3, {"known": "gross, net"}),
        (WORD, '"已完成" = "sucess"', "one_of_near", 13, {"near": "success", "known": STATUSES}),
        (WORD, '"已完成" = "成功"', "one_of_near", 13, {"near": "success"}),
        (WORD, '"已完成" = "qwertz"', "one_of", 13, {"known": STATUSES}),
        (WORD, '"*" = "success"', "layout_star", 13, {}),
        (WORD, '[refund_status]\n"*" = "maybe"', "one_of", 14, {"known": "open, done, none"}),
        (WORD, '[rating]\n"好评" = "excellent"', "one_of", 14, {"known": "good, neutral, bad"}),
        (WORD, '[defaults]\nstatus = "done"', "one_of", 14, {"known": STATUSES}),
        (WORD, '[defaults]\nstat = "success"', "one_of_near", 14, {"near": "status"}),
        # fields and columns
        (BUYER, 'buyre = ["买家"]', "one_of_near", 8, {"word": "buyre", "near": "buyer"}),
        (BUYER, '"买家" = ["昵称"]', "one_of_near", 8, {"near": "buyer"}),
        (BUYER, '"买家" = "buyer"', "layout_turned", 8, {"better": 'buyer = "买家"'}),
        (WORD, 'success = "已完成"', "layout_turned", 13, {"better": WORD}),
        (BUYER, 'buyer = ["订单号"]', "layout_two_fields", 8, {"one": "order_no", "two": "buyer"}),
        (BUYER, 'buyer = ["x", " 实 收"]', "layout_two_fields", 9, {"header": "实收"}),
        (REQUIRED, "[]", "layout_claims_all", 5, {"key": "required"}),
        (REQUIRED, '["order_no", "phone"]', "layout_no_column", 5, {"field": "phone"}),
        (REQUIRED, '[\n"order_no",\n"amuont"\n]', "one_of_near", 7, {"near": "amount"}),
        (REQUIRED, '["订单号"]', "one_of_near", 5, {"near": "order_no"}),
        (BUYER, "buyer = []\nphone = []", "", 0, {}),
        (REQUIRED, '["order_no"]\nfill_down = ["phone"]', "layout_no_column", 6, {}),
        # platforms
        ('"weidian"', '"weidain"', "one_of_near", 3, {"near": "weidian"}),
        ('"weidian"', '""', "wrong_value", 3, {"key": "platform"}),
        ('"weidian"', '"../common"', "wrong_value", 3, {}),
        ('"weidian"', '"my:shop"', "wrong_value", 3, {}),
        # no TOML: the causes are those of tests/test_toml_file.py
        (KIND, "kind = “orders”", "toml_mark", 2, {"mark": "“"}),
        (BUYER, '买家 = ["买家"]', "toml_word", 8, {"better": '"买家"'}),
    ],
)
def test_mistakes(
    tmp_path: Path, old: str, new: str, key: str, line: int, told: dict[str, object]
) -> None:
    """A mistake is told with its file, its line, what is wrong and what was likely meant."""
    assert OWN.count(old) == 1
    path = own(tmp_path, OWN.replace(old, new))
    if not key:
        assert of_the_shop(tmp_path)
        return
    error = mistake(tmp_path)
    assert (error.key, error.values["path"], error.values["line"]) == (key, path, line)
    assert {name: error.values[name] for name in told} == told


@pytest.mark.parametrize("name", ["kind", "required", "columns"])
def test_lacks(tmp_path: Path, name: str) -> None:
    """A layout that leaves out what it cannot do without is told what."""
    left = {
        "kind": OWN.replace(KIND, ""),
        "required": OWN.replace(f"required = {REQUIRED}", ""),
        "columns": OWN.partition("[columns]")[0],
    }
    own(tmp_path, left[name])
    error = mistake(tmp_path)
    assert (error.key, error.values["key"]) == ("layout_lacks", name)


def test_no_column_at_all(tmp_path: Path) -> None:
    """A layout without a column is refused."""
    own(tmp_path, 'kind = "orders"\nrequired = ["buyer"]\n[columns]\n')
    error = mistake(tmp_path)
    assert (error.key, error.values["line"]) == ("layout_claims_all", 3)


def test_one_header_of_the_layout_that_it_is_like(tmp_path: Path) -> None:
    """A header that the other layout has for another field is named with both fields."""
    own(
        tmp_path,
        'kind = "register"\nlike = "register"\nrequired = ["buyer"]\n[columns]\nnote = "客户ID"\n',
    )
    error = mistake(tmp_path)
    assert (error.key, error.values["line"]) == ("layout_two_fields", 5)
    assert (error.values["one"], error.values["two"]) == ("buyer", "note")


def test_own_platform_by_any_name(tmp_path: Path) -> None:
    """A platform may be called as owners call it, or be one of their own."""
    for word, platform in (
        ("微店", "weidian"),
        ("京东", "jd"),
        ("收银台", "收银台"),
        ("erp2", "erp2"),
    ):
        own(tmp_path, OWN.replace('"weidian"', f'"{word}"'))
        assert of_the_shop(tmp_path)[0].platform == platform


def test_order_numbers_without_platform(tmp_path: Path) -> None:
    """Two order layouts that name no platform are refused: their numbers could be the same."""
    nameless = OWN.replace('platform = "weidian"\n', "")
    own(tmp_path, nameless, "a.toml")
    own(tmp_path, nameless.replace('"orders"', '"items"'), "b.toml")
    own(tmp_path, nameless.replace('"订单号"', "[]").replace('"order_no", ', ""), "c.toml")
    assert len(of_the_shop(tmp_path)) == 3
    own(tmp_path, nameless.replace("实收", "金额"), "d.toml")
    error = mistake(tmp_path)
    assert (error.key, error.values["other"]) == ("layout_nameless", "a.toml")
    assert error.values["path"] == tmp_path / "layouts" / "d.toml"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\n\n"])
def test_empty(tmp_path: Path, text: str) -> None:
    """An empty layout is refused: it would do nothing, and nobody would know why."""
    own(tmp_path, text)
    assert mistake(tmp_path).key == "layout_empty"


def test_names_of_files(tmp_path: Path) -> None:
    """What Notepad makes of the name is told; other files in the folder are no layouts."""
    assert of_the_shop(None) == of_the_shop(tmp_path) == ()
    own(tmp_path, OWN, "X.TOML")
    own(tmp_path, "?", "notes.txt")
    own(tmp_path, "?", "._x.toml")
    assert [one.name for one in of_the_shop(tmp_path)] == ["X"]
    path = own(tmp_path, OWN, "y.toml.txt")
    error = mistake(tmp_path)
    assert (error.key, error.values["name"]) == ("layout_name", "y.toml")
    path.unlink()
    (path.parent / "z.toml").mkdir()
    assert mistake(tmp_path).key == "settings_folder"


def test_one_header_is_missing(tmp_path: Path) -> None:
    """A file that just misses the owner's layout is told the layout's file and the header."""
    own(tmp_path, OWN)
    row = {"实际收款" if name == "实收" else name: cell for name, cell in ROW.items()}
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [row]), shop="[shop]\n")
    near = caught.value.values["near"]
    assert isinstance(near, dict)
    assert "layouts/weidian.toml，可是没有这些列：实收" in near["zh"].splitlines()[0]
    assert "layouts/weidian.toml is near, but the file lacks the columns: 实收" in near["en"]


def test_a_header_denies(tmp_path: Path) -> None:
    """A file that the owner's layout excludes is told by which header."""
    own(tmp_path, OWN.replace("title", 'not_with = ["备 注"]\ntitle'))
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [ROW | {"备注": "x"}]), shop="[shop]\n")
    near = caught.value.values["near"]
    assert isinstance(near, dict)
    assert "layouts/weidian.toml，可是有它在 not_with 里排除的列：备注" in near["zh"]


@pytest.mark.parametrize("named", [True, False])
def test_tie(tmp_path: Path, named: bool) -> None:  # noqa: FBT001  pytest calls it so
    """Two layouts of the owner's that claim one file are an error that names both files."""
    own(tmp_path, OWN)
    own(tmp_path, OWN, "other.toml")
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [ROW]), shop="[shop]\n", named=named)
    assert caught.value.key == "two_own_layouts"
    assert caught.value.values["layouts"] == "layouts/other.toml, layouts/weidian.toml"


def test_in_place_of_a_built_in_one(tmp_path: Path) -> None:
    """An own layout that takes over a file that is known anyway is mentioned, another is not."""
    text = (
        OWN.replace("订单号", "订单编号")
        .replace("实收", "买家实际支付金额")
        .replace("时间", "订单付款时间")
    )
    text = (
        text.replace("状态", "订单状态")
        .replace("已完成", "交易成功")
        .replace('买家"', '买家会员名"')
    )
    own(tmp_path, text)
    inputs = read(write_csv(tmp_path / "a.csv", [ORDER]), shop="[shop]\n")
    assert kinds(inputs) == ["own_layout"]
    (value,) = inputs.problems.table()["value"]
    assert value == "layouts/weidian.toml > taobao_order_2016"
    own(tmp_path, OWN)
    assert kinds(read(write_csv(tmp_path / "b.csv", [ROW]), shop="[shop]\n")) == []


def test_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's layouts are read once a run, however many files there are, and anew each run."""
    path = own(tmp_path, OWN)
    seen: list[Path] = []

    def counted(path: Path) -> tuple[dict[str, object], str]:
        seen.append(path)
        return read_toml(path)

    monkeypatch.setattr("shopcrm.sources.own_layouts.read_toml", counted)
    files = [write_csv(tmp_path / f"{n}.csv", [order(n)]) for n in range(4)]
    read(*files, shop="[shop]\n")
    assert seen == [path]
    path.write_text("kind = orders", "utf-8")
    with pytest.raises(PolicyError):
        read(*files, shop="[shop]\n")
