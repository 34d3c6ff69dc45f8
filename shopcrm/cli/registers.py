"""What ``promise``, ``suggestion`` and ``optout`` share: whose row it is, and writing it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopcrm.cli.customer import find_customer
from shopcrm.errors import InputError, NotFoundError, UsageError
from shopcrm.labels import find, names, t

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    Said = dict[str, str | dt.date | None]

    from shopcrm.cli.run import Run
    from shopcrm.shop import Shop


def shop_of(run: Run) -> Shop:
    """Return the shop of the folder, as far as its customers.

    Raises:
        InputError: there is no ``shop.toml``, so that nothing says where its registers are.
    """
    if run.policy.shop_dir is None:
        raise InputError("no_shop")
    from shopcrm.pipeline import unlabelled

    return unlabelled(run.known(None), run.policy, run.today, run.lang)


def word_of(section: str, word: str, run: Run) -> str:
    """Return the program's name for a word of the owner's.

    Raises:
        UsageError: it is none of them; the hint names them all.
    """
    found = word if word in names(section) else find(section, word)
    if found is None:
        mark = t("sheet_note.list_mark", run.lang)
        known = mark.join(t(f"{section}.{name}", run.lang) for name in names(section))
        raise UsageError("no_word", value=word, known=known)
    return found


def id_of(shop: Shop, who: str) -> tuple[str, str]:
    """Return the customer meant, and the id to write down for it.

    Raises:
        NotFoundError: nobody, or several.
    """
    key = find_customer(shop, who)
    return key, str(shop.customers.set_index("customer")["id"][key])


def note_down(run: Run, name: str, said: Mapping[str, str | dt.date | None]) -> None:
    """Add a row to a register and say so; what is there already is not written twice."""
    from shopcrm.outputs.registers import add_row, row_of

    path = run.register_path(name)
    row = row_of(name, said, run.lang)
    new = add_row(path, name, row, run.lang)
    if run.json:
        run.data({"recorded": int(new), "there_already": int(not new), "id": row.get("id")})
        return
    key = "registers.recorded" if new else "registers.known"
    run.screen.line(t(key, run.lang, path=path.name, who=row["buyer"]), "green")


def change(
    run: Run, shop: Shop, name: str, rows: pd.DataFrame, said: Mapping[str, str | dt.date]
) -> None:
    """Fill in cells of rows of a register and say so.

    Raises:
        OutputError: a row stands in a workbook, or in a file that is not the register: what to
            type where.
    """
    from shopcrm.outputs.registers import by_hand, fill_row, row_of

    path = run.register_path(name)
    done = list(said)[-1]  # the day that is filled in tells what was done
    for row in rows.to_dict("records"):
        report = shop.files[row["file"]]
        told = _told(name, row)
        if report.path.resolve() != path.resolve():
            raise by_hand(report.path, name, row["row"], said, run.lang)
        meant = row_of(name, told, run.lang)
        if "id" in row:
            meant["id"] = row["id"]
        fill_row(path, name, row["row"], meant, said, run.lang)
    if run.json:
        run.data({"changed": len(rows)})
        return
    if rows.empty:
        run.screen.line(t("registers.unchanged", run.lang, path=path.name), "green")
    for row in rows.to_dict("records"):
        what = row.get("what") or t(f"standing.{row['standing']}", run.lang)
        told_by = {"path": path.name, "who": row["buyer"], "what": what}
        if "outcome" in said:
            told_by["said"] = t(f"outcome.{said['outcome']}", run.lang)
        run.screen.line(t(f"registers.changed_{done}", run.lang, **told_by), "green")


def _told(name: str, row: Mapping[Any, Any]) -> Said:
    """Return what a row of a table says, by the columns of its register."""
    import pandas as pd

    fields = {
        "promises": {"date": "made", "buyer": "buyer", "promise": "what"},
        "suggestions": {"date": "made", "buyer": "buyer", "suggestion": "what"},
        "standings": {"date": "since", "buyer": "buyer", "standing": "standing", "until": "until"},
    }[name]
    found: Said = {}
    for column, of in fields.items():
        value = row[of]
        day = value.date() if isinstance(value, pd.Timestamp) else value
        found[column] = None if pd.isna(value) else day
    return found


def rows_meant(
    run: Run, shop: Shop, table: pd.DataFrame, open_: pd.Series[bool], which: str
) -> pd.DataFrame:
    """Return the one row meant: by its id, or by the customer who has only one that is open.

    Args:
        run: the call.
        shop: the shop.
        table: PROMISES or SUGGESTIONS.
        open_: which rows still wait for something.
        which: as typed.

    Raises:
        NotFoundError: none, or several; the message names them.
    """
    by_id = table[table["id"] == which.strip().casefold()]
    by_id = by_id if len(by_id) else table[table["id"] == which.strip()]
    if len(by_id):
        return by_id
    found = rows_of_customer(shop, table, which)
    waiting = found[open_.reindex(found.index)]
    if waiting.empty:
        raise NotFoundError("nothing_open", who=which)
    if len(waiting) > 1:
        mark = t("report.mark", run.lang)
        near = mark.join(f"{row['id']} {row['what']}" for row in waiting.to_dict("records"))
        raise NotFoundError("several_open", who=which, near=near)
    return waiting


def rows_of_customer(shop: Shop, table: pd.DataFrame, who: str | None) -> pd.DataFrame:
    """Return the rows about one customer, also about one whom no other file knows; None for all.

    Raises:
        NotFoundError: no such customer.
    """
    from shopcrm.sources.cells.clean import fold

    if who is None:
        return table
    unknown = table[table["customer"].isna() & (table["buyer_key"] == fold(who))]
    return unknown if len(unknown) else table[table["customer"] == find_customer(shop, who)]
