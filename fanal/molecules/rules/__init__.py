"""What a request or a proposal may be: pure conditions that raise `Refus`."""
