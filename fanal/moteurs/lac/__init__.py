"""The lake: order lines as immutable Parquet files of integer-coded columns, read through DuckDB or Spark.

No Django here. The register keeps the list of files (`Manifeste`); this package writes them (`ecriture`),
brings them near (`stockage`) and opens them as one table of current lines (`ouverture`).
"""
