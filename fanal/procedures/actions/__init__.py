"""What people do to procedures: each act in one transaction, with its entry in the journal."""
