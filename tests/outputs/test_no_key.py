"""A shop whose files cannot tell buyers apart: products and regions, and no repeat figures."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.cells import cell_len

from shopcrm.labels import LANGS, t
from shopcrm.outputs.figures import figures, warnings
from shopcrm.outputs.json_data import segment_data
from shopcrm.outputs.screen.screen import Screen
from shopcrm.outputs.screen.segments import print_segments
from shopcrm.outputs.workbook import results_workbook
from shopcrm.outputs.write import write_all
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.shop import Shop
from shopcrm.tables import STAGES
from tests.making import TODAY, Row, order, write_csv
from tests.sources.kinds.test_fold import PAID_ONCE, part, shopify

PLACES = [("广东省", "广州市"), ("浙江省", "杭州市"), ("上海市", "上海市")]


def rows(**cells: Any) -> list[Row]:
    """Return orders of a platform that masks its buyers, most of them of one product."""
    made = []
    for at in range(9):
        province, city = PLACES[at % 3 if at % 4 else 0]
        said = {"收件人": "李**", "收件人手机号": "1********00", "省": province, "市": city}
        name = {"选购商品": "云感四件套" if at < 5 else "乳胶枕"}
        made.append(part(at, 1, 100 + at, 100 + at, **said, **name, **cells))
    return made


def shop_of(*paths: Path, lang: Any = "zh") -> Shop:
    """Run the program over files."""
    return run([(path, True) for path in paths], load_policy(None), TODAY, lang)


def screen_of(shop: Shop) -> str:
    """Return what ``segment`` prints."""
    out = io.StringIO()
    print_segments(Screen(out), shop)
    return out.getvalue()


def book_of(shop: Shop, folder: Path) -> Any:
    """Return the results workbook, read back."""
    write_all([results_workbook(shop, folder / "out.xlsx")], force=False)
    return openpyxl.load_workbook(folder / "out.xlsx")


def words_of(sheet: Any) -> list[str]:
    """Return all that stands on a sheet."""
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    return [str(cell) for cell in cells if cell is not None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file without any key."""
    return write_csv(tmp_path / "抖店.csv", rows(), "utf-8-sig")


def test_figures(path: Path) -> None:
    """Orders and money are counted; buyers are not, and neither is their return."""
    shop = shop_of(path)
    done = figures(shop)
    assert (done.orders, done.net_fen) == (9, sum(100 * (100 + at) for at in range(9)))
    assert (done.customers, done.buyers, done.repeat_buyers) == (None, None, None)
    assert [(one.name, one.orders) for one in done.products] == [("云感四件套", 5), ("乳胶枕", 4)]
    assert sum(one.orders for one in done.regions) == done.orders
    assert sum(one.net_fen for one in done.regions) == done.net_fen
    assert len(shop.customers) == len(shop.contacts) == 0


@pytest.mark.parametrize("lang", LANGS)
def test_screen(path: Path, lang: Any) -> None:
    """The screen has products, regions and the sentence that says why, and nothing of people."""
    shown = screen_of(shop_of(path, lang=lang))
    flat = "".join(shown.split())
    assert "云感四件套" in shown
    assert "广东" in shown
    assert "".join(t("warning.no_key", lang).split()) in flat
    first = [one.strip().split("  ")[0] for one in shown.splitlines()]
    assert not {t(f"stage.{stage}", lang) for stage in STAGES} & set(first)
    assert not any(gap in shown for gap in ("None", "nan", "<NA>", "{"))
    assert all(cell_len(one) <= 80 for one in shown.splitlines())


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_workbook(path: Path, tmp_path: Path, lang: Any) -> None:
    """The workbook has products, regions and why; no stages, no chart, no customer, no call."""
    book = book_of(shop_of(path, lang=lang), tmp_path)
    page = book[t("sheet.overview", lang)]
    words = words_of(page)
    assert {"云感四件套", "乳胶枕", "广东", "上海"} <= set(words)
    assert t("warning.no_key", lang) in words
    assert not {t(f"stage.{stage}", lang) for stage in STAGES} & set(words)
    assert t("overview.new_sales", lang) not in words
    assert not page._charts  # noqa: SLF001  openpyxl has no other way to ask
    for name in ("customers", "callbacks"):
        assert book[t(f"sheet.{name}", lang)].max_row == 1


def test_json(path: Path) -> None:
    """The data says null for what nobody knows, and never zero."""
    data = json.loads(json.dumps(segment_data(shop_of(path)), allow_nan=False))
    assert data["customers"] is data["buyers"] is data["repeat_buyers"] is None
    assert data["stages"] == data["tags"] == {}
    assert [one["orders"] for one in data["products"]] == [5, 4]
    assert sum(one["orders"] for one in data["regions"]) == data["orders"] == 9
    assert t("warning.no_key", "zh") in data["warnings"]
    assert data["files"][0]["key"] is None


def test_one_key_is_enough(path: Path, tmp_path: Path) -> None:
    """With another file that has a key there are people again, and orders that are nobody's."""
    shop = shop_of(path, write_csv(tmp_path / "淘宝.csv", [order(1), order(2)]))
    done = figures(shop)
    assert (done.buyers, done.repeat_buyers, done.without_key) == (1, 1, 9)
    assert done.products == done.regions == []
    assert t("warning.without_key", "zh", number=9) in warnings(shop, "zh")


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_no_products_no_regions(tmp_path: Path, lang: Any) -> None:
    """Without a product or a place there is no empty table."""
    bare = [{k: v for k, v in row.items() if k not in ("选购商品", "省", "市")} for row in rows()]
    shop = shop_of(write_csv(tmp_path / "抖店.csv", bare, "utf-8-sig"), lang=lang)
    assert figures(shop).products == figures(shop).regions == []
    assert t("report.col_product", lang) not in screen_of(shop)
    words = words_of(book_of(shop, tmp_path)[t("sheet.overview", lang)])
    assert t("report.col_product", lang) not in words
    assert t("warning.no_key", lang) in words


def test_nothing_sold(tmp_path: Path) -> None:
    """A file of orders that all came to nothing has neither products nor places nor sources."""
    gone = [order(1, 订单状态="等待买家付款", 买家会员名="t**1", 联系手机="")]
    shop = shop_of(write_csv(tmp_path / "a.csv", gone))
    assert figures(shop).sources == []
    words = words_of(book_of(shop, tmp_path)[t("sheet.overview", "zh")])
    assert t("report.from", "zh") not in words
    assert screen_of(shop)


# Several platforms and currencies


def several(folder: Path) -> list[Path]:
    """Write files of three platforms in two currencies."""
    abroad = [
        shopify(f"#{at}", "被", **(PAID_ONCE | {"Currency": "USD", "Email": f"u{at}@x.com"}))
        for at in range(2)
    ]
    return [
        write_csv(folder / "淘宝.csv", [order(at, 买家会员名=f"tb{at}") for at in range(4)]),
        write_csv(folder / "shopify.csv", abroad, "utf-8"),
        write_csv(folder / "抖店.csv", rows(), "utf-8-sig"),
    ]


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_sources_are_shown(tmp_path: Path, lang: Any) -> None:
    """Each platform has its line with its own money; the sum is of one currency alone."""
    shop = shop_of(*several(tmp_path), lang=lang)
    done = figures(shop)
    assert done.net_fen == 40000 + sum(100 * (100 + at) for at in range(9))
    assert done.others == {"USD": (2, 12000)}
    shown = screen_of(shop)
    assert "120.00" in shown
    assert all(cell_len(one) <= 80 for one in shown.splitlines())
    assert not any(gap in shown for gap in ("None", "nan", "<NA>"))
    words = words_of(book_of(shop, tmp_path)[t("sheet.overview", lang)])
    assert "120" in words
    assert t("report.from", lang) in words
