"""Stage 2: orders become one row a customer: who is who, money, counts, rhythm, returns."""
