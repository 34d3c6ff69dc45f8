"""How fast shopcrm is, and how right its figures are, measured on the machine at hand."""
