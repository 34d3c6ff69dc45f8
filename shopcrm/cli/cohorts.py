"""``shopcrm cohorts``: who comes back after the first order, how soon, and after what."""

from __future__ import annotations

from shopcrm.cli.run import Files, Run


def cohorts(run: Run, files: Files = None) -> None:
    """Print the months of first orders, the time to the second one, and the first products."""
    from shopcrm.customers.bought import bought
    from shopcrm.outputs.goods_data import cohorts_data
    from shopcrm.outputs.screen.cohorts import print_cohorts
    from shopcrm.segments.first_orders import first_orders

    shop = run.shop(files)
    lines = bought(shop.orders, shop.items)
    found = first_orders(shop.orders, lines, shop.policy, shop.today)
    if run.json:
        run.data(cohorts_data(shop, found))
    else:
        print_cohorts(run.screen, shop, found)
    run.finish(shop.problems)
