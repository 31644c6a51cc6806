"""Pure calculation of prices: clauses, indices, revisions, differences. No Django, no files, no clock."""
