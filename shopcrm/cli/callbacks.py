"""``shopcrm callbacks``: whom to contact today, and the sheet to tick."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.run import Files, Lock, Mask, Out, Run
from shopcrm.errors import UsageError
from shopcrm.labels import t
from shopcrm.policy import did_you_mean

if TYPE_CHECKING:
    from shopcrm.outputs.write import Artifact
    from shopcrm.shop import Shop

Days = Annotated[int, typer.Option("--days", help="days", min=0, max=366)]
Segment = Annotated[str | None, typer.Option("--segment", help="only_segment", metavar="NAME")]
Why = Annotated[str | None, typer.Option("--why", help="why_contact", metavar="WHO")]
Capacity = Annotated[int | None, typer.Option("--capacity", help="capacity", min=0, metavar="N")]
Staff = Annotated[str | None, typer.Option("--staff", help="staff", metavar="NAME")]
Ics = Annotated[Path | None, typer.Option("--ics", help="ics", metavar="FILE")]
Sms = Annotated[Path | None, typer.Option("--sms", help="sms", metavar="FILE")]

_SMS_ENDINGS = (".xlsx", ".csv")


def callbacks(
    run: Run,
    files: Files = None,
    days: Days = 0,
    output: Out = None,
    *,
    lock: Lock = None,
    mask: Mask = False,
    segment: Segment = None,
    why: Why = None,
    capacity: Capacity = None,
    staff: Staff = None,
    ics: Ics = None,
    sms: Sms = None,
) -> None:
    """Print the contacts that are due, and write them as a sheet to tick."""
    if capacity is not None:
        run.set("callbacks.capacity", capacity)
    if why is not None:
        _explain(run, files, why, days)
        return
    from shopcrm.cli.named import only_segment
    from shopcrm.outputs.json_data import contacts_data
    from shopcrm.outputs.locked import locked_artifacts
    from shopcrm.outputs.screen.contacts import print_contacts
    from shopcrm.outputs.workbook import callback_workbook

    writes = output is not None or not run.json
    password = run.lock(wanted=lock) if writes or sms is not None else None
    check_sms(sms, password, mask=mask)
    if ics is not None and password is not None:
        raise UsageError("no_lock_for", path=ics.name)
    shop = only_staff(only_segment(run.shop(files, days=days), segment), staff)
    shop = run.masked(shop, wanted=mask)
    if run.json:
        run.data(contacts_data(shop))
    else:
        print_contacts(run.screen, shop, days)
    artifacts: list[Artifact] = []
    if output is not None or (not run.json and len(shop.contacts)):
        path = run.output(output, run.book_name("sheet.callbacks", masked=mask))
        artifacts += locked_artifacts([callback_workbook(shop, path)], password)
    if ics is not None:
        from shopcrm.outputs.calendar import calendar_artifact

        artifacts.append(calendar_artifact(shop, ics))
    if sms is not None:
        artifacts += sms_sheet(run, shop, sms, password)
    run.write_copies(artifacts, password, masked=mask)
    run.finish(shop.problems)


def only_staff(shop: Shop, name: str | None) -> Shop:
    """Return the shop with the contacts of one person of the staff; as it is without a name.

    Raises:
        UsageError: nobody in ``callbacks.staff`` is called so.
    """
    if name is None:
        return shop
    known = sorted(shop.policy.table("callbacks.staff"))
    if name not in known:
        near = did_you_mean(name, known) or t("sheet_note.list_mark", shop.lang).join(known)
        raise UsageError("no_staff", name=name, near=f"{near}? " if near else "")
    rows = shop.contacts["staff"] == name
    kept = shop.contacts[rows].reset_index(drop=True)
    return replace(shop, contacts=kept.assign(priority=range(1, len(kept) + 1)))


def check_sms(path: Path | None, password: str | None, *, mask: bool) -> None:
    """Refuse an SMS sheet that nobody could use, before anything is read.

    Raises:
        UsageError: an ending that is none of ours; a CSV that shall have a password; numbers
            that shall be masked.
    """
    if path is None:
        return
    ending = path.suffix.casefold()
    if ending not in _SMS_ENDINGS:
        raise UsageError("sms_ending", path=path.name)
    if mask:
        raise UsageError("sms_masked")
    if password is not None and ending == ".csv":
        raise UsageError("no_lock_for", path=path.name)


def sms_sheet(run: Run, shop: Shop, path: Path, password: str | None) -> list[Artifact]:
    """Say what the SMS sheet comes to, and return it."""
    from shopcrm.outputs.locked import locked_artifacts
    from shopcrm.outputs.sms import sms_artifact, sms_lines
    from shopcrm.outputs.write import BookArtifact

    lines, left_out = sms_lines(shop)
    if lines.empty:
        run.screen.line(t("sms.none", run.lang), "yellow")
    else:
        told = {"number": len(lines), "units": int(lines["units"].sum())}
        hours, batches = shop.policy.text("sms.hours"), int(lines["batch"].max())
        run.screen.line(t("sms.told", run.lang, **told, batches=batches, hours=hours))
    if left_out:
        reasons = [
            t(f"sms_left_out.{name}", run.lang, number=number) for name, number in left_out.items()
        ]
        told_out = t("report.mark", run.lang).join(reasons)
        run.screen.line(t("sms.left_out", run.lang, reasons=told_out), "dim")
    artifact = sms_artifact(shop, lines, path)
    if isinstance(artifact, BookArtifact):
        return locked_artifacts([artifact], password)
    return [artifact]


def _explain(run: Run, files: Files, who: str, days: int) -> None:
    """Say of one customer what would be due, and which rule holds it back."""
    from shopcrm.cli.customer import find_customer
    from shopcrm.outputs.json_data import considered_data
    from shopcrm.outputs.screen.contacts import print_considered
    from shopcrm.pipeline import considered

    shop = run.shop(files, days=days)
    customer = find_customer(shop, who)
    tasks = considered(shop, customer, days)
    if run.json:
        run.data(considered_data(tasks))
    else:
        print_considered(run.screen, shop, customer, tasks)
    run.finish(shop.problems)
