"""Expensive medicines: requests, lists of drugs funded on top, analysis and forecast."""
