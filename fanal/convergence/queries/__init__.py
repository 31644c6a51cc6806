"""Reading contracts and parameters for the workbench."""
