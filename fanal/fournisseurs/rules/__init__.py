"""What an identity, a name, a bank account or a mark is worth. Pure."""
