"""``shopcrm backtest``: the rules, tried on the shop's own past."""

from __future__ import annotations

from shopcrm.cli.run import Files, Run
from shopcrm.errors import InputError


def backtest(run: Run, files: Files = None) -> None:
    """Stand on past days, let each rule say who will come, and compare with who came."""
    from shopcrm.customers.currency import of_currency, shop_currency
    from shopcrm.outputs.backtest_data import backtest_data
    from shopcrm.outputs.screen.backtest import print_backtest
    from shopcrm.segments.backtest.run import try_rules

    known = run.known(files)
    if not any(file.key for file in known.inputs.files):
        raise InputError("backtest_no_key")
    orders = of_currency(known.orders, shop_currency(known.orders, run.policy))
    done = try_rules(orders, run.policy, run.today)
    if run.json:
        run.data(backtest_data(done))
    else:
        print_backtest(run.screen, done, run.policy, run.today, run.lang)
    run.finish(known.inputs.problems)
