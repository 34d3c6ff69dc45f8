"""The owner's own segments: a small language over the facts, in Chinese and English words."""
