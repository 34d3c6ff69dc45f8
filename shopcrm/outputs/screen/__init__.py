"""The terminal: one file a report, each right at 80 columns, in a GBK console, without colour."""
