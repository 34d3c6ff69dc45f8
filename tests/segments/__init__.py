"""Laws of shopcrm.segments."""
