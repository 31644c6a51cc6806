"""Writes of the campaign engine: atomic, audited, each raising the campaign's revision.

`by=None` is the system (command line, background work): it holds every permission and is journaled as such.
Locks are always taken in the same order, dossiers by number, then the campaign, then the journal's head, so
that two writers wait for each other and never block each other.
"""
