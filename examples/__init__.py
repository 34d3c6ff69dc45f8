"""Made-up example shops, and the program that makes them (`python examples/make_shop.py`)."""
