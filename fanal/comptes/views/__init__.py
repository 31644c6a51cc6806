"""Pages: the accounts one administers, the stand-ins one gives, one's own account."""
