"""Pages of forms and of filling in."""
