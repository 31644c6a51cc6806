"""Writing forms, drafts and answers."""
