"""The addresses of the contracts, one file per desk."""
