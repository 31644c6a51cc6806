"""Intake of order lines: from the bytes of a file to Parquet files of integer-coded columns.

A compiled loop (`noyau`) cuts records and cells, reads plain numbers and dates, and codes the values of each
dimension; what people wrote in their own way is read one distinct text at a time (`cellules`); checks are
vectorised (`controles`); blocks are written while the next one is cut (`lecture`); duplicates, lines already
in the lake and credit notes are settled at the end (`reglement`). No Django, no clock: what is known of
establishments, rates and rules comes as arguments.
"""
