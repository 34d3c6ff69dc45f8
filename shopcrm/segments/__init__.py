"""Stage 3: each customer gets one lifecycle stage, tags, and the reason of each."""
