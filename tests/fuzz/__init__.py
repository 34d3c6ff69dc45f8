"""Files changed at random, many of them: each gives a result or one clear error."""
