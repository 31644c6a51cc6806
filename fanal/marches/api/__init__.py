"""API of contracts."""
