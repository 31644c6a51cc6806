"""Reading forms, drafts and answers."""
