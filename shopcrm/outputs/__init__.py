"""Stage 5: workbook, Qianniu sheets, screen, JSON: rendered first, written once.

The only code that writes.
"""
