"""What forbids an act of a procedure: one French sentence each. No query, no clock."""
