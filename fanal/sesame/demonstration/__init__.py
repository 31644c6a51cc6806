"""SESAME 2025 replayed with invented dossiers: the same path as a real call, from deposit to follow-up.

The dates, the fund and the rules are those of the note; who applied, for how much and with which result is
invented, and marked so everywhere.
"""

from fanal.sesame.demonstration.parcours import Acteurs, construire

__all__ = ["Acteurs", "construire"]
