"""Writing suppliers: atomic, journaled."""
