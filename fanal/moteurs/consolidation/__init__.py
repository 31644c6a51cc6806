"""Questions asked to the lake: one set of Ibis expressions, run by DuckDB here and by Spark on a cluster.

`source` opens a state of the lake on an engine. Results are exact integers (cents, ten-thousandths): ratios
are taken afterwards in `Decimal`, so that two engines cannot differ.
"""
