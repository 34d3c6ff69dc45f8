"""Laws of what goes out."""
