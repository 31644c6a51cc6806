"""What forbids an act on prices, each in one sentence; and how a clause is read."""
