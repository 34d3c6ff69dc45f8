"""Stage 4: customers, orders, the contact log and a day become the contacts that are due."""
