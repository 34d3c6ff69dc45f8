"""``shopcrm export qianniu``: tagged customer sheets for Qianniu grouping."""

from __future__ import annotations

from typing import Any

from shopcrm.cli.run import Files, Lock, Mask, Out, Run
from shopcrm.labels import t


def qianniu(
    run: Run, files: Files = None, output: Out = None, *, lock: Lock = None, mask: Mask = False
) -> None:
    """Write the groups into a folder; with --json alone, print them."""
    from shopcrm.outputs.qianniu import qianniu_export, qianniu_groups

    writes = output is not None or not run.json
    password = run.lock(wanted=lock) if writes else None
    shop = run.masked(run.shop(files), wanted=mask)
    groups, left_out = qianniu_groups(shop)
    nicks = shop.customers["id"]
    if run.json:
        data: list[dict[str, Any]] = [
            {"group": group.name, "label": group.label, "nicks": list(nicks[group.members])}
            for group in groups
        ]
        run.data(data)
    else:
        head = [t(f"qianniu.{name}", run.lang) for name in ("group", "count", "batches")]
        batch = shop.policy.whole("qianniu.batch")
        rows = [
            [group.name, f"{len(group.members):,}", f"{-(-len(group.members) // batch):,}"]
            for group in groups
        ]
        run.screen.table(head, rows, right=(1, 2))
        without = int((shop.customers["key_kind"] != "buyer").sum())
        if without:
            run.screen.line(t("qianniu.without_nick", run.lang, number=f"{without:,}"), "dim")
        for group in left_out:
            run.screen.line(t("qianniu.left_out", run.lang, name=group.name), "yellow")
    if writes:
        mark = t("mask.mark", run.lang) if mask else ""
        folder = run.output(output, f"{t('qianniu.folder', run.lang)}-{run.today}{mark}")
        run.write_folder(folder, qianniu_export(shop, folder, password))
        run.say_locked(password)
        run.say_masked(masked=mask)
    run.finish(shop.problems)
