"""``shopcrm products``: what sells, what comes back, what goes together, what to offer next."""

from __future__ import annotations

from shopcrm.cli.run import Files, Out, Run
from shopcrm.labels import t


def products(run: Run, files: Files = None, output: Out = None) -> None:
    """Print the goods of the shop and write them as a workbook; with --json alone, no file."""
    from shopcrm.outputs.goods_data import products_data
    from shopcrm.outputs.products_workbook import products_workbook
    from shopcrm.outputs.screen.products import print_products
    from shopcrm.products.goods import goods

    shop = run.shop(files)
    found = goods(shop.orders, shop.items, shop.customers, shop.policy, shop.today, shop.currency)
    if run.json:
        run.data(products_data(shop, found))
    else:
        print_products(run.screen, shop, found)
    if output is not None or not run.json:
        name = f"{t('goods.workbook', run.lang)}-{run.today}.xlsx"
        run.write([products_workbook(shop, found, run.output(output, name))])
    run.finish(shop.problems)
