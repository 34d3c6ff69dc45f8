"""The manual, and the script that writes the parts of it that the source already says."""
