"""Rules of contracts: what may be done, or the one sentence that says why not."""
