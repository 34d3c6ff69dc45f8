"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# A slow machine is no wrong answer: how long an example may take is not what the tests are about.
settings.register_profile("shopcrm", deadline=None)
settings.load_profile("shopcrm")
