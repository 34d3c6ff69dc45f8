"""Orders to goods: what sells, what comes back, what goes together, and where it goes."""
