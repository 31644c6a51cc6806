"""Reading suppliers."""
