"""Likeness of names and marks of suppliers. Pure."""
