"""Reads about prices."""
