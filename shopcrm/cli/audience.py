"""``shopcrm audience``: who hears of a new arrival, and what they are sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.callbacks import Sms, check_sms, sms_sheet
from shopcrm.cli.run import Files, Lock, Mask, Out, Run
from shopcrm.errors import NotFoundError, UsageError
from shopcrm.labels import t
from shopcrm.policy import did_you_mean

if TYPE_CHECKING:
    from shopcrm.contacts.world import World
    from shopcrm.outputs.write import Artifact
    from shopcrm.shop import Shop

Word = Annotated[str, typer.Argument(metavar="WORD", help="audience_word")]
Said = Annotated[str | None, typer.Option("--text", help="audience_text", metavar="TEXT")]
Nicks = Annotated[Path | None, typer.Option("--nicks", help="nicks", metavar="FILE")]

_SCRIPT = "new_arrival"


def audience(
    run: Run,
    word: Word,
    files: Files = None,
    output: Out = None,
    *,
    text: Said = None,
    lock: Lock = None,
    mask: Mask = False,
    sms: Sms = None,
    nicks: Nicks = None,
) -> None:
    """Print who is told and who is left out, and write the sheet to tick; nothing is recorded."""
    from shopcrm.contacts.audience import audience as audience_of
    from shopcrm.contacts.audience import categories
    from shopcrm.outputs.json_data import audience_data
    from shopcrm.outputs.locked import locked_artifacts
    from shopcrm.outputs.screen.audience import print_audience
    from shopcrm.outputs.workbook import callback_workbook

    if text is not None:
        texts = run.policy.table("scripts.texts")
        run.set("scripts.texts", {**texts, _SCRIPT: text})
    writes = output is not None or not run.json
    password = run.lock(wanted=lock) if writes or sms is not None else None
    check_sms(sms, password, mask=mask)
    if nicks is not None and password is not None:
        raise UsageError("no_lock_for", path=nicks.name)
    shop = run.shop(files)
    world = _world(shop)
    found = audience_of(world, shop.items, shop.contacts, word.strip())
    if not found.buyers:
        near = did_you_mean(word, categories(world, shop.items))
        raise NotFoundError("no_buyers", word=word, near=f"{near}? " if near else "")
    shop = run.masked(replace(shop, contacts=found.contacts), wanted=mask)
    if run.json:
        run.data(audience_data(shop, word.strip(), found.buyers, found.held))
    else:
        print_audience(run.screen, shop, word.strip(), found.buyers, found.held)
    artifacts: list[Artifact] = []
    if output is not None or (not run.json and len(shop.contacts)):
        path = run.output(output, run.book_name("kind.new_arrival", masked=mask))
        artifacts += locked_artifacts([callback_workbook(shop, path)], password)
    if nicks is not None:
        from shopcrm.outputs.qianniu import Group, nick_list
        from shopcrm.outputs.qianniu import nicks as nicks_of

        known = nicks_of(shop)
        told = shop.customers["customer"].isin(shop.contacts["customer"])
        members = shop.customers.index[told & known.notna()]
        run.screen.line(t("audience.nicks", run.lang, number=f"{len(members):,}"))
        artifacts.append(nick_list(shop, nicks.parent, Group(word, nicks.stem, members), known))
    if sms is not None:
        artifacts += sms_sheet(run, shop, sms, password)
    run.write_copies(artifacts, password, masked=mask)
    run.finish(shop.problems)


def _world(shop: Shop) -> World:
    """Return the shop today as the kinds of contact see it."""
    import pandas as pd

    from shopcrm.contacts.history import all_talks, talks_so_far
    from shopcrm.contacts.world import World

    now = pd.Timestamp(shop.today)
    return World(
        orders=shop.orders,
        customers=shop.customers,
        segments=shop.segments,
        log=talks_so_far(all_talks(shop.log, shop.register), now),
        care=shop.care,
        policy=shop.policy,
        now=now,
        horizon=now,
        lang=shop.lang,
    )
