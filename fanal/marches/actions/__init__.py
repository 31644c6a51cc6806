"""Writes about contracts: atomic, audited."""
