"""Pure calculations on contracts: dates, ceilings, penalties, indicators."""
