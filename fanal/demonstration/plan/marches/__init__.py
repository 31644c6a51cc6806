"""Invented contracts of one GHT: deterministic, around a fixed day, with the defects that real ones have."""
