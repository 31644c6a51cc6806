"""Deciding on proposals: atomic, journaled."""
