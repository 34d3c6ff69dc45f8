"""``shopcrm effect``: do customers who were talked to order again more often than others."""

from __future__ import annotations

from shopcrm.cli.run import Files, Run


def effect(run: Run, files: Files = None) -> None:
    """Print by kind of contact who ordered again, beside customers like them left alone."""
    from shopcrm.contacts.effect import contact_effect
    from shopcrm.outputs.figures import missing_days
    from shopcrm.outputs.json_data import effect_data
    from shopcrm.outputs.screen.effect import print_effect

    shop = run.shop(files)
    found = contact_effect(shop.orders, shop.log, shop.policy, shop.today)
    if run.json:
        run.data({**effect_data(found, shop), "warnings": missing_days(shop, run.lang)})
    else:
        print_effect(run.screen, shop, found)
    run.finish(shop.problems)
