"""Laws of shopcrm.customers."""
