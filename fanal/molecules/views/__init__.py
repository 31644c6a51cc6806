"""Pages of expensive medicines."""
