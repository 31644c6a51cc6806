"""Reading lists, requests and their analysis."""
