"""A test of the rules on the shop's own past: what each would have said, and what came."""
