"""What changes the territory: reference data, imports of the published lists, dated memberships."""

from fanal.territoires.actions.appartenances import ajouter_appartenance, terminer_appartenance
from fanal.territoires.actions.bilan import Bilan
from fanal.territoires.actions.importation import FORMATS, importer
from fanal.territoires.actions.references import charger_references

__all__ = [
    "FORMATS",
    "Bilan",
    "ajouter_appartenance",
    "charger_references",
    "importer",
    "terminer_appartenance",
]
