"""Forms of the pages of procedures: shapes only, the rules refuse."""
