"""Pages of the campaigns: deposits, dossiers, versions, corrections, settings. Thin over actions and
queries.
"""
