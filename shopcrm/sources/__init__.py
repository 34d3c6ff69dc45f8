"""Stage 1: files become orders, items, the register and the contact log, plus problems.

The only code that opens input. A platform is data: one TOML in ``layouts/``, no Python.
"""
