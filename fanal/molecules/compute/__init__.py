"""Codes, matches, shares, recurrences, forecast: pure calculations."""
