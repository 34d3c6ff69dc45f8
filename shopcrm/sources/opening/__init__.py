"""Any container to a grid of cells: text, workbooks, web pages, archives, locked files."""
