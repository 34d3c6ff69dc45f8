"""Laws of shopcrm.contacts."""
