"""shopcrm: who a shop's customers are, whom to call today, and what to say.

The program is one arrow, and the folders are its stages::

    files -> sources -> customers -> segments -> contacts -> outputs

- ``sources``    files become orders, items, the register and the contact log, plus problems.
- ``customers``  orders become one row a customer: who is who, money, rhythm, returns.
- ``segments``   each customer gets one lifecycle stage, tags, and the reason of each.
- ``contacts``   customers, the contact log and a day become the contacts that are due.
- ``outputs``    all of it becomes a workbook, Qianniu sheets, a screen, JSON.

Imports only look left. ``pipeline`` is the arrow in code; ``cli`` reads the clock and the
arguments; ``tables`` names every column that passes from one stage to the next; ``shop`` holds
all the tables of one day for the outputs.
"""

import os

__version__ = "0.1.0"

# numpy's algebra starts a thread for each core, which spin while they wait: a tenth of a run, for
# matrices of ten columns. One thread also adds up in the same order on every machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
