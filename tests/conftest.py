"""Settings for all tests."""

from __future__ import annotations

import gc

from hypothesis import settings

from tests.making import TIMES

# As in `shopcrm.cli.main`: looking for cycles at every 700th object is a tenth of a run.
gc.set_threshold(100_000, 50, 50)

# A slow machine is no wrong answer: how long an example may take is not what the tests are about.
settings.register_profile("shopcrm", deadline=None, max_examples=50 * TIMES if TIMES > 1 else 20)
settings.load_profile("shopcrm")
