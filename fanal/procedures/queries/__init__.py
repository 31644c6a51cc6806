"""Reads about procedures."""
