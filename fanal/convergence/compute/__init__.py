"""Pure calculation on the contracts of a segment."""
