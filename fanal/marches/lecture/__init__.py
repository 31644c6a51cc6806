"""Reading published contracts, without Django: DECP 1.5 and 2 (JSON, XML), tables, our own workbook.

Each reader gives the same thing, one contract at a time: a `Brut` in the shape of the DECP 2.0.3 schema,
however dirty. `contrat.normaliser` then says what each value is worth. Files come from outside: nothing is
read whole in memory but the tables, whose engine has bounds of its own.
"""
