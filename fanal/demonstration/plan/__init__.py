"""The demonstration as a pure plan: every line of every workbook, computed from the published totals.

No Django, no clock, no file: `campagnes.planifier()` gives the whole demonstration, the same on every
machine.
Only additions, products, quotients and square roots of floats are used, because those are exact by standard.
"""
