"""The published questions. Each is an Ibis expression on integers, then exact decimals in Python."""
