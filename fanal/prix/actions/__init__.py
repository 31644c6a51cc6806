"""Acts on prices: atomic and journaled."""
