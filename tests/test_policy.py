"""The thresholds in force."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path

import pytest

from shopcrm.errors import PolicyError
from shopcrm.policy import Policy, defaults, did_you_mean, load_policy

OWN = """# 我的店
[shop]
name = "云眠家纺"

[stages]
new_days = 60
"""


def own(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "shop.toml"
    path.write_bytes(text.encode(encoding))
    return path


def mistake(folder: Path, text: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load_policy(own(folder, text))
    return caught.value


def test_defaults() -> None:
    """Without a shop.toml the built-in values hold, and say where they are from."""
    policy = load_policy(None)
    assert dict(policy.values) == defaults()
    assert policy.whole("stages.new_days") == 90
    assert policy.sources["stages.new_days"] == "policy.toml"
    assert policy.shop_dir is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_own_values(tmp_path: Path, encoding: str, newline: str) -> None:
    """The owner's values go over the defaults, also when Notepad saved them; line and all."""
    path = own(tmp_path, OWN.replace("\n", newline), encoding)
    policy = load_policy(path)
    assert policy.text("shop.name") == "云眠家纺"
    assert policy.whole("stages.new_days") == 60
    assert policy.sources["stages.new_days"] == "shop.toml:6"
    assert policy.whole("stages.lost_days") == 365
    assert policy.shop_dir == tmp_path.resolve()
    assert path.read_bytes().startswith(codecs.BOM_UTF8) == (encoding == "utf-8-sig")


@pytest.mark.parametrize(
    ("text", "key", "near", "line"),
    [
        ("[stages]\nnew_day = 60\n", "stages.new_day", "stages.new_days", 2),
        ("[stage]\nnew_days = 60\n", "stage.new_days", "stages.new_days", 2),
        ("\n\n[churn]\n# x\nminimum_days = 6\n", "churn.minimum_days", "churn.min_days", 5),
        ("[stages]\nNew_Days = 60\n", "stages.New_Days", "stages.new_days", 2),
        (
            "[callbacks]\nfrom_days = [\n1, 2]\nbyday = 6\n",
            "callbacks.byday",
            "callbacks.by_days",
            4,
        ),
        ("stages = { new_day = 6 }\n", "stages.new_day", "stages.new_days", 1),
    ],
)
def test_unknown_key(tmp_path: Path, text: str, key: str, near: str, line: int) -> None:
    """A key that is none is refused with its line and the key that was likely meant."""
    error = mistake(tmp_path, text)
    assert error.key == "unknown_key"
    assert (error.values["key"], error.values["near"]) == (key, near)
    assert error.values["line"] == line


@pytest.mark.parametrize("text", ["\n[qwertz]\nasdfgh = 1\n", "\nqwertz = 1\n", "\n[qwertz]\n"])
def test_nothing_is_near(tmp_path: Path, text: str) -> None:
    """A key, or an empty section, that is like none of ours is refused without a guess."""
    error = mistake(tmp_path, text)
    assert error.key == "no_such_key"
    assert error.values["line"] == 1 + text.split("\n").index(text.strip().split("\n")[-1])


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ('[shop]\nlang = "fr"', "one_of", None),
        ('[shop]\nlang = "ZH"', "one_of_near", "zh"),
        ('[callbacks]\nplan = "sometimes"', "one_of", None),
        ('[callbacks]\nplan = "oneweek"', "one_of_near", "one_week"),
    ],
)
def test_one_of_a_few(tmp_path: Path, text: str, key: str, near: str | None) -> None:
    """Where only a few words can stand they are named, and the likely one first."""
    error = mistake(tmp_path, "# x\n" + text + "\n")
    assert (error.key, error.values["line"], error.values.get("near")) == (key, 3, near)
    assert error.values["known"] in ("zh, en", "after_sale, one_week, both, off")


def test_a_wrong_value_is_shown_as_toml_has_it(tmp_path: Path) -> None:
    """What was written and what should be there are TOML, not Python."""
    error = mistake(tmp_path, "[callbacks]\nfrom_days = [true, '7', 10]\n")
    assert error.values["value"] == '[true, "7", 10]'
    error = mistake(tmp_path, "[shop]\nname = { a = false }\n")
    assert (error.values["value"], error.values["expected"]) == ("{ a = false }", '""')


def test_key_outside_a_section(tmp_path: Path) -> None:
    """A key above the first section is refused with its line."""
    error = mistake(tmp_path, "# x\nnew_days = 60\n")
    assert (error.key, error.values["line"]) == ("unknown_key", 2)


@pytest.mark.parametrize(
    "text",
    [
        '[stages]\nnew_days = "60"',
        "[stages]\nnew_days = 60.5",
        "[stages]\nnew_days = true",
        "[stages]\nnew_days = -1",
        "[stages]\nrepeat_orders = 0",
        "[shop]\nname = 3",
        "[shop]\nlang = 3",
        '[shop]\nfiles = "a.csv"',
        "[shop]\nfiles = [1]",
        '[callbacks]\nsince = "1.11.2026"',
        '[callbacks]\nfrom_days = [1, "7", 10]',
        "[callbacks]\nfrom_days = [1, 7.5, 10]",
        "[vip]\ntop_share = 1.5",
        "[vip]\ntop_share = 0.0",
        "[churn]\nfactor = -2.0",
        "[status]\nwords = 3",
        "[grade]\nladder = [3]",
        "[grade]\nladder = [{amount = 5}]",
        '[grade]\nladder = [{name = "VIP", amuont = 5}]',
        '[grade]\nladder = [{name = "VIP", orders = "5"}]',
    ],
)
def test_wrong_value(tmp_path: Path, text: str) -> None:
    """A value of the wrong type, or one that makes no sense, is refused with its line."""
    error = mistake(tmp_path, "# x\n" + text + "\n")
    assert error.key == ("wrong_rung" if "ladder" in text else "wrong_value")
    assert error.values["line"] == 3
    assert error.values["expected"]


def test_the_wrong_rung_alone_is_shown(tmp_path: Path) -> None:
    """Of a long ladder a mistake names the faulty rung and its line, not the whole."""
    rungs = ['{name = "普通", orders = 1},', '{name = "VIP", amuont = 5},', '{name = "至尊"},']
    error = mistake(tmp_path, "[grade]\nladder = [\n" + "\n".join(rungs) + "\n]\n")
    assert (error.values["number"], error.values["line"]) == (2, 4)
    assert "amuont" in str(error.values["value"])
    assert "普通" not in str(error.values["value"])


@pytest.mark.parametrize("staff", ['["小王"]', '{ "小王" = "20" }', '{ "小王" = -1 }'])
def test_staff_is_names_with_numbers(tmp_path: Path, staff: str) -> None:
    """A list of names says nothing of how many each can do; the message shows how to."""
    error = mistake(tmp_path, f"[callbacks]\nstaff = {staff}\n")
    assert error.values["expected"] == '{ "客服小王" = 20 }'


def test_rounds_differ(tmp_path: Path) -> None:
    """Each round of callbacks has a first and a last day."""
    assert mistake(tmp_path, "[callbacks]\nfrom_days = [1, 2]\n").key == "rounds_differ"
    text = "[callbacks]\nfrom_days = [1, 2]\nby_days = [3, 4]\n"
    assert load_policy(own(tmp_path, text)).wholes("callbacks.by_days") == [3, 4]


def test_ladder(tmp_path: Path) -> None:
    """A grade ladder is a list of names with amount or orders, and which of them are VIP."""
    rungs = '[{name = "普通", amount = 1}, {name = "VIP", amount = 2000.5, orders = 8, vip = true}]'
    policy = load_policy(own(tmp_path, f"[grade]\nladder = {rungs}\n"))
    assert [rung["name"] for rung in policy.rows("grade.ladder")] == ["普通", "VIP"]


def test_keywords(tmp_path: Path) -> None:
    """Keywords stand in one line or below a heading of their own; a word alone is refused."""
    for text in (
        '[preferences]\ncategories = { "床品" = ["四件套", "被套"] }\n',
        '[preferences.categories]\n"床品" = ["四件套", "被套"]\n',
    ):
        policy = load_policy(own(tmp_path, text))
        assert policy.table("preferences.categories") == {"床品": ["四件套", "被套"]}
    error = mistake(tmp_path, '[preferences]\nbrands = { "水星" = "水星" }\n')
    assert (error.key, error.values["line"]) == ("wrong_value", 2)
    assert mistake(tmp_path, "[preferences]\nbands = [0.7, 0.3]\n").key == "wrong_value"
    assert mistake(tmp_path, '[qianniu]\ngroups = ["stages", "typs"]\n').key == "wrong_value"
    assert mistake(tmp_path, '[preferences]\ncampaigns = ["6.18"]\n').key == "wrong_value"


def test_since(tmp_path: Path) -> None:
    """A day is given as text or as TOML's own date; empty is no day."""
    assert load_policy(None).day("callbacks.since") is None
    for value in ('"2026-11-01"', "2026-11-01"):
        policy = load_policy(own(tmp_path, f"[callbacks]\nsince = {value}\n"))
        assert policy.day("callbacks.since") == date(2026, 11, 1)


def test_whole_number_for_a_number(tmp_path: Path) -> None:
    """Where a number with a fraction may stand, a whole one may too."""
    assert load_policy(own(tmp_path, "[churn]\nfactor = 3\n")).number("churn.factor") == 3.0


def test_missing(tmp_path: Path) -> None:
    """A shop.toml that is not there says so."""
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "shop.toml")
    assert caught.value.key == "policy_unreadable"


def test_did_you_mean() -> None:
    """The nearest word is found by the whole or by its last part, and none where none is near."""
    known = ["stages.new_days", "churn.min_days"]
    assert did_you_mean("stages.new_dais", known) == "stages.new_days"
    assert did_you_mean("x.min_days", known) == "churn.min_days"
    assert did_you_mean("qwertz", known) == ""


def test_accessors() -> None:
    """What a policy hands out is a copy: nobody changes a threshold behind another's back."""
    policy = load_policy(None)
    policy.words("returns.seller_fault").append("x")
    policy.table("qianniu.flags")["vip"] = 0
    fresh = Policy(policy.values, policy.sources)
    assert "x" not in fresh.words("returns.seller_fault")
    assert fresh.table("qianniu.flags")["vip"] == 5
