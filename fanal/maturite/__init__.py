"""Maturity of purchasing: grids, respondents, proofs, scores, actions for progress."""
