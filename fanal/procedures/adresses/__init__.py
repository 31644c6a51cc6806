"""The addresses of the procedures, one file per desk."""
